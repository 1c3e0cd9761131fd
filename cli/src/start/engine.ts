// Runs one stage of the attribution engine through its command, with progress, and returns the stage's result.
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors.ts";
import type { Stage } from "../progress.ts";
import { TRIBUTARY } from "./run-command.ts";

/** The file of the engine's command. */
export const ENGINE = fileURLToPath(new URL("../../../attribution-engine/src/main.ts", import.meta.url));
/** Stages that have a name in the tributary command: they are run by it, as their users run them. */
const TRIBUTARY_STAGES: ReadonlyMap<string, readonly string[]> = new Map([
  ["index", ["index", "commit"]],
  ["attribute", ["attribute"]],
  ["propose", ["propose"]],
]);
const TAIL_LINES = 8;

export interface EngineRun {
  /** Name of the stage, as in `tributary-engine <stage>`. */
  stage: string;
  args: readonly string[];
  logFile: string;
  /** Ended with the main job if given. */
  signal?: AbortSignal;
  /** Key of the local account that signs, for the stages that write to the chain. */
  privateKey?: string;
}

/**
 * The engine prints one JSON object a line: `{"progress": [done, total]}` while it works and `{"result": …}` at the end.
 * Rejects with a {@link UserError} that carries the engine's own message.
 */
export async function runEngine<Result>(run: EngineRun, progress?: Stage): Promise<Result> {
  const named = TRIBUTARY_STAGES.get(run.stage);
  const command = [...(named === undefined ? [ENGINE, run.stage] : [TRIBUTARY, ...named]), ...run.args];
  const log = createWriteStream(run.logFile, { flags: "a" });
  log.write(`> ${command.join(" ")}\n`);
  const tail: string[] = [];
  let result: Result | undefined;
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, [...command, "--json-progress"], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...(run.privateKey === undefined ? {} : { TRIBUTARY_PRIVATE_KEY: run.privateKey }) },
      ...(run.signal === undefined ? {} : { signal: run.signal }),
    });
    child.on("error", reject);
    log.on("error", reject);
    child.stderr.on("data", (chunk: Buffer) => {
      log.write(chunk);
      tail.push(...chunk.toString("utf8").split("\n").filter(Boolean));
      tail.splice(0, Math.max(0, tail.length - TAIL_LINES));
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const message = parseLine<Result>(line);
      if (message?.progress !== undefined) progress?.update(message.progress[0], message.progress[1]);
      else if (message?.result !== undefined) result = message.result;
      else log.write(`${line}\n`);
    });
    child.on("close", (exitCode) => resolve(exitCode ?? 1));
  });
  log.end();
  if (code !== 0 || result === undefined) {
    throw new UserError(`the engine's stage ${run.stage} failed (log: ${run.logFile}):\n${tail.join("\n")}`, 1);
  }
  return result;
}

interface Message<Result> {
  progress?: [number, number];
  result?: Result;
}

function parseLine<Result>(line: string): Message<Result> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Message<Result>;
  } catch {
    return undefined;
  }
}
