// Work that goes on beneath the looks at a chain where it takes longer than one of them has time for.
import { setTimeout as sleep } from "node:timers/promises";

/** Does one piece of work after another. */
export class OneAtATime<Result> {
  #running: { readonly name: string; readonly result: Promise<Result> } | undefined;

  /**
   * What a piece of work gives, if it is done in time: it is begun, or was by an earlier call. Another one that still goes on comes first.
   * @param deadline by `performance.now()`
   * @param name of the work
   * @returns `undefined` if it is not done; it goes on then, and a later call gets what it gives
   * @throws what the work throws, also where that is another one or has failed since an earlier call
   */
  async within(deadline: number, name: string, work: () => Promise<Result>): Promise<Result | undefined> {
    for (;;) {
      const running = (this.#running ??= { name, result: work() });
      // It may fail while nobody waits for it: the next call says so.
      running.result.catch(() => undefined);
      try {
        if (!(await isDoneBy(deadline, running.result))) return undefined;
      } catch (error) {
        this.#running = undefined;
        throw error;
      }
      this.#running = undefined;
      if (running.name === name) return running.result;
    }
  }
}

async function isDoneBy(deadline: number, work: Promise<unknown>): Promise<boolean> {
  const done = new AbortController();
  const late = sleep(Math.max(0, deadline - performance.now()), false, { signal: done.signal }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    done.abort();
  }
}
