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

export interface Gateway {
  /** Base address of its API, with `/v1`. */
  readonly url: string;
  readonly process: GuardedProcess;
  /** Waits until it sells calls. */
  untilReady(): Promise<void>;
  /** Has it settle all calls that were paid since, and hand their texts to the attributors. @returns the settlement's number on chain */
  settle(): Promise<bigint>;
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { chain, deploymentFile, model, folder, upstream, port } = options;
  const own = join(folder.path, "gateway");
  mkdirSync(own, { recursive: true });
  const config = join(own, "gateway.json");
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
  writeFileSync(config, `${JSON.stringify(settings, null, 2)}\n`);
  const environment = {
    TRIBUTARY_GATEWAY_KEY: privateKeyOf("gateway"),
    TRIBUTARY_OPERATOR_KEY: privateKeyOf("facilitator"),
  };
  const server = await startServer("the gateway", {
    command: process.execPath,
    args: [GATEWAY, "serve", "--config", config],
    logFile: join(folder.logs, "gateway.log"),
    environment,
    port,
    ready: "/health",
  });
  return {
    url: `${server.url}/v1`,
    process: server.process,
    async untilReady() {
      while (!(await fetch(`${server.url}/ready`)).ok) await sleep(POLL_MILLISECONDS);
    },
    settle() {
      return Promise.reject(new Error("not there yet"));
    },
  };
}
