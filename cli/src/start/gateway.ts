// Runs the gateway as a process of its own, as its operator would: by a configuration file, with its keys in the environment.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors.ts";
import type { GuardedProcess } from "../guarded-process.ts";
import type { LocalChain } from "./local-chain.ts";
import { startServer } from "./local-server.ts";
import type { RegisteredModel } from "./model.ts";
import { MODEL_NAME } from "./questions.ts";
import { privateKeyOf } from "./steps.ts";
import type { WorkFolder } from "./work-folder.ts";

const GATEWAY = fileURLToPath(new URL("../../../gateway/src/main.ts", import.meta.url));
const POLL_MILLISECONDS = 50;
const SETTLE_MILLISECONDS = 120_000;

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
  /** Base address, without a slash at its end. */
  readonly url: string;
  readonly process: GuardedProcess;
  /** Waits until it sells calls. */
  untilReady(): Promise<void>;
  /**
   * Has it settle all calls that were paid since, and waits until it has handed their texts to the attributors.
   * @param settlement the number that it will have on chain
   */
  settle(settlement: bigint): Promise<void>;
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { folder, port } = options;
  const logFile = join(folder.logs, "gateway.log");
  const { url, process: server } = await startServer("the gateway", {
    command: process.execPath,
    args: [GATEWAY, "serve", "--config", writeSettings(options)],
    environment: {
      TRIBUTARY_GATEWAY_KEY: privateKeyOf("gateway"),
      TRIBUTARY_OPERATOR_KEY: privateKeyOf("facilitator"),
    },
    ...{ logFile, port, ready: "/health" },
  });
  return {
    ...{ url, process: server },
    async untilReady() {
      while (!(await fetch(`${url}/ready`)).ok) await sleep(POLL_MILLISECONDS);
    },
    async settle(settlement) {
      const handedOver = join(folder.engine, `settlement-${settlement}.json`);
      const deadline = Date.now() + SETTLE_MILLISECONDS;
      server.ask();
      while (!existsSync(handedOver)) {
        const failure = failureIn(logFile);
        if (failure !== undefined) throw new UserError(`the gateway could not settle: ${failure} (log: ${logFile})`, 1);
        if (Date.now() > deadline) throw new UserError(`the gateway does not settle:\n${server.logTail()}`, 1);
        await sleep(POLL_MILLISECONDS);
      }
    },
  };
}

/** Writes the configuration file. @returns its path */
function writeSettings({ chain, deploymentFile, model, folder, upstream, port }: GatewayOptions): string {
  const own = join(folder.path, "gateway");
  mkdirSync(own, { recursive: true });
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
    settlement: { work: folder.engine, handOver: true },
  };
  const file = join(own, "gateway.json");
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
  return file;
}

/** What the gateway's log says of a settlement that it was asked for and could not make. */
function failureIn(logFile: string): string | undefined {
  const line = readFileSync(logFile, "utf8")
    .split("\n")
    .find((text) => text.includes('"event":"not settled"'));
  return line === undefined ? undefined : String((JSON.parse(line) as { error?: unknown }).error);
}
