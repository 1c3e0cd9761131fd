// A gateway's settlements beside the engine's watcher, on a chain with the real contracts: one that was paid stands, one that nobody paid is ended.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { erc20Abi } from "viem";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import { curator, deployer, gateway } from "../../../deploy/testing/accounts.ts";
import { send } from "../../../deploy/testing/send.ts";
import type { Books } from "../books/books.ts";
import { openBooks } from "../books/open.ts";
import { openChannels, payCalls } from "../testing/paid-channels.ts";
import { GATEWAY_STAKE, type SoldModel, startSoldModel } from "../testing/sold-model.ts";
import { publishReceipts } from "./publish.ts";
import { receiptTree, rootArgument, writeReceiptFile } from "./receipt-file.ts";
import { ClaimPauses } from "./claim-pauses.ts";
import { Settler } from "./settler.ts";

const ENGINE = fileURLToPath(new URL("../../../attribution-engine/src/main.ts", import.meta.url));
/** The account of the watcher among the development ones; it holds some ETH, and reserves nothing. */
const WATCHER_INDEX = 16;
/** `IRoyaltyLedger.SettlementStatus`. */
const [OPEN, VOIDED] = [1, 5];

interface Inputs {
  readonly inputs: { sound: number; wrong: number; penalties: number; ended: { input: string; function: string }[] };
}

describe("settlements under the watcher's eyes", function () {
  this.timeout(120_000);
  let model: SoldModel;
  let books: Books;
  let settler: Settler;

  before(async () => {
    model = await startSoldModel();
    books = await openBooks({ file: join(model.folder, "books.db") });
    const { chain, keys, folder } = model;
    const folders = { folder: join(folder, "settlements"), publishFolder: folder };
    const pauses = new ClaimPauses(join(folders.folder, "claim-pauses.json"));
    settler = new Settler({ books, chain, keys, ...folders, pauses, tell: () => undefined });
  });
  after(async () => {
    await books.close();
    await model.stop();
  });

  /** One run of the engine's command, which ends when nothing is left to do. */
  async function watch(): Promise<Inputs["inputs"]> {
    const { local, folder, protocol } = model;
    const args = ["--deployment", protocol.file, "--rpc", local.rpcUrl, "--bundles", join(folder, "bundles")];
    const once = ["--work-dir", join(folder, "watcher"), "--confirmations", "1", "--poll-seconds", "0.1", "--once"];
    const env = { ...process.env, TRIBUTARY_PRIVATE_KEY: localPrivateKey(WATCHER_INDEX) };
    const ended = await promisify(execFile)(process.execPath, [ENGINE, "watch", ...args, ...once, "--json"], { env });
    const summary = ended.stdout.split("\n").findLast((line) => line.startsWith("{"));
    return (JSON.parse(summary!) as Inputs).inputs;
  }

  async function statusOf(settlement: bigint): Promise<number> {
    const { ledger: address } = model.chain.contracts;
    const args = [settlement] as const;
    const read = { address, abi: royaltyLedgerAbi, functionName: "settlementOf", args } as const;
    return (await model.local.client.readContract(read)).status;
  }

  async function stake(): Promise<bigint> {
    const read = { abi: operatorStakingAbi, functionName: "poolOf", args: [1n] } as const;
    const { OperatorStaking: address } = model.protocol.addresses;
    return (await model.local.client.readContract({ ...read, address })).stake;
  }

  /** A SIMULATED dishonest gateway: it closes its till over what it likes, and pays the fee itself. */
  async function close(name: string, receipt: Receipt): Promise<bigint> {
    const { local, chain, till, version, folder } = model;
    const file = join(folder, `${name}.rows`);
    const { sum, count } = await writeReceiptFile(file, rowsOf([receipt]));
    const root = rootArgument(await receiptTree(file));
    const { bundleHash } = await publishReceipts(folder, file, chain.chainId, version);
    await send(local, gateway, chain.contracts.token, erc20Abi, "transfer", [till, sum]);
    await send(local, gateway, till, modelTillAbi, "close", [version, root, count, bundleHash]);
    return local.client.readContract({
      address: chain.contracts.ledger,
      abi: royaltyLedgerAbi,
      functionName: "settlementCount",
    });
  }

  it("stand where they were paid, and are ended where nobody paid, or paid somebody else", async () => {
    const [channel] = await openChannels(model, 1, 1_000_000n);
    const paid = await payCalls(books, model, channel!, [100n, 7n]);
    const [honest] = await settler.settle(model.till, model.version);
    expect(await watch()).to.deep.include({ sound: 1, wrong: 0, ended: [] });
    await send(model.local, deployer, model.chain.contracts.token, openTokenAbi, "transfer", [
      gateway.address,
      10_000n,
    ]);

    // One more call of the same channel, which its payer signed nothing for.
    const last = paid[1]!.receipt;
    const invented = { ...last, sequence: 3n, amount: 50n, cumulative: last.cumulative + 50n };
    const uncovered = await close("uncovered", invented);
    // A channel from which so much was claimed, for somebody else.
    const elsewhere = { ...model, till: curator.address };
    const [theirs] = await openChannels(elsewhere, 1, 1_000_000n);
    await payCalls(books, elsewhere, theirs!, [500n]);
    expect(await settler.claim([theirs!.id])).to.deep.equal([]);
    const borrowed = { ...last, channelId: theirs!.id, sequence: 1n, amount: 500n, cumulative: 500n };
    const foreign = await close("foreign", borrowed);

    const { ended, wrong } = await watch();
    expect(wrong).to.equal(2);
    expect(ended.map(({ input, function: by }) => [input, by])).to.have.deep.members([
      [`receipt ${uncovered}/0`, "proveUncovered"],
      [`receipt ${foreign}/0`, "proveForeignChannel"],
    ]);
    expect(await statusOf(honest!.onChain!)).to.equal(OPEN);
    for (const settlement of [uncovered, foreign]) expect(await statusOf(settlement)).to.equal(VOIDED);
    expect((await stake()) < GATEWAY_STAKE).to.equal(true);
  });
});

async function* rowsOf(receipts: readonly Receipt[]): AsyncGenerator<{ receipt: Receipt }> {
  for (const receipt of receipts) yield await Promise.resolve({ receipt });
}
