// Vectors of every payload (docs/formats.md §3).
import { MAX_U128, MAX_U256, MAX_U48, MAX_U64, NONE } from "../../src/bytes.ts";
import { keccak256 } from "../../src/keccak.ts";
import {
  CONTENT,
  EARNING,
  ENTRY,
  GROUP,
  INDEX,
  type Kind,
  PAYOUT,
  POINTS,
  RECEIPT,
  SKETCH,
  TALLY,
  TRACE,
} from "../../src/kinds.ts";
import { emptyRoot, leafNode, type Root } from "../../src/node.ts";
import { encodeContent } from "../../src/payloads/content.ts";
import { encodeEarning } from "../../src/payloads/earning.ts";
import { encodeEntry } from "../../src/payloads/entry.ts";
import { encodeGroup } from "../../src/payloads/group.ts";
import { encodeIndex, withdrawnRecord } from "../../src/payloads/index.ts";
import { encodePayout } from "../../src/payloads/payout.ts";
import { encodePoints } from "../../src/payloads/points.ts";
import { encodeReceipt } from "../../src/payloads/receipt.ts";
import { encodeSketch } from "../../src/payloads/sketch.ts";
import { encodeTally } from "../../src/payloads/tally.ts";
import { encodeTrace } from "../../src/payloads/trace.ts";
import { sketchSums } from "../../src/sketch.ts";
import { seededBytes, seededHex, seededSketch, seededUint } from "./seeded.ts";
import { type VectorCase, type VectorFile, vectorJson } from "./vector.ts";

function payloadCase<T extends object>(
  name: string,
  kind: Kind,
  encode: (payload: T) => Uint8Array,
  fields: T,
  leaf: { key: number; sum: bigint },
  derived: object = {},
): VectorCase {
  const payload = encode(fields);
  const payloadHash = keccak256(payload);
  return {
    name,
    input: { kind: kind.name, fields: vectorJson({ ...fields, ...derived }), leaf: vectorJson(leaf) },
    output: vectorJson({ payload, payloadHash, leafHash: leafNode(leaf.key, leaf.sum, payloadHash).hash }),
  };
}

function root(label: string, depth: number): Root {
  return { hash: seededBytes(`${label}/hash`, 32), sum: seededUint(`${label}/sum`, 90), depth };
}

export function payloadVectors(): VectorFile {
  const sketch = seededSketch("index sketch", 64);
  const extreme = Int8Array.from({ length: 4096 }, (_, i) => (i % 2 === 0 ? 127 : -127));
  const zero = new Int8Array(32);
  const record = {
    recordHash: seededBytes("record", 32),
    contentSignature: seededBytes("signature", 32),
    contributionId: 7n,
    recordIndex: 41,
    scale: 70_000,
    novelty: 254,
    witness: 3,
    sketch,
  };
  const receipt = {
    till: seededHex("till", 20),
    modelVersion: 12n,
    channelId: seededHex("channel", 32),
    sequence: 5n,
    cumulative: 12_345_678_901_234_567_890n,
    agentRegistry: seededHex("agents", 20),
    agentId: 99n,
    requestHash: seededHex("request", 32),
    responseHash: seededHex("response", 32),
    issuedAt: 1_790_000_000,
  };
  const largestReceipt = {
    till: `0x${"ff".repeat(20)}` as const,
    modelVersion: MAX_U64,
    channelId: `0x${"ff".repeat(32)}` as const,
    sequence: MAX_U64,
    cumulative: MAX_U128,
    agentRegistry: `0x${"ff".repeat(20)}` as const,
    agentId: MAX_U256,
    requestHash: `0x${"ff".repeat(32)}` as const,
    responseHash: `0x${"ff".repeat(32)}` as const,
    issuedAt: MAX_U48,
  };
  const one = { key: 9, sum: 1n };
  const first = { ...record, novelty: 255, witness: NONE };
  const helpful = root("helpful", ENTRY.depth);
  const credits = root("credits", TALLY.depth);
  return {
    about:
      "Payloads: fields of a kind, its bytes, H(payload), and the hash of the leaf with the place and sum given. Sketches are their k stored (excess-128) bytes.",
    cases: [
      payloadCase("content", CONTENT, encodeContent, { recordHash: record.recordHash }, one),
      payloadCase("index, with a witness", INDEX, encodeIndex, record, one, sketchSums(sketch)),
      payloadCase("index, first of its kind", INDEX, encodeIndex, first, { key: 0, sum: 1n }, sketchSums(sketch)),
      payloadCase(
        "index, largest sketch and scale",
        INDEX,
        encodeIndex,
        { ...first, scale: 2 ** 24 - 1, sketch: extreme },
        { key: NONE, sum: 1n },
        sketchSums(extreme),
      ),
      payloadCase(
        "index, zero sketch",
        INDEX,
        encodeIndex,
        { ...first, scale: 0, sketch: zero },
        one,
        sketchSums(zero),
      ),
      payloadCase("index, withdrawn", INDEX, encodeIndex, withdrawnRecord(record, zero.length), one, sketchSums(zero)),
      payloadCase("receipt", RECEIPT, encodeReceipt, receipt, { key: 0, sum: 250_000n }),
      payloadCase("receipt, largest values", RECEIPT, encodeReceipt, largestReceipt, {
        key: 2 ** 24 - 1,
        sum: MAX_U128,
      }),
      payloadCase("sketch", SKETCH, encodeSketch, { receiptHash: seededBytes("receipt hash", 32), sketch }, one, {
        sumU: sketchSums(sketch).sumU,
      }),
      payloadCase(
        "entry, helpful",
        ENTRY,
        encodeEntry,
        { recordIndex: 17, s: 123_456_789n, points: 1000n, tallyIndex: 2 },
        { key: 0, sum: 123_456_789n * 255n },
      ),
      payloadCase(
        "entry, harmful without points",
        ENTRY,
        encodeEntry,
        { recordIndex: NONE - 1, s: -(2n ** 63n), points: 0n, tallyIndex: NONE },
        { key: 255, sum: 1n },
      ),
      payloadCase(
        "trace",
        TRACE,
        encodeTrace,
        {
          receiptHash: seededBytes("receipt hash", 32),
          sketchHash: seededBytes("sketch hash", 32),
          helpful,
          harmful: emptyRoot(ENTRY.depth),
        },
        { key: 1_000_000, sum: 77n },
      ),
      payloadCase("tally", TALLY, encodeTally, { call: 1_000_000, entry: 31 }, { key: 4, sum: 1000n }),
      payloadCase(
        "points",
        POINTS,
        encodePoints,
        { credits, debits: emptyRoot(TALLY.depth), positionId: 3n, earningIndex: 8 },
        { key: 17, sum: credits.sum },
      ),
      payloadCase(
        "points, nothing left",
        POINTS,
        encodePoints,
        { credits: emptyRoot(TALLY.depth), debits: root("debits", TALLY.depth), positionId: 3n, earningIndex: NONE },
        { key: 18, sum: 0n },
      ),
      payloadCase(
        "group",
        GROUP,
        encodeGroup,
        {
          modelVersion: 12n,
          trace: root("trace", TRACE.depth),
          points: root("points", POINTS.depth),
          fallbackEarningIndex: NONE,
        },
        { key: 0, sum: 5_000_000n },
      ),
      payloadCase("earning", EARNING, encodeEarning, { group: 0, record: 17 }, { key: 8, sum: 640n }),
      payloadCase("earning, fallback", EARNING, encodeEarning, { group: 1, record: NONE }, { key: 9, sum: 1n }),
      payloadCase(
        "payout",
        PAYOUT,
        encodePayout,
        { earnings: root("earnings", EARNING.depth) },
        { key: 3, sum: 9_999n },
      ),
      payloadCase(
        "payout, nothing earned",
        PAYOUT,
        encodePayout,
        { earnings: emptyRoot(EARNING.depth) },
        { key: 4, sum: 1n },
      ),
    ],
  };
}
