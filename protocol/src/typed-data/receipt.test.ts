// Tests of receipts against viem's EIP-712.
import { expect } from "chai";
import fc from "fast-check";
import { hashStruct } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { bytesToHex } from "../bytes.ts";
import { bytesOf, u48, uintOf } from "../testing/arbitraries.ts";
import { type Receipt, RECEIPT_TYPES, receiptHash, receiptTypedData, recoverReceiptSigner } from "./receipt.ts";

const hexOf = (length: number) => bytesOf(length).map(bytesToHex);
const receipts: fc.Arbitrary<Receipt> = fc.record({
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

describe("receiptHash", () => {
  it("is viem's struct hash", () => {
    fc.assert(
      fc.property(receipts, (receipt) => {
        expect(receiptHash(receipt)).to.equal(
          hashStruct({ data: receipt, types: RECEIPT_TYPES, primaryType: "Receipt" }),
        );
      }),
    );
  });

  it("names the field that does not fit", () => {
    const [receipt] = fc.sample(receipts, 1) as [Receipt];
    expect(() => receiptHash({ ...receipt, amount: 1n << 128n })).to.throw(RangeError, "amount");
    expect(() => receiptHash({ ...receipt, sequence: -1n })).to.throw(RangeError, "sequence");
    expect(() => receiptHash({ ...receipt, agentId: 1n << 256n })).to.throw(RangeError, "agentId");
    expect(() => receiptHash({ ...receipt, issuedAt: 2 ** 48 })).to.throw(RangeError, "issuedAt");
    expect(() => receiptHash({ ...receipt, till: "0x01" })).to.throw(RangeError, "tills");
  });
});

describe("recoverReceiptSigner", () => {
  it("finds the gateway, and another account on another chain", async () => {
    const gateway = privateKeyToAccount(`0x${"11".repeat(32)}`);
    const [receipt] = fc.sample(receipts, 1) as [Receipt];
    const signature = await gateway.signTypedData(receiptTypedData(receipt, 31337));
    expect(await recoverReceiptSigner(receipt, signature, 31337n)).to.equal(gateway.address);
    expect(await recoverReceiptSigner(receipt, signature, 1)).not.to.equal(gateway.address);
  });
});
