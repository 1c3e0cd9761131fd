// Runs the engine's services as their users do: a process of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import type { Summary } from "../../../attribution-engine/src/watch/report.ts";
import type { Scene } from "./scene.ts";

/** The file of the engine's command. */
export const ENGINE = fileURLToPath(new URL("../../../attribution-engine/src/main.ts", import.meta.url));

/** Number of the development account that watches: the stage has given it tokens and approvals. */
export const WATCHER = 2;

/** Where a service finds the chain and what is published. */
export type Place = Pick<Scene, "deployment" | "bundles" | "folder"> & {
  readonly chain: Pick<Scene["chain"], "rpcUrl">;
  readonly deploymentFor?: Scene["deploymentFor"];
};

/** @typeParam Result what `--json` prints */
export interface WatcherRun<Result = Summary> {
  readonly process: ChildProcess;
  readonly lines: string[];
  /** Resolves with the first line that contains a text, also if it was printed before. */
  line(text: string): Promise<string>;
  readonly ended: Promise<{ code: number | null; summary: Result | undefined; output: string }>;
}

export interface WatcherOptions {
  readonly command?: string;
  readonly rpc?: string;
  /** Of the deployment file. */
  readonly chainId?: number;
  readonly account?: number;
  readonly bundles?: string;
  readonly workDir?: string;
  readonly args?: readonly string[];
}

const running = new Set<ChildProcess>();

/** Ends what a failed test has left running. */
export function killWatchers(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Starts it with `--json`, one confirmation and quick looks. */
export function runWatcher<Result = Summary>(scene: Place, options: WatcherOptions = {}): WatcherRun<Result> {
  const {
    command = "watch",
    rpc = scene.chain.rpcUrl,
    account = WATCHER,
    workDir = "one",
    args = ["--once"],
  } = options;
  const deployment = options.chainId === undefined ? scene.deployment : scene.deploymentFor!(options.chainId);
  const child = spawn(
    process.execPath,
    [
      ...[ENGINE, command, "--deployment", deployment, "--rpc", rpc, "--bundles", options.bundles ?? scene.bundles],
      ...[
        "--work-dir",
        join(scene.folder, "watchers", workDir),
        "--confirmations",
        "1",
        "--poll-seconds",
        "0.1",
        "--json",
      ],
      ...args,
    ],
    { env: { ...process.env, TRIBUTARY_PRIVATE_KEY: localPrivateKey(account) }, stdio: ["ignore", "pipe", "pipe"] },
  );
  running.add(child);
  child.once("close", () => running.delete(child));
  const lines: string[] = [];
  const waiting: { text: string; found: (line: string) => void }[] = [];
  let rest = "";
  let output = "";
  const hear = (chunk: string): void => {
    output += chunk;
    const parts = (rest + chunk).split("\n");
    rest = parts.pop()!;
    for (const line of parts) {
      lines.push(line);
      for (const { found } of waiting.filter(({ text }) => line.includes(text))) found(line);
    }
  };
  child.stdout.setEncoding("utf8").on("data", hear);
  child.stderr.setEncoding("utf8").on("data", hear);
  const ended = new Promise<{ code: number | null; summary: Result | undefined; output: string }>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const last = lines.findLast((line) => line.startsWith("{"));
      resolve({ code, summary: last === undefined ? undefined : (JSON.parse(last) as Result), output });
    });
  });
  return {
    process: child,
    lines,
    ended,
    line: (text) =>
      new Promise((resolve, reject) => {
        const known = lines.find((line) => line.includes(text));
        if (known !== undefined) resolve(known);
        else waiting.push({ text, found: resolve });
        void ended.then(() => reject(new Error(`ended without a line with ${text}:\n${output}`)));
      }),
  };
}
