// A gateway in a process of its own, which may be killed at any instant and started again at the same address.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const GATEWAY = fileURLToPath(new URL("../main.ts", import.meta.url));
const POLL_MILLISECONDS = 20;
const READY_MILLISECONDS = 60_000;

export interface GatewayProcessOptions {
  /** Configuration file, which names the port. */
  readonly config: string;
  readonly port: number;
  /** Keys and whatever else the gateway takes from its environment; what is undefined it does not see. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
}

export class GatewayProcess {
  readonly #options: GatewayProcessOptions;
  #child: ChildProcess | undefined;
  #exited: Promise<number | null> = Promise.resolve(null);
  #disruptions = 0;

  constructor(options: GatewayProcessOptions) {
    this.#options = options;
  }

  /** Base address of its API, with `/v1`. */
  get url(): string {
    return `http://127.0.0.1:${this.#options.port}/v1`;
  }

  /** Grows with each kill, and again when the killed process is gone: a call during which it stays the same met no kill. */
  get disruptions(): number {
    return this.#disruptions;
  }

  /** Starts it and does not wait until it answers. */
  start(): void {
    // A kill in the first deposit leaves a channel that never paid.
    const child = this.#run("serve", "--new-books");
    this.#child = child;
    this.#exited = new Promise((resolve) => child.once("exit", resolve));
  }

  /** @throws Error if it ends instead, or takes a minute */
  async untilReady(): Promise<void> {
    // Looks are counted, not time: where the machine was halted, the gateway was as well.
    let left = READY_MILLISECONDS / POLL_MILLISECONDS;
    while (!(await this.#isReady())) {
      if (this.#child?.exitCode !== null) throw new Error(`the gateway ended; see ${this.#options.logFile}`);
      if (left-- === 0) throw new Error(`the gateway is not ready; see ${this.#options.logFile}`);
      await sleep(POLL_MILLISECONDS);
    }
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#disruptions++;
    this.#child?.kill("SIGKILL");
    await this.#exited;
    this.#disruptions++;
  }

  /** SIGTERM; resolves with its exit code. */
  async stop(): Promise<number | null> {
    this.#child?.kill("SIGTERM");
    return this.#exited;
  }

  /** Settles everything, while it does not run. @throws Error if that fails */
  async settle(): Promise<void> {
    const child = this.#run("settle");
    const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
    if (code !== 0) throw new Error(`settling ended with code ${code}; see ${this.#options.logFile}`);
  }

  #run(command: string, ...options: string[]): ChildProcess {
    const log = openSync(this.#options.logFile, "a");
    const child = spawn(process.execPath, [GATEWAY, command, "--config", this.#options.config, ...options], {
      stdio: ["ignore", log, log],
      env: { ...process.env, ...this.#options.environment },
    });
    closeSync(log);
    return child;
  }

  async #isReady(): Promise<boolean> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.#options.port}/ready`);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }
}
