// What the gateway adds to a call, and how many paid calls it answers in a second: the command `npm run bench:gateway`.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { openBooks } from "../src/books/open.ts";
import { cost } from "../src/models/quote.ts";
import { openChannels } from "../src/testing/paid-channels.ts";
import { startSoldModel } from "../src/testing/sold-model.ts";
import { timeWrites } from "./disk.ts";
import { gatewayCommand } from "./gateway-command.ts";
import { IMMEDIATE, type LoadJob, type LoadResult, OUTPUT_TOKENS, PROMPT_TOKENS, quantile } from "./load-job.ts";
import { benchSettle } from "./settle.ts";
import { readTerms, signCalls } from "./vouchers.ts";

export interface BenchOptions {
  /** Calls a second of the open loop. */
  readonly rate: number;
  readonly seconds: number;
  readonly channels: number;
  /** Calls of each channel while the gateway is saturated. */
  readonly saturatedCalls: number;
  readonly tell: (text: string) => void;
}

export interface GatewayFigures {
  /** What the median call takes more through the gateway than without it, milliseconds. */
  readonly addedMedianMs: number;
  /** The same of the 99th percentile. */
  readonly addedP99Ms: number;
  /** Processor time of the gateway, all its threads, for each of these calls; null where the system does not tell. */
  readonly cpuMsPerCall: number | null;
  /** Paid calls a second, vouchers verified and receipts written, with an upstream that answers at once. */
  readonly callsPerSecond: number;
  readonly direct: { readonly medianMs: number; readonly p99Ms: number };
  /** Through a proxy of some twenty lines in the gateway's place, which neither judges nor keeps anything: what it adds, no gateway of one process in Node can save. */
  readonly bareProxy: { readonly medianMs: number; readonly p99Ms: number };
  readonly through: { readonly medianMs: number; readonly p99Ms: number };
  /** What the disk takes to keep what a call's commit writes, on its own, after the calls: no charge is answered before that. */
  readonly disk: { readonly medianMs: number; readonly p99Ms: number };
  /** Where the processes ran. */
  readonly cores: string;
  /** Of the machine, over the last minute, before and after. */
  readonly load: readonly [number, number];
}

/** After which nothing that was started may be left. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** The account of the test's gateway among the development ones. */
const GATEWAY_INDEX = 11;
/** Of each channel, at the rate that is measured: until the code is compiled as in a gateway that has run for a while. */
const WARM_CALLS = 15;
const PROMPT = "What do the tributaries of a river bring to it, and who is owed for what they bring? ".repeat(3);
const BODY = JSON.stringify({ model: "bench", prompt: PROMPT, max_tokens: 64, seed: 0 });
const IMMEDIATE_BODY = BODY.replace('"seed":0', IMMEDIATE);

/** Measures on a local chain with the real contracts; gateway, upstream and load generator are processes of their own. */
export async function benchGateway(options: BenchOptions): Promise<GatewayFigures> {
  const { rate, seconds, channels, saturatedCalls, tell } = options;
  const { pinned, cores } = pins();
  const loadBefore = loadavg()[0]!;
  const children: ChildProcess[] = [];
  tell("deploying the contracts and selling a model");
  const model = await startSoldModel();
  const start = async (command: string[], core: string | undefined, environment: object = {}) => {
    const child = spawn(...pinned(core, command), {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...environment },
    });
    children.push(child);
    return child;
  };
  const endAll = async (): Promise<void> => {
    for (const child of children) child.kill("SIGKILL");
    await model.stop();
  };
  const onSignal = (): void => {
    void endAll().finally(() => process.exit(130));
  };
  for (const signal of SIGNALS) process.once(signal, onSignal);
  try {
    const perChannel = Math.ceil((rate * seconds) / channels);
    const calls = WARM_CALLS + perChannel + saturatedCalls;
    const upstream = await firstLine(
      await start([fileURLToPath(new URL("fixed-upstream.ts", import.meta.url))], "load"),
      (line) => line,
    );
    const config = join(model.folder, "gateway.json");
    await writeFile(config, JSON.stringify(configOf(model.local.rpcUrl, model.protocol.file, upstream, channels)));
    const proxy = await firstLine(
      await start([fileURLToPath(new URL("bare-proxy.ts", import.meta.url)), `${upstream}/completions`], "gateway"),
      (line) => line,
    );
    const secrets = { TRIBUTARY_GATEWAY_KEY: localPrivateKey(GATEWAY_INDEX) };
    const gateway = await start([...gatewayCommand(), "serve", "--config", config], "gateway", secrets);
    const url = await firstLine(gateway, (line) => (JSON.parse(line) as { url?: string }).url);

    tell(`opening ${channels} channels and signing ${channels * calls} vouchers`);
    const completions = `${url}/v1/completions`;
    const terms = await readTerms(completions, BODY);
    const { tributary } = (await (await fetch(`${url}/v1/models/bench`)).json()) as {
      tributary: { inputPrice: string; outputPrice: string };
    };
    const prices = { input: BigInt(tributary.inputPrice), output: BigInt(tributary.outputPrice) };
    const each = cost({ input: PROMPT_TOKENS, output: OUTPUT_TOKENS }, prices);
    const opened = await openChannels(model, channels, each * BigInt(calls) + terms.ceiling, 10);
    const { chainId } = model.chain;
    const sign = (from: number, count: number) =>
      Promise.all(opened.map((channel) => signCalls(channel, terms, { from, count, cost: each, chainId })));
    const [warm, paid, saturated] = [
      await sign(0, WARM_CALLS),
      await sign(WARM_CALLS, perChannel),
      await sign(WARM_CALLS + perChannel, saturatedCalls),
    ];
    const unpaid = paid.map((payments) => payments.map(() => null));

    tell("warming up");
    for (const url of [`${upstream}/completions`, proxy])
      await load(pinned, { url, body: BODY, payments: warm.map((payments) => payments.map(() => null)), rate });
    await load(pinned, { url: completions, body: BODY, payments: warm, rate });
    tell(
      `measuring ${rate} calls a second for ${seconds} s without the gateway, through a bare proxy, through the gateway`,
    );
    const direct = await load(pinned, { url: `${upstream}/completions`, body: BODY, payments: unpaid, rate });
    const bare = await load(pinned, { url: proxy, body: BODY, payments: unpaid, rate });
    const through = await load(pinned, { url: completions, body: BODY, payments: paid, rate });
    tell("measuring the gateway saturated");
    const cpuBefore = cpuMs(gateway.pid!);
    const full = await load(pinned, { url: completions, body: IMMEDIATE_BODY, payments: saturated });
    const cpuAfter = cpuMs(gateway.pid!);
    await stop(gateway);
    await audit(join(model.folder, "gateway.sqlite"), channels * calls);

    const [without, bareProxy, within, disk] = [
      figure(direct.latenciesMs),
      figure(bare.latenciesMs),
      figure(through.latenciesMs),
      figure(await timeWrites(join(model.folder, "disk"))),
    ];
    return {
      addedMedianMs: within.medianMs - without.medianMs,
      addedP99Ms: within.p99Ms - without.p99Ms,
      callsPerSecond: (channels * saturatedCalls) / full.seconds,
      cpuMsPerCall: cpuBefore === undefined ? null : (cpuAfter! - cpuBefore) / (channels * saturatedCalls),
      direct: without,
      bareProxy,
      through: within,
      disk,
      cores,
      load: [loadBefore, loadavg()[0]!],
    };
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    await endAll();
  }
}

function figure(ascendingMs: readonly number[]): { medianMs: number; p99Ms: number } {
  return { medianMs: quantile(ascendingMs, 0.5), p99Ms: quantile(ascendingMs, 0.99) };
}

type Pinned = (group: string | undefined, args: string[]) => [string, string[]];

/** Two cores for the gateway and two others for upstream and load generator, where there are four and `taskset` can say so. */
function pins(): { pinned: Pinned; cores: string } {
  const canPin = availableParallelism() >= 4 && spawnSync("taskset", ["-c", "0", "true"]).status === 0;
  if (!canPin)
    return { pinned: (_, args) => [process.execPath, args], cores: "not pinned: all processes share the machine" };
  const groups: Record<string, string> = { gateway: "0,1", load: "2,3" };
  return {
    pinned: (group, args) =>
      group === undefined ? [process.execPath, args] : ["taskset", ["-c", groups[group]!, process.execPath, ...args]],
    cores: "gateway on cores 0 and 1; upstream and load generator on 2 and 3",
  };
}

/** What a process has used, by Linux's count in hundredths of a second. */
function cpuMs(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return undefined;
  }
}

/** @throws Error if any call was not answered with 200 */
async function load(pinned: Pinned, job: LoadJob): Promise<LoadResult> {
  const child = spawn(...pinned("load", [fileURLToPath(new URL("load.ts", import.meta.url))]), {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(job));
  const result = JSON.parse(await text(child.stdout)) as LoadResult;
  const others = Object.keys(result.statuses).filter((status) => status !== "200");
  if (others.length > 0) throw new Error(`calls were answered ${JSON.stringify(result.statuses)}`);
  return result;
}

/** The books must hold every call, each once. */
async function audit(file: string, calls: number): Promise<void> {
  const books = await openBooks({ file }, { readOnly: true });
  try {
    const faults = await books.audit();
    if (faults.length > 0) throw new Error(`the books don't hold: ${faults.join("; ")}`);
    let receipts = 0n;
    for (const { channelId } of await books.channels.list())
      receipts += (await books.account(channelId as `0x${string}`))?.sequence ?? 0n;
    if (receipts !== BigInt(calls))
      throw new Error(`${calls} calls were paid, and the books have ${receipts} receipts`);
  } finally {
    await books.close();
  }
}

function configOf(rpc: string, deployment: string, upstream: string, channels: number): object {
  return {
    chain: { rpc, deployment },
    listen: { port: 0 },
    models: [{ name: "bench", version: 1, upstream: { url: upstream, serves: ["completions"] } }],
    quotes: { quoteSeconds: 3600 },
    payments: { withdrawDelaySeconds: 900 },
    limits: { calls: 4 * channels, callsPerPayer: channels },
  };
}

/** What `read` makes of the first line of a child's output that it can read. */
async function firstLine<Value>(child: ChildProcess, read: (line: string) => Value | undefined): Promise<Value> {
  const lines = createInterface({ input: child.stdout! });
  for await (const line of lines) {
    const value = read(line);
    if (value === undefined) continue;
    child.stdout!.resume();
    return value;
  }
  throw new Error(`${child.spawnargs.join(" ")} ended`);
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

const HELP = `npm run bench:gateway -- [options]
Measures on a local chain what the gateway adds to a call, its saturated throughput, and how long a million receipts take to a closed settlement.
  --rate <calls a second>   of the open loop (200)
  --seconds <seconds>       of the open loop (20)
  --channels <number>       (200)
  --saturated <calls>       of each channel while saturated (40)
  --no-settle               leaves the settlement out
  --json                    prints one JSON object`;

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rate: { type: "string", default: "200" },
      seconds: { type: "string", default: "20" },
      channels: { type: "string", default: "200" },
      saturated: { type: "string", default: "40" },
      settle: { type: "boolean", default: true },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
    allowNegative: true,
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    process.exit(0);
  }
  const [rate, seconds, channels, saturatedCalls] = [
    values.rate,
    values.seconds,
    values.channels,
    values.saturated,
  ].map(Number);
  if (![rate, seconds, channels, saturatedCalls].every((value) => Number.isInteger(value) && value! > 0)) {
    process.stderr.write(`--rate, --seconds, --channels and --saturated are whole numbers above 0\n`);
    process.exit(2);
  }
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  const figures = await benchGateway({
    rate: rate!,
    seconds: seconds!,
    channels: channels!,
    saturatedCalls: saturatedCalls!,
    tell,
  });
  const settled = values.settle ? await benchSettle(1_000_000, 10_000, tell) : undefined;
  const result = {
    ...figures,
    settleMillionSeconds: settled?.settleMillionSeconds ?? null,
    ...(settled === undefined && { settleLeftOut: "--no-settle" }),
  };
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${JSON.stringify(result, null, 2)}\n`);
}
