// Proofs against a settlement made of links that its own trees, or others, give: none of them shows a fault of an honest history.
import { RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import { isAbsent, type Node, readNode } from "@tributary/protocol/node";
import { encodeOpening } from "@tributary/protocol/opening";
import { type Link, malformedLink } from "@tributary/protocol/proofs/link";
import type { SettlementProof, SettlementProofName } from "@tributary/protocol/proofs/settlement-proof";
import type { ChannelConfig } from "@tributary/protocol/typed-data/channel";
import type { Hex } from "viem";
import type { Next } from "../../attribution/test/random-epoch.ts";
import { type ShownTree, standAt } from "../shown-tree.ts";
import { COMMIT, EARLIER, LATER, type SettledHistory } from "./settled-history.ts";

/** Their names. */
export const SETTLEMENT_PROOFS: readonly SettlementProofName[] = [
  "proveSketchForm",
  "proveSketchReceipt",
  "proveReceiptForm",
  "proveReceiptAlone",
  "proveReceiptOrder",
  "proveContinuity",
  "proveUncovered",
  "proveForeignChannel",
];

/** The trees of a history. */
type Trees = { receipts: ShownTree; sketches: ShownTree; others: ShownTree };

function treesOf({ chain, store }: SettledHistory): Trees {
  const { receipts, sketches, k } = chain.settlementOf(LATER)!;
  const shown = { commitment: undefined, parents: [], path: [], source: store, twins: [] };
  return {
    receipts: { ...shown, tree: { root: receipts, kind: RECEIPT } },
    sketches: { ...shown, tree: { root: sketches!.root, kind: SKETCH, k } },
    others: { ...shown, tree: { root: chain.settlementOf(EARLIER)!.receipts, kind: RECEIPT } },
  };
}

/**
 * One proof of each name against the later settlement, of places drawn at random.
 * @param strange honest histories of which links are taken too: of these, or of the wrong tree of the settlement's own, is then every fourth; every fourth is of
 * another place, and every fourth shows a node above its place
 */
export function drawSettlementProofs(
  next: Next,
  settled: SettledHistory,
  strange: readonly SettledHistory[] = [],
): SettlementProof[] {
  const trees = treesOf(settled);
  const any = [trees, ...strange.map(treesOf)].flatMap((of) => Object.values(of));
  const { count } = settled.chain.settlementOf(LATER)!;
  const place = next(count + 2);
  const link = (name: keyof Trees, usual: number): Link => {
    if (strange.length === 0) return standAt(trees[name], usual).link;
    const at = next(4) === 0 ? next(count + 2) : usual;
    const tree = next(4) === 0 ? any[next(any.length)]! : trees[name];
    return next(4) === 0 ? innerLink(next, tree, at) : standAt(tree, at).link;
  };
  const settlement = LATER;
  const known = [settled, ...strange].flatMap(({ configs }) => [...configs.values()]);
  const all: (() => SettlementProof)[] = [
    () => ({ name: "proveSketchForm", settlement, commit: COMMIT, node: link("sketches", place) }),
    () => ({
      name: "proveSketchReceipt",
      settlement,
      commit: COMMIT,
      sketch: link("sketches", place),
      receipt: link("receipts", place),
    }),
    () => ({ name: "proveReceiptForm", settlement, node: link("receipts", place) }),
    () => ({ name: "proveReceiptAlone", settlement, receipt: link("receipts", place) }),
    () => ({
      name: "proveReceiptOrder",
      settlement,
      first: link("receipts", place),
      second: link("receipts", place + 1),
    }),
    () => ({
      name: "proveContinuity",
      settlement,
      receipt: link("receipts", place),
      other: EARLIER,
      otherReceipt: link("others", next(6)),
    }),
    () => ({ name: "proveUncovered", settlement, receipt: link("receipts", place) }),
    () => ({
      name: "proveForeignChannel",
      settlement,
      receipt: link("receipts", place),
      config: drawConfig(next, known),
    }),
  ];
  // A node that nobody can show is in no proof.
  return all.flatMap((make) => {
    try {
      return [make()];
    } catch {
      return [];
    }
  });
}

/** Of any channel, or with something different. */
function drawConfig(next: Next, known: readonly ChannelConfig[]): ChannelConfig {
  const config = known[next(known.length)]!;
  const strange: Hex = `0x${"9d".repeat(20)}`;
  return [config, config, { ...config, receiver: strange }, { ...config, token: strange }][next(4)]!;
}

/** The same against the earlier settlement. */
export function accuseEarlier(proof: SettlementProof): SettlementProof {
  if (proof.name !== "proveContinuity") return { ...proof, settlement: EARLIER };
  const { receipt, otherReceipt } = proof;
  return { ...proof, settlement: EARLIER, receipt: otherReceipt, other: LATER, otherReceipt: receipt };
}

/** A link to a place, or to a node above it, drawn at random, which is shown with its preimage as if it were malformed. */
function innerLink(next: Next, { tree: { root, kind }, source }: ShownTree, place: number): Link {
  const siblings: (Node | undefined)[] = [];
  let node: Node = root;
  for (let left = next(root.depth + 1); left > 0; left--) {
    const preimage = source.get(node.hash, kind, [])!;
    const isRight = Math.floor(place / 2 ** (root.depth - siblings.length - 1)) % 2 === 1;
    const [below, sibling] = [readNode(preimage, isRight ? 49 : 1), readNode(preimage, isRight ? 1 : 49)];
    if (isAbsent(below)) break;
    siblings.push(isAbsent(sibling) ? undefined : sibling);
    node = below;
  }
  return malformedLink(place, node.sum, source.get(node.hash, kind, [])!, new Uint8Array(), encodeOpening(siblings));
}
