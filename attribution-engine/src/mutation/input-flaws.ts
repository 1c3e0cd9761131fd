// Flaws of inputs to which nobody objected: leaves that are left out or malformed, and malformed nodes above them.
import { writeBigUint } from "@tributary/protocol/bytes";
import { type Kind, MOST_PAYLOAD, RECEIPT } from "@tributary/protocol/kinds";
import { readNode } from "@tributary/protocol/node";
import type { Next } from "../attribution/test/random-epoch.ts";
import type { PlainEpoch } from "../attribution/test/reference-epoch.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import type { CommittedTree } from "../watcher/honest-epoch.ts";
import { PreimageStore } from "../watcher/preimage-store.ts";
import { buildWildTree, type WildLeaf } from "../watcher/test/plain-proposal.ts";

/** An inner node that has bytes of no node, sums that do not add up, or a child with a sum and no hash; or of which its parent states another sum. */
interface NodeFlaw {
  /** Levels above the leaves. */
  readonly height: number;
  readonly index: number;
  readonly how: "bytes" | "sums" | "hash" | "stated";
  /** What is added to a sum that does not fit. */
  readonly added: bigint;
}

interface TreeFlaws {
  readonly leaves: ReadonlyMap<number, "absent" | "malformed">;
  readonly node: NodeFlaw | undefined;
}

/** By tree: "index 7" of version 7, "receipts 3" and "sketches 3" of settlement 3. */
export type Flaws = ReadonlyMap<string, TreeFlaws>;

/** What a flawed receipts tree states: of each call, and of places that count as absent because of a node above them. */
export interface StatedReceipts {
  readonly amounts: readonly bigint[];
  /** `amount` stands before the call at `place`, and is no call's. */
  readonly lost: { readonly place: number; readonly amount: bigint } | undefined;
}

const NO_FLAWS: TreeFlaws = { leaves: new Map(), node: undefined };
/** Of an inner node's preimage: prefix, and the two children after it. */
const CHILD_BYTES = 48;
const SUM_AT = 32;

/** Draws flaws into the inputs of an epoch. Trees whose sum is their count keep it: the chain refuses others. */
export function drawFlaws(next: Next, { groups }: PlainEpoch): Flaws {
  const flaws = new Map<string, TreeFlaws>();
  for (const { modelVersion, records, settlements } of groups) {
    flaws.set(`index ${modelVersion}`, {
      leaves: drawLeaves(next, records.length, 12, 0),
      node: drawNode(next, records.length, 6, ["bytes", "sums", "hash"]),
    });
    for (const { settlementId, calls } of settlements) {
      flaws.set(`receipts ${settlementId}`, {
        leaves: drawLeaves(next, calls.length, 8, 2),
        node: drawNode(next, calls.length, 4, ["bytes", "sums", "hash", "stated"]),
      });
      flaws.set(`sketches ${settlementId}`, {
        leaves: drawLeaves(next, calls.length, 10, 0),
        node: drawNode(next, calls.length, 5, ["bytes", "sums", "hash"]),
      });
    }
  }
  return flaws;
}

/** One leaf in `oneIn` is malformed; of those one in `absentOneIn` is left out instead, none where that is 0. */
function drawLeaves(next: Next, count: number, oneIn: number, absentOneIn: number): TreeFlaws["leaves"] {
  const leaves = new Map<number, "absent" | "malformed">();
  for (let place = 0; place < count; place++) {
    if (next(oneIn) > 0) continue;
    leaves.set(place, absentOneIn > 0 && next(absentOneIn) === 0 ? "absent" : "malformed");
  }
  return leaves;
}

function drawNode(next: Next, count: number, oneIn: number, hows: readonly NodeFlaw["how"][]): NodeFlaw | undefined {
  if (next(oneIn) > 0) return undefined;
  const height = 1 + next(next(4) === 0 ? RECEIPT.depth : 3);
  const index = next(Math.ceil(count / 2 ** height));
  return { height, index, how: hows[next(hows.length)]!, added: BigInt(1 + next(1_000)) };
}

// --- what they come to ---

/** Whether a record or a call's sketch counts as absent (docs/formats.md §6.7). */
export function countsAsAbsent(flaws: Flaws, tree: string, place: number): boolean {
  const { leaves, node } = flaws.get(tree) ?? NO_FLAWS;
  return leaves.has(place) || isUnder(node, place);
}

/** What remains of the amounts of a settlement's receipts (docs/formats.md §6.7). */
export function statedReceipts(flaws: Flaws, tree: string, amounts: readonly bigint[]): StatedReceipts {
  const { leaves, node } = flaws.get(tree) ?? NO_FLAWS;
  const stated = amounts.map((amount, place) => (leaves.get(place) === "absent" ? 0n : amount));
  const under = [...amounts.keys()].filter((place) => isUnder(node, place) && leaves.get(place) !== "absent");
  if (node === undefined || under.length === 0) return { amounts: stated, lost: undefined };
  const sum = under.reduce((total, place) => total + stated[place]!, 0n);
  return {
    amounts: stated.map((amount, place) => (isUnder(node, place) ? 0n : amount)),
    lost: { place: node.index * 2 ** node.height, amount: node.how === "stated" ? sum + node.added : sum },
  };
}

function isUnder(node: NodeFlaw | undefined, place: number): boolean {
  return node !== undefined && Math.floor(place / 2 ** node.height) === node.index;
}

/** The tree with its flaws. A malformed leaf has a wrong tag, or at odd places more bytes than any kind's. */
export function commitFlawed(kind: Kind, tree: PayloadTree, count: number, flaws: Flaws, name: string): CommittedTree {
  const { leaves, node } = flaws.get(name) ?? NO_FLAWS;
  if (leaves.size === 0 && node === undefined) return tree;
  const committed: (WildLeaf | undefined)[] = [];
  for (let place = 0; place < count; place++) {
    const flaw = leaves.get(place);
    const straight = tree.payload(place)!;
    const payload = new Uint8Array(flaw !== undefined && place % 2 === 1 ? MOST_PAYLOAD + 1 : straight.length);
    payload.set(straight);
    if (flaw !== undefined && place % 2 === 0) payload[0] = 0xff;
    committed.push(flaw === "absent" ? undefined : { key: place, sum: tree.node(kind.depth, place).sum, payload });
  }
  const source = new PreimageStore();
  const { hash, sum } = buildWildTree(
    kind,
    [],
    committed,
    {
      inner: (_kind, _path, level, index, straight) =>
        node !== undefined && kind.depth - level === node.height && index === node.index
          ? malform(straight, node)
          : straight,
    },
    source,
  );
  return { root: { hash, sum }, source };
}

function malform(
  { preimage, sum }: { preimage: Uint8Array; sum: bigint },
  { how, added }: NodeFlaw,
): { preimage: Uint8Array; sum: bigint } {
  const bent = Uint8Array.from(preimage);
  if (how === "stated") return { preimage: bent, sum: sum + added };
  const children = [1, 1 + CHILD_BYTES];
  const weighty = children.find((at) => readNode(preimage, at).sum > 0n);
  if (how === "hash" && weighty !== undefined) {
    bent.fill(0, weighty, weighty + SUM_AT);
  } else if (how === "sums") {
    const present = children.find((at) => readNode(preimage, at).hash.some((byte) => byte !== 0))!;
    writeBigUint(bent, present + SUM_AT, 16, readNode(preimage, present).sum + added, "sum of a child");
  } else {
    bent[0] = 0x02;
  }
  return { preimage: bent, sum };
}
