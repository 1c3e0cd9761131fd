// Starts a child process that cannot outlive this one, with its output in a log file.
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const GUARD = fileURLToPath(new URL("./process-guard.ts", import.meta.url));
const LOG_TAIL_LINES = 12;

export interface GuardedProcess {
  /** Resolves with the exit code once the process has ended, for whatever reason. */
  readonly exited: Promise<number>;
  /** Ends the process and waits until it is gone. */
  stop(): Promise<void>;
  /** Sends it SIGUSR2. */
  ask(): void;
  /** The last lines of its log, for error messages. */
  logTail(): string;
}

export interface GuardedOptions {
  command: string;
  args: readonly string[];
  logFile: string;
  cwd?: string;
  environment?: Record<string, string>;
}

/** Starts `command`; its two output streams are appended to `logFile`. */
export function startGuarded(options: GuardedOptions): GuardedProcess {
  const log = openSync(options.logFile, "a");
  const child: ChildProcess = spawn(process.execPath, [GUARD, options.command, ...options.args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.environment },
    stdio: ["pipe", log, log],
  });
  closeSync(log);
  const exited = new Promise<number>((resolve) => {
    child.on("exit", (code) => resolve(code ?? 1));
    child.on("error", () => resolve(127));
  });
  return {
    exited,
    async stop() {
      child.stdin?.end();
      await exited;
    },
    ask: () => void child.kill("SIGUSR2"),
    logTail: () => tailOf(options.logFile),
  };
}

function tailOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
  } catch {
    return `(no log at ${file})`;
  }
}
