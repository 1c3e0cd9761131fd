// Tests of transactions that nodes refuse: they are kept, said once, and keep nothing else from being done.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Hex, keccak256, parseTransaction } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import type { Duty } from "./duty.ts";
import { isOfNetwork } from "./network-error.ts";
import { Outbox } from "./outbox.ts";
import { outage, refusal, scriptedNode } from "./test/scripted-node.ts";

const GWEI = 10n ** 9n;
const CHAIN = 31_337;

function dutyOf(key: string): Duty {
  return { kind: "proof", key, to: "0x0000000000000000000000000000000000000001", data: "0x", says: key };
}

async function failureOf(sending: Promise<Hex>): Promise<unknown> {
  return sending.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("Outbox", () => {
  let folder = "";
  let files = 0;
  /** Every transaction that was offered to the node, and whether it may have it. */
  let offered: Hex[] = [];
  let judge: (fee: bigint) => void = () => undefined;
  const account = privateKeyToAccount(generatePrivateKey());
  const reader = scriptedNode({
    eth_chainId: () => "0x7a69",
    eth_estimateGas: () => "0x5208",
    eth_getTransactionCount: () => "0x0",
    eth_getTransactionReceipt: () => null,
    eth_maxPriorityFeePerGas: () => "0x3b9aca00",
    eth_getBlockByNumber: () => ({ number: "0x1", baseFeePerGas: "0x3b9aca00", transactions: [] }),
    eth_sendRawTransaction: ([signed]: [Hex]) => {
      offered.push(signed);
      judge(parseTransaction(signed).maxFeePerGas!);
      return keccak256(signed);
    },
  });

  function newOutbox(stuckMilliseconds: number): Outbox {
    const limits = { confirmations: 1n, maxFeePerGas: 100n * GWEI, stuckMilliseconds };
    return new Outbox(reader, account, CHAIN, join(folder, `${files++}.json`), limits);
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-outbox-"));
  });

  beforeEach(() => {
    offered = [];
    judge = () => undefined;
  });

  after(() => rm(folder, { recursive: true }));

  it("keeps the older version where the node refuses the raised one, says so once, and goes on with the others", async () => {
    const outbox = newOutbox(0);
    const first = await outbox.send(dutyOf("first"));
    await outbox.send(dutyOf("second"));
    const paid = parseTransaction(offered[0]!).maxFeePerGas!;
    judge = (fee) => {
      if (fee > paid) throw refusal(-32000, "insufficient funds for gas * price + value");
    };
    const outcomes = await outbox.settle(1n);
    expect(outcomes.map(({ what, duty }) => `${what} ${duty.key}`)).to.deep.equal(["refused first", "refused second"]);
    expect(outcomes[0]).to.include({ why: "insufficient funds for gas * price + value" });
    expect(keccak256(offered[3]!)).to.equal(first);
    const fees = offered.map((signed) => parseTransaction(signed).maxFeePerGas!);
    expect(await outbox.settle(2n)).to.deep.equal([]);
    expect(outbox.has(dutyOf("first"))).to.equal(true);
    expect(outbox.isWaiting).to.equal(true);
    // It offers the same again, and not more and more.
    expect(offered.slice(6)).to.deep.equal(offered.slice(2, 6));
    judge = () => undefined;
    expect((await outbox.settle(3n)).map(({ what }) => what)).to.deep.equal(["replaced", "replaced"]);
    expect(parseTransaction(offered.at(-1)!).maxFeePerGas).to.equal(fees[2]);
  });

  it("awaits nothing where the node refuses all versions", async () => {
    const outbox = newOutbox(60_000);
    await outbox.send(dutyOf("first"));
    judge = () => {
      throw refusal(-32000, "insufficient funds for gas * price + value");
    };
    expect((await outbox.settle(1n)).map(({ what }) => what)).to.deep.equal(["refused"]);
    expect([outbox.isEmpty, outbox.isWaiting]).to.deep.equal([false, false]);
    judge = () => undefined;
    await outbox.settle(2n);
    expect(outbox.isWaiting).to.equal(true);
  });

  it("does not take what is refused at once for something on its way", async () => {
    const outbox = newOutbox(60_000);
    judge = () => {
      throw refusal(-32000, "insufficient funds for gas * price + value");
    };
    const failure = await failureOf(outbox.send(dutyOf("first")));
    expect(isOfNetwork(failure)).to.equal(false);
    expect(outbox.isEmpty).to.equal(true);
  });

  it("keeps what it could not send because no node was reached", async () => {
    const outbox = newOutbox(60_000);
    judge = () => {
      throw outage();
    };
    expect(isOfNetwork(await failureOf(outbox.send(dutyOf("first"))))).to.equal(true);
    expect(outbox.has(dutyOf("first"))).to.equal(true);
    judge = () => undefined;
    expect(await outbox.settle(1n)).to.deep.equal([]);
    expect(offered[1]).to.equal(offered[0]);
  });
});

describe("isOfNetwork", () => {
  it("tells a node's verdict from a node that cannot answer", () => {
    for (const error of [outage(), outage(429), refusal(-32005, "rate limit exceeded"), refusal(-32000, "busy")])
      expect(isOfNetwork(new Error("wrapped", { cause: error }))).to.equal(true);
    for (const error of [
      refusal(3, "execution reverted"),
      refusal(-32000, "insufficient funds for transfer"),
      refusal(-32000, "nonce too low"),
      new Error("bundle is nowhere"),
    ])
      expect(isOfNetwork(error)).to.equal(false);
  });
});
