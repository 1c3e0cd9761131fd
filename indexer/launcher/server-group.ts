// Keeps several servers running that share one port, and replaces one that ends.
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ENVIRONMENT } from "./environment.ts";
import {
  lastLines,
  type PonderOptions,
  type PonderProcess,
  type RunningServer,
  spawnPonder,
} from "./ponder-process.ts";
import { claimPorts } from "./port.ts";
import { SharedPort } from "./shared-port.ts";

/** Their own ports are for the launcher and for figures, not for clients. */
const OWN_HOST = "127.0.0.1";
const READY_INTERVAL_MILLISECONDS = 50;
const FIRST_DELAY_MILLISECONDS = 500;
const MOST_DELAY_MILLISECONDS = 30_000;
const EXIT_FAILED = 1;

/** Starts `count` servers. The port is listened on as soon as all of them answer; until then, the end of one is the end of all. */
export async function spawnServers(options: PonderOptions, count: number): Promise<PonderProcess> {
  return new ServerGroup(options, await claimPorts(OWN_HOST, count));
}

class ServerGroup implements PonderProcess {
  readonly pid = process.pid;
  readonly exited: Promise<number>;
  readonly #options: PonderOptions;
  readonly #ports: readonly number[];
  readonly #port = new SharedPort();
  /** By their own port. */
  readonly #servers = new Map<number, PonderProcess>();
  #isListening = false;
  #ending: Promise<void> | undefined;
  #end!: (code: number) => void;

  constructor(options: PonderOptions, ports: readonly number[]) {
    this.#options = options;
    this.#ports = ports;
    this.exited = new Promise((resolve) => (this.#end = resolve));
    for (const port of ports) this.#start(port, FIRST_DELAY_MILLISECONDS);
  }

  get servers(): RunningServer[] {
    return [...this.#servers.values()].flatMap(({ servers }) => servers);
  }

  async stop(): Promise<void> {
    await this.#endAll(0, (server) => server.stop());
  }

  kill(reason: string): void {
    void this.#endAll(EXIT_FAILED, async (server) => {
      server.kill(reason);
      await server.exited;
    });
  }

  logTail(): string {
    return lastLines(this.#options.logFile);
  }

  #start(port: number, delayMilliseconds: number): void {
    const server = spawnPonder({
      ...this.#options,
      host: OWN_HOST,
      port,
      isShared: true,
      environment: {
        ...this.#options.environment,
        [ENVIRONMENT.servers]: this.#ports.map((own) => `http://${OWN_HOST}:${own}`).join(","),
      },
    });
    this.#servers.set(port, server);
    const startedAt = performance.now();
    const take = server.take!;
    void this.#whenReady(server, port).then(async (isReady) => {
      if (!isReady || this.#ending !== undefined) return;
      this.#port.add(take);
      if (this.#isListening || this.#port.takers < this.#ports.length) return;
      this.#isListening = true;
      await this.#port.listen(this.#options.host, this.#options.port).catch((error: unknown) => {
        this.kill(String(error));
      });
    });
    void server.exited.then((code) => {
      this.#port.remove(take);
      this.#servers.delete(port);
      if (this.#ending !== undefined) return;
      if (!this.#isListening || this.#port.takers === 0) {
        void this.#endAll(code === 0 ? EXIT_FAILED : code, (other) => other.stop());
        return;
      }
      const hasWorked = performance.now() - startedAt > MOST_DELAY_MILLISECONDS;
      const delay = hasWorked ? FIRST_DELAY_MILLISECONDS : delayMilliseconds;
      appendFileSync(
        this.#options.logFile,
        `the server ${server.pid} ended with code ${code}; another takes its place in ${delay} ms\n`,
      );
      void this.#replace(port, delay);
    });
  }

  /** Whatever ends a server soon after its start does so again; the pauses grow until one has worked for as long as the longest. */
  async #replace(port: number, delayMilliseconds: number): Promise<void> {
    await sleep(delayMilliseconds);
    if (this.#ending === undefined) this.#start(port, Math.min(2 * delayMilliseconds, MOST_DELAY_MILLISECONDS));
  }

  async #whenReady(server: PonderProcess, port: number): Promise<boolean> {
    let hasEnded = false;
    void server.exited.then(() => (hasEnded = true));
    while (!hasEnded) {
      try {
        const response = await fetch(`http://${OWN_HOST}:${port}/status`, { signal: AbortSignal.timeout(2_000) });
        await response.arrayBuffer();
        if (response.ok && !hasEnded) return true;
      } catch {
        // It does not listen yet.
      }
      await sleep(READY_INTERVAL_MILLISECONDS);
    }
    return false;
  }

  #endAll(code: number, end: (server: PonderProcess) => Promise<void>): Promise<void> {
    this.#ending ??= (async () => {
      this.#port.close();
      await Promise.all([...this.#servers.values()].map(end));
      this.#end(code);
    })();
    return this.#ending;
  }
}
