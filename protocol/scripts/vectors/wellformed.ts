// Vectors of nodes that are well-formed or not (docs/formats.md §5, rules 1 to 4).
import { concatBytes, NONE } from "../../src/bytes.ts";
import { keccak256 } from "../../src/keccak.ts";
import {
  CONTENT,
  EARNING,
  ENTRY,
  INDEX,
  type Kind,
  PAYOUT,
  POINTS,
  RECEIPT,
  SKETCH,
  TALLY,
  TRACE,
} from "../../src/kinds.ts";
import { absentNode, emptyRoot, innerPreimage, leafPreimage, type Node } from "../../src/node.ts";
import { encodeContent } from "../../src/payloads/content.ts";
import { encodeEarning } from "../../src/payloads/earning.ts";
import { encodeEntry } from "../../src/payloads/entry.ts";
import { encodeIndex, withdrawnRecord } from "../../src/payloads/index.ts";
import { encodePayout } from "../../src/payloads/payout.ts";
import { encodePoints } from "../../src/payloads/points.ts";
import { encodeReceipt } from "../../src/payloads/receipt.ts";
import { encodeSketch } from "../../src/payloads/sketch.ts";
import { encodeTally } from "../../src/payloads/tally.ts";
import { encodeTrace } from "../../src/payloads/trace.ts";
import { sketchSums } from "../../src/sketch.ts";
import { judgeNode, type PlacedNode } from "../../src/well-formed.ts";
import { seededBytes, seededHex, seededSketch } from "./seeded.ts";
import { type VectorCase, type VectorFile, vectorJson } from "./vector.ts";

function judged(name: string, placed: PlacedNode, preimage?: Uint8Array, payload?: Uint8Array): VectorCase {
  const { kind, node, ...place } = placed;
  return {
    name,
    input: vectorJson({
      kind: kind.name,
      ...place,
      ...node,
      ...(preimage !== undefined && { preimage }),
      ...(payload !== undefined && { payload }),
    }),
    output: vectorJson(judgeNode(placed, preimage, payload)),
  };
}

/** A node that commits to a preimage, whatever it is. */
function inner(name: string, preimage: Uint8Array, sum: bigint): VectorCase {
  return judged(
    `inner: ${name}`,
    { kind: CONTENT, level: 3, index: 5, node: { hash: keccak256(preimage), sum } },
    preimage,
  );
}

function leafWith(name: string, kind: Kind, preimage: Uint8Array, sum: bigint, payload?: Uint8Array): VectorCase {
  const placed = { kind, level: kind.depth, index: 5, node: { hash: keccak256(preimage), sum } };
  return judged(`leaf: ${name}`, placed, preimage, payload);
}

function payloadCase(
  name: string,
  kind: Kind,
  payload: Uint8Array,
  extra: Partial<PlacedNode> = {},
  sum = 1n,
): VectorCase {
  const index = extra.index ?? 5;
  const preimage = leafPreimage(index, sum, keccak256(payload));
  const placed = { kind, level: kind.depth, index, node: { hash: keccak256(preimage), sum }, ...extra };
  return judged(`payload: ${name}`, placed, preimage, payload);
}

/** Four bytes, big-endian. */
function bytesOf(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
}

/** The bytes with a field overwritten. */
function changed(bytes: Uint8Array, offset: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, offset);
  return copy;
}

function innerCases(): VectorCase[] {
  const left: Node = { hash: seededBytes("left", 32), sum: 3n };
  const right: Node = { hash: seededBytes("right", 32), sum: 4n };
  const largest: Node = { hash: left.hash, sum: (1n << 128n) - 1n };
  const preimage = innerPreimage(left, right);
  const other = innerPreimage(right, left);
  return [
    judged("absent", { kind: CONTENT, level: 3, index: 5, node: absentNode() }),
    judged("sum without a hash", { kind: CONTENT, level: 3, index: 5, node: { ...absentNode(), sum: 1n } }),
    inner("well-formed", preimage, 7n),
    inner("well-formed with an absent child", innerPreimage(absentNode(), right), 4n),
    inner("children that add up to another sum", preimage, 8n),
    inner("children whose sum overflows", innerPreimage(largest, right), 3n),
    inner("both children absent", innerPreimage(absentNode(), absentNode()), 0n),
    inner("left child with a sum without a hash", innerPreimage({ ...absentNode(), sum: 3n }, right), 7n),
    inner("right child with a sum without a hash", innerPreimage(left, { ...absentNode(), sum: 4n }), 7n),
    inner("a leaf's prefix", changed(preimage, 0, 0), 7n),
    inner("96 bytes", preimage.slice(0, 96), 7n),
    inner("98 bytes", concatBytes(preimage, Uint8Array.of(0)), 7n),
    inner("a leaf's preimage", leafPreimage(5, 7n, seededBytes("payload", 32)), 7n),
    inner("empty preimage", new Uint8Array(), 7n),
    judged(
      "inner: preimage of another node",
      { kind: CONTENT, level: 3, index: 5, node: { hash: keccak256(other), sum: 7n } },
      preimage,
    ),
  ];
}

function leafCases(): VectorCase[] {
  const payload = encodeContent({ recordHash: seededBytes("record", 32) });
  const hash = keccak256(payload);
  const preimage = leafPreimage(5, 1n, hash);
  return [
    leafWith("well-formed", CONTENT, preimage, 1n, payload),
    leafWith("key of another place", CONTENT, leafPreimage(6, 1n, hash), 1n, payload),
    leafWith("key beyond 32 bits", CONTENT, leafPreimage((1n << 32n) + 5n, 1n, hash), 1n, payload),
    leafWith("sum other than the node's", RECEIPT, leafPreimage(5, 2n, hash), 3n),
    leafWith("an inner node's prefix", CONTENT, changed(preimage, 0, 1), 1n),
    leafWith("58 bytes", CONTENT, concatBytes(preimage, Uint8Array.of(0)), 1n),
    leafWith("an inner node's preimage", CONTENT, innerPreimage(absentNode(), { hash, sum: 1n }), 1n),
    leafWith("a sum that is not 1", CONTENT, leafPreimage(5, 2n, hash), 2n, payload),
    leafWith("payload of another leaf", CONTENT, preimage, 1n, changed(payload, 9, 0)),
  ];
}

function indexCases(): VectorCase[] {
  const record = {
    recordHash: seededBytes("record", 32),
    contentSignature: seededBytes("signature", 32),
    contributionId: 2n,
    recordIndex: 8,
    scale: 1,
    novelty: 100,
    witness: 4,
    sketch: seededSketch("sketch", 32),
  };
  const bytes = encodeIndex(record);
  const none = [0xff, 0xff, 0xff, 0xff];
  const withdrawn = encodeIndex(withdrawnRecord(record, 32));
  const { sumU, sumSq } = sketchSums(Int8Array.of(1, ...new Int8Array(31)));
  const oneMore = changed(changed(withdrawn, 94, 129), 86, ...bytesOf(sumU), ...bytesOf(sumSq));
  const k = { k: 32 };
  return [
    payloadCase("index", INDEX, bytes, k),
    payloadCase("index, tag of another kind", INDEX, changed(bytes, 0, 4), k),
    payloadCase("index, sketch of another size than the method's", INDEX, bytes, { k: 64 }),
    payloadCase("index, a byte short", INDEX, bytes.slice(0, -1), k),
    payloadCase("index, coordinate byte 0", INDEX, changed(bytes, 100, 0), k),
    payloadCase("index, sumU", INDEX, changed(bytes, 89, bytes[89]! ^ 1), k),
    payloadCase("index, sumSq", INDEX, changed(bytes, 93, bytes[93]! ^ 1), k),
    payloadCase("index, scale 2^24", INDEX, changed(bytes, 77, 1, 0, 0, 0), k),
    payloadCase("index, scale 0 with coordinates", INDEX, changed(bytes, 77, 0, 0, 0, 0), k),
    payloadCase("index, full novelty with a witness", INDEX, changed(bytes, 81, 255), k),
    payloadCase("index, less than full novelty without a witness", INDEX, changed(bytes, 82, ...none), k),
    payloadCase("index, full novelty without a witness", INDEX, changed(bytes, 81, 255, ...none), k),
    payloadCase("index, novelty 0 without a witness, but with weight", INDEX, changed(bytes, 81, 0, ...none), k),
    payloadCase("index, withdrawn", INDEX, withdrawn, k),
    payloadCase("index, withdrawn with a novelty", INDEX, changed(withdrawn, 81, 1), k),
    payloadCase("index, withdrawn with a scale", INDEX, changed(withdrawn, 80, 1), k),
    payloadCase("index, withdrawn with a signature", INDEX, changed(withdrawn, 64, 1), k),
    payloadCase("index, withdrawn with a coordinate", INDEX, changed(withdrawn, 94, 129), k),
    payloadCase("index, withdrawn with a coordinate that the sums have", INDEX, oneMore, k),
    payloadCase("index, new without a sketch", INDEX, changed(withdrawn, 81, 255), k),
    payloadCase("index, witness at its own place", INDEX, changed(bytes, 82, 0, 0, 0, 5), k),
    payloadCase(
      "index, zero sketch with scale 0",
      INDEX,
      encodeIndex({ ...record, scale: 0, sketch: new Int8Array(32) }),
      k,
    ),
  ];
}

function otherCases(): VectorCase[] {
  const receipt = encodeReceipt({
    till: seededHex("till", 20),
    modelVersion: 1n,
    channelId: seededHex("channel", 32),
    sequence: 1n,
    cumulative: 9n,
    agentRegistry: `0x${"00".repeat(20)}`,
    agentId: 0n,
    requestHash: seededHex("request", 32),
    responseHash: seededHex("response", 32),
    issuedAt: 1_790_000_000,
  });
  const sketch = encodeSketch({ receiptHash: seededBytes("receipt", 32), sketch: seededSketch("query", 32) });
  const helpful = encodeEntry({ recordIndex: 1, s: 5n, points: 7n, tallyIndex: 0 });
  const harmful = encodeEntry({ recordIndex: 1, s: -5n, points: 0n, tallyIndex: NONE });
  const empty = emptyRoot(ENTRY.depth);
  const trace = encodeTrace({
    receiptHash: seededBytes("a", 32),
    sketchHash: seededBytes("b", 32),
    helpful: empty,
    harmful: empty,
  });
  const none = emptyRoot(TALLY.depth);
  const tallies = { hash: seededBytes("tallies", 32), sum: 4n, depth: TALLY.depth };
  const points = encodePoints({ credits: none, debits: tallies, positionId: 1n, earningIndex: NONE });
  const lastPosition = encodePoints({ credits: tallies, debits: none, positionId: 2n ** 28n - 1n, earningIndex: 0 });
  const tally = encodeTally({ call: 2 ** 28 - 1, entry: 255 });
  const earning = encodeEarning({ group: 2 ** 16 - 1, record: NONE });
  const payout = encodePayout({ earnings: emptyRoot(EARNING.depth) });
  return [
    payloadCase("receipt", RECEIPT, receipt, {}, 9n),
    payloadCase("receipt, reserved bytes", RECEIPT, changed(receipt, 210, 1), {}, 9n),
    payloadCase("receipt, a byte too long", RECEIPT, concatBytes(receipt, Uint8Array.of(0)), {}, 9n),
    payloadCase("sketch", SKETCH, sketch, { k: 32 }),
    payloadCase("sketch, sumU", SKETCH, changed(sketch, 36, sketch[36]! ^ 1), { k: 32 }),
    payloadCase("sketch, coordinate byte 0", SKETCH, changed(sketch, 68, 0), { k: 32 }),
    payloadCase("sketch, sum 2", SKETCH, sketch, { k: 32 }, 2n),
    payloadCase("entry, helpful", ENTRY, helpful, { list: "helpful" }, 5n),
    payloadCase("entry, helpful sign on the harmful list", ENTRY, helpful, { list: "harmful" }, 5n),
    payloadCase("entry, harmful", ENTRY, harmful, { list: "harmful" }, 5n),
    payloadCase("entry, harmful sign on the helpful list", ENTRY, harmful, { list: "helpful" }, 5n),
    payloadCase("entry, s = 0", ENTRY, changed(helpful, 5, 0, 0, 0, 0, 0, 0, 0, 0), { list: "helpful" }, 5n),
    payloadCase(
      "entry, points without a tally index",
      ENTRY,
      changed(helpful, 29, 0xff, 0xff, 0xff, 0xff),
      { list: "helpful" },
      5n,
    ),
    payloadCase(
      "entry, a tally index without points",
      ENTRY,
      changed(harmful, 29, 0, 0, 0, 0),
      { list: "harmful" },
      5n,
    ),
    payloadCase("trace", TRACE, trace, {}, 3n),
    payloadCase("trace, nested root of another depth", TRACE, changed(trace, 113, 9), {}, 3n),
    payloadCase("trace, nested root with a sum without a hash", TRACE, changed(trace, 161, 1), {}, 3n),
    payloadCase("points", POINTS, points, {}, 0n),
    payloadCase("points, nested root of another depth", POINTS, changed(points, 98, 32), {}, 0n),
    payloadCase("points, largest position", POINTS, lastPosition, {}, 4n),
    payloadCase(
      "points, neither credits nor debits",
      POINTS,
      changed(points, 50, ...new Array<number>(48).fill(0)),
      {},
      0n,
    ),
    payloadCase("points, position 0", POINTS, changed(points, 106, 0), {}, 0n),
    payloadCase("points, position 2^28", POINTS, changed(lastPosition, 103, 0x10, 0, 0, 0), {}, 4n),
    payloadCase("entry, sum 0", ENTRY, helpful, { list: "helpful" }, 0n),
    payloadCase("entry, no record", ENTRY, changed(helpful, 1, 0xff, 0xff, 0xff, 0xff), { list: "helpful" }, 5n),
    payloadCase(
      "entry, tally index 2^28 − 1",
      ENTRY,
      changed(helpful, 29, 0x0f, 0xff, 0xff, 0xff),
      { list: "helpful" },
      5n,
    ),
    payloadCase("entry, tally index 2^28", ENTRY, changed(helpful, 29, 0x10, 0, 0, 0), { list: "helpful" }, 5n),
    payloadCase("tally, largest values", TALLY, tally, {}, 1n),
    payloadCase("tally, sum 0", TALLY, tally, {}, 0n),
    payloadCase("tally, call 2^28", TALLY, changed(tally, 1, 0x10, 0, 0, 0), {}, 1n),
    payloadCase("tally, entry 256", TALLY, changed(tally, 5, 1, 0), {}, 1n),
    payloadCase("earning, largest values", EARNING, earning, {}, 1n),
    payloadCase("earning, sum 0", EARNING, earning, {}, 0n),
    payloadCase("earning, group 2^16", EARNING, changed(earning, 1, 0, 1, 0, 0), {}, 1n),
    payloadCase("payout", PAYOUT, payout, {}, 1n),
    payloadCase("payout, sum 0", PAYOUT, payout, {}, 0n),
  ];
}

export function wellFormedVectors(): VectorFile {
  return {
    about:
      'Nodes (hash, sum) at `index` of `level` in a tree of a kind, with the preimage of the hash and, at leaves, of the payload hash: "malformed" by which rule of §5, "well-formed", or "no evidence" where the bytes are not what the node commits to. `k` is the method\'s, `list` the list an entry stands in. Reasons are informative.',
    cases: [...innerCases(), ...leafCases(), ...indexCases(), ...otherCases()],
  };
}
