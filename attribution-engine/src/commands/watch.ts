// Commands `watch` and `answer-demands`: check every proposal on a chain, end those that are wrong, and answer demands of those that are right.
import { zeroAddress } from "viem";
import { requireFiles } from "../watch/contents.ts";
import { MOST_INPUT_DEMANDS } from "../watch/input-demands.ts";
import { LedgerWatch } from "../watch/ledger-watch.ts";
import { LogBook } from "../watch/log-book.ts";
import { keptPayouts } from "../watch/recompute.ts";
import { numberOf, readOptions, serve, SERVICE_OPTIONS, SERVICE_USAGE } from "./service.ts";
import { UsageError } from "./usage-error.ts";

const USAGE = `usage: main.ts watch|answer-demands --deployment <file> --rpc <url>[,<url>…] --bundles <folder or http(s) address> [--bundles …] [options]

  --contents DIR       folder with record hashes of contributions, a file each (none)
  --work-dir DIR       for what is on its way, and fetched bundles (./watcher)
  --once               end when everything pending is checked and every faulty proposal and wrong input is ended
  --answer             answer demands too; answer-demands does nothing else
  --reserve            reserve the reward of a proof before sending it, for a deposit
  --grace-seconds N    how long receipts, sketches and indexes may be unpublished until they are demanded (3600)
  --most-input-demands N
                       deposits, as they are at first, to spend at most on demanding one of them (${MOST_INPUT_DEMANDS})
  --workers N          threads that score (2)
${SERVICE_USAGE}

The key of the sending account is read from TRIBUTARY_PRIVATE_KEY. Ends with 0 if all is checked and every faulty proposal and wrong input is ended, with 1 if not.
`;

const OPTIONS = {
  ...SERVICE_OPTIONS,
  reserve: { type: "boolean", default: false },
  answer: { type: "boolean", default: false },
  "grace-seconds": { type: "string", default: "3600" },
  "most-input-demands": { type: "string", default: String(MOST_INPUT_DEMANDS) },
  contents: { type: "string", multiple: true, default: [] as string[] },
} as const;

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
  const values = readOptions(args, OPTIONS);
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  requireContents(values.contents);
  const mostInputDemands = Math.floor(numberOf(values["most-input-demands"], "--most-input-demands", 0));
  const report = await serve(values, ({ reader, deployment, shelf, account, first, confirmations, report }) =>
    deployment.ledgers.map((contracts) => {
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
        mostInputDemands,
        answers: role.answers || values.answer,
        rank: { threads: numberOf(values.workers, "--workers", 1) },
      });
    }),
  );
  if (values.json) process.stdout.write(`${JSON.stringify(report.summary())}\n`);
  return report.isGood ? 0 : 1;
}

/** @throws UsageError that says which folder or file cannot be read */
function requireContents(folders: readonly string[]): void {
  try {
    requireFiles(folders);
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`--contents${code === "ENOENT" ? ` ${path}: there is no such folder` : `: ${message}`}`);
  }
}
