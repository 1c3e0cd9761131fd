// The proof with which a position claims: the opening of its payout.
import { bytesToHex } from "@tributary/protocol/bytes";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { keccak256 } from "@tributary/protocol/keccak";
import { PAYOUT } from "@tributary/protocol/kinds";
import type { Hex } from "viem";
import { buildPayoutsTree } from "../attribution/epoch-trees.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { readPayouts } from "./epoch-columns.ts";
import type { EpochBundle } from "./epoch-bundle.ts";

/** What `claim` of the vault takes, with the payload that `payloadHash` hashes. */
export interface PayoutOpening {
  readonly position: bigint;
  /** Base units ever attributed to the position. */
  readonly cumulative: bigint;
  readonly payload: Hex;
  readonly payloadHash: Hex;
  readonly opening: Hex;
}

/** The payouts tree of a bundle, checked against the manifest's root. */
export async function readPayoutsTree(bundle: EpochBundle): Promise<PayloadTree> {
  const { earnings, payouts } = await readPayouts(bundle);
  const tree = buildPayoutsTree(earnings, payouts);
  const root = manifestRoot(tree.root);
  const stated = bundle.manifest.payoutsRoot;
  if (root.hash !== stated.hash || root.sum !== stated.sum) {
    throw new Error(
      `bundle ${bundle.hash}: payouts and earnings have the root ${root.hash}, the manifest says ${stated.hash}`,
    );
  }
  return tree;
}

/** The opening (docs/formats.md §4) of a position's payout. Throws if the position has none. */
export function payoutOpening(tree: PayloadTree, position: bigint): PayoutOpening {
  const place = Number(position);
  const payload = tree.payload(place);
  if (payload === undefined) throw new Error(`position ${position} has no payout in this epoch's tree`);
  return {
    position,
    cumulative: tree.node(PAYOUT.depth, place).sum,
    payload: bytesToHex(payload),
    payloadHash: bytesToHex(keccak256(payload)),
    opening: bytesToHex(tree.open(PAYOUT.depth, place)),
  };
}
