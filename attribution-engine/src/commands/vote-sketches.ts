// Command `vote-sketches`: an attributor's process that makes every disputed sketch again, and commits and reveals its votes.
import { DisputeWatch } from "../votes/dispute-watch.ts";
import { LogBook } from "../watch/log-book.ts";
import { keptPayouts } from "../watch/recompute.ts";
import { SHIPPED_BASE } from "./files.ts";
import { readOptions, serve, SERVICE_OPTIONS, SERVICE_USAGE } from "./service.ts";
import { UsageError } from "./usage-error.ts";
import { openWorkFolder } from "./work-folder.ts";

const USAGE = `usage: main.ts vote-sketches --deployment <file> --rpc <url>[,<url>…] --bundles <folder or http(s) address> [--bundles …] --work <folder> [--work …] [options]

  --work DIR           work folder of the stages, with adapter and basis, corpus.json and settlement-<id>.json; one for each model
  --base DIR           the base model's folder (the one that ships with the engine)
  --model DIR          a model that records were sketched by with sketch-model, and by --adapter DIR its adapter; one for each such work folder
  --work-dir DIR       for what is on its way, and fetched bundles (./watcher)
  --once               end when nothing can be committed or revealed now
${SERVICE_USAGE}

The key of the attributor is read from TRIBUTARY_PRIVATE_KEY. Ends with 0 if it voted wherever it could, with 1 if not: a sketch could not be made again, a transaction was refused, or a vote was lost.
`;

const OPTIONS = {
  ...SERVICE_OPTIONS,
  work: { type: "string", multiple: true },
  base: { type: "string", default: SHIPPED_BASE },
  model: { type: "string", multiple: true },
  adapter: { type: "string", multiple: true },
} as const;

/** Runs the command. @returns the exit code */
export async function voteCommand(args: readonly string[]): Promise<number> {
  const values = readOptions(args, OPTIONS);
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const folders = values.work;
  if (folders === undefined) throw new UsageError("--work is missing");
  const { model: models = [], adapter: adapters = [] } = values;
  if (models.length !== adapters.length)
    throw new UsageError("--model and --adapter come in pairs: name both for each model");
  const decoders = models.map((model, i) => ({ model, adapter: adapters[i]! }));
  const watches: DisputeWatch[] = [];
  await serve(values, ({ reader, deployment, shelf, account, first, report }) => {
    if (account === undefined)
      throw new UsageError("TRIBUTARY_PRIVATE_KEY is missing: whose votes they are follows from it");
    const workshops = folders.map((folder) => openWorkFolder(folder, values.base, decoders));
    for (const contracts of deployment.ledgers) {
      const { ledger, modelRegistry, sketchDisputes } = contracts;
      const logs = new LogBook(reader, [ledger, modelRegistry, sketchDisputes], first);
      const source = { reader, contracts, logs, shelf, keptPayouts: keptPayouts.bind(undefined, shelf.kept) };
      const { chainId } = deployment;
      watches.push(new DisputeWatch({ source, report, chainId, attributor: account, workshops }));
    }
    return watches;
  });
  const votes = watches.flatMap(({ lines }) => lines);
  if (values.json) process.stdout.write(`${JSON.stringify({ votes })}\n`);
  const isDone = values["dry-run"] || watches.every((watch) => watch.isDone);
  return isDone && !votes.some(({ state }) => state === "abstained" || state === "lost") ? 0 : 1;
}
