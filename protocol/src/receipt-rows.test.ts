// Rows of receipts against the codecs of payloads and columns.
import { expect } from "chai";
import fc from "fast-check";
import { bytesToHex, concatBytes } from "./bytes.ts";
import { encodeReceipt, encodeReceiptBatch, type ReceiptColumns } from "./payloads/receipt.ts";
import {
  decodeReceiptRow,
  encodeReceiptRow,
  fillReceiptColumns,
  RECEIPT_ROW_BYTES,
  splitReceiptRows,
} from "./receipt-rows.ts";
import { bytesOf, u48, uintOf } from "./testing/arbitraries.ts";
import type { Receipt } from "./typed-data/receipt.ts";

const hexOf = (length: number) => bytesOf(length).map(bytesToHex);
const receipt: fc.Arbitrary<Receipt> = fc.record({
  till: hexOf(20),
  modelVersion: uintOf(64),
  channelId: hexOf(32),
  sequence: uintOf(64),
  amount: uintOf(128),
  cumulative: uintOf(128),
  agentRegistry: hexOf(20),
  agentId: uintOf(256),
  requestHash: hexOf(32),
  responseHash: hexOf(32),
  issuedAt: u48,
});

function emptyColumns(count: number): ReceiptColumns {
  return {
    tills: new Uint8Array(20 * count),
    modelVersions: new BigUint64Array(count),
    channelIds: new Uint8Array(32 * count),
    sequences: new BigUint64Array(count),
    amounts: new BigUint64Array(2 * count),
    cumulatives: new BigUint64Array(2 * count),
    agentRegistries: new Uint8Array(20 * count),
    agentIds: new Uint8Array(32 * count),
    requestHashes: new Uint8Array(32 * count),
    responseHashes: new Uint8Array(32 * count),
    issuedAts: new Float64Array(count),
  };
}

describe("receipt rows", () => {
  it("come back as they were written", () => {
    fc.assert(
      fc.property(receipt, (value) => {
        expect(decodeReceiptRow(encodeReceiptRow(value))).to.deep.equal(value);
      }),
    );
  });

  it("give the payloads, sums and columns that the codecs give", () => {
    fc.assert(
      fc.property(fc.array(receipt, { minLength: 1, maxLength: 6 }), fc.nat(3), (receipts, first) => {
        const rows = concatBytes(...receipts.map(encodeReceiptRow));
        const { sums, payloads } = splitReceiptRows(rows);
        expect(payloads).to.deep.equal(concatBytes(...receipts.map(encodeReceipt)));
        expect(receipts.map((_, i) => (sums[2 * i]! << 64n) | sums[2 * i + 1]!)).to.deep.equal(
          receipts.map(({ amount }) => amount),
        );
        const columns = emptyColumns(first + receipts.length);
        fillReceiptColumns(columns, first, rows);
        expect(encodeReceiptBatch(columns).subarray(211 * first)).to.deep.equal(payloads);
        expect(columns.amounts.subarray(2 * first)).to.deep.equal(sums);
      }),
    );
  });

  it("are refused where one is cut short, is of another kind, or its amount does not fit", () => {
    const [value] = fc.sample(receipt, { numRuns: 1, seed: 1 });
    const row = encodeReceiptRow(value!);
    expect(() => splitReceiptRows(row.subarray(1))).to.throw(`whole number of receipt rows of ${RECEIPT_ROW_BYTES}`);
    row[16] = 0x04;
    expect(() => fillReceiptColumns(emptyColumns(1), 0, row)).to.throw("receipt row 0: not a receipt's payload");
    expect(() => encodeReceiptRow({ ...value!, amount: 1n << 128n })).to.throw("amount");
  });
});
