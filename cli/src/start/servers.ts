// The servers of a main job: what ends by itself ends the job, and all of them end with it, the last one started first.
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../errors.ts";

/** Within which it is known that a server has ended. */
const SERVER_END_MILLISECONDS = 1_000;

interface Stoppable {
  stop(): Promise<void>;
}

interface WatchedServer extends Stoppable {
  readonly exited: Promise<number>;
  /** Its last lines, for error messages. */
  logTail(): string;
}

export class Servers {
  readonly #signal: AbortSignal;
  readonly #started: Stoppable[] = [];
  /** Rejects if a server that is watched ends by itself. */
  readonly ended: Promise<never>;
  #fail!: (error: UserError) => void;

  /** @param signal aborted once servers are to end */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.ended = new Promise((_, reject) => (this.#fail = reject));
    // Where nobody waits any more, nobody is told.
    this.ended.catch(() => undefined);
  }

  /** Ends it with the others. */
  add(server: Stoppable): void {
    this.#started.push(server);
  }

  /** Ends it with the others, and, when it is gone before, the wait for whatever the job is doing. */
  watch(what: string, server: WatchedServer): void {
    this.add(server);
    void server.exited.then((code) => {
      if (this.#signal.aborted) return;
      this.#fail(
        new UserError(`${what} ended with code ${code}; start again. Its last lines:\n${server.logTail()}`, 1),
      );
    });
  }

  /** A step that fails because a server is gone may say so before the server's end is known, which is what the user is to be told. */
  async causeOf(error: unknown): Promise<unknown> {
    const serverEnd = this.ended.catch((reason: unknown) => reason);
    return Promise.race([serverEnd, sleep(SERVER_END_MILLISECONDS, error)]);
  }

  async stop(): Promise<void> {
    for (const server of this.#started.splice(0).toReversed()) await server.stop();
  }
}
