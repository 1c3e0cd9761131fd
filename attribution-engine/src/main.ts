// The engine's command: runs one stage of the pipeline over files in a work folder.
import type { Socket } from "node:net";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { withOriginsOnly } from "@tributary/protocol/reason";
import { printableJson, printableLines } from "@tributary/protocol/printable";
import { toldError } from "@tributary/protocol/told-error";
import { readableResult } from "./commands/readable-result.ts";
import { checkDevice, integerOf, type Stage } from "./commands/stage.ts";
import { UsageError } from "./commands/usage-error.ts";

const PROGRESS_EVERY_MILLISECONDS = 200;
/** Characters of what a node says beside its error. */
const MOST_DETAILS = 200;

const OPTIONS = {
  work: { type: "string" },
  base: { type: "string" },
  workers: { type: "string" },
  queue: { type: "string" },
  store: { type: "string" },
  device: { type: "string" },
  rpc: { type: "string" },
  deployment: { type: "string" },
  chain: { type: "string" },
  version: { type: "string" },
  settlement: { type: "string" },
  receipts: { type: "string" },
  receipt: { type: "string" },
  epoch: { type: "string" },
  proposal: { type: "string" },
  calls: { type: "string" },
  records: { type: "string" },
  contributors: { type: "string" },
  model: { type: "string" },
  adapter: { type: "string" },
  texts: { type: "string" },
  features: { type: "string" },
  tensor: { type: "string" },
  k: { type: "string" },
  "size-limit": { type: "string" },
  answer: { type: "string" },
  search: { type: "string" },
  memory: { type: "string" },
  "min-bytes": { type: "string" },
  listed: { type: "string" },
  "build-only": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  "json-progress": { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} satisfies ParseArgsOptionsConfig;

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: OPTIONS });
  } catch (error) {
    // What Node says behind the first sentence is about files whose names begin with a hyphen.
    const [message] = (error as Error).message.split(". ");
    throw new UsageError(`${message}; main.ts --help lists the stages, docs/operations.md the options of each`);
  }
}

function usage(stages: ReadonlyMap<string, Stage>): string {
  const list = [...stages].map(([name, { about }]) => `  ${name.padEnd(16)} ${about}`).join("\n");
  return `usage: main.ts <stage> --work <folder> [options] [--json | --json-progress]\n\nStages, in order (options of each: docs/operations.md, “The engine's stages”):\n${list}\n\nServices; --help says more:\n  ${"watch".padEnd(16)} check every proposal on a chain and end those that are wrong\n  ${"answer-demands".padEnd(16)} answer demands for what is published\n  ${"vote-sketches".padEnd(16)} vote on disputed sketches\n  ${"audit-epoch".padEnd(16)} rebuild an epoch from the chain and published bundles alone\n  ${"work".padEnd(16)} take tasks of stages that were given a --queue\n  ${"serve-model".padEnd(16)} answer calls of the trained model by OpenAI's API\n  ${"serve-openings".padEnd(16)} open what published bundles hold for who asks on standard input\n`;
}

/** Whoever reads the progress holds our standard input open: when it closes, they are gone, and nobody wants the result. */
function endWithParent(): void {
  process.stdin.on("end", () => process.exit(1));
  process.stdin.on("error", () => process.exit(1));
  process.stdin.resume();
  (process.stdin as Partial<Socket>).unref?.();
}

async function main(): Promise<number> {
  // Each is loaded when it is called: a worker starts in a third of the time that all of them take.
  const [called, ...rest] = process.argv.slice(2);
  if (called === "work") return (await import("./commands/work.ts")).workCommand(rest);
  if (called === "serve-model") return (await import("./commands/serve-model.ts")).serveModelCommand(rest);
  if (called === "serve-openings") return (await import("./commands/serve-openings.ts")).serveOpeningsCommand(rest);
  if (called === "audit-epoch") return (await import("./commands/audit-epoch.ts")).auditEpochCommand(rest);
  if (called === "vote-sketches") return (await import("./commands/vote-sketches.ts")).voteCommand(rest);
  const { ROLES, watchCommand } = await import("./commands/watch.ts");
  const role = ROLES.get(called ?? "");
  if (role !== undefined) return watchCommand(role, rest);
  const { values, positionals } = readArguments();
  const { stages } = await import("./commands/stages.ts");
  const [name] = positionals;
  if (values.help || name === undefined) {
    process.stdout.write(usage(stages));
    return values.help ? 0 : 2;
  }
  const stage = stages.get(name);
  if (stage === undefined) throw new UsageError(`no stage ${name}; there are ${[...stages.keys()].join(", ")}`);
  if (values.work === undefined)
    throw new UsageError(`${name}: --work <folder> is missing: the folder that the stages share`);
  checkDevice(name, stage, values);
  if (values.workers !== undefined) integerOf(values.workers, "--workers");
  const machine = values["json-progress"];
  if (machine && values.answer === "-")
    throw new UsageError(
      "--answer - reads standard input, whose end --json-progress takes as a sign to stop: name a file",
    );
  if (machine) endWithParent();
  const { openShards } = await import("./commands/shards.ts");
  const shards = await openShards(name, values, stage.spreads ?? false);
  let printed = 0;
  const run = stage.run({
    work: values.work,
    options: values,
    shards,
    onProgress(done, total) {
      if (Date.now() - printed < PROGRESS_EVERY_MILLISECONDS && done < total) return;
      printed = Date.now();
      if (machine) process.stdout.write(`${JSON.stringify({ progress: [done, total] })}\n`);
      else if (process.stderr.isTTY) process.stderr.write(`\r${name} ${done}/${total} `);
    },
  });
  const result = await run.finally(() => shards?.close());
  if (!machine && process.stderr.isTTY) process.stderr.write("\n");
  const text = values.json ? printableJson(JSON.stringify(result)) : printableLines(readableResult(result));
  process.stdout.write(`${machine ? JSON.stringify({ result }) : text}\n`);
  return 0;
}

/** Of an error of the node's library what it says in short and the contract's own error, without the request and its address. */
function wordsOf(error: Error): string {
  const { shortMessage, details, cause } = error as { shortMessage?: unknown; details?: unknown; cause?: unknown };
  if (typeof shortMessage !== "string") return error.message;
  const { data } = (cause ?? {}) as { data?: { errorName?: string; args?: readonly unknown[] } };
  const more =
    data?.errorName === undefined
      ? String(details ?? "").slice(0, MOST_DETAILS)
      : `${data.errorName}(${(data.args ?? []).map(String).join(", ")})`;
  return more === "" || shortMessage.includes(more) ? shortMessage : `${shortMessage} ${more}`;
}

try {
  process.exitCode = await main();
} catch (error) {
  const { code, path, syscall = "" } = error as NodeJS.ErrnoException;
  const isMissing = code === "ENOENT" && path !== undefined && !syscall.startsWith("spawn");
  process.exitCode = isMissing || error instanceof UsageError ? 2 : 1;
  const text = error instanceof Error ? wordsOf(error) : String(error);
  // A node's address may hold a key, and the node's library quotes it.
  const message = withOriginsOnly(
    isMissing
      ? `${path}: there is no such file or folder; name one that is there, or run the stage that makes it`
      : text,
  );
  if (process.env.TRIBUTARY_DEBUG !== undefined && error instanceof Error)
    process.stderr.write(`${printableLines(withOriginsOnly(error.stack ?? ""))}\n`);
  process.stderr.write(toldError(message, process.exitCode, process.argv.includes("--json")));
}
