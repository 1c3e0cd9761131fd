// A thread that is asked and answers, each question once.
import { Worker } from "node:worker_threads";

export type Question<Order> = { readonly id: number; readonly order: Order };
export type Answer<Result> =
  { readonly id: number; readonly result: Result } | { readonly id: number; readonly error: string };

interface Waiting<Result> {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

export class AskedWorker<Order, Result> {
  readonly #name: string;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting<Result>>();
  #last = 0;
  #failure: Error | undefined;

  /** @param name of what it holds, for errors */
  constructor(program: URL, name: string, workerData: unknown = undefined) {
    this.#name = name;
    this.#worker = new Worker(program, { workerData });
    this.#worker.on("error", (error) => this.#fail(error instanceof Error ? error.message : String(error)));
    this.#worker.on("exit", () => this.#fail("its thread has ended"));
    this.#worker.on("message", (answer: Answer<Result>) => {
      const caller = this.#waiting.get(answer.id)!;
      this.#waiting.delete(answer.id);
      // A thread with nothing to do must not keep the process alive.
      if (this.#waiting.size === 0) this.#worker.unref();
      if ("error" in answer) caller.reject(new Error(`${name}: ${answer.error}`));
      else caller.resolve(answer.result);
    });
  }

  /** Whether it answers no more. */
  get hasEnded(): boolean {
    return this.#failure !== undefined;
  }

  /** @throws Error that the worker answers with, or when its thread ends */
  ask(order: Order): Promise<Result> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ id, order } satisfies Question<Order>);
    });
  }

  async terminate(): Promise<void> {
    // Awaited, it must keep the process alive until it has ended.
    this.#worker.ref();
    await this.#worker.terminate();
  }

  #fail(reason: string): void {
    this.#failure ??= new Error(`${this.#name}: ${reason}`);
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
