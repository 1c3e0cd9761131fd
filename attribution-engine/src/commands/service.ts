// What the commands that stay at work have in common: their options, what they are set up with, and how they run.
import { mkdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { refuseKnownKeys } from "@tributary/protocol/local-keys";
import { type LocalAccount, parseGwei, zeroAddress } from "viem";
import type { Reader } from "../chain/chain-access.ts";
import { BundleShelf, isServer } from "../watch/bundle-shelf.ts";
import { CodelessContract, requireContracts, type WatchedDeployment, watchedDeployment } from "../watch/deployment.ts";
import { Metrics } from "../watch/metrics.ts";
import { Outbox } from "../watch/outbox.ts";
import { Report } from "../watch/report.ts";
import { runService } from "../watch/service.ts";
import type { Watch } from "../watch/watch.ts";
import { connectChain, deploymentIn, rpcUrl, signer } from "./connection.ts";
import { UsageError } from "./usage-error.ts";

/** Options of every service. */
export const SERVICE_OPTIONS = {
  deployment: { type: "string" },
  rpc: { type: "string" },
  bundles: { type: "string", multiple: true },
  "from-block": { type: "string" },
  "work-dir": { type: "string", default: "watcher" },
  once: { type: "boolean", default: false },
  "metrics-port": { type: "string" },
  "metrics-host": { type: "string", default: "127.0.0.1" },
  "dry-run": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  confirmations: { type: "string", default: "3" },
  "max-fee-gwei": { type: "string", default: "500" },
  "stuck-seconds": { type: "string", default: "60" },
  "poll-seconds": { type: "string", default: "4" },
  workers: { type: "string", default: "2" },
  help: { type: "boolean", default: false },
} as const satisfies ParseArgsOptionsConfig;

/** What all services say of these options. */
export const SERVICE_USAGE = `  --dry-run            only say what would be sent
  --json               print a summary as the last line
  --from-block N       first block whose events are read (the deployment's)
  --confirmations N    blocks after which a transaction counts, its own included (3)
  --max-fee-gwei N     most to offer per gas, also of replacements (500)
  --stuck-seconds N    wait for a block until a transaction is replaced (60)
  --poll-seconds N     between looks at the chain (4)
  --metrics-port N     serve /metrics for Prometheus; 0 for a free port (off)
  --metrics-host HOST  (127.0.0.1)`;

type ServiceValues = ReturnType<typeof parseArgs<{ options: typeof SERVICE_OPTIONS }>>["values"];

/** What a service works with. */
export interface Setup {
  readonly reader: Reader;
  readonly deployment: WatchedDeployment;
  readonly shelf: BundleShelf;
  /** Who sends; `undefined` where nothing is sent and no key was given. */
  readonly account: LocalAccount | undefined;
  /** First block whose events are read. */
  readonly first: bigint;
  readonly confirmations: bigint;
  readonly report: Report;
}

/** The values of a command's options. @throws UsageError for those that it does not have */
export function readOptions<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Folders and servers of published bundles. @throws UsageError if none is named, or a folder is none */
export function bundlePlaces(places: readonly string[] | undefined): readonly string[] {
  if (places === undefined)
    throw new UsageError(
      "--bundles is missing: name a folder with published bundles, or a server that has them; several may be given",
    );
  for (const place of places)
    if (!isServer(place) && statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new UsageError(`--bundles ${place}: there is no such folder`);
  return places;
}

/** @throws UsageError if a contract of the deployment file is not on the chain */
export async function requireDeployed(...args: Parameters<typeof requireContracts>): Promise<void> {
  await requireContracts(...args).catch((error: unknown) => {
    throw error instanceof CodelessContract ? new UsageError(error.message) : error;
  });
}

/** Connects, looks at what `watchesOf` gives until it is done or told to stop, and resolves with what was said. */
export async function serve(
  values: ServiceValues,
  watchesOf: (setup: Setup) => readonly Watch[] | Promise<readonly Watch[]>,
): Promise<Report> {
  const { file, deployment: deployed } = deploymentIn(values.deployment);
  const urls = rpcUrl(values.rpc).split(",");
  const bundles = bundlePlaces(values.bundles);
  const deployment = watchedDeployment(deployed);
  const report = new Report((line) => process.stdout.write(`${line}\n`));
  const reader = await connectChain(urls, deployment.chainId, file);
  const account = values["dry-run"] && process.env["TRIBUTARY_PRIVATE_KEY"] === undefined ? undefined : signer();
  try {
    refuseKnownKeys(deployment.chainId, { "the sending account": account?.address });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  await requireDeployed(reader, deployment, file);
  const workDir = resolve(values["work-dir"]);
  mkdirSync(workDir, { recursive: true });
  const confirmations = wholeOf(values.confirmations, "--confirmations", 1);
  const shelf = new BundleShelf(bundles, join(workDir, "bundles"));
  const first =
    values["from-block"] === undefined ? deployment.block : wholeOf(values["from-block"], "--from-block", 0);
  const watches = await watchesOf({ reader, deployment, shelf, account, first, confirmations, report });
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
  return report;
}

export function numberOf(value: string, option: string, least: number): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number) || number < least)
    throw new UsageError(`${option} is ${value}; must be a number from ${least}`);
  return number;
}

function wholeOf(value: string, option: string, least: number): bigint {
  return BigInt(Math.floor(numberOf(value, option, least)));
}
