// The operator's transactions on a node that drops them: they are sent again, and none leaves a number at which those after it wait.
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { createWalletClient, type Hex, http, type LocalAccount, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { anvilBinary } from "../../../test/deployment/support/chain.ts";
import { type PaymentChain, startPaymentChain } from "../testing/chain.ts";
import { failureOf } from "../testing/charges.ts";
import { officialClient, startPaidCalls } from "../testing/paid-calls.ts";
import { type OperatorOptions, OperatorTransactions, type OperatorWallet } from "./operator-transactions.ts";

describe("the operator's transactions", function () {
  this.timeout(60_000);
  let chain: PaymentChain;
  let key = 1;

  before(async function () {
    if (anvilBinary() === undefined) return this.skip();
    chain = await startPaymentChain();
  });
  after(() => chain?.stop());
  afterEach(() => chain.call("evm_setAutomine", [true]));

  /** Of an account of its own. */
  function operator(options: OperatorOptions) {
    const account = privateKeyToAccount(localPrivateKey(key++));
    const wallet: OperatorWallet = createWalletClient({ account, chain: foundry, transport: http(chain.rpcUrl) });
    const transactions = new OperatorTransactions(chain.client, wallet, options);
    const transfer = (): Promise<Hex> =>
      transactions.send((as) => wallet.sendTransaction({ ...as, to: account.address, value: 1n }));
    return { account, wallet, transactions, transfer };
  }
  const drop = (hash: Hex) => chain.call("anvil_dropTransaction", [hash]);
  const numberOf = async (hash: Hex): Promise<number> => (await chain.client.getTransaction({ hash })).nonce;

  it("are sent again where the node drops one, so that it and those after it are mined", async () => {
    const { transactions, transfer } = operator({ resendMilliseconds: 200 });
    await chain.call("evm_setAutomine", [false]);
    const first = await transfer();
    const receipts = [transactions.mined(first)];
    const second = await transfer();
    receipts.push(transactions.mined(second));
    await drop(first);
    const third = await transfer();
    receipts.push(transactions.mined(third));
    expect(await chain.client.getTransaction({ hash: first }).catch(() => "dropped")).to.equal("dropped");
    await chain.call("evm_setAutomine", [true]);
    expect((await Promise.all(receipts)).map(({ status }) => status)).to.deep.equal(["success", "success", "success"]);
    expect(await Promise.all([first, second, third].map(numberOf))).to.deep.equal([0, 1, 2]);
  });

  it("take the number of one that was dropped and not mined in its time", async () => {
    const { transactions, transfer } = operator({ waitMilliseconds: 300, resendMilliseconds: 100_000 });
    expect((await transactions.mined(await transfer())).status).to.equal("success");
    await chain.call("evm_setAutomine", [false]);
    const dropped = await transfer();
    const failure = failureOf(transactions.mined(dropped));
    await drop(dropped);
    expect(String(await failure)).to.match(/is not mined after/u);
    await chain.call("evm_setAutomine", [true]);
    const next = await transfer();
    expect((await transactions.mined(next)).status).to.equal("success");
    expect(await numberOf(next)).to.equal(1);
  });

  it("have their fees raised under the same number where the base fee rose, so that they and those after them are mined", async () => {
    const { transactions, transfer } = operator({
      ...{ waitMilliseconds: 10_000, resendMilliseconds: 100, raiseMilliseconds: 400 },
    });
    await chain.call("evm_setAutomine", [false]);
    const first = await transfer();
    const second = await transfer();
    const receipts = Promise.all([first, second].map((hash) => transactions.mined(hash)));
    const { maxFeePerGas } = await chain.client.getTransaction({ hash: first });
    await raiseBaseFee(maxFeePerGas! * 2n);
    expect(await chain.client.getTransactionReceipt({ hash: first }).catch(() => "waits")).to.equal("waits");
    await mineUntil(receipts);
    const [one, two] = await receipts;
    expect([one!.status, two!.status]).to.deep.equal(["success", "success"]);
    expect([one!.transactionHash, two!.transactionHash]).to.not.include.members([first]);
    expect(await Promise.all([one, two].map((receipt) => numberOf(receipt!.transactionHash)))).to.deep.equal([0, 1]);
    expect(transactions.takeMinedAs(first)).to.equal(one!.transactionHash);
    // Who asks again, as for a deposit whose outcome was unknown, gets the same.
    expect((await transactions.mined(first)).transactionHash).to.equal(one!.transactionHash);
  });

  it("are not waited for in vain behind one that was given up, whose fees are below the base fee", async () => {
    const { transactions, transfer } = operator({
      ...{ waitMilliseconds: 700, resendMilliseconds: 100, raiseMilliseconds: 300 },
    });
    await chain.call("evm_setAutomine", [false]);
    const stuck = await transfer();
    expect(String(await failureOf(transactions.mined(stuck)))).to.match(/is not mined after/u);
    const { maxFeePerGas } = await chain.client.getTransaction({ hash: await waiting() });
    const next = await transfer();
    expect(await numberOf(next)).to.equal(1);
    await raiseBaseFee(maxFeePerGas! * 2n);
    const receipt = transactions.mined(next);
    await mineUntil(receipt);
    expect((await receipt).status).to.equal("success");
    // It was mined too, and is found by the hash that its call was given.
    expect((await transactions.mined(stuck)).status).to.equal("success");
  });

  it("are sent once where an answer was lost, and not at all after the end", async () => {
    const { wallet, transactions, transfer } = operator({ waitMilliseconds: 1_000, resendMilliseconds: 100 });
    await chain.call("evm_setAutomine", [false]);
    const hash = await transactions.send(async ({ account, nonce }) => {
      const request = await wallet.prepareTransactionRequest({ account, nonce, to: account.address, value: 1n });
      const serializedTransaction = await signed(account, request);
      await wallet.sendRawTransaction({ serializedTransaction });
      return wallet.sendRawTransaction({ serializedTransaction });
    });
    await chain.call("evm_setAutomine", [true]);
    await chain.call("evm_mine", []);
    expect((await transactions.mined(hash)).status).to.equal("success");

    await chain.call("evm_setAutomine", [false]);
    const last = await transfer();
    const failure = failureOf(transactions.mined(last));
    transactions.close();
    await drop(last);
    await chain.call("evm_setAutomine", [true]);
    expect(String(await failure)).to.match(/is not mined after/u);
  });

  it("are the gateway's: a deposit that the node dropped is made, and its call answered; so is the next one", async () => {
    const calls = await startPaidCalls(chain);
    try {
      const [one, two] = [await chain.payer(1_000n), await chain.payer(1_000n)];
      await chain.call("evm_setAutomine", [false]);
      const call = (payer: LocalAccount) => officialClient(chain, calls, payer).call({ amount: 7 });
      const answers = [call(one)];
      await drop(await waiting());
      await chain.call("evm_setAutomine", [true]);
      answers.push(call(two));
      expect((await Promise.all(answers)).map(({ status }) => status)).to.deep.equal([200, 200]);
    } finally {
      await calls.stop();
    }
  });

  /** A block whose base fee is too high for what waits. */
  async function raiseBaseFee(fee: bigint): Promise<void> {
    await chain.call("anvil_setNextBlockBaseFeePerGas", [toHex(fee)]);
    await chain.call("evm_mine", []);
  }

  /** Blocks at that fee, so that what waits is not mined for a lower one. */
  async function mineUntil(end: Promise<unknown>): Promise<void> {
    const { baseFeePerGas } = await chain.client.getBlock();
    let isOver = false;
    const over = () => (isOver = true);
    end.then(over, over);
    while (!isOver) {
      await raiseBaseFee(baseFeePerGas!);
      await sleep(100);
    }
  }

  async function waiting(): Promise<Hex> {
    for (;;) {
      const block = (await chain.call("eth_getBlockByNumber", ["pending", false])) as { transactions: Hex[] };
      if (block.transactions.length > 0) return block.transactions[0]!;
      await sleep(20);
    }
  }
});

function signed(account: LocalAccount, request: object): Promise<Hex> {
  return account.signTransaction(request as Parameters<LocalAccount["signTransaction"]>[0]);
}
