// Tests of the checks that a settlement's receipts go through before they are published.
import { expect } from "chai";
import { checkReceipts, receiptTableOf } from "./receipt-table.ts";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";

const VERSION = 7n;

function receipt(fields: Partial<Receipt>): Receipt {
  return {
    till: `0x${"11".repeat(20)}`,
    modelVersion: VERSION,
    channelId: `0x${"22".repeat(32)}`,
    sequence: 1n,
    amount: 5n,
    cumulative: 5n,
    agentRegistry: `0x${"00".repeat(20)}`,
    agentId: 0n,
    requestHash: `0x${"33".repeat(32)}`,
    responseHash: `0x${"44".repeat(32)}`,
    issuedAt: 0,
    ...fields,
  };
}

function check(...receipts: Receipt[]): () => void {
  return () => {
    checkReceipts(receiptTableOf(receipts), VERSION, "settlement 9");
  };
}

describe("checkReceipts", () => {
  const first = receipt({});
  const second = receipt({ sequence: 2n, cumulative: 10n });

  it("takes a channel's receipts in their order", () => {
    expect(check(first, second)).not.to.throw();
  });

  it("names the row of a receipt that is out of order", () => {
    expect(check(first, { ...second, sequence: 3n })).to.throw("settlement 9, receipt row 1: sequence 3 follows 1");
    expect(check(second, first)).to.throw("settlement 9, receipt row 1: sequence 1 follows 2");
    expect(check(first, { ...second, channelId: `0x${"21".repeat(32)}` })).to.throw(
      "receipt row 1: channelId is below",
    );
  });

  it("names the row of a receipt whose cumulative does not run on", () => {
    expect(check(first, { ...second, cumulative: 11n })).to.throw("receipt row 1: cumulative 11");
    expect(check({ ...first, cumulative: 4n })).to.throw("receipt row 0: cumulative 4 is below the amount 5");
  });

  it("names the row of a receipt of another version, or with sequence 0", () => {
    expect(check({ ...first, modelVersion: 8n })).to.throw("receipt row 0: model version 8, the group's is 7");
    expect(check({ ...first, sequence: 0n })).to.throw("receipt row 0: sequence 0");
  });
});
