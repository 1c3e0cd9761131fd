// Files of receipts: what they open to, and what is not written.
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { toHex, zeroAddress } from "viem";
import { RECEIPT } from "@tributary/protocol/kinds";
import { openInput } from "@tributary/protocol/proofs/openings";
import { encodeReceipt } from "@tributary/protocol/payloads/receipt";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import type { Settlement } from "../books/books.ts";
import { exportSettlement } from "./export.ts";
import { hasReceipts, openReceipt, receiptTree, rootArgument, writeReceiptFile } from "./receipt-file.ts";

const till = "0x00000000000000000000000000000000000071e1";

function receiptsOf(channels: number, perChannel: number): Receipt[] {
  return Array.from({ length: channels * perChannel }, (_, i) => {
    const sequence = BigInt(i % perChannel) + 1n;
    return {
      till,
      modelVersion: 2n,
      channelId: toHex(Math.floor(i / perChannel) + 1, { size: 32 }),
      sequence,
      amount: 10n,
      cumulative: 10n * sequence,
      agentRegistry: zeroAddress,
      agentId: 0n,
      requestHash: toHex(i, { size: 32 }),
      responseHash: toHex(i + 1, { size: 32 }),
      issuedAt: 1_700_000_000,
    };
  });
}

async function* stream(receipts: readonly Receipt[]) {
  for (const receipt of receipts) yield { receipt };
}

describe("receipt files", () => {
  let folder = "";
  let path = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "receipts-"));
    path = join(folder, "receipts.rows");
  });
  after(() => rm(folder, { recursive: true }));

  it("have the root of the settlement's tree, and open every receipt in it", async () => {
    const receipts = receiptsOf(30, 150);
    const written = await writeReceiptFile(path, stream(receipts));
    expect(written).to.include({ count: 4_500, sum: 45_000n });
    expect(written.cumulatives.size).to.equal(30);
    expect([...written.cumulatives.values()].every((total) => total === 1_500n)).to.equal(true);
    expect(await hasReceipts(path, 4_500)).to.equal(true);
    expect(await hasReceipts(path, 4_499)).to.equal(false);
    const expected = sumTreeOf(
      RECEIPT.depth,
      receipts.map((receipt) => ({ sum: receipt.amount, payload: encodeReceipt(receipt) })),
    );
    const tree = await receiptTree(path);
    expect(rootArgument(tree)).to.deep.equal(rootArgument(expected));
    for (const at of [0, 149, 150, 4_499]) {
      const { place, link } = await openReceipt(path, receipts[at]!);
      expect(place).to.equal(at);
      expect(openInput({ root: tree.root, kind: RECEIPT }, link, at, 0).isPresent).to.equal(true);
    }
    const stranger = { ...receipts[7]!, amount: 11n };
    expect(await openReceipt(path, stranger).catch((error: Error) => error.message)).to.match(/does not have/);
  });

  it("are not written of what would be a breach, and leave the old file", async () => {
    const good = receiptsOf(2, 3);
    const refused = async (change: (receipts: Receipt[]) => void, reason: RegExp): Promise<void> => {
      const receipts = good.map((receipt) => ({ ...receipt }));
      change(receipts);
      const error = await writeReceiptFile(path, stream(receipts)).catch((cause: Error) => cause);
      expect(error).to.be.instanceOf(Error).with.property("message").match(reason);
    };
    await refused((receipts) => receipts.splice(1, 1), /follows sequence 1/);
    await refused((receipts) => receipts.reverse(), /follows|comes after|not begin/);
    await refused((receipts) => (receipts[1]!.cumulative = 21n), /its total is 21; 10 and the amount make 20/);
    await refused((receipts) => (receipts[0]!.amount = 9n), /does not begin with the amount/);
    await refused((receipts) => receipts.push(receipts.shift()!), /comes after channel|not begin/);
    expect(await hasReceipts(path, 4_500)).to.equal(true);
  });

  it("are handed to attributors with their texts, for the operator's eyes alone", async () => {
    const [receipt] = receiptsOf(1, 1);
    const exchange = {
      prompt: "p",
      answer: "a",
      inputTokens: 1,
      outputTokens: 1,
      citations: [{ source: "s", excerpt: "e" }],
    };
    const id = toHex(9, { size: 32 });
    const salt = toHex(8, { size: 32 });
    const settlement = { number: 1, state: "closed", onChain: 7n, count: 1 } as Settlement;
    const books = (texts: boolean) => ({
      async *receiptsOf() {
        yield { id, receipt: receipt!, salt, settlement: 7n, exchange: texts ? exchange : undefined };
      },
    });
    const file = await exportSettlement(books(true), settlement, folder);
    expect(file).to.equal(join(folder, "settlement-7.json"));
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    const { calls } = JSON.parse(await readFile(file, "utf8")) as { calls: object[] };
    expect(calls).to.deep.equal([
      {
        prompt: "p",
        answer: "a",
        receiptHash: id,
        salt,
        citations: exchange.citations,
        receipt: { ...receipt!, modelVersion: "2", sequence: "1", amount: "10", cumulative: "10", agentId: "0" },
      },
    ]);
    const forgotten = await exportSettlement(books(false), settlement, folder).catch((error: Error) => error.message);
    expect(forgotten).to.match(/were forgotten, and cannot be exported/);
  });
});
