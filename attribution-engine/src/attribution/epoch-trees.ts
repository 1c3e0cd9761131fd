// The two trees of a proposal: groups and payouts.
import { concatBytes } from "@tributary/protocol/bytes";
import { EARNING, GROUP, PAYOUT } from "@tributary/protocol/kinds";
import { encodeGroup, type GroupPayload } from "@tributary/protocol/payloads/group";
import { encodePayout } from "@tributary/protocol/payloads/payout";
import { earningForest } from "./earning-forest.ts";
import { rootAt, rootsOf } from "../trees/leaf-forest.ts";
import { buildPayloadTree, type PayloadTree } from "../trees/payload-tree.ts";
import type { Earnings, Payouts } from "./reduce.ts";
import { u128ColumnOf } from "../trees/u128-words.ts";

/** What a group's leaf says; `pool` is its sum. */
export type GroupLeaf = GroupPayload & { readonly pool: bigint };

/** The tree of kind `group` (docs/formats.md §3); its sum is the epoch's pools. */
export function buildGroupsTree(groups: readonly GroupLeaf[]): PayloadTree {
  const pools = groups.map(({ pool }) => pool);
  return buildPayloadTree({
    depth: GROUP.depth,
    payloadBytes: GROUP.bytes,
    sums: u128ColumnOf(pools, "pool of group"),
    encode: (first, end) => concatBytes(...groups.slice(first, end).map(encodeGroup)),
  });
}

/** The tree of kind `payout` (docs/formats.md §3) at the positions' places; its sum is all that was ever attributed. */
export function buildPayoutsTree(earnings: Earnings, payouts: Payouts): PayloadTree {
  const roots = rootsOf(earningForest(earnings, payouts));
  const payload = (i: number): Uint8Array => encodePayout({ earnings: rootAt(roots, i, EARNING.depth) });
  return buildPayloadTree({
    depth: PAYOUT.depth,
    payloadBytes: PAYOUT.bytes,
    keys: payouts.positions,
    sums: payouts.cumulative,
    encode: (first, end) => concatBytes(...Array.from({ length: end - first }, (_, i) => payload(first + i))),
  });
}
