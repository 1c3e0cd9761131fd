// "My receipt was left out", on a chain with the real contracts: a gateway that answers is paid, one that does not is slashed.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { createWalletClient, erc20Abi, type Hex, http } from "viem";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { receiptHash } from "@tributary/protocol/typed-data/receipt";
import { deployer } from "../../../deploy/testing/accounts.ts";
import { send, wait } from "../../../deploy/testing/send.ts";
import type { Books, Written } from "../books/books.ts";
import { openBooks } from "../books/open.ts";
import { ClaimPauses } from "../settlement/claim-pauses.ts";
import { Settler } from "../settlement/settler.ts";
import { openChannels, type PaidChannel, payCalls, signReceipt } from "../testing/paid-channels.ts";
import { addVersion, GATEWAY_STAKE, type SoldModel, startSoldModel } from "../testing/sold-model.ts";
import { Inclusions } from "./answer-demands.ts";
import { demandInclusion, endInclusion, type InclusionAccess, inclusionState } from "./demand-inclusion.ts";

describe("inclusion", function () {
  this.timeout(120_000);
  let model: SoldModel;
  let books: Books;
  let settler: Settler;
  let inclusions: Inclusions;
  let channel: PaidChannel;
  let access: InclusionAccess;
  const told: [string, unknown][] = [];

  before(async () => {
    model = await startSoldModel();
    books = await openBooks({ file: join(model.folder, "books.db") });
    const { chain, keys } = model;
    const tell = (event: string, details: unknown): void => void told.push([event, details]);
    settler = new Settler({
      books,
      chain,
      keys,
      folder: join(model.folder, "settlements"),
      publishFolder: model.folder,
      pauses: new ClaimPauses(join(model.folder, "claim-pauses.json")),
      tell,
    });
    inclusions = new Inclusions({ books, chain, keys, settler, tell });
    [channel] = (await openChannels(model, 1, 1_000_000n)) as [PaidChannel];
    const account = channel.payer;
    await model.local.client.setBalance({ address: account.address, value: 10n ** 18n });
    const purse = 10n ** 20n;
    await send(model.local, deployer, chain.contracts.token, erc20Abi, "transfer", [account.address, purse]);
    access = {
      reader: model.local.client,
      sender: createWalletClient({ account, chain: model.local.client.chain, transport: http(model.local.rpcUrl) }),
      account,
      settlementProofs: chain.contracts.settlementProofs,
      token: chain.contracts.token,
    };
  });
  after(async () => {
    await books.close();
    await model.stop();
  });

  async function paidAndDemanded(amount: bigint): Promise<Written> {
    const [written] = await payCalls(books, model, channel, [amount]);
    expect(await settler.claim([channel.id])).to.deep.equal([]);
    const terms = { address: access.settlementProofs, abi: settlementProofsAbi } as const;
    const { graceSeconds } = await access.reader.readContract({ ...terms, functionName: "inclusionTerms" });
    await wait(model.local, graceSeconds);
    const { receipt } = written!;
    const report = await demandInclusion(access, receipt, await signReceipt(model, receipt));
    expect(report).to.include({ state: "open", receiptHash: written!.id });
    return written!;
  }

  async function stake(): Promise<bigint> {
    const { stake: active } = await access.reader.readContract({
      address: model.protocol.addresses.OperatorStaking,
      abi: operatorStakingAbi,
      functionName: "poolOf",
      args: [1n],
    });
    return active;
  }

  it("is answered with the opening, after the receipt was settled because of the demand", async () => {
    const { id, receipt } = await paidAndDemanded(100n);
    expect((await books.receipt(id))?.settlement).to.equal(undefined);
    expect(await inclusions.look()).to.equal(0);
    expect(told.at(-1)?.[0]).to.equal("demand answered");
    expect((await inclusionState(access, receipt)).state).to.equal("answered");
    expect((await books.receipt(id))?.settlement).to.be.a("bigint");
    // A second demand of the same receipt is the first one.
    const again = await demandInclusion(access, receipt, await signReceipt(model, receipt));
    expect(again.state).to.equal("answered");
    const ended = await endInclusion(access, receipt).catch((error: unknown) => error as Error);
    expect(ended).to.be.instanceOf(Error).with.property("message").that.contains("was answered");
  });

  it("is answered from a settlement that was closed before, whose rows are written again where they are lost", async () => {
    const [written] = await payCalls(books, model, channel, [7n]);
    await payCalls(books, model, channel, [8n, 9n]);
    const [closed] = await settler.settle(model.till, model.version);
    await rm(join(model.folder, "settlements", closed!.till, String(closed!.number)), { recursive: true });
    await wait(model.local, 10);
    const { receipt } = written!;
    await demandInclusion(access, receipt, await signReceipt(model, receipt));
    expect(await inclusions.look()).to.equal(0);
    expect((await inclusionState(access, receipt)).state).to.equal("answered");
  });

  it("is answered where calls of another version, settled never, stand before the receipt in its channel", async () => {
    const other = await addVersion(model);
    for (const version of [model.version, other, model.version, other]) {
      await payCalls(books, model, channel, [1n], version);
    }
    const { id, receipt } = await paidAndDemanded(1n);
    const [oldest] = await books.unsettled();
    expect(oldest).to.include({ version: model.version }).and.have.property("since").that.is.at.most(receipt.issuedAt);
    expect(await inclusions.look(), JSON.stringify(told.at(-1))).to.equal(0);
    expect((await inclusionState(access, receipt)).state).to.equal("answered");
    expect((await books.receipt(id))?.settlement).to.be.a("bigint");
    expect((await books.settlements()).slice(-5).map(({ version }) => version)).to.deep.equal([1n, 2n, 1n, 2n, 1n]);
  });

  it("cannot be demanded before it is claimed", async () => {
    const [written] = await payCalls(books, model, channel, [3n]);
    await wait(model.local, 10);
    const signature = await signReceipt(model, written!.receipt);
    const sent = async (): Promise<number> => access.reader.getTransactionCount({ address: access.account.address });
    // No allowance of an earlier demand is left, so that one of this would be sent.
    const before = await sent();
    const refused = await demandInclusion(access, written!.receipt, signature).catch((error: unknown) => String(error));
    expect(refused).to.include("ReceiptUncovered");
    expect(await sent()).to.equal(before);
  });

  it("is answered of a contract's channel whose earlier calls were claimed and whose last one cannot be", async () => {
    const [fickle] = (await openChannels(model, 1, 1_000n, 1, true)) as [PaidChannel];
    const answering = (bytecode: Hex) => model.local.client.setCode({ address: fickle.payer.address, bytecode });
    await answering("0x631626ba7e60e01b5f5260205ff3"); // isValidSignature says yes,
    const [first] = await payCalls(books, model, fickle, [100n]);
    expect(await settler.claim([fickle.id])).to.deep.equal([]);
    const [second] = await payCalls(books, model, fickle, [1n]);
    await answering("0x5f5f5260205ff3"); // and from now on no.
    await wait(model.local, 10);
    const { receipt } = first!;
    await demandInclusion(access, receipt, await signReceipt(model, receipt));
    expect(await inclusions.look(), JSON.stringify(told.at(-1))).to.equal(0);
    expect((await inclusionState(access, receipt)).state).to.equal("answered");
    expect(told.some(([event]) => event === "channel set aside")).to.equal(true);
    expect(await stake()).to.equal(GATEWAY_STAKE);
    expect((await books.receipt(second!.id))?.settlement).to.equal(undefined);
    const refused = await demandInclusion(access, second!.receipt, await signReceipt(model, second!.receipt)).catch(
      (error: unknown) => String(error),
    );
    expect(refused).to.include("ReceiptUncovered");
    expect(await books.audit()).to.deep.equal([]);
  });

  it("is answered again where a reorganisation takes the answer back", async () => {
    const [written] = await payCalls(books, model, channel, [11n]);
    await settler.settle(model.till, model.version);
    await wait(model.local, 10);
    const { receipt } = written!;
    await demandInclusion(access, receipt, await signReceipt(model, receipt));
    const { chain, keys, local } = model;
    const deep = new Inclusions({
      ...{ books, chain: { ...chain, confirmations: 4 }, keys, settler },
      tell: (event, details) => told.push([event, details]),
    });
    // The demand's event is in no block that is read again.
    await local.client.setBlockTimestampInterval({ interval: 0 });
    await local.client.mine({ blocks: 80 });
    await local.client.removeBlockTimestampInterval();
    const snapshot = await local.client.snapshot();
    expect(await deep.look(), JSON.stringify(told.at(-1))).to.equal(0);
    expect(await deep.look()).to.equal(0);
    expect((await inclusionState(access, receipt)).state).to.equal("answered");
    await local.client.revert({ id: snapshot });
    expect((await inclusionState(access, receipt)).state).to.equal("open");
    expect(await deep.look(), JSON.stringify(told.at(-1))).to.equal(0);
    expect((await inclusionState(access, receipt)).state).to.equal("answered");
    // Once the answer is deep, nothing is asked of it any more.
    await local.client.mine({ blocks: 80 });
    expect([await deep.look(), deep.open]).to.deep.equal([0, 0]);
  });

  it("is answered by a process that starts after it, which reads from where the one before had to", async () => {
    const { chain, keys, local } = model;
    const mine = async (blocks: number): Promise<void> => {
      await local.client.setBlockTimestampInterval({ interval: 0 });
      await local.client.mine({ blocks });
      await local.client.removeBlockTimestampInterval();
    };
    const [written] = await payCalls(books, model, channel, [13n]);
    await settler.settle(model.till, model.version);
    await wait(model.local, 10);
    await inclusions.look();
    await mine(120);
    await inclusions.look();
    const kept = (await books.unreadFrom(keys.gateway.address))!;
    expect(kept > chain.fromBlock).to.equal(true);
    await mine(120);
    const { receipt } = written!;
    await demandInclusion(access, receipt, await signReceipt(model, receipt));
    const demandedAt = await local.client.getBlockNumber({ cacheTime: 0 });
    await mine(120);
    const started = (unanswered: boolean): { inclusions: Inclusions; from: bigint[] } => {
      const from: bigint[] = [];
      const reader = {
        ...chain.reader,
        getContractEvents: (args: { fromBlock: bigint }) => {
          from.push(args.fromBlock);
          return chain.reader.getContractEvents(args as never);
        },
      } as unknown as typeof chain.reader;
      const receiptsFile: Settler["receiptsFile"] = unanswered
        ? () => Promise.reject(new Error("the disk is full"))
        : (settlement) => settler.receiptsFile(settlement);
      const alone = <Result>(task: () => Promise<Result>) => settler.alone(task);
      const settle = (till: typeof model.till, version: bigint) => settler.settle(till, version);
      return {
        inclusions: new Inclusions({
          ...{ books, chain: { ...chain, reader }, keys, settler: { alone, settle, receiptsFile } },
          tell: (event, details) => told.push([event, details]),
        }),
        from,
      };
    };
    const failing = started(true);
    expect(await failing.inclusions.look()).to.equal(1);
    expect(failing.from).to.deep.equal([kept]);
    // What is open is read again, however long ago it was demanded.
    expect(await books.unreadFrom(keys.gateway.address)).to.equal(demandedAt);
    const next = started(false);
    expect(await next.inclusions.look()).to.equal(0);
    expect(next.from).to.deep.equal([demandedAt]);
    expect((await inclusionState(access, receipt)).state).to.equal("answered");
  });

  it("slashes a gateway that does not answer, and returns the deposit", async () => {
    const { receipt } = await paidAndDemanded(50n);
    const balance = { address: access.token, abi: erc20Abi, functionName: "balanceOf" } as const;
    const before = await access.reader.readContract({ ...balance, args: [access.account.address] });
    await wait(model.local, 60);
    // Told once, and known for as long as it is not ended.
    for (let look = 0; look < 2; look++) {
      expect(await inclusions.look()).to.equal(1);
      expect(inclusions.overdue).to.equal(1);
    }
    expect(told.filter(([event]) => event === "demand overdue").length).to.equal(1);
    // Killed after its first transaction, the command is repeated, and once more after its second.
    const { settlementProofs } = access;
    const sender = access.account as never;
    await send(model.local, sender, settlementProofs, settlementProofsAbi, "endInclusion", [receiptHash(receipt)]);
    expect(await stake()).to.equal(GATEWAY_STAKE);
    expect((await endInclusion(access, receipt)).state).to.equal("unanswered");
    const slashed = await stake();
    expect(slashed < GATEWAY_STAKE).to.equal(true);
    expect((await endInclusion(access, receipt)).state).to.equal("unanswered");
    expect(await stake()).to.equal(slashed);
    const after = await access.reader.readContract({ ...balance, args: [access.account.address] });
    const terms = { address: access.settlementProofs, abi: settlementProofsAbi } as const;
    const { deposit } = await access.reader.readContract({ ...terms, functionName: "inclusionTerms" });
    expect(after - before >= deposit).to.equal(true);
    expect(await inclusions.look()).to.equal(0);
    expect([inclusions.open, inclusions.overdue]).to.deep.equal([0, 0]);
  });
});
