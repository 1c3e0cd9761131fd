// Starts a server of another part on 127.0.0.1 and waits until it answers.
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../errors.ts";
import { startGuarded, type GuardedOptions, type GuardedProcess } from "../guarded-process.ts";

const POLL_MILLISECONDS = 50;
const START_MILLISECONDS = 60_000;

export interface LocalServer {
  /** Base address, without a slash at its end. */
  readonly url: string;
  readonly process: GuardedProcess;
}

/**
 * Starts `command`, which cannot outlive this process.
 * @param what it is, for error messages
 * @param ready path that answers 200 once it serves
 * @throws UserError with the end of its log if it ends first, or takes too long
 */
export async function startServer(
  what: string,
  { port, ready, ...options }: GuardedOptions & { port: number; ready: string },
): Promise<LocalServer> {
  const server = startGuarded(options);
  const url = `http://127.0.0.1:${port}`;
  let ended: number | undefined;
  void server.exited.then((code) => (ended = code));
  const deadline = Date.now() + START_MILLISECONDS;
  while (!(await answers(`${url}${ready}`))) {
    if (ended !== undefined) throw new UserError(`${what} ended with code ${ended}:\n${server.logTail()}`, 1);
    if (Date.now() > deadline) {
      await server.stop();
      throw new UserError(`${what} does not answer at ${url}${ready}:\n${server.logTail()}`, 1);
    }
    await sleep(POLL_MILLISECONDS);
  }
  return { url, process: server };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
