// What a test of the deployment works in: chains that end with it, and a folder for the state.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DeployOptions } from "../../../deploy/deploy-all.ts";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { local } from "../../../deploy/networks/local.ts";
import { anvilBinary, type Chain, startChain } from "./chain.ts";

const DEPLOY_COMMAND = fileURLToPath(new URL("../../../deploy/deploy.ts", import.meta.url));

export type Sandbox = {
  stateDir: string;
  chain: (chainId?: number) => Promise<Chain>;
  /** Ends with the test. */
  closing: (close: () => void) => void;
};

export type Ended = { code: number | null; stdout: string; stderr: string };

/** Use it inside `describe`. Skips where there is no simulator for this platform. */
export function sandbox(): Sandbox {
  const closers: (() => void)[] = [];
  const box: Sandbox = {
    stateDir: "",
    async chain(chainId) {
      const started = await startChain(chainId);
      closers.push(() => started.process.kill());
      return started;
    },
    closing: (close) => closers.push(close),
  };
  before(function () {
    if (anvilBinary() === undefined) this.skip();
  });
  beforeEach(() => {
    box.stateDir = mkdtempSync(join(tmpdir(), "tributary-deploy-"));
  });
  afterEach(() => {
    for (const close of closers.splice(0)) close();
    rmSync(box.stateDir, { recursive: true, force: true });
  });
  return box;
}

/** Options of a local deployment in this sandbox. */
export function optionsOn(
  { stateDir }: Sandbox,
  { rpcUrl }: Pick<Chain, "rpcUrl">,
  overrides: Partial<DeployOptions> = {},
): DeployOptions {
  return { rpcUrl, privateKey: localPrivateKey(0), parameters: local.parameters, stateDir, ...overrides };
}

/** Runs the deploy command. */
export function runDeploy(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { process: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [DEPLOY_COMMAND, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  return { process: child, ended };
}

/** Asserts that it fails, and returns the reason. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  let outcome: unknown;
  try {
    outcome = await promise;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error(`it should have failed, and gave ${JSON.stringify(outcome)}`);
}
