// Runs the gateway as a process of its own, as its operator would: by a configuration file, with its keys in the environment.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { GuardedProcess } from "../guarded-process.ts";
import type { LocalChain } from "./local-chain.ts";
import { startServer } from "./local-server.ts";
import type { RegisteredModel } from "./model.ts";
import { MODEL_NAME } from "./questions.ts";
import { runCommand } from "./run-command.ts";
import { privateKeyOf } from "./steps.ts";
import type { WorkFolder } from "./work-folder.ts";

const GATEWAY = fileURLToPath(new URL("../../../gateway/src/main.ts", import.meta.url));
const POLL_MILLISECONDS = 50;

export interface GatewayOptions {
  readonly chain: LocalChain;
  readonly deploymentFile: string;
  readonly model: RegisteredModel;
  readonly folder: WorkFolder;
  /** Base address of the model's API, with `/v1`. */
  readonly upstream: string;
  readonly port: number;
}

/** The gateway over all its processes: one ends where it settles, and the next goes on with its books. */
export class Gateway implements GuardedProcess {
  readonly #options: GatewayOptions;
  readonly #config: string;
  #process: GuardedProcess | undefined;
  readonly exited: Promise<number>;
  #tellExit!: (code: number) => void;

  /** Writes its configuration and starts it. */
  static async start(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    await gateway.#start();
    return gateway;
  }

  private constructor(options: GatewayOptions) {
    const { chain, deploymentFile, model, folder, upstream, port } = options;
    this.#options = options;
    this.exited = new Promise((resolve) => (this.#tellExit = resolve));
    const own = join(folder.path, "gateway");
    mkdirSync(own, { recursive: true });
    this.#config = join(own, "gateway.json");
    const settings = {
      chain: { rpc: chain.rpcUrl, deployment: deploymentFile, pollSeconds: 1 },
      listen: { port },
      models: [
        {
          ...{ name: MODEL_NAME, tags: ["text"], version: Number(model.version) },
          upstream: { url: upstream, serves: ["chat", "completions", "embeddings"] },
        },
      ],
      payments: { withdrawDelaySeconds: 900 },
    };
    writeFileSync(this.#config, `${JSON.stringify(settings, null, 2)}\n`);
  }

  /** Base address, without a slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${this.#options.port}`;
  }

  /** Waits until it sells calls. */
  async untilReady(): Promise<void> {
    while (!(await fetch(`${this.url}/ready`)).ok) await sleep(POLL_MILLISECONDS);
  }

  /** Settles all calls that were paid since the last time, and hands their texts to the attributors. @returns the settlement's number on chain */
  async settle(): Promise<bigint> {
    await this.stop();
    const { settlements } = await this.#command<{ settlements: string[] }>("settle");
    await this.#start();
    const [settlement] = settlements;
    if (settlement === undefined || settlements.length > 1)
      throw new Error(`the gateway closed ${settlements.length} settlements instead of one`);
    return BigInt(settlement);
  }

  async stop(): Promise<void> {
    const stopped = this.#process;
    this.#process = undefined;
    await stopped?.stop();
  }

  logTail(): string {
    return this.#process?.logTail() ?? "";
  }

  async #start(): Promise<void> {
    const { process: started } = await startServer("the gateway", {
      ...this.#guarded("serve", "gateway.log"),
      ...{ port: this.#options.port, ready: "/health" },
    });
    this.#process = started;
    void started.exited.then((code) => {
      if (this.#process === started) this.#tellExit(code);
    });
  }

  #command<Result>(name: string): Promise<Result> {
    return runCommand<Result>(`the gateway's ${name}`, this.#guarded(name, `gateway-${name}.log`));
  }

  #guarded(command: string, logFile: string) {
    return {
      command: process.execPath,
      args: [GATEWAY, command, "--config", this.#config],
      logFile: join(this.#options.folder.logs, logFile),
      environment: {
        TRIBUTARY_GATEWAY_KEY: privateKeyOf("gateway"),
        TRIBUTARY_OPERATOR_KEY: privateKeyOf("facilitator"),
      },
    };
  }
}
