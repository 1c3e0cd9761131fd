// How many calls may be under way: in all, and of each payer.
import type { Address } from "viem";
import { ApiError } from "../openai/api-error.ts";
import type { Limits } from "../config/schema.ts";

export class Gate {
  readonly #limits: Pick<Limits, "calls" | "callsPerPayer">;
  readonly #byPayer = new Map<string, number>();
  #calls = 0;
  #isClosed = false;
  #idle: (() => void) | undefined;

  constructor(limits: Pick<Limits, "calls" | "callsPerPayer">) {
    this.#limits = limits;
  }

  get calls(): number {
    return this.#calls;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @returns what counts the call out, once @throws ApiError 503 if there are as many as may be, or the gateway is stopping */
  enter(): () => void {
    if (this.#isClosed) throw overloaded("The gateway is stopping; try again.", "shutting_down");
    if (this.#calls >= this.#limits.calls)
      throw overloaded("The gateway has as many calls as it takes; try again.", "overloaded");
    this.#calls++;
    return once(() => {
      if (--this.#calls === 0) this.#idle?.();
    });
  }

  /** @returns what counts the payer's call out, once @throws ApiError 429 if the payer has as many as one may */
  enterPayer(payer: Address): () => void {
    const key = payer.toLowerCase();
    const calls = this.#byPayer.get(key) ?? 0;
    const most = this.#limits.callsPerPayer;
    if (calls >= most) {
      throw new ApiError(429, "rate_limit_error", `A payer may have ${most} calls at a time. Nothing was charged.`, {
        code: "rate_limit_exceeded",
        headers: { "retry-after": "1" },
      });
    }
    this.#byPayer.set(key, calls + 1);
    return once(() => {
      const left = this.#byPayer.get(key)! - 1;
      if (left === 0) this.#byPayer.delete(key);
      else this.#byPayer.set(key, left);
    });
  }

  /** Lets no more calls in. @returns whether those under way ended in time */
  async close(withinMs: number): Promise<boolean> {
    this.#isClosed = true;
    if (this.#calls === 0) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => {
      resolve(false);
    }, withinMs);
    this.#idle = () => {
      resolve(true);
    };
    return promise.finally(() => {
      clearTimeout(timer);
    });
  }
}

/** 503 that says when to come again. */
export function overloaded(message: string, code: string): ApiError {
  return new ApiError(503, "overloaded_error", message, { code, headers: { "retry-after": "1" } });
}

function once(run: () => void): () => void {
  let isRun = false;
  return () => {
    if (isRun) return;
    isRun = true;
    run();
  };
}
