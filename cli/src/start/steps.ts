// The steps of the main job, with their progress: stages of the engine, waits, and whatever else takes its time.
import { join } from "node:path";
import { UserError } from "../errors.ts";
import type { Progress, Stage } from "../progress.ts";
import { roleAccount, type FixedRole } from "./accounts.ts";
import { runEngine } from "./engine.ts";
import type { WorkFolder } from "./work-folder.ts";

export class Steps {
  readonly #progress: Progress;
  readonly #folder: WorkFolder;
  readonly #signal: AbortSignal;

  /** @param signal ends the stages of the engine */
  constructor(progress: Progress, folder: WorkFolder, signal: AbortSignal) {
    this.#progress = progress;
    this.#folder = folder;
    this.#signal = signal;
  }

  /** One stage of the engine, with a bar; `role` lends it a local account's key. */
  async engine<Result>(
    stage: string,
    title: string,
    args: readonly string[],
    describe: (result: Result) => string,
    role?: FixedRole,
  ): Promise<Result> {
    return this.stage(
      title,
      (bar) =>
        runEngine<Result>(
          {
            stage,
            args: ["--work", this.#folder.engine, ...args],
            logFile: join(this.#folder.logs, "engine.log"),
            signal: this.#signal,
            ...(role === undefined ? {} : { privateKey: privateKeyOf(role) }),
          },
          bar,
        ),
      describe,
    );
  }

  /** Shows work as a stage; `describe` says in a few words what came of it. */
  async stage<Result>(
    title: string,
    work: (stage: Stage) => Promise<Result>,
    describe: (result: Result) => string = () => "",
  ): Promise<Result> {
    const stage = this.#progress.stage(title);
    const result = await work(stage);
    stage.finish(describe(result));
    return result;
  }

  /** A stage that waits for a time to come. */
  async wait<Result>(title: string, work: (tick: (secondsLeft: number) => void) => Promise<Result>): Promise<Result> {
    return this.stage(title, (stage) => {
      let total = 0;
      return work((left) => {
        total = Math.max(total, left);
        stage.update(total - left, total);
      });
    });
  }
}

/** The key of a local account, `0x` and 64 hex digits. */
export function privateKeyOf(role: FixedRole): string {
  const key = roleAccount(role).getHdKey().privateKey;
  if (key === null) throw new UserError(`no local key for ${role}`);
  return `0x${Buffer.from(key).toString("hex")}`;
}
