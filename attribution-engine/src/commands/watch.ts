// Commands `watch` and `answer-demands`: check every proposal on a chain, end those that are wrong, and answer demands of those that are right.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { refuseKnownKeys } from "@tributary/protocol/local-keys";
import { parseGwei, zeroAddress } from "viem";
import { BundleShelf } from "../watch/bundle-shelf.ts";
import { readWatchedDeployment } from "../watch/deployment.ts";
import { LedgerWatch } from "../watch/ledger-watch.ts";
import { LogBook } from "../watch/log-book.ts";
import { Metrics } from "../watch/metrics.ts";
import { Outbox } from "../watch/outbox.ts";
import { keptPayouts } from "../watch/recompute.ts";
import { Report } from "../watch/report.ts";
import { runService } from "../watch/service.ts";
import { connectChain, signer } from "./connection.ts";
import { UsageError } from "./usage-error.ts";

const USAGE = `usage: main.ts watch|answer-demands --deployment <file> --rpc <url>[,<url>…] --bundles <folder or http(s) address> [--bundles …] [options]

  --from-block N       first block whose events are read (the deployment's)
  --contents DIR       folder with record hashes of contributions, a file each (none)
  --work-dir DIR       for what is on its way, and fetched bundles (./watcher)
  --once               end when everything pending is checked and every faulty proposal is ended
  --answer             answer demands too; answer-demands does nothing else
  --reserve            reserve the reward of a proof before sending it, for a deposit
  --grace-seconds N    how long receipts, sketches and indexes may be unpublished until they are demanded (3600)
  --dry-run            only say what would be sent
  --json               print a summary as the last line
  --confirmations N    blocks after which an ending counts, its own included (3)
  --max-fee-gwei N     most to offer per gas, also of replacements (500)
  --stuck-seconds N    wait for a block until a transaction is replaced (60)
  --poll-seconds N     between looks at the chain (4)
  --workers N          threads that score (2)
  --metrics-port N     serve /metrics for Prometheus; 0 for a free port (off)
  --metrics-host HOST  (127.0.0.1)

The key of the sending account is read from TRIBUTARY_PRIVATE_KEY. Ends with 0 if all is checked and every faulty proposal is ended, with 1 if not.
`;

/** `watch` accuses, and answers with --answer; `answer-demands` only answers. */
export interface Role {
  readonly accuses: boolean;
  readonly answers: boolean;
}

/** Commands by name. */
export const ROLES: ReadonlyMap<string, Role> = new Map([
  ["watch", { accuses: true, answers: false }],
  ["answer-demands", { accuses: false, answers: true }],
]);

/** Runs a command. @returns the exit code */
export async function watchCommand(role: Role, args: readonly string[]): Promise<number> {
  const values = readOptions(args);
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const file = required(values.deployment, "--deployment");
  const urls = required(values.rpc, "--rpc").split(",");
  if (values.bundles === undefined) throw new UsageError("--bundles is missing");
  const deployment = readWatchedDeployment(file);
  const workDir = resolve(values["work-dir"]);
  mkdirSync(workDir, { recursive: true });
  const report = new Report((line) => process.stdout.write(`${line}\n`));
  const reader = await connectChain(urls, deployment.chainId, file);
  const account = values["dry-run"] && process.env["TRIBUTARY_PRIVATE_KEY"] === undefined ? undefined : signer();
  refuseKnownKeys(deployment.chainId, { "the sending account": account?.address });
  const confirmations = wholeOf(values.confirmations, "--confirmations", 1);
  const shelf = new BundleShelf(values.bundles, join(workDir, "bundles"));
  const first =
    values["from-block"] === undefined ? deployment.block : wholeOf(values["from-block"], "--from-block", 0);
  const watches = deployment.ledgers.map((contracts) => {
    const { ledger, demands, modelRegistry, settlementProofs, indexProofs } = contracts;
    const courts = [demands, settlementProofs, ...(indexProofs === undefined ? [] : [indexProofs])];
    const logs = new LogBook(reader, [ledger, modelRegistry, ...courts], first);
    const source = { reader, contracts, logs, shelf, keptPayouts: keptPayouts.bind(undefined, shelf.kept) };
    return new LedgerWatch({
      source,
      report,
      confirmations,
      collector: account?.address ?? zeroAddress,
      accuses: role.accuses,
      reserves: values.reserve,
      graceSeconds: numberOf(values["grace-seconds"], "--grace-seconds", 0),
      contents: values.contents,
      answers: role.answers || values.answer,
      rank: { threads: numberOf(values.workers, "--workers", 1) },
    });
  });
  const outbox =
    values["dry-run"] || account === undefined
      ? undefined
      : new Outbox(
          reader,
          account,
          deployment.chainId,
          join(workDir, `outbox-${deployment.chainId}-${account.address}.json`),
          {
            confirmations,
            maxFeePerGas: parseGwei(String(numberOf(values["max-fee-gwei"], "--max-fee-gwei", 0))),
            stuckMilliseconds: 1_000 * numberOf(values["stuck-seconds"], "--stuck-seconds", 0),
          },
        );
  const metrics = new Metrics();
  metrics.observe(reader);
  const served =
    values["metrics-port"] === undefined
      ? undefined
      : await metrics.serve(values["metrics-host"], numberOf(values["metrics-port"], "--metrics-port", 0));
  if (served !== undefined) report.say(`metrics at ${served.url}`);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  await runService({
    reader,
    watches,
    report,
    metrics,
    outbox,
    sender: account?.address ?? zeroAddress,
    pollMilliseconds: 1_000 * numberOf(values["poll-seconds"], "--poll-seconds", 0),
    once: values.once || values["dry-run"],
    signal: stop.signal,
  });
  served?.server.close();
  if (values.json) process.stdout.write(`${JSON.stringify(report.summary())}\n`);
  return report.isGood ? 0 : 1;
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        deployment: { type: "string" },
        rpc: { type: "string" },
        bundles: { type: "string", multiple: true },
        "from-block": { type: "string" },
        "work-dir": { type: "string", default: "watcher" },
        once: { type: "boolean", default: false },
        reserve: { type: "boolean", default: false },
        contents: { type: "string", multiple: true, default: [] },
        "grace-seconds": { type: "string", default: "3600" },
        "metrics-port": { type: "string" },
        "metrics-host": { type: "string", default: "127.0.0.1" },
        answer: { type: "boolean", default: false },
        "dry-run": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        confirmations: { type: "string", default: "3" },
        "max-fee-gwei": { type: "string", default: "500" },
        "stuck-seconds": { type: "string", default: "60" },
        "poll-seconds": { type: "string", default: "4" },
        workers: { type: "string", default: "2" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function required(value: string | undefined, option: string): string {
  if (value === undefined) throw new UsageError(`${option} is missing`);
  return value;
}

function wholeOf(value: string, option: string, least: number): bigint {
  return BigInt(Math.floor(numberOf(value, option, least)));
}

function numberOf(value: string, option: string, least: number): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number) || number < least)
    throw new UsageError(`${option} is ${value}; must be a number from ${least}`);
  return number;
}
