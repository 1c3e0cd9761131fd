// Settling on a chain with the real contracts: claims, sweep, bundle and close, kills at every step, and what stands in the way of a claim.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeFunctionData, erc20Abi, type Hex, toHex, zeroHash } from "viem";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { send } from "../../../deploy/testing/send.ts";
import type { Books, ChannelFilter } from "../books/books.ts";
import { openBooks } from "../books/open.ts";
import { deposit, openChannels, type PaidChannel, payCalls, serveUncharged } from "../testing/paid-channels.ts";
import { type SoldModel, startSoldModel } from "../testing/sold-model.ts";
import { deployer } from "../../../deploy/testing/accounts.ts";
import { ClaimPauses } from "./claim-pauses.ts";
import { closeOnce } from "./close.ts";
import { writeJsonFile } from "./durable-file.ts";
import { sendAndWait, signCall } from "./send.ts";
import { Settler } from "./settler.ts";
import { Withdrawals } from "./withdrawals.ts";

describe("settlement", function () {
  this.timeout(120_000);
  let model: SoldModel;
  let books: Books;
  let told: [string, Record<string, unknown>][];
  let settler: Settler;

  before(async () => {
    model = await startSoldModel();
    books = await openBooks({ file: join(model.folder, "books.db") });
    settler = newSettler(books);
  });
  after(async () => {
    await books.close();
    await model.stop();
  });
  beforeEach(() => {
    told = [];
  });

  const pausesFile = (): string => join(model.folder, "settlements", "claim-pauses.json");

  function newSettler(
    of: ConstructorParameters<typeof Settler>[0]["books"],
    pauses = new ClaimPauses(pausesFile()),
    chain = model.chain,
  ): Settler {
    return new Settler({
      books: of,
      chain,
      keys: model.keys,
      folder: join(model.folder, "settlements"),
      publishFolder: model.folder,
      pauses,
      tell: (event, details) => told.push([event, details]),
    });
  }

  async function claimed(id: Hex): Promise<bigint> {
    const [, total] = await model.local.client.readContract({
      address: model.chain.contracts.batchSettlement,
      abi: batchSettlementAbi,
      functionName: "channels",
      args: [id],
    });
    return total;
  }

  async function closings() {
    return model.local.client.getContractEvents({
      address: model.till,
      abi: modelTillAbi,
      eventName: "Closed",
      fromBlock: 0n,
      strict: true,
    });
  }

  it("closes a till over what its channels were charged", async () => {
    const channels = await openChannels(model, 3, 1_000_000n);
    for (const [i, channel] of channels.entries()) await payCalls(books, model, channel, [100n + BigInt(i), 7n, 50n]);
    const [closed] = await settler.settle(model.till, model.version);
    expect(closed).to.include({ state: "closed", count: 9, sum: 474n });
    for (const [i, { id }] of channels.entries()) expect(await claimed(id)).to.equal(157n + BigInt(i));
    const settlement = await model.local.client.readContract({
      address: model.chain.contracts.ledger,
      abi: royaltyLedgerAbi,
      functionName: "settlementOf",
      args: [closed!.onChain!],
    });
    expect(settlement).to.include({ till: model.till, count: 9 });
    expect(settlement.receipts.sum).to.equal(474n);
    expect(await settler.settle(model.till, model.version)).to.deep.equal([]);
  });

  it("sets a channel aside whose payer took its money back, and settles it once it can be claimed", async () => {
    const [good, gone] = await openChannels(model, 2, 1_000n);
    await payCalls(books, model, good!, [10n]);
    await payCalls(books, model, gone!, [900n]);
    await withdraw(gone!, 1_000n);
    const [closed] = await settler.settle(model.till, model.version);
    expect(closed).to.include({ state: "closed", count: 1, sum: 10n });
    const aside = told.find(([event]) => event === "channel set aside");
    // A payer's doing, not one that an operator must look at.
    expect(settler.refused(1)).to.equal(0);
    expect(aside?.[1]).to.include({ channelId: gone!.id, reason: "its claim is refused with ClaimExceedsBalance" });
    expect((await books.account(gone!.id))?.settled).to.equal(0n);
    // The payer comes back: the debt is the first thing that its new deposit covers.
    await deposit(model, gone!, 900n);
    const [later] = await settler.settle(model.till, model.version);
    expect(later).to.include({ state: "closed", count: 1, sum: 900n });
    expect(await books.audit()).to.deep.equal([]);
  });

  it("claims what a payer left who took a part back, settles the receipts that it covers, and the others once it is filled up", async () => {
    const [short] = await openChannels(model, 1, 1_000n);
    await payCalls(books, model, short!, [400n, 300n, 200n]);
    await withdraw(short!, 400n);
    const [closed] = await settler.settle(model.till, model.version);
    expect(closed).to.include({ state: "closed", count: 1, sum: 400n });
    expect(await claimed(short!.id)).to.equal(600n);
    expect(await tillBalance()).to.equal(200n);
    const aside = told.find(([event]) => event === "channel set aside");
    expect(aside?.[1]).to.include({ channelId: short!.id, cumulative: "900", claimed: "600" });
    expect(aside?.[1].reason).to.equal(
      "its claim is refused with ClaimExceedsBalance; the 600 left in it were claimed, 300 are missing",
    );
    expect(settler.refused(1)).to.equal(0);
    // Again without a transaction: there is nothing more to claim.
    told = [];
    expect(await settler.settle(model.till, model.version)).to.deep.equal([]);
    expect(told.find(([event]) => event === "swept")).to.equal(undefined);
    await deposit(model, short!, 300n);
    const [later] = await settler.settle(model.till, model.version);
    expect(later).to.include({ state: "closed", count: 2, sum: 500n });
    expect(await claimed(short!.id)).to.equal(900n);
    expect(await tillBalance()).to.equal(0n);
    expect(await books.audit()).to.deep.equal([]);
  });

  it("closes once for each cut, wherever it is killed, and what it sent is never sent beside itself", async () => {
    const channels = await openChannels(model, 2, 1_000_000n);
    const before = (await closings()).length;
    const steps = ["list", "claimed", "swept", "closed"] as const;
    for (const [i, step] of steps.entries()) {
      for (const channel of channels) await payCalls(books, model, channel, [11n + BigInt(i)]);
      const killed = newSettler(killedAt(step));
      await killed.settle(model.till, model.version).then(
        () => expect.fail("it was to be killed"),
        (error: Error) => expect(error.message).to.equal(`killed at ${step}`),
      );
      const closed = await newSettler(books).settle(model.till, model.version);
      expect(closed.map(({ count, sum }) => ({ count, sum }))).to.deep.equal([
        { count: 2, sum: 2n * (11n + BigInt(i)) },
      ]);
    }
    expect((await closings()).length - before).to.equal(steps.length);
    const total = (await books.settlements()).reduce((sum, settlement) => sum + settlement.sum, 0n);
    const onChain = (await closings()).reduce((sum, { args }) => sum + args.fee, 0n);
    expect(onChain).to.equal(total);
    expect(await tillBalance()).to.equal(0n);
  });

  it("reads a till's closes on from where its books have compared them, in each new process, and keeps looking for one that is not written down", async () => {
    const { till, version, local } = model;
    const [channel] = (await openChannels(model, 1, 1_000n)) as [PaidChannel];
    const settled = async (by: Settler) => {
      await payCalls(books, model, channel, [5n]);
      expect(await by.settle(till, version)).to.have.length(1);
    };
    await payCalls(books, model, channel, [4n]);
    const failureAtClosed = (by: Promise<unknown>): Promise<string> => by.then(String, (error: Error) => error.message);
    expect(await failureAtClosed(newSettler(killedAt("closed")).settle(till, version))).to.equal("killed at closed");
    const { length } = await closings();
    const { blockNumber } = (await closings()).at(-1)!;
    // Far behind what is read again, and two more processes that get no further.
    await local.client.mine({ blocks: 150 });
    for (let process = 0; process < 2; process++)
      expect(await failureAtClosed(newSettler(killedAt("closed")).finishOpen(till))).to.equal("killed at closed");
    expect(await books.unreadFrom(till)).to.equal(blockNumber);
    expect(await newSettler(books).finishOpen(till)).to.have.length(1);
    expect(await closings()).to.have.length(length);
    await settled(newSettler(books));

    const firsts: bigint[] = [];
    const reader = {
      ...model.chain.reader,
      getContractEvents: (filter: { eventName?: string; fromBlock?: bigint }) => {
        if (filter.eventName === "Closed") firsts.push(filter.fromBlock!);
        return model.chain.reader.getContractEvents(filter as never);
      },
    } as typeof model.chain.reader;
    const restarted = () => newSettler(books, undefined, { ...model.chain, reader });
    const latest = await local.client.getBlockNumber({ cacheTime: 0 });
    await settled(restarted());
    expect(firsts.length).to.be.above(1);
    for (const first of firsts) expect(Number(first)).to.be.above(Number(latest) - 100);
    // What was kept of another chain, which was longer, or of none: from the first block on, as a till that was never read.
    await books.readTo(till, latest + 1_000_000n);
    firsts.length = 0;
    await settled(restarted());
    expect(firsts[0]).to.equal(model.chain.fromBlock);
    expect(await closings()).to.have.length(length + 3);
  });

  /** The books of a process that ends just before it writes a step down: what it did on chain is done. */
  function killedAt(step: string): ConstructorParameters<typeof Settler>[0]["books"] {
    return {
      channels: {
        get: (id) => books.channels.get(id),
        updateChannel: (id, update) => books.channels.updateChannel(id, update),
        list: () => books.channels.list(),
      },
      channelPages: (filter) => {
        if (step === "list") throw new Error("killed at list");
        return books.channelPages(filter);
      },
      vouchers: (id) => books.vouchers(id),
      recover: () => (step === "recover" ? Promise.resolve(0) : books.recover()),
      cut: (till, version) => books.cut(till, version),
      setAside: (number, claimed) => books.setAside(number, claimed),
      receiptsOf: (number, withTexts) => books.receiptsOf(number, withTexts),
      settlements: () => books.settlements(),
      advance: (number, to) =>
        to.state === step ? Promise.reject(new Error(`killed at ${step}`)) : books.advance(number, to),
      unreadFrom: (till) => books.unreadFrom(till),
      readTo: (till, nextBlock) => books.readTo(till, nextBlock),
    };
  }

  it("claims a channel as soon as its payer starts a withdrawal, and what it is charged meanwhile", async () => {
    const [channel, other] = await openChannels(model, 2, 1_000n);
    for (const each of [channel!, other!]) await payCalls(books, model, each, [300n]);
    // Once begun, it asks for the channels that withdraw and not for all there are.
    let hasList = true;
    const few = killedAt("list");
    const watched = {
      ...few,
      channelPages: (filter?: ChannelFilter) => (hasList ? books : few).channelPages(filter),
    };
    const tell = (event: string, details: Record<string, unknown>) => told.push([event, details]);
    const watch = new Withdrawals(watched, model.chain, newSettler(watched), tell);
    expect(await watch.look()).to.equal(0);
    expect(await claimed(channel!.id)).to.equal(0n);
    await initiate(channel!, 1_000n);
    expect(await watch.look()).to.equal(1);
    expect([await claimed(channel!.id), await claimed(other!.id)]).to.deep.equal([300n, 0n]);
    await payCalls(books, model, channel!, [5n]);
    hasList = false;
    expect(await watch.look()).to.equal(1);
    expect(await claimed(channel!.id)).to.equal(305n);
    // A gateway that was down when it happened sees it at its start.
    await payCalls(books, model, channel!, [1n]);
    const restarted = new Withdrawals(books, model.chain, settler, (event, details) => told.push([event, details]));
    expect(await restarted.look()).to.equal(1);
    expect(await claimed(channel!.id)).to.equal(306n);
    await settler.settle(model.till, model.version);
  });

  it("claims what was streamed though the charge at the stream's end failed, before its payer has the money back", async () => {
    const [channel, other] = await openChannels(model, 2, 1_000n);
    await payCalls(books, model, channel!, [300n]);
    await serveUncharged(books, model, channel!, 40n);
    const watch = new Withdrawals(books, model.chain, settler, (event, details) => told.push([event, details]));
    await initiate(channel!, 1_000n);
    await watch.look();
    expect(await claimed(channel!.id)).to.equal(340n);

    // A settlement has it too, as one that cannot be charged keeps no other from being claimed.
    await payCalls(books, model, channel!, [1n]);
    await serveUncharged(books, model, channel!, 7n);
    await serveUncharged(books, model, other!, 2n);
    const away = {
      channels: {
        get: (id: string) => books.channels.get(id),
        list: () => books.channels.list(),
        updateChannel: () => Promise.reject(new Error("the books are away")),
      },
      channelPages: (filter?: ChannelFilter) => books.channelPages(filter),
      recover: () => Promise.reject(new Error("the books are away")),
    };
    const doubtful = new Withdrawals(away, model.chain, settler, (event, details) => told.push([event, details]));
    const failure = await doubtful.look().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect((failure as Error).message).to.equal("the books are away");
    expect(await claimed(channel!.id)).to.equal(341n);
    const [settlement] = await settler.settle(model.till, model.version);
    expect(settlement).to.include({ count: 5, sum: 350n });
    expect(await books.audit()).to.deep.equal([]);
  });

  it("knows channels whose claims the chain refuses again and again, though their payers signed by key", async () => {
    const [spoilt] = (await openChannels(model, 1, 1_000n)) as [PaidChannel];
    await payCalls(books, model, spoilt, [3n]);
    let signature: string | undefined = `0x${"11".repeat(64)}1b`;
    const vouchers: typeof books.vouchers = async (id) => {
      const found = await books.vouchers(id);
      return { ...found, last: found.last && { ...found.last, signature: signature ?? found.last.signature } };
    };
    const watched = newSettler({ ...killedAt("none"), vouchers });
    for (let time = 0; time < 3; time++) {
      const [unclaimed] = await watched.claim([spoilt.id]);
      expect(unclaimed).to.include({ channelId: spoilt.id, fault: "gateway" });
    }
    expect([watched.refused(3), watched.refused(4)]).to.deep.equal([1, 0]);
    signature = undefined;
    expect(await watched.claim([spoilt.id])).to.deep.equal([]);
    expect([watched.refused(1), await claimed(spoilt.id)]).to.deep.equal([0, 3n]);
    await settler.settle(model.till, model.version);
  });

  it("claims every other channel where a contract agrees in the simulation and refuses on chain", async () => {
    const [keyed] = (await openChannels(model, 1, 1_000n)) as [PaidChannel];
    const [trap] = (await openChannels(model, 1, 1_000n, 1, true)) as [PaidChannel];
    await initiate(keyed, 1_000n);
    await initiate(trap, 1_000n);
    // `isValidSignature` answers its magic value where the gas price is 0, as in a call, and nothing else.
    await model.local.client.setCode({
      address: trap.payer.address,
      bytecode: "0x3a15631626ba7e60e01b025f5260205ff3",
    });
    await payCalls(books, model, trap, [1n]);
    await payCalls(books, model, keyed, [900n]);
    const watch = new Withdrawals(books, model.chain, settler, (event, details) => told.push([event, details]));
    expect(await watch.look()).to.be.at.least(2);
    expect([await claimed(keyed.id), await claimed(trap.id)]).to.deep.equal([900n, 0n]);
    const [, uncovered] = told.find(([event]) => event === "withdrawal not covered")!;
    expect(uncovered).to.include({ channelId: trap.id });
    expect(uncovered.reason).to.match(/^its claim of 1 channels: transaction 0x[0-9a-f]{64} was reverted$/u);
    const [closed] = await settler.settle(model.till, model.version);
    expect(closed).to.include({ state: "closed", count: 1, sum: 900n });
    expect((await books.account(trap.id))?.settled).to.equal(0n);
    // No further gas is burnt for it at each look, whoever looks, until its time has come; then for twice as long.
    const { address } = model.keys.gateway;
    const sent = () => model.local.client.getTransactionCount({ address });
    const claimAt = async (milliseconds: number) => {
      const before = await sent();
      const pauses = new ClaimPauses(pausesFile(), () => milliseconds);
      const [unclaimed] = await newSettler(books, pauses).claim([trap.id]);
      return { sent: (await sent()) - before, waiting: pauses.waiting, reason: unclaimed?.reason };
    };
    const now = Date.now();
    const waits = await claimAt(now);
    expect(waits).to.include({ sent: 0, waiting: 1 });
    expect(waits.reason).to.match(/^its claim was reverted 1 times in a row, and is tried again after 2/u);
    expect(await claimAt(now + 61_000)).to.include({ sent: 1, waiting: 1 });
    expect(await claimAt(now + 61_000 + 119_000)).to.include({ sent: 0 });
    // Its contract agrees on chain too, and the wait is forgotten: 16,000 rounds of 26 gas, about what a call may cost to check, and the magic value, whatever is asked.
    const slow = "0x62003e805b6001900380600457631626ba7e60e01b5f5260205ff3";
    await model.local.client.setCode({ address: trap.payer.address, bytecode: slow });
    expect(await claimAt(now + 300_000)).to.deep.equal({ sent: 1, waiting: 0, reason: undefined });
    expect(await claimed(trap.id)).to.equal(1n);
    expect(await readFile(pausesFile(), "utf8")).to.equal("{}\n");
  });

  it("sends what its node has dropped again, and waits for no second look", async () => {
    const { client } = model.local;
    await client.setAutomine(false);
    const sent = sendAndWait(model.chain, model.keys.gateway, {
      ...{ what: "a call", to: deployer.address, data: "0x", gas: 21_000n },
    });
    let hash: Hex | undefined;
    while ((hash = (await client.getBlock({ blockTag: "pending" })).transactions[0]) === undefined) await sleep(20);
    await client.dropTransaction({ hash });
    await client.setAutomine(true);
    expect(await sent).to.include({ status: "success", transactionHash: hash });
  });

  async function tillBalance(): Promise<bigint> {
    const { token } = model.chain.contracts;
    const read = { address: token, abi: erc20Abi, functionName: "balanceOf", args: [model.till] } as const;
    return model.local.client.readContract(read);
  }

  async function initiate({ payer, config }: PaidChannel, amount: bigint): Promise<void> {
    await fund(payer.address);
    const { batchSettlement } = model.chain.contracts;
    await send(model.local, payer as never, batchSettlement, batchSettlementAbi, "initiateWithdraw", [config, amount]);
  }

  // Last: what it closes is in no books, and nothing is settled from these after it.
  it("sends a close again that was signed and not mined, and never two", async () => {
    const { token } = model.chain.contracts;
    const cases = ["never sent", "waiting", "mined and not noted", "its number taken", "another's"] as const;
    for (const [i, name] of cases.entries()) {
      const sum = 1_000n + BigInt(i);
      await send(model.local, deployer, token, erc20Abi, "transfer", [model.till, sum]);
      const root = { hash: toHex(i + 1, { size: 32 }), sum };
      const closing = { till: model.till, version: model.version, root, count: 1, bundleHash: zeroHash };
      const file = join(model.folder, `closing-${i}.json`);
      // Of other books, which number their settlements alike: it is mined, and closes nothing of this.
      const others = { hash: toHex(i + 100, { size: 32 }), sum: 1n };
      if (name === "another's")
        await send(model.local, deployer, token, erc20Abi, "transfer", [model.till, others.sum]);
      const data = encodeFunctionData({
        abi: modelTillAbi,
        functionName: "close",
        args: [closing.version, name === "another's" ? others : root, 1, zeroHash],
      });
      const signed = await signCall(model.chain, model.keys.gateway, { to: model.till, data, gas: 3_000_000n });
      await writeJsonFile(file, { nonce: signed.nonce, signed: [signed] });
      const { client } = model.local;
      if (name === "waiting") await client.setAutomine(false);
      if (name === "waiting" || name === "mined and not noted" || name === "another's")
        await client.sendRawTransaction({ serializedTransaction: signed.raw });
      if (name === "its number taken")
        await sendAndWait(model.chain, model.keys.gateway, {
          what: "another",
          to: deployer.address,
          data: "0x",
          gas: 21_000n,
        });
      const closed = closeOnce(model.chain, model.keys, file, closing);
      if (name === "waiting") {
        await sleep(500);
        await client.mine({ blocks: 1 });
        await client.setAutomine(true);
      }
      expect(await closed, name).to.be.a("bigint");
      expect(await closeOnce(model.chain, model.keys, file, closing), name).to.equal(await closed);
      const fees = (await closings()).filter(({ args }) => args.fee === sum);
      expect(fees.length, name).to.equal(1);
    }
  });

  async function withdraw(channel: PaidChannel, amount: bigint): Promise<void> {
    await initiate(channel, amount);
    const { timestamp } = await model.local.client.getBlock();
    await model.local.waitUntil(Number(timestamp) + channel.config.withdrawDelay + 1);
    const { batchSettlement } = model.chain.contracts;
    await send(model.local, channel.payer as never, batchSettlement, batchSettlementAbi, "finalizeWithdraw", [
      channel.config,
    ]);
  }

  async function fund(address: Hex): Promise<void> {
    await model.local.client.setBalance({ address, value: 10n ** 18n });
  }
});
