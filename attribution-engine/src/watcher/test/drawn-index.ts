// Small random indexes with their layout and content, and the ways in which one may be committed wrong.
import { NONE, readUint, writeBigUint, writeUint } from "@tributary/protocol/bytes";
import { FULL_NOVELTY, INDEX } from "@tributary/protocol/kinds";
import type { Root } from "@tributary/protocol/node";
import { decodeIndex, encodeIndex, withdrawnRecord } from "@tributary/protocol/payloads/index";
import {
  type AcceptedContribution,
  type IndexCase,
  layoutAt,
  type LayoutSegment,
} from "@tributary/protocol/proofs/index-facts";
import type { Method } from "@tributary/protocol/typed-data/method-id";
import { DIMENSIONS, generator, type Next } from "../../attribution/test/random-epoch.ts";
import { buildIndex } from "../../index/build-index.ts";
import { buildContentTree } from "../../index/content-tree.ts";
import { buildIndexTree } from "../../index/index-tree.ts";
import type { PayloadTree } from "../../trees/payload-tree.ts";
import type { IndexKnowledge } from "../find-index-fault.ts";
import { PreimageStore } from "../preimage-store.ts";
import { type Bending, buildWildTree, type WildLeaf } from "./plain-proposal.ts";

/** An index as it ought to be committed. */
export interface DrawnIndex {
  readonly facts: IndexCase;
  readonly method: Method;
  readonly tree: PayloadTree;
  /** Of all contributions, also of one that was accepted too late for the layout. */
  readonly contents: ReadonlyMap<bigint, PayloadTree>;
  contentTreeOf(contribution: bigint): PayloadTree | undefined;
}

/** An index as somebody committed it, and what was shown of it. */
export interface BentIndex {
  readonly facts: IndexCase;
  readonly known: IndexKnowledge;
  readonly what: string;
}

const METHOD: Method = {
  k: DIMENSIONS,
  topK: 4,
  debitFactor: 0,
  tau: 60_000,
  delta: 50_000,
  signatureMatch: 200,
  sketchSpec: `0x${"11".repeat(32)}`,
};

/** Offsets of the fields of an index payload (docs/formats.md §3). */
const AT = {
  recordHash: 1,
  contentSignature: 33,
  contribution: 65,
  recordIndex: 73,
  scale: 77,
  novelty: 81,
  witness: 82,
  sumU: 86,
  sumSq: 90,
  sketch: 94,
};

/** The index that follows from a seed; some of its records are copies of earlier ones, some resemble each other, and some are withdrawn. */
export async function drawIndex(seed: number): Promise<DrawnIndex> {
  const next = generator(seed);
  const contents = new Map<bigint, PayloadTree>();
  const hashes: Uint8Array[] = [];
  const layout: LayoutSegment[] = [];
  const contribute = (): { contribution: bigint; count: number } => {
    const contribution = BigInt(1 + contents.size);
    const count = 1 + next(4);
    const own = Array.from({ length: count }, () =>
      hashes.length > 0 && next(5) === 0 ? hashes[next(hashes.length)]! : bytesOf(next, 32),
    );
    contents.set(contribution, buildContentTree(Uint8Array.from(own.flatMap((hash) => [...hash]))));
    hashes.push(...own);
    return { contribution, count };
  };
  for (let s = 1 + next(3); s > 0; s--) {
    const accepted: AcceptedContribution[] = [];
    let records = 0;
    for (let c = 1 + next(3); c > 0; c--) {
      const { contribution, count } = contribute();
      accepted.push({ contribution, recordsBefore: records });
      records += count;
    }
    layout.push({ accepted, records });
  }
  const count = hashes.length;
  contribute();
  const withdrawn = drawWithdrawn(seed, layout);
  const tree = buildIndexTree(await honestIndex(next, layout, hashes.slice(0, count), withdrawn));
  const { k, tau, delta, signatureMatch } = METHOD;
  const contentTreeOf = (contribution: bigint): PayloadTree | undefined => contents.get(contribution);
  const facts: IndexCase = {
    root: tree.root,
    records: count,
    k,
    rule: { tau, delta, signatureMatch },
    layout,
    contentOf: (contribution) => contentTreeOf(contribution)?.root,
    isWithdrawn: (contribution) => withdrawn.has(contribution),
  };
  return { facts, method: METHOD, tree, contents, contentTreeOf };
}

/** Contributions of the layout that were withdrawn before the version was registered: no datanet's all, since such a datanet cannot be licensed. */
function drawWithdrawn(seed: number, layout: readonly LayoutSegment[]): Set<bigint> {
  const next = generator(1_000_000 + seed);
  const withdrawn = new Set<bigint>();
  for (const { accepted } of layout) {
    const kept = next(accepted.length);
    for (const [i, { contribution }] of accepted.entries())
      if (i !== kept && next(2) === 0) withdrawn.add(contribution);
  }
  return withdrawn;
}

async function honestIndex(
  next: Next,
  layout: readonly LayoutSegment[],
  hashes: readonly Uint8Array[],
  withdrawn: ReadonlySet<bigint>,
) {
  const count = hashes.length;
  const places = hashes.map((_, place) => layoutAt(layout, place)!);
  const sketches = new Int8Array(count * DIMENSIONS);
  for (let i = 0; i < sketches.length; i++) {
    const alike = i >= 2 * DIMENSIONS && next(4) > 0;
    sketches[i] = alike ? sketches[i - 2 * DIMENSIONS]! : next(255) - 127;
  }
  // Signatures of two kinds of text, and of none.
  const kinds = [bytesOf(next, 32), bytesOf(next, 32), new Uint8Array(32)];
  const records = {
    recordHashes: Uint8Array.from(hashes.flatMap((hash) => [...hash])),
    contentSignatures: Uint8Array.from(hashes.flatMap(() => [...(next(3) > 0 ? bytesOf(next, 32) : kinds[next(3)]!)])),
    contributionIds: BigUint64Array.from(places, ({ contribution }) => contribution),
    recordIndexes: Uint32Array.from(places, ({ recordIndex }) => recordIndex),
  };
  const scales = new Uint32Array(count).fill(7);
  const isWithdrawn = (place: number): boolean => withdrawn.has(places[place]!.contribution);
  for (let place = 0; place < count; place++) {
    if (!isWithdrawn(place)) continue;
    sketches.fill(0, place * DIMENSIONS, (place + 1) * DIMENSIONS);
    records.contentSignatures.fill(0, 32 * place, 32 * place + 32);
    scales[place] = 0;
  }
  const index = await buildIndex(records, { count, k: DIMENSIONS, sketches, scales }, METHOD);
  const { novelties, witnesses } = index;
  for (let place = 0; place < count; place++) if (isWithdrawn(place)) [novelties[place], witnesses[place]] = [0, NONE];
  return index;
}

function bytesOf(next: Next, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => next(256));
}

/** The index committed as it is drawn, shown as a whole. */
export function commitStraight(drawn: DrawnIndex): BentIndex {
  return commitBent(drawn, "nothing", leavesOf(drawn), {});
}

/** What is bent, by name: each is provable, whichever index it is done to. `undefined` where the index gives no occasion. */
export const INDEX_BENDS: Readonly<Record<string, (next: Next, drawn: DrawnIndex) => BentIndex | undefined>> = {
  "another record hash": onPayload((next, p) => flip(next, p, AT.recordHash, 32)),
  "another contribution": onPayload((next, p, drawn) => {
    const other = BigInt(1 + next(drawn.contents.size + 1));
    const isOther = other !== BigInt(readUint(p, AT.contribution + 4, 4));
    writeBigUint(p, AT.contribution, 8, isOther ? other : 2n ** 64n - 1n, "contributionId");
  }),
  "another place of the contribution": onPayload((next, p) =>
    writeUint(p, AT.recordIndex, 4, readUint(p, AT.recordIndex, 4) + 1 + next(3), "recordIndex"),
  ),
  "another novelty": onPayload((next, p) => {
    p[AT.novelty] = (p[AT.novelty]! + 1 + next(254)) % 255;
    // What was new needs a witness to be anything else.
    if (readUint(p, AT.witness, 4) === NONE) writeUint(p, AT.witness, 4, 0, "witness");
  }),
  "new without being so": onPayload((_, p) => {
    if (p[AT.novelty] === FULL_NOVELTY) return false;
    p[AT.novelty] = FULL_NOVELTY;
    writeUint(p, AT.witness, 4, NONE, "witness");
    return true;
  }),
  "another witness": onPayload((next, p, _, place) => {
    if (p[AT.novelty] === FULL_NOVELTY || place < 2) return false;
    const witness = readUint(p, AT.witness, 4);
    writeUint(p, AT.witness, 4, (witness + 1 + next(place - 1)) % place, "witness");
    return true;
  }),
  "a record in withdrawn form that is not withdrawn": onRecord(isKept, (_, p) => {
    const { recordHash, contributionId, recordIndex } = decodeIndex(p);
    p.set(encodeIndex(withdrawnRecord({ recordHash, contributionId, recordIndex }, DIMENSIONS)));
  }),
  "a withdrawn record with weight": onRecord(isGone, (next, p) => {
    const sketch = Int8Array.from({ length: DIMENSIONS }, () => next(255) - 127);
    p.set(encodeIndex({ ...decodeIndex(p), scale: 7, novelty: FULL_NOVELTY, witness: NONE, sketch }));
  }),
  "a withdrawn record as a record without a sketch": onRecord(isGone, (_, p) => void (p[AT.novelty] = FULL_NOVELTY)),
  "a withdrawn record as a copy": onRecord(isGone, (next, p, place) => {
    // A record at the head has no earlier one; it then names itself, which is malformed.
    writeUint(p, AT.witness, 4, place === 0 ? 0 : next(place), "witness");
  }),
  "a withdrawn record with a scale": onRecord(isGone, (next, p) => void (p[AT.scale + 3] = 1 + next(255))),
  "a withdrawn record with a signature": onRecord(isGone, (next, p) => flip(next, p, AT.contentSignature, 32)),
  "another sum of coordinates": onPayload((next, p) => flip(next, p, AT.sumU, 4)),
  "another sum of squares": onPayload((next, p) => flip(next, p, AT.sumSq, 4)),
  "a coordinate of no value": onPayload((next, p) => void (p[AT.sketch + next(DIMENSIONS)] = 0)),
  "another tag": onPayload((next, p) => void (p[0] = 3 + next(9))),
  "a scale that is too large": onPayload((_, p) => void (p[AT.scale] = 1)),
  "a payload of another size": onLeaf((next, leaf) => ({
    ...leaf,
    payload: next(2) === 0 ? leaf.payload.slice(0, -1) : Uint8Array.from([...leaf.payload, 1]),
  })),
  "another leaf sum": onLeaf((next, leaf) => ({ ...leaf, sum: [0n, 2n, 2n ** 127n][next(3)]! })),
  "a leaf with another place in it": onLeaf((next, leaf) => ({ ...leaf, key: leaf.key + 1 + next(5) })),
  "a leaf of no leaf's bytes": onLeaf((next, leaf) => ({ ...leaf, preimage: bytesOf(next, next(60)) })),
  "two records in each other's place": (next, drawn) => {
    const leaves = leavesOf(drawn);
    const [a, b] = [next(leaves.length), next(leaves.length)];
    if (a === b) return undefined;
    [leaves[a]!.payload, leaves[b]!.payload] = [leaves[b]!.payload, leaves[a]!.payload];
    return commitBent(drawn, "two records in each other's place", leaves, {});
  },
  "no leaf at a place": (next, drawn) => {
    const leaves = leavesOf(drawn);
    leaves.splice(next(leaves.length), 1);
    return commitBent(drawn, "no leaf at a place", leaves, {});
  },
  "a leaf above the count": (next, drawn) => {
    const leaves = leavesOf(drawn);
    leaves.at(-1)!.key += 1 + next(1_000);
    return commitBent(drawn, "a leaf above the count", leaves, {});
  },
  "a node of no node's bytes": onNode((next) => ({ preimage: bytesOf(next, next(120)) })),
  "a node of another sum": onNode((next, sum) => ({ sum: sum + BigInt(1 + next(3)) })),
};

function leavesOf({ tree, facts }: DrawnIndex): WildLeaf[] {
  return Array.from({ length: facts.records }, (_, key) => ({ key, sum: 1n, payload: tree.payload(key)!.slice() }));
}

/** The registry takes a commit only with the layout's record count as its sum. */
function commitBent(drawn: DrawnIndex, what: string, leaves: readonly WildLeaf[], bending: Bending): BentIndex {
  const store = new PreimageStore();
  const root: Root = { ...buildWildTree(INDEX, [], leaves, bending, store), sum: BigInt(drawn.facts.records) };
  const { contentTreeOf } = drawn;
  return { facts: { ...drawn.facts, root }, known: { source: store, contentTreeOf }, what };
}

function onLeaf(bend: (next: Next, leaf: WildLeaf) => WildLeaf) {
  return (next: Next, drawn: DrawnIndex): BentIndex => {
    const chosen = next(drawn.facts.records);
    return commitBent(drawn, `leaf ${chosen}`, leavesOf(drawn), {
      leaf: (_, __, place, leaf) => (place === chosen ? bend(next, leaf) : leaf),
    });
  };
}

/** @param bend gives `false` where the record gives no occasion */
function onPayload(bend: (next: Next, payload: Uint8Array, drawn: DrawnIndex, place: number) => unknown) {
  return (next: Next, drawn: DrawnIndex): BentIndex | undefined => {
    const leaves = leavesOf(drawn);
    const place = next(leaves.length);
    if (bend(next, leaves[place]!.payload, drawn, place) === false) return undefined;
    return commitBent(drawn, `payload ${place}`, leaves, {});
  };
}

/** Of a record that is one of those to choose from, and of no index without one. */
function onRecord(
  isChosen: (facts: IndexCase, place: number) => boolean,
  bend: (next: Next, payload: Uint8Array, place: number) => void,
) {
  return (next: Next, drawn: DrawnIndex): BentIndex | undefined => {
    const leaves = leavesOf(drawn);
    const places = leaves.map(({ key }) => key).filter((key) => isChosen(drawn.facts, key));
    if (places.length === 0) return undefined;
    const place = places[next(places.length)]!;
    bend(next, leaves[place]!.payload, place);
    return commitBent(drawn, `record ${place}`, leaves, {});
  };
}

function isGone({ layout, isWithdrawn }: IndexCase, place: number): boolean {
  return isWithdrawn(layoutAt(layout, place)!.contribution);
}

function isKept(facts: IndexCase, place: number): boolean {
  return !isGone(facts, place);
}

function onNode(bend: (next: Next, sum: bigint) => { preimage?: Uint8Array; sum?: bigint }) {
  return (next: Next, drawn: DrawnIndex): BentIndex => {
    const chosen = 1 + next(31);
    const bent = { level: chosen, index: 0 };
    return commitBent(drawn, `node at level ${chosen}`, leavesOf(drawn), {
      inner: (_, __, level, index, node) =>
        level === bent.level && index === bent.index ? { ...node, ...bend(next, node.sum) } : node,
    });
  };
}

function flip(next: Next, bytes: Uint8Array, from: number, width: number): void {
  bytes[from + next(width)]! ^= 1 + next(255);
}
