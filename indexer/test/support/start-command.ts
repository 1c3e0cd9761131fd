// Runs `node indexer/start.ts` as a process of its own, which a test can end or kill.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface StartCommand {
  /** What it prints when it is ready. */
  firstLine: Promise<string>;
  ended: Promise<{ code: number | null; stderr: string }>;
  terminate(): void;
  /** Kills it and what it started, at once. */
  kill(): void;
}

export interface StartCommandOptions {
  rpcUrl: string;
  deployment: string;
  databaseDirectory: string;
  /** 0 picks a free one, also if not given. */
  port?: number;
  databaseUrl?: string;
  /** Further options of the command. */
  more?: readonly string[];
  /** Folder of the indexer; this one if not given. */
  root?: string;
}

export function runStart(options: StartCommandOptions): StartCommand {
  const { rpcUrl, deployment, databaseDirectory, port = 0, databaseUrl, more = [], root = ROOT } = options;
  const args = [
    "--rpc",
    rpcUrl,
    "--deployment",
    deployment,
    "--database-dir",
    databaseDirectory,
    "--port",
    String(port),
  ];
  // In a process group of its own, which is killed as a whole.
  const child = spawn(process.execPath, [join(root, "start.ts"), ...args, ...more, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }) },
  });
  const kill = (): void => {
    try {
      process.kill(-child.pid!, "SIGKILL");
    } catch {
      // It is gone.
    }
  };
  process.once("exit", kill);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.once("close", (code) => {
      process.off("exit", kill);
      resolve({ code, stderr });
    });
  });
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").once("data", resolve);
    void ended.then(() => {
      reject(new Error(stderr));
    });
  });
  firstLine.catch(() => undefined);
  return { ended, firstLine, terminate: () => child.kill("SIGTERM"), kill };
}
