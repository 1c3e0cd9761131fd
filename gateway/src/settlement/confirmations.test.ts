// Settling where a transaction counts after several blocks: what waits for depth, what does not, and what a reorganisation takes back.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { encodeFunctionData, erc20Abi, type Hex, parseTransaction, toHex, zeroHash } from "viem";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { deployer } from "../../../deploy/testing/accounts.ts";
import { send, wait } from "../../../deploy/testing/send.ts";
import type { Books } from "../books/books.ts";
import { openBooks } from "../books/open.ts";
import { failureOf } from "../testing/charges.ts";
import { openChannels, type PaidChannel, payCalls } from "../testing/paid-channels.ts";
import { type SoldModel, startSoldModel } from "../testing/sold-model.ts";
import type { SettlementChain } from "./chain.ts";
import { ClaimPauses } from "./claim-pauses.ts";
import { closeOnce, type Closing } from "./close.ts";
import { readJsonFile, writeJsonFile } from "./durable-file.ts";
import { minedReceipt } from "./mined.ts";
import { signCall, type Signed } from "./send.ts";
import { Settler } from "./settler.ts";
import { UnknownClose } from "./unknown-close.ts";
import { Withdrawals } from "./withdrawals.ts";

const CONFIRMATIONS = 4;

describe("settlement where a transaction counts after several blocks", function () {
  this.timeout(60_000);
  let model: SoldModel;
  let chain: SettlementChain;
  let books: Books;
  let settler: Settler;
  let told: string[];

  before(async () => {
    model = await startSoldModel();
    chain = { ...model.chain, confirmations: CONFIRMATIONS };
    books = await openBooks({ file: join(model.folder, "books.db") });
    settler = new Settler({
      ...{ books, chain, keys: model.keys, folder: join(model.folder, "settlements"), publishFolder: model.folder },
      pauses: new ClaimPauses(join(model.folder, "claim-pauses.json")),
      tell: (event) => told.push(event),
    });
  });
  after(async () => {
    await books.close();
    await model.stop();
  });
  beforeEach(() => {
    told = [];
  });

  async function claimed(id: Hex): Promise<bigint> {
    const { batchSettlement: address } = chain.contracts;
    const read = { address, abi: batchSettlementAbi, functionName: "channels", args: [id] } as const;
    return (await model.local.client.readContract(read))[1];
  }

  async function closings(): Promise<number> {
    const read = { address: model.till, abi: modelTillAbi, eventName: "Closed", fromBlock: 0n } as const;
    return (await model.local.client.getContractEvents(read)).length;
  }

  const mine = (blocks: number): Promise<void> => model.local.client.mine({ blocks });

  async function until(what: () => Promise<boolean> | boolean): Promise<void> {
    while (!(await what())) await sleep(20);
  }

  it("claims a withdrawal that begins while a settlement is under way, and closes over deep blocks alone", async () => {
    const [settled, leaving] = (await openChannels(model, 2, 1_000n)) as [PaidChannel, PaidChannel];
    await payCalls(books, model, settled, [300n]);
    const watch = new Withdrawals(books, chain, settler, () => undefined);
    expect(await watch.look()).to.equal(0);
    const settling = settler.settle(model.till, model.version);
    // Claim and sweep take their one block each, and no further one comes.
    await until(() => told.includes("swept"));
    await payCalls(books, model, leaving, [200n]);
    const { address } = leaving.payer;
    await model.local.client.setBalance({ address, value: 10n ** 18n });
    const { batchSettlement } = chain.contracts;
    const initiate = [leaving.config, 1_000n] as const;
    await send(model.local, leaving.payer as never, batchSettlement, batchSettlementAbi, "initiateWithdraw", initiate);
    expect(await watch.look()).to.equal(1);
    expect(await claimed(leaving.id)).to.equal(200n);
    expect([await closings(), (await books.settlements())[0]?.state]).to.deep.equal([0, "cut"]);
    await mine(CONFIRMATIONS - 1);
    await until(async () => (await closings()) === 1);
    expect((await books.settlements())[0]?.state).to.equal("swept");
    await mine(CONFIRMATIONS - 1);
    const [closed] = await settling;
    expect(closed).to.include({ state: "closed", count: 1, sum: 300n });
    expect(await books.audit()).to.deep.equal([]);
  });

  it("claims again what a reorganisation took back, and closes over nothing that is not claimed", async () => {
    const [channel] = (await openChannels(model, 1, 1_000n)) as [PaidChannel];
    await payCalls(books, model, channel, [50n]);
    const before = await closings();
    const snapshot = await model.local.client.snapshot();
    const failed = settler.settle(model.till, model.version).then(
      () => "none",
      (error: Error) => error.message,
    );
    await until(() => told.includes("swept"));
    await model.local.client.revert({ id: snapshot });
    await mine(2 * CONFIRMATIONS);
    expect(await failed).to.match(/is not on chain any more, it is claimed again$/u);
    expect([await claimed(channel.id), await closings()]).to.deep.equal([0n, before]);
    const again = settler.finishOpen(model.till);
    const mining = setInterval(() => void mine(1), 50);
    const [closed] = await again.finally(() => {
      clearInterval(mining);
    });
    // With what the one was charged that withdraws.
    expect(closed).to.include({ state: "closed", count: 2, sum: 250n });
    expect(await claimed(channel.id)).to.equal(50n);
    expect(await closings()).to.equal(before + 1);
  });

  /** A close of what the till is paid just for it. */
  async function closingOf(index: number): Promise<{ closing: Closing; data: Hex; file: string }> {
    const sum = 1_000n + BigInt(index);
    await send(model.local, deployer, chain.contracts.token, erc20Abi, "transfer", [model.till, sum]);
    const root = { hash: toHex(index, { size: 32 }), sum };
    const closing = { till: model.till, version: model.version, root, count: 1, bundleHash: zeroHash };
    const args = [closing.version, root, 1, zeroHash] as const;
    const data = encodeFunctionData({ abi: modelTillAbi, functionName: "close", args });
    return { closing, data, file: join(model.folder, `closing-${index}.json`) };
  }

  it("claims again of a withdrawal whose end a reorganisation took back with the claim", async () => {
    const [leaving] = (await openChannels(model, 1, 1_000n)) as [PaidChannel];
    await payCalls(books, model, leaving, [70n]);
    const { address } = leaving.payer;
    const { client } = model.local;
    const { batchSettlement } = chain.contracts;
    await client.setBalance({ address, value: 10n ** 18n });
    const call = (name: "initiateWithdraw" | "finalizeWithdraw", args: readonly unknown[]) =>
      send(model.local, leaving.payer as never, batchSettlement, batchSettlementAbi, name, args as never);
    await call("initiateWithdraw", [leaving.config, 1_000n]);
    const watch = new Withdrawals(books, chain, settler, () => undefined);
    // The event is in no block that is read again.
    await mine(80);
    const snapshot = await client.snapshot();
    const pending = await watch.look();
    expect(await claimed(leaving.id)).to.equal(70n);
    await wait(model.local, leaving.config.withdrawDelay);
    await call("finalizeWithdraw", [leaving.config]);
    expect(await watch.look()).to.equal(pending - 1);
    await client.revert({ id: snapshot });
    expect(await claimed(leaving.id)).to.equal(0n);
    await mine(CONFIRMATIONS);
    expect(await watch.look()).to.equal(pending);
    expect(await claimed(leaving.id)).to.equal(70n);
    // Deep, it is followed no more.
    await wait(model.local, leaving.config.withdrawDelay);
    await call("finalizeWithdraw", [leaving.config]);
    await mine(80);
    for (let look = 0; look < 2; look++) expect(await watch.look()).to.equal(pending - 1);
  });

  it("settles on once a reorganisation took back a close that its books don't know", async () => {
    const [channel] = (await openChannels(model, 1, 1_000n)) as [PaidChannel];
    await payCalls(books, model, channel, [5n]);
    const snapshot = await model.local.client.snapshot();
    const { closing, file } = await closingOf(9);
    await closeOnce({ ...chain, confirmations: 1 }, model.keys, file, closing);
    const failure = await failureOf(settler.settle(model.till, model.version));
    expect(failure).to.be.instanceOf(UnknownClose);
    await model.local.client.revert({ id: snapshot });
    await mine(CONFIRMATIONS);
    const mining = setInterval(() => void mine(1), 50);
    const [closed] = await settler.settle(model.till, model.version).finally(() => {
      clearInterval(mining);
    });
    // With what the one was charged that withdrew.
    expect(closed).to.include({ state: "closed", count: 2, sum: 75n });
  });

  // From here on: what is closed is in no books.
  it("takes neither a close nor a reverted one as done while its block is young", async () => {
    const { closing, data, file } = await closingOf(1);
    const { client } = model.local;
    const short = await signCall(chain, model.keys.gateway, { to: model.till, data, gas: 60_000n });
    await writeJsonFile(file, { nonce: short.nonce, signed: [short] });
    await client.sendRawTransaction({ serializedTransaction: short.raw });
    const reverted = await minedReceipt(client, chain.chainId, short.hash, { mostMilliseconds: 5_000 });
    expect(reverted.status).to.equal("reverted");
    const failure = await closeOnce(chain, model.keys, file, closing).catch((error: Error) => error.message);
    expect(failure).to.match(/was used within 4 blocks: closing waits for them$/u);
    await mine(CONFIRMATIONS - 1);
    const before = await closings();
    const closed = closeOnce(chain, model.keys, file, closing);
    await until(async () => (await closings()) === before + 1);
    // Looked for by a process that has lost the file, too.
    let found: bigint | undefined;
    const looking = closeOnce(chain, model.keys, `${file}.lost`, closing).then((number) => (found = number));
    await sleep(300);
    expect(found).to.equal(undefined);
    await mine(CONFIRMATIONS - 1);
    expect(await looking).to.equal(await closed);
    expect(await closings()).to.equal(before + 1);
  });

  it("raises a close's fees to three times the present ones at most, however often it was sent", async () => {
    const { closing, data, file } = await closingOf(2);
    const { client } = model.local;
    const first = await signCall(chain, model.keys.gateway, { to: model.till, data, gas: 3_000_000n });
    await writeJsonFile(file, { nonce: first.nonce, signed: Array.from({ length: 40 }, () => first) });
    await client.setAutomine(false);
    const present = await client.estimateFeesPerGas();
    const closed = closeOnce({ ...chain, confirmations: 1 }, model.keys, file, closing);
    const kept = async () => (await readJsonFile<{ signed: Signed[] }>(file))!.signed;
    await until(async () => (await kept()).length === 41);
    const { maxFeePerGas } = parseTransaction((await kept())[40]!.raw);
    expect(maxFeePerGas! <= 3n * present.maxFeePerGas).to.equal(true);
    await until(async () => (await client.getBlock({ blockTag: "pending" })).transactions.length > 0);
    await mine(1);
    await client.setAutomine(true);
    expect(await closed).to.be.a("bigint");
  });
});
