// The engine's command `serve-openings` in a process of its own: memory and time that an opening takes are bounded, whatever a bundle holds.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { AnswerLine, OpeningQuestions, QuestionName } from "@tributary/protocol/opening-questions";
import { notKept, Refusal, unverified } from "./refusal.ts";

const ENGINE = fileURLToPath(new URL("../../attribution-engine/src/main.ts", import.meta.url));

export interface DeskOptions {
  /** Folders of bundles; there may be none. */
  readonly bundles: readonly string[];
  /** MiB of trees and tables that are kept between questions. */
  readonly memoryMebibytes?: number;
  /** Time that a question may take; the first one of a bundle builds its trees. */
  readonly answerMilliseconds?: number;
  /** Questions that wait for an answer; they are answered one after the other. */
  readonly mostWaiting?: number;
}

const ANSWER_MILLISECONDS = 120_000;
const MOST_WAITING = 32;
const MEMORY_MEBIBYTES = 1_024;

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** Asks the engine; whatever it answers is to be verified. */
export class DeskProcess {
  readonly #options: DeskOptions;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #last = 0;
  #queued = 0;
  /** Each question waits for the one before: its time begins when it is its turn. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  get processId(): number | undefined {
    return this.#child?.pid;
  }

  /** @throws Refusal if it has no such bundle, cannot open it, is busy, or takes too long */
  ask<Name extends QuestionName>(
    name: Name,
    asked: OpeningQuestions[Name]["asked"],
  ): Promise<OpeningQuestions[Name]["answer"]> {
    const { mostWaiting = MOST_WAITING } = this.#options;
    if (this.#queued >= mostWaiting) return Promise.reject(busy());
    this.#queued++;
    const answer = this.#turn.then(() => this.#ask(name, asked));
    this.#turn = answer.catch(() => undefined).finally(() => this.#queued--);
    return answer;
  }

  stop(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  #ask<Name extends QuestionName>(
    name: Name,
    asked: OpeningQuestions[Name]["asked"],
  ): Promise<OpeningQuestions[Name]["answer"]> {
    const { answerMilliseconds = ANSWER_MILLISECONDS } = this.#options;
    const child = (this.#child ??= this.#start());
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const impatience = setTimeout(() => {
        this.#waiting.delete(id);
        this.stop();
        reject(tooSlow(answerMilliseconds));
      }, answerMilliseconds);
      const done = (): void => {
        clearTimeout(impatience);
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, {
        resolve: (answer) => {
          done();
          resolve(answer);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      child.stdin!.write(`${JSON.stringify({ id, ask: name, ...asked })}\n`);
    });
  }

  #start(): ChildProcess {
    const { bundles, memoryMebibytes = MEMORY_MEBIBYTES } = this.#options;
    const args = [ENGINE, "serve-openings", "--memory", String(memoryMebibytes)];
    const child = spawn(process.execPath, [...args, ...bundles.flatMap((folder) => ["--bundles", folder])], {
      // Its input is ours to close: it ends with this process, however that ends.
      stdio: ["pipe", "pipe", "inherit"],
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const told = JSON.parse(line) as AnswerLine;
      const waiting = this.#waiting.get(told.id);
      if ("answer" in told) waiting?.resolve(told.answer as never);
      else waiting?.reject(refusalOf(told.failure));
    });
    const ended = (): void => {
      if (this.#child === child) this.#child = undefined;
      for (const { reject } of [...this.#waiting.values()])
        reject(unverified("the opening ended early", "opening_failed"));
    };
    child.once("exit", ended);
    child.once("error", ended);
    // A write to a process that has just ended; its end is told by `exit`.
    child.stdin.on("error", () => undefined);
    return child;
  }
}

function refusalOf({ code, message }: Extract<AnswerLine, { failure: unknown }>["failure"]): Refusal {
  if (code === "missing") return notKept(message);
  if (code === "broken") return unverified(message, "bundle_damaged");
  return new Refusal(
    503,
    "bundle_too_large",
    message,
    "The operator has to give the openings more memory: --openings-memory.",
  );
}

function busy(): Refusal {
  return new Refusal(503, "busy", "as many openings are asked for as may wait", "Ask again in a few seconds.");
}

function tooSlow(milliseconds: number): Refusal {
  return new Refusal(
    504,
    "opening_too_slow",
    `the opening took more than ${milliseconds / 1_000} s and was given up`,
    "Ask again later: what is large is opened faster once it was read.",
  );
}
