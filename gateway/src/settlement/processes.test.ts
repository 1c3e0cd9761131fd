// Settling as processes: killed again and again, after which the chain and the books add up; and by the gateway's command.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { erc20Abi, type Hex } from "viem";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { receiptProof } from "@tributary/protocol/receipt-proof";
import { wait } from "../../../deploy/testing/send.ts";
import { openBooks } from "../books/open.ts";
import { failureOf } from "../testing/charges.ts";
import { openChannels, payCalls, signReceipt } from "../testing/paid-channels.ts";
import type { SettleOrder, SettleOutcome } from "../testing/settle-process.ts";
import { type SoldModel, startSoldModel } from "../testing/sold-model.ts";

const GATEWAY = fileURLToPath(new URL("../main.ts", import.meta.url));
const PROCESS = fileURLToPath(new URL("../testing/settle-process.ts", import.meta.url));
/** The account of the test's gateway among the development ones. */
const GATEWAY_INDEX = 11;
/** A gateway that has not ended by then serves. */
const START_MILLISECONDS = 20_000;
/** A word that the process says, just after which it is killed; the last kills hit the publishing and the sending of the close. */
const KILLS = [
  { after: "claimed", milliseconds: 0 },
  { after: "swept", milliseconds: 0 },
  { after: "swept", milliseconds: 400 },
  { after: "swept", milliseconds: 900 },
] as const;

describe("settling processes", function () {
  this.timeout(120_000);
  let model: SoldModel;

  before(async () => {
    model = await startSoldModel();
  });
  after(() => model.stop());

  it("close each receipt once and lose no unit, however often they are killed", async () => {
    const booksFile = join(model.folder, "books.db");
    const books = await openBooks({ file: booksFile });
    for (const [i, channel] of (await openChannels(model, 3, 10_000n)).entries())
      await payCalls(books, model, channel, [1_000n + BigInt(i), 17n]);
    await books.close();
    const order: SettleOrder = {
      rpcUrl: model.local.rpcUrl,
      booksFile,
      folder: model.folder,
      contracts: model.chain.contracts,
      till: model.till,
      version: String(model.version),
      gatewayKey: localPrivateKey(GATEWAY_INDEX),
    };
    for (const kill of KILLS) await runAndKill(order, kill);
    const child = start(order);
    const output = await textOf(child);
    const { settlements } = JSON.parse(output) as SettleOutcome;
    const closed = await model.local.client.getContractEvents({
      address: model.till,
      abi: modelTillAbi,
      eventName: "Closed",
      fromBlock: 0n,
      strict: true,
    });
    expect(closed.map(({ args }) => args.fee)).to.deep.equal([3_003n + 3n * 17n]);
    expect(settlements.length).to.be.at.most(1);
    const after = await openBooks({ file: booksFile });
    const [settlement] = await after.settlements();
    expect(settlement).to.include({ state: "closed", count: 6, onChain: closed[0]!.args.settlement });
    expect(await after.audit()).to.deep.equal([]);
    await after.close();
    const { token, batchSettlement } = model.chain.contracts;
    const balanceOf = (address: `0x${string}`): Promise<bigint> =>
      model.local.client.readContract({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [address] });
    expect(await balanceOf(model.till)).to.equal(0n);
    expect(await balanceOf(batchSettlement)).to.equal(30_000n - closed[0]!.args.fee);
  });

  it("end soon after SIGTERM though a settlement waits for a transaction, and the next one goes on with it", async () => {
    const books = await openBooks({ file: join(model.folder, "books.db") });
    const [channel] = await openChannels(model, 1, 10_000n);
    await payCalls(books, model, channel!, [70n, 5n]);
    await books.close();
    const config = join(model.folder, "stopped.json");
    const settings = {
      chain: { rpc: model.local.rpcUrl, deployment: model.protocol.file },
      listen: { port: 0 },
      models: [{ name: "m", version: 1, upstream: { url: "http://127.0.0.1:9/v1" } }],
      books: { file: "books.db" },
      settlement: { folder: "stopped", work: "stopped-work", aboveAmount: "1" },
      limits: { shutdownSeconds: 30 },
    };
    await writeFile(config, JSON.stringify(settings));
    const { client } = model.local;
    const { address } = model.keys.gateway;
    const waiting = async (): Promise<number> =>
      (await client.getTransactionCount({ address, blockTag: "pending" })) -
      (await client.getTransactionCount({ address, blockTag: "latest" }));
    await client.setAutomine(false);
    const child = command("serve", "--config", config);
    const deadline = setTimeout(() => child.kill("SIGKILL"), 2 * START_MILLISECONDS);
    const ended = textOf(child);
    try {
      while (child.exitCode === null && (await waiting()) === 0) await sleep(50);
      const asked = performance.now();
      child.kill("SIGTERM");
      const output = await ended;
      // A transaction is waited for two minutes.
      expect(performance.now() - asked).to.be.below(10_000);
      expect(output).to.contain("left for the next start").and.not.to.contain("cut off");
      expect(await waiting()).to.equal(1);
    } finally {
      clearTimeout(deadline);
      await client.setAutomine(true);
      await client.mine({ blocks: 1 });
    }
    const { settlements } = (await run("settle", "--config", config)) as { settlements: string[] };
    expect(settlements).to.have.length(1);
    const after = await openBooks({ file: join(model.folder, "books.db") });
    expect((await after.settlements()).at(-1)).to.include({ state: "closed", count: 2, sum: 75n });
    expect(await after.audit()).to.deep.equal([]);
    await after.close();
  });

  it("are the gateway's commands: settle, export, demand-inclusion", async () => {
    // The same books: a till is settled from no others.
    const booksFile = join(model.folder, "books.db");
    const books = await openBooks({ file: booksFile });
    const [channel] = await openChannels(model, 1, 10_000n);
    const [written] = await payCalls(books, model, channel!, [40n, 2n]);
    await books.close();
    const config = join(model.folder, "gateway.json");
    const settings = {
      chain: { rpc: model.local.rpcUrl, deployment: model.protocol.file },
      models: [{ name: "m", version: 1, upstream: { url: "http://127.0.0.1:9/v1" } }],
      books: { file: "books.db" },
      settlement: { folder: "more", work: "work", handOver: true },
    };
    await writeFile(config, JSON.stringify(settings));
    const settled = (await run("settle", "--config", config)) as { settlements: string[] };
    expect(settled.settlements).to.have.length(1);
    const [id] = settled.settlements;
    const exported = (await run("export", id!, "--config", config, "--to", model.folder)) as { file: string };
    const files = [join(model.folder, "work", `settlement-${id}.json`), exported.file];
    const [handedOver, again] = await Promise.all(files.map((file) => readFile(file, "utf8")));
    expect(again).to.equal(handedOver);
    expect((JSON.parse(again!) as { calls: unknown[] }).calls).to.have.length(2);

    // What is published for everybody has none of it.
    const texts = (JSON.parse(again!) as { calls: Record<"prompt" | "answer" | "salt", string>[] }).calls;
    const published = await readAll(join(model.folder, "work", "bundles"));
    expect(published.length).to.be.greaterThan(0);
    for (const { prompt, answer, salt } of texts)
      for (const secret of [prompt, answer, salt.slice(2)]) {
        expect(secret).to.have.length.above(10);
        for (const bytes of published) expect(isIn(bytes, secret)).to.equal(false);
      }
    expect(published.some((bytes) => isIn(bytes, written!.receipt.channelId.slice(2)))).to.equal(true);

    const { id: receiptHash, receipt } = written!;
    const signature = await signReceipt(model, receipt);
    const { salt } = (JSON.parse(again!) as { calls: { salt: Hex }[] }).calls[0]!;
    const file = join(model.folder, "receipt.json");
    await writeFile(file, JSON.stringify(receiptProof({ id: receiptHash, receipt, signature, salt })));
    await wait(model.local, 10);
    const demand = ["--rpc", model.local.rpcUrl, "--deployment", model.protocol.file] as const;
    const demanded = await run("demand-inclusion", "--receipt", file, ...demand);
    expect(demanded).to.include({ state: "open", receiptHash });
  });

  it("do not serve from new books at a till that other books closed, whatever the operator says of them", async () => {
    const config = join(model.folder, "new-books.json");
    const settings = {
      chain: { rpc: model.local.rpcUrl, deployment: model.protocol.file },
      listen: { port: 0 },
      models: [{ name: "m", version: 1, upstream: { url: "http://127.0.0.1:9/v1" } }],
      books: { file: "new.db" },
      settlement: { folder: "new-settlements", work: "work" },
    };
    await writeFile(config, JSON.stringify(settings));
    const child = command("serve", "--config", config, "--new-books");
    const deadline = setTimeout(() => child.kill("SIGKILL"), START_MILLISECONDS);
    const failure = await failureOf(textOf(child)).finally(() => clearTimeout(deadline));
    expect(failure).to.be.instanceOf(Error);
    const { message } = failure as Error;
    expect(message).to.contain("ended with code 1");
    expect(message).to.match(/the till 0x\w+ was closed in settlement 1 over \d+ receipts/u);
    expect(message).to.contain("another key and a new till");
  });

  /** Runs a command of the gateway to its end. */
  async function run(...args: string[]): Promise<object> {
    return JSON.parse(await textOf(command(...args))) as object;
  }

  /** Starts a command of the gateway, who is also the payer here. */
  function command(...args: string[]): ChildProcess {
    const key = localPrivateKey(GATEWAY_INDEX);
    const env = {
      ...process.env,
      TRIBUTARY_GATEWAY_KEY: key,
      TRIBUTARY_OPERATOR_KEY: localPrivateKey(0),
      TRIBUTARY_PAYER_KEY: key,
    };
    return spawn(process.execPath, [GATEWAY, ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  }

  function start(order: SettleOrder): ChildProcess {
    return spawn(process.execPath, [PROCESS, JSON.stringify(order)], { stdio: ["ignore", "pipe", "pipe"] });
  }

  /** Kills the process a while after it said a word, unless it ends before. */
  async function runAndKill(order: SettleOrder, { after, milliseconds }: (typeof KILLS)[number]): Promise<void> {
    const child = start(order);
    let said = "";
    const ended = once(child, "close");
    const heard = new Promise<void>((resolve) => {
      child.stderr!.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (said.includes(`: ${after} `)) resolve();
      });
    });
    // A step that was taken before is not said again: then a moment has to do.
    await Promise.race([heard, ended, sleep(1_500)]);
    await sleep(milliseconds);
    child.kill("SIGKILL");
    await ended;
  }

  async function textOf(child: ChildProcess): Promise<string> {
    let [output, errors] = ["", ""];
    child.stdout!.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (errors += text));
    const [code] = (await once(child, "close")) as [number];
    if (code !== 0) throw new Error(`the process ended with code ${code}: ${errors}`);
    return output;
  }
});

/** All files under a folder. */
async function readAll(folder: string): Promise<Buffer[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))));
}

/** As text, or as the bytes that hex digits stand for. */
function isIn(bytes: Buffer, text: string): boolean {
  const asBytes = /^([0-9a-f]{2})+$/u.test(text) ? Buffer.from(text, "hex") : undefined;
  return bytes.includes(text) || (asBytes !== undefined && bytes.includes(asBytes));
}
