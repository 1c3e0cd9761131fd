// Command `audit-epoch`: rebuilds an epoch from the chain and published bundles alone, and says in one line whether its proposal is right.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printable, printableJson } from "@tributary/protocol/printable";
import { reasonOf } from "@tributary/protocol/reason";
import { auditPublished } from "../watch/audit-published.ts";
import { BundleShelf } from "../watch/bundle-shelf.ts";
import type { DataSource } from "../watch/committed-data.ts";
import { watchedDeployment } from "../watch/deployment.ts";
import { LogBook } from "../watch/log-book.ts";
import { connectChain, deploymentIn, rpcUrl } from "./connection.ts";
import { bundlePlaces, numberOf, readOptions, requireDeployed } from "./service.ts";
import { required } from "./stage.ts";
import { UsageError } from "./usage-error.ts";

const USAGE = `usage: main.ts audit-epoch --epoch <number> --deployment <file> --rpc <url>[,<url>…] --bundles <folder or http(s) address> [--bundles …] [options]

  --proposal N   number of the proposal (the final one, or the earliest that was not ended)
  --from N       judge all final epochs from there on first, a line each
  --token NAME   the ledger's payment token (OPEN)
  --work-dir DIR keep fetched bundles there (they are removed at the end)
  --workers N    threads that score (2)
  --json         print {ok, reason, …} as the last line

The payouts that the first judged epoch adds to are taken as final, and so are sketches as they were committed.
Ends with 0 if all that is judged is right, with 1 if any is wrong or cannot be checked.
`;

const OPTIONS = {
  epoch: { type: "string" },
  proposal: { type: "string" },
  from: { type: "string" },
  token: { type: "string", default: "OPEN" },
  deployment: { type: "string" },
  rpc: { type: "string" },
  bundles: { type: "string", multiple: true },
  "work-dir": { type: "string" },
  workers: { type: "string", default: "2" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof readOptions<typeof OPTIONS>>;

/** Runs the command. @returns the exit code */
export async function auditEpochCommand(args: readonly string[]): Promise<number> {
  const values = readOptions(args, OPTIONS);
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const temporary = values["work-dir"] === undefined ? mkdtempSync(join(tmpdir(), "tributary-audit-")) : undefined;
  try {
    const told = await audit(values, values["work-dir"] ?? temporary!);
    process.stdout.write(`${values.json ? printableJson(JSON.stringify(told)) : linesOf(told)}\n`);
    return told.ok ? 0 : 1;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // A node's address may hold a key, and the node's library quotes it.
    throw new Error(reasonOf(error), { cause: error });
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
}

async function audit(values: Values, workDir: string) {
  const epoch = BigInt(wholeOf(required(values.epoch, "--epoch"), "--epoch"));
  const number = values.proposal === undefined ? undefined : wholeOf(values.proposal, "--proposal");
  const from = values.from === undefined ? undefined : BigInt(wholeOf(values.from, "--from"));
  if (from !== undefined && from > epoch) throw new UsageError(`--from is ${from}; must not be after epoch ${epoch}`);
  const { file, deployment: deployed } = deploymentIn(values.deployment);
  const threads = numberOf(values.workers, "--workers", 1);
  const urls = rpcUrl(values.rpc).split(",");
  const bundles = bundlePlaces(values.bundles);
  const deployment = watchedDeployment(deployed);
  const contracts = deployment.ledgers.find(({ symbol }) => symbol === values.token);
  if (contracts === undefined)
    throw new UsageError(
      `--token is ${values.token}; ${file} has ${deployment.ledgers.map(({ symbol }) => symbol).join(", ")}`,
    );
  const reader = await connectChain(urls, deployment.chainId, file);
  await requireDeployed(reader, deployment, file);
  const { ledger, demands, modelRegistry, settlementProofs, indexProofs } = contracts;
  const courts = [demands, settlementProofs, ...(indexProofs === undefined ? [] : [indexProofs])];
  const logs = new LogBook(reader, [ledger, modelRegistry, ...courts], deployment.block);
  await logs.refresh(await reader.getBlockNumber());
  const shelf = new BundleShelf(bundles, join(workDir, "bundles"));
  const source = { reader, contracts, logs, shelf, keptPayouts: () => undefined };
  if (from === undefined) return judged(source, epoch, number, threads, undefined);
  const earlier: Told[] = [];
  for (const { args } of logs.of("Finalized"))
    if (args.epoch >= from && args.epoch < epoch) earlier.push(await toldOf(args.epoch, undefined));
  const told = await toldOf(epoch, number);
  return { ...told, ok: told.ok && earlier.every(({ ok }) => ok), earlier, wrongBefore: wrongOf(earlier) };

  /** One that cannot be judged keeps none after it from being judged. */
  function toldOf(each: bigint, proposal: number | undefined): Promise<Told> {
    return judged(source, each, proposal, threads, { from: from!, earlier }).catch((error: unknown) => ({
      ok: false,
      reason: reasonOf(error),
      epoch: String(each),
    }));
  }
}

interface Told {
  readonly ok: boolean;
  readonly reason: string;
  readonly epoch: string;
  /** What differs; left out where it could not be judged. */
  readonly faults?: readonly string[];
  /** The epochs before, where they are judged. */
  readonly earlier?: readonly Told[];
}

/** The epochs that were judged before, from the first one on. */
interface Judged {
  readonly from: bigint;
  readonly earlier: readonly Told[];
}

function wrongOf(earlier: readonly Told[]): string[] {
  return earlier.filter(({ ok, faults }) => !ok && faults !== undefined).map(({ epoch }) => epoch);
}

/** What an epoch's line says of judged ones before it that are not right: its payouts add to theirs. */
function standingOn(earlier: readonly Told[]): string {
  const named = (epochs: readonly string[], one: string, more: string): string =>
    epochs.length === 1 ? `epoch ${epochs[0]} ${one}` : `epochs ${epochs.join(", ")} ${more}`;
  const wrong = wrongOf(earlier);
  const unknown = earlier.filter(({ faults }) => faults === undefined).map(({ epoch }) => epoch);
  const said = [
    ...(unknown.length > 0 ? [named(unknown, "could not be judged", "could not be judged")] : []),
    ...(wrong.length > 0
      ? [`${named(wrong, "is WRONG", "are WRONG")}, so that payouts are wrong that this one adds to`]
      : []),
  ];
  return said.length === 0 ? "" : `; of these ${said.join(", and ")}`;
}

function linesOf({ earlier = [], reason }: Told): string {
  return [...earlier.map((each) => each.reason), reason].map(printable).join("\n");
}

/** @param judgedBefore what is judged with it, if anything is. @throws Error saying why it cannot be judged */
async function judged(
  source: DataSource,
  epoch: bigint,
  number: number | undefined,
  threads: number,
  judgedBefore: Judged | undefined,
) {
  const { proposal, before, settlements, calls, faults, unpublished } = await auditPublished(source, epoch, number, {
    threads,
  }).catch((error: unknown) => {
    throw new Error(`epoch ${epoch} cannot be judged: ${reasonOf(error)}`, { cause: error });
  });
  const what = `epoch ${epoch}, proposal ${proposal.proposal} (${proposal.status})`;
  const of = `${calls} calls in ${settlements} settlements`;
  const ok = faults.length === 0;
  const { hash, sum } = proposal.payouts;
  const isBeforeJudged = before !== undefined && judgedBefore !== undefined && before.epoch >= judgedBefore.from;
  const base =
    before === undefined
      ? "no epoch before it is final"
      : `it adds ${BigInt(sum) - before.payouts.sum} to the ${before.payouts.sum} of earlier epochs, ${isBeforeJudged ? `up to epoch ${before.epoch}, which has a line above${standingOn(judgedBefore.earlier)}` : `which are taken as final (judge them, up to epoch ${before.epoch}, with --from)`}`;
  const right = `is right: rebuilt from ${of}, its payouts ${hex(hash)}… are over ${sum} base units; ${base}; that sketches are true gradients is attested`;
  const note =
    unpublished === undefined
      ? ""
      : `; what it published is not whole in any place given, and by what is there nobody can claim: ${unpublished}`;
  return {
    ok,
    reason: `${what} ${ok ? right : `is WRONG: ${faults.join("; ")}`}${note}`,
    ...{ epoch: String(epoch), proposal: proposal.proposal, status: proposal.status, settlements, calls, faults },
    before: before && {
      epoch: String(before.epoch),
      root: { hash: before.payouts.hash, sum: String(before.payouts.sum) },
      judged: isBeforeJudged,
    },
    isPublished: unpublished === undefined,
  };
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.subarray(0, 4)).toString("hex")}`;
}

function wholeOf(value: string, option: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number))
    throw new UsageError(`${option} is ${value}; must be a whole number from 0`);
  return number;
}
