// Property tests of all payload codecs: round trips, strictness, and batches against single payloads.
import { expect } from "chai";
import fc from "fast-check";
import { bytesToHex, hexToBytes, NONE } from "../bytes.ts";
import {
  ENTRY,
  INDEX,
  KINDS,
  type Kind,
  payloadBytes,
  POINTS,
  RECEIPT,
  SKETCH,
  TALLY,
  TRACE,
  EARNING,
} from "../kinds.ts";
import { emptyRoot, isAbsent, type Root } from "../node.ts";
import { sumWords } from "../sum-tree.ts";
import { bytesOf, u32, u48, uintOf } from "../testing/arbitraries.ts";
import { decodeContent, encodeContent } from "./content.ts";
import { decodeEarning, encodeEarning } from "./earning.ts";
import { decodeEntry, encodeEntry } from "./entry.ts";
import { decodeGroup, encodeGroup } from "./group.ts";
import {
  decodeIndex,
  encodeIndex,
  encodeIndexBatch,
  type IndexPayload,
  isWithdrawnForm,
  withdrawnRecord,
} from "./index.ts";
import { decodePayout, encodePayout } from "./payout.ts";
import { decodePoints, encodePoints } from "./points.ts";
import { decodeReceipt, encodeReceipt, encodeReceiptBatch } from "./receipt.ts";
import { decodeSketch, encodeSketch, encodeSketchBatch } from "./sketch.ts";
import { decodeTally, encodeTally } from "./tally.ts";
import { decodeTrace, encodeTrace, encodeTraceBatch } from "./trace.ts";

const hexOf = (length: number) => bytesOf(length).map(bytesToHex);
const rootOf = (depth: number): fc.Arbitrary<Root> =>
  fc.oneof(
    fc.constant(emptyRoot(depth)),
    fc.record({
      hash: bytesOf(32).map((hash) => Uint8Array.from(hash, (x, i) => (i === 0 ? x | 1 : x))),
      sum: uintOf(128),
      depth: fc.constant(depth),
    }),
  );
const sketchOf = (k: number) => fc.int8Array({ minLength: k, maxLength: k, min: -127, max: 127 });
const sizes = fc.constantFrom(32, 64, 256);

const indexOf = (k: number): fc.Arbitrary<IndexPayload> =>
  fc
    .record({
      recordHash: bytesOf(32),
      contentSignature: bytesOf(32),
      contributionId: uintOf(64),
      recordIndex: u32,
      scale: fc.integer({ min: 1, max: 2 ** 24 - 1 }),
      novelty: fc.nat(255),
      place: fc.nat(NONE - 1),
      sketch: sketchOf(k),
    })
    .chain(({ place, ...record }) =>
      fc.constantFrom({ ...record, witness: record.novelty === 255 ? NONE : place }, withdrawnRecord(record, k)),
    );

const receipts = fc.record({
  till: hexOf(20),
  modelVersion: uintOf(64),
  channelId: hexOf(32),
  sequence: uintOf(64),
  cumulative: uintOf(128),
  agentRegistry: hexOf(20),
  agentId: uintOf(256),
  requestHash: hexOf(32),
  responseHash: hexOf(32),
  issuedAt: u48,
});

const entries = fc
  .record({
    recordIndex: fc.nat(NONE - 1),
    s: uintOf(63),
    isHarmful: fc.boolean(),
    points: fc.oneof(fc.constant(0n), uintOf(128)),
    place: fc.nat(2 ** 28 - 1),
  })
  .map(({ recordIndex, s, isHarmful, points, place }) => ({
    recordIndex,
    s: isHarmful ? -1n - s : s === 0n ? 1n : s,
    points,
    tallyIndex: points === 0n ? NONE : place,
  }));

const traces = fc.record({
  receiptHash: bytesOf(32),
  sketchHash: bytesOf(32),
  helpful: rootOf(ENTRY.depth),
  harmful: rootOf(ENTRY.depth),
});

type Codec = {
  kind: string;
  encoded: fc.Arbitrary<[payload: unknown, bytes: Uint8Array, decode: (bytes: Uint8Array) => unknown]>;
};

function codec<T>(
  kind: string,
  payloads: fc.Arbitrary<T>,
  encode: (payload: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T,
): Codec {
  return { kind, encoded: payloads.map((payload) => [payload, encode(payload), decode]) };
}

const CODECS: Codec[] = [
  codec("content", fc.record({ recordHash: bytesOf(32) }), encodeContent, decodeContent),
  codec("index", sizes.chain(indexOf), encodeIndex, (bytes) => decodeIndex(bytes)),
  codec("receipt", receipts, encodeReceipt, decodeReceipt),
  codec(
    "sketch",
    sizes.chain((k) => fc.record({ receiptHash: bytesOf(32), sketch: sketchOf(k) })),
    encodeSketch,
    (bytes) => decodeSketch(bytes),
  ),
  codec("entry", entries, encodeEntry, decodeEntry),
  codec("trace", traces, encodeTrace, decodeTrace),
  codec("tally", fc.record({ call: fc.nat(2 ** 28 - 1), entry: fc.nat(255) }), encodeTally, decodeTally),
  codec(
    "points",
    fc
      .record({
        credits: rootOf(TALLY.depth),
        debits: rootOf(TALLY.depth),
        positionId: fc.bigInt({ min: 1n, max: 2n ** 28n - 1n }),
        earningIndex: u32,
      })
      .filter(({ credits, debits }) => !isAbsent(credits) || !isAbsent(debits)),
    encodePoints,
    decodePoints,
  ),
  codec(
    "group",
    fc.record({
      modelVersion: uintOf(64),
      trace: rootOf(TRACE.depth),
      points: rootOf(POINTS.depth),
      fallbackEarningIndex: u32,
    }),
    encodeGroup,
    decodeGroup,
  ),
  codec("earning", fc.record({ group: fc.nat(0xffff), record: u32 }), encodeEarning, decodeEarning),
  codec("payout", fc.record({ earnings: rootOf(EARNING.depth) }), encodePayout, decodePayout),
];

/** An index payload with this sketch and no rule broken. */
function recordWith(sketch: Int8Array): IndexPayload {
  return {
    recordHash: new Uint8Array(32),
    contentSignature: new Uint8Array(32),
    contributionId: 1n,
    recordIndex: 0,
    scale: 1,
    novelty: 255,
    witness: NONE,
    sketch,
  };
}

describe("payload codecs", () => {
  it("cover every kind", () => {
    expect(CODECS.map((item) => item.kind)).to.deep.equal(KINDS.map((kind: Kind) => kind.name));
    expect(KINDS.map((kind) => kind.tag)).to.deep.equal(KINDS.map((_, i) => i + 1));
  });

  for (const [i, { kind, encoded }] of CODECS.entries()) {
    it(`${kind}: round trip, and refuse another length or tag`, () => {
      fc.assert(
        fc.property(encoded, ([payload, bytes, decode]) => {
          const k = KINDS[i]!.hasSketch ? bytes.length - KINDS[i]!.bytes : 0;
          expect(bytes.length).to.equal(payloadBytes(KINDS[i]!, k));
          expect(bytes[0]).to.equal(KINDS[i]!.tag);
          expect(decode(bytes)).to.deep.equal(payload);
          expect(() => decode(bytes.slice(0, -1))).to.throw(`${kind} payload, length`);
          expect(() => decode(Uint8Array.of(...bytes, 1))).to.throw(`${kind} payload, length`);
          expect(() => decode(Uint8Array.of(bytes[0]! ^ 0x10, ...bytes.slice(1)))).to.throw(`${kind} payload, tag`);
        }),
        { numRuns: 40 },
      );
    });

    it(`${kind}: no two byte strings decode to the same payload`, () => {
      fc.assert(
        fc.property(encoded, fc.nat(), fc.integer({ min: 1, max: 255 }), ([payload, bytes, decode], at, change) => {
          const tampered = bytes.slice();
          tampered[at % bytes.length]! ^= change;
          let decoded: unknown;
          try {
            decoded = decode(tampered);
          } catch (error) {
            expect((error as Error).message).to.include(kind);
            return;
          }
          expect(decoded).not.to.deep.equal(payload);
        }),
        { numRuns: 80 },
      );
    });
  }

  it("store a record's coordinates in order and a call's in reverse", () => {
    const sketch = Int8Array.from({ length: 32 }, (_, i) => i - 40);
    const stored = Array.from(sketch, (x) => x + 128);
    const record = encodeIndex(recordWith(sketch));
    const call = encodeSketch({ receiptHash: new Uint8Array(32), sketch });
    expect([...record.subarray(INDEX.bytes)]).to.deep.equal(stored);
    expect([...call.subarray(SKETCH.bytes)]).to.deep.equal(stored.reverse());
  });

  it("refuse sketches of another size than the method's", () => {
    const bytes = encodeSketch({ receiptHash: new Uint8Array(32), sketch: new Int8Array(64) });
    expect(decodeSketch(bytes, 64).sketch.length).to.equal(64);
    expect(() => decodeSketch(bytes, 32)).to.throw("length");
  });

  it("tell records in withdrawn form from copies and from new records", () => {
    const record = recordWith(new Int8Array(32).fill(1));
    expect(isWithdrawnForm(record)).to.equal(false);
    expect(isWithdrawnForm({ ...record, novelty: 0, witness: 0 })).to.equal(false);
    const withdrawn = decodeIndex(encodeIndex(withdrawnRecord(record, 32)));
    expect(isWithdrawnForm(withdrawn)).to.equal(true);
    const { recordHash, contributionId, recordIndex } = record;
    expect(withdrawn).to.deep.include({ recordHash, contributionId, recordIndex, scale: 0, novelty: 0, witness: NONE });
    expect(withdrawn.contentSignature.some((byte) => byte !== 0)).to.equal(false);
    expect(withdrawn.sketch).to.deep.equal(new Int8Array(32));
  });

  it("refuse fields that break a rule, naming them", () => {
    const record = recordWith(new Int8Array(32).fill(1));
    expect(() => encodeIndex({ ...record, scale: 2 ** 24 })).to.throw("index payload, scale");
    expect(() => encodeIndex({ ...record, scale: 0 })).to.throw("index payload, scale");
    expect(() => encodeIndex({ ...record, witness: 3 })).to.throw("index payload, witness");
    const withdrawn = withdrawnRecord(record, 32);
    const signature = Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? 1 : 0));
    expect(() => encodeIndex({ ...withdrawn, scale: 1 })).to.throw("index payload, scale: 1 in a withdrawn record");
    expect(() => encodeIndex({ ...withdrawn, contentSignature: signature })).to.throw(
      "index payload, contentSignature",
    );
    expect(() => encodeIndex({ ...withdrawn, sketch: record.sketch })).to.throw("index payload, scale");
    expect(() => encodeIndex({ ...withdrawn, novelty: 1 })).to.throw("index payload, witness: none with novelty 1");
    expect(() => encodeIndex({ ...record, novelty: 256 })).to.throw("index payload, novelty");
    expect(() => encodeIndex({ ...record, recordHash: new Uint8Array(31) })).to.throw("index payload, recordHash");
    expect(() => encodeIndex({ ...record, contributionId: 2n ** 64n })).to.throw("index payload, contributionId");
    expect(() => encodeIndex({ ...record, sketch: new Int8Array(33) })).to.throw("index payload, sketch");
    expect(() => encodeIndex({ ...record, sketch: new Int8Array(32).fill(-128) })).to.throw("coordinate 0 is -128");
    expect(() => encodeEntry({ recordIndex: 0, s: 2n ** 63n, points: 0n, tallyIndex: NONE })).to.throw(
      "entry payload, s",
    );
    expect(() => encodeEntry({ recordIndex: 0, s: 0n, points: 0n, tallyIndex: NONE })).to.throw("entry payload, s");
    expect(() => encodeEntry({ recordIndex: 0, s: 1n, points: 1n, tallyIndex: NONE })).to.throw(
      "entry payload, tallyIndex",
    );
    const entry = { recordIndex: 0, s: 1n, points: 1n, tallyIndex: 0 };
    expect(() => encodeEntry({ ...entry, recordIndex: NONE })).to.throw("entry payload, recordIndex: none");
    expect(() => encodeEntry({ ...entry, tallyIndex: 2 ** 28 })).to.throw("entry payload, tallyIndex: 268435456");
    expect(() => encodeTally({ call: 2 ** 28, entry: 0 })).to.throw("tally payload, call: 268435456");
    expect(() => encodeTally({ call: 0, entry: 256 })).to.throw("tally payload, entry: 256");
    expect(() => encodeEarning({ group: 2 ** 16, record: NONE })).to.throw("earning payload, group: 65536");
    const none = emptyRoot(TALLY.depth);
    const credits = { ...none, hash: new Uint8Array(32).fill(1), sum: 1n };
    const points = { credits, debits: none, positionId: 1n, earningIndex: NONE };
    expect(() => encodePoints({ ...points, credits: none })).to.throw("points payload, credits: absent");
    for (const positionId of [0n, 2n ** 28n])
      expect(() => encodePoints({ ...points, positionId })).to.throw(`points payload, positionId: ${positionId}`);
    expect(() => encodePayout({ earnings: emptyRoot(31) })).to.throw("payout payload, earnings.depth");
    expect(() => encodePayout({ earnings: { ...emptyRoot(32), sum: 1n } })).to.throw("payout payload, earnings");
  });
});

describe("batch encoders", () => {
  it("write what the single encoders write", () => {
    fc.assert(
      fc.property(
        fc.array(indexOf(32), { maxLength: 4 }),
        fc.array(receipts, { maxLength: 4 }),
        fc.array(traces, { maxLength: 4 }),
        (records, calls, rows) => {
          expect(encodeIndexBatch(indexColumns(records))).to.deep.equal(flat(records.map(encodeIndex)));
          const sketches = records.map(({ recordHash, sketch }) => ({ receiptHash: recordHash, sketch }));
          const { recordHashes, ...columns } = indexColumns(records);
          expect(encodeSketchBatch({ receiptHashes: recordHashes, ...columns })).to.deep.equal(
            flat(sketches.map(encodeSketch)),
          );
          expect(encodeTraceBatch(traceColumns(rows))).to.deep.equal(flat(rows.map(encodeTrace)));
          const receiptBytes = encodeReceiptBatch({
            tills: flat(calls.map(({ till }) => hexToBytes(till))),
            modelVersions: BigUint64Array.from(calls, (call) => call.modelVersion),
            channelIds: flat(calls.map(({ channelId }) => hexToBytes(channelId))),
            sequences: BigUint64Array.from(calls, (call) => call.sequence),
            amounts: new BigUint64Array(2 * calls.length),
            cumulatives: sumWords(calls.map((call) => call.cumulative)),
            agentRegistries: flat(calls.map(({ agentRegistry }) => hexToBytes(agentRegistry))),
            agentIds: flat(calls.map(({ agentId }) => hexToBytes(`0x${agentId.toString(16).padStart(64, "0")}`))),
            requestHashes: flat(calls.map(({ requestHash }) => hexToBytes(requestHash))),
            responseHashes: flat(calls.map(({ responseHash }) => hexToBytes(responseHash))),
            issuedAts: Float64Array.from(calls, (call) => call.issuedAt),
          });
          expect(receiptBytes).to.deep.equal(flat(calls.map(encodeReceipt)));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("name the row or column that is wrong", () => {
    const columns = indexColumns([]);
    const sketches = new Int8Array(64);
    sketches[40] = -128;
    expect(() => encodeIndexBatch({ ...columns, scales: new Uint32Array(1) })).to.throw(RangeError, "scales");
    expect(() => encodeIndexBatch({ ...columns, k: 31 })).to.throw("31 coordinates");
    expect(() => encodeSketchBatch({ receiptHashes: new Uint8Array(64), k: 32, sketches })).to.throw(
      "sketch row 1: coordinate 8",
    );
    const record = {
      ...columns,
      recordHashes: new Uint8Array(32),
      contentSignatures: new Uint8Array(32),
      contributionIds: new BigUint64Array(1),
    };
    const row = {
      recordIndexes: new Uint32Array(1),
      scales: new Uint32Array(1),
      novelties: Uint8Array.of(1),
      sketches: new Int8Array(32),
    };
    expect(() => encodeIndexBatch({ ...record, ...row, witnesses: Uint32Array.of(NONE) })).to.throw(
      "index row 0: index payload, witness",
    );
  });
});

function flat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function indexColumns(records: readonly IndexPayload[]) {
  return {
    recordHashes: flat(records.map((record) => record.recordHash)),
    contentSignatures: flat(records.map((record) => record.contentSignature)),
    contributionIds: BigUint64Array.from(records, (record) => record.contributionId),
    recordIndexes: Uint32Array.from(records, (record) => record.recordIndex),
    scales: Uint32Array.from(records, (record) => record.scale),
    novelties: Uint8Array.from(records, (record) => record.novelty),
    witnesses: Uint32Array.from(records, (record) => record.witness),
    k: 32,
    sketches: Int8Array.from(records.flatMap((record) => [...record.sketch])),
  };
}

function traceColumns(
  rows: readonly { receiptHash: Uint8Array; sketchHash: Uint8Array; helpful: Root; harmful: Root }[],
) {
  const roots = (list: readonly Root[]) => ({
    hashes: flat(list.map(({ hash }) => hash)),
    sums: sumWords(list.map(({ sum }) => sum)),
  });
  return {
    receiptHashes: flat(rows.map((row) => row.receiptHash)),
    sketchHashes: flat(rows.map((row) => row.sketchHash)),
    helpful: roots(rows.map((row) => row.helpful)),
    harmful: roots(rows.map((row) => row.harmful)),
  };
}

describe("payload sizes", () => {
  it("are those of the formats", () => {
    expect([INDEX, SKETCH].map((kind) => payloadBytes(kind, 256))).to.deep.equal([350, 293]);
    expect(payloadBytes(RECEIPT)).to.equal(211);
  });
});
