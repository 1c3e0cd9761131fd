// Refunds that are signed and not mined: nothing is charged to their channels meanwhile, and nothing after that they left no money for.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { createWalletClient, type Hex, http, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { BATCH_SETTLEMENT_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import { anvilBinary } from "../../../test/deployment/support/chain.ts";
import { ClaimPauses } from "../settlement/claim-pauses.ts";
import { StandingRefunds } from "../settlement/refunds.ts";
import { Settler } from "../settlement/settler.ts";
import { type PaymentChain, startPaymentChain } from "../testing/chain.ts";
import {
  CEILING,
  CHAIN_ID,
  GATEWAY_KEY,
  officialClient,
  type PaidCalls,
  type PaidCallsOptions,
  startPaidCalls,
} from "../testing/paid-calls.ts";
import { codeOf, rawPayments } from "../testing/raw-payments.ts";

const PENDING = "tributary_refund_pending";

describe("refunds on their way", function () {
  this.timeout(60_000);
  let chain: PaymentChain;
  let folder: string;
  const gateway = privateKeyToAccount(GATEWAY_KEY);

  before(async function () {
    if (anvilBinary() === undefined) return this.skip();
    folder = await mkdtemp(join(tmpdir(), "refunds-"));
    chain = await startPaymentChain();
    await chain.call("anvil_setBalance", [gateway.address, toHex(10n ** 18n)]);
  });
  after(async () => {
    await chain?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A channel of 1,000 that was charged 7, and a refund of all that is left whose transaction waits. */
  async function withRefund(
    use: (parts: Awaited<ReturnType<typeof begin>>) => Promise<void>,
    changes: PaidCallsOptions = {},
  ) {
    const parts = await begin(changes);
    try {
      await use(parts);
    } finally {
      await chain.call("evm_setAutomine", [true]);
      await chain.call("evm_mine", []);
      await parts.calls.stop();
    }
  }
  async function begin(changes: PaidCallsOptions) {
    const calls = await startPaidCalls(chain, { refundsPerHour: 4, ...changes });
    const { send, voucher, payerWithChannel } = rawPayments(chain, calls);
    const { payer, client, config, id } = await payerWithChannel();
    await chain.call("evm_setAutomine", [false]);
    const answered = client.refund().then(
      () => "made",
      (error: unknown) => String(error),
    );
    const transaction = await waiting();
    /** @returns why a call is not served, or "served" */
    const call = async (charged = 7n): Promise<string> => {
      const response = await send(await voucher(payer, config, charged + CEILING));
      return response.status === 200 ? "served" : codeOf(response);
    };
    const mine = async (): Promise<void> => {
      await chain.call("evm_setAutomine", [true]);
      await chain.call("evm_mine", []);
    };
    return { calls, payer, client, config, id, answered, transaction, call, mine };
  }
  async function drop({ hash }: { readonly hash: Hex }): Promise<void> {
    await chain.call("anvil_dropTransaction", [hash]);
    await chain.call("evm_setAutomine", [true]);
  }
  async function waiting(): Promise<{ readonly hash: Hex; readonly input: Hex }> {
    for (;;) {
      const block = (await chain.call("eth_getBlockByNumber", ["pending", true])) as {
        transactions: { hash: Hex; input: Hex }[];
      };
      if (block.transactions.length > 0) return block.transactions[0]!;
      await sleep(20);
    }
  }
  function standing({ books }: PaidCalls, confirmations = 1): StandingRefunds {
    const { client: reader, open: token } = chain;
    const contracts = { batchSettlement: BATCH_SETTLEMENT_ADDRESS, token, ledger: token, settlementProofs: token };
    const parts = {
      books,
      chain: { reader, chainId: CHAIN_ID, contracts, fromBlock: 0n, confirmations },
      keys: { gateway, authorizers: [gateway] },
    } as const;
    const pauses = new ClaimPauses(join(folder, "pauses.json"));
    return new StandingRefunds({
      ...parts,
      settler: new Settler({ ...parts, folder, publishFolder: folder, pauses, tell: () => undefined }),
      isUnderWay: () => false,
      tell: () => undefined,
    });
  }

  it("keep calls waiting when the refund's own reservation is over, and until it is mined", () =>
    withRefund(
      async ({ calls, id, call, mine, answered }) => {
        expect(await calls.books.refund(id)).to.deep.equal({ channelId: id, nonce: 0n, amount: 993n });
        await sleep(8_500);
        expect(await call()).to.equal(PENDING);
        expect((await calls.payments.channelState(id))!.left).to.equal(0n);
        await mine();
        await answered;
        // What the record says of the balance is not believed: nothing is left.
        expect(await call()).not.to.be.oneOf(["served", PENDING]);
        expect(await calls.payments.channelState(id)).to.include({ balance: 7n, charged: 7n, claimed: 7n, left: 0n });
        expect(await calls.books.refunds()).to.deep.equal([]);
      },
      { callSeconds: 8 },
    ));

  it("keep calls and refunds waiting over a new start", () =>
    withRefund(async ({ calls, payer, client, id, call, mine }) => {
      await calls.restart();
      expect(await call()).to.equal(PENDING);
      expect(String(await client.refund().catch((error: unknown) => error))).to.match(/409|refund/u);
      await mine();
      expect(await call()).to.equal(PENDING);
      expect(await standing(calls).look()).to.equal(0);
      expect(await call()).not.to.be.oneOf(["served", PENDING]);
      expect(await calls.payments.channelState(id)).to.include({ balance: 7n, charged: 7n, claimed: 7n });
      // The client was never told what became of its refund: one without its state asks the chain.
      expect((await officialClient(chain, calls, payer).call({ amount: 5 })).status).to.equal(200);
      expect(calls.charged().entry.receipt).to.include({ sequence: 2n, cumulative: 12n });
    }));

  it("keep calls waiting for as long as the payer can send the refund itself", () =>
    withRefund(async ({ calls, payer, id, call, transaction }) => {
      await drop(transaction);
      await calls.restart();
      expect(await call()).to.equal(PENDING);
      await chain.call("anvil_setBalance", [payer.address, toHex(10n ** 18n)]);
      const wallet = createWalletClient({ account: payer, chain: foundry, transport: http(chain.rpcUrl) });
      const hash = await wallet.sendTransaction({ to: BATCH_SETTLEMENT_ADDRESS, data: transaction.input });
      expect((await chain.client.waitForTransactionReceipt({ hash })).status).to.equal("success");
      expect(await call()).to.equal(PENDING);
      expect(await standing(calls).look()).to.equal(0);
      expect(await call()).not.to.be.oneOf(["served", PENDING]);
      expect(await calls.payments.channelState(id)).to.include({ balance: 7n, charged: 7n });
    }));

  it("are sent again at a look, and counted only as many blocks later as the operator waits for", () =>
    withRefund(
      async ({ calls, payer, id, call, transaction }) => {
        await drop(transaction);
        await calls.restart();
        // Sent, and in its block, over which there has to be one more.
        expect(await standing(calls, 2).look()).to.equal(1);
        expect((await calls.payments.channelState(id))!.balance).to.equal(7n);
        expect(await call()).to.equal(PENDING);
        expect(await calls.books.refunds()).to.have.length(1);
        await chain.call("evm_mine", []);
        expect(await standing(calls, 2).look()).to.equal(0);
        expect(await calls.books.refunds()).to.deep.equal([]);
        // The client was never told what became of its refund: one without its state asks the chain.
        expect((await officialClient(chain, calls, payer).call({ amount: 5 })).status).to.equal(200);
        expect(await calls.books.audit()).to.deep.equal([]);
      },
      { confirmations: 2 },
    ));

  it("are never signed over more than is left, so that what was charged stays claimable without the claim beside them", async () => {
    const calls = await startPaidCalls(chain);
    try {
      const client = officialClient(chain, calls, await chain.payer(10n ** 18n));
      expect((await client.call({ amount: 7 })).status).to.equal(200);
      expect(await client.refund("994").catch((error: unknown) => error)).to.be.instanceOf(Error);
      expect(await calls.books.refunds()).to.deep.equal([]);
      await client.refund("993");
    } finally {
      await calls.stop();
    }
  });

  // Last: it moves the chain's time.
  it("pay nothing of what was charged, also where the payer has taken the rest by then", () =>
    withRefund(async ({ calls, payer, config, id, transaction }) => {
      await drop(transaction);
      await calls.restart();
      await chain.call("anvil_setBalance", [payer.address, toHex(10n ** 18n)]);
      const wallet = createWalletClient({ account: payer, chain: foundry, transport: http(chain.rpcUrl) });
      const channels = { address: BATCH_SETTLEMENT_ADDRESS, abi: batchSettlementAbi } as const;
      const send = async (hash: Promise<Hex>) => {
        const { status } = await chain.client.waitForTransactionReceipt({ hash: await hash });
        expect(status).to.equal("success");
      };
      await send(wallet.writeContract({ ...channels, functionName: "initiateWithdraw", args: [config, 993n] }));
      await chain.call("evm_increaseTime", [config.withdrawDelay + 100]);
      await send(wallet.writeContract({ ...channels, functionName: "finalizeWithdraw", args: [config] }));
      const held = () => chain.client.readContract({ ...channels, functionName: "channels", args: [id] });
      expect(await held()).to.deep.equal([7n, 0n]);
      await standing(calls).look();
      expect(await held()).to.deep.equal([7n, 7n]);
    }));
});
