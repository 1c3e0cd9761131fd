// Runs Ponder as a child process whose output goes to a log file.
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, closeSync, openSync, readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Handed, isTaken } from "./shared-messages.ts";
import type { Take } from "./shared-port.ts";

const LOG_TAIL_LINES = 15;
const GRACE_MILLISECONDS = 10_000;

/** Folder of this workspace: Ponder's root. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

export interface PonderOptions {
  /** "serve" answers from tables that another process fills; "start", which indexes, if not given. */
  command?: "start" | "serve";
  host: string;
  port: number;
  schema: string;
  /** Working directory; Ponder writes `generated/schema.graphql` there. */
  directory: string;
  logFile: string;
  environment: Record<string, string>;
  /** Ponder's root, with its configuration; this workspace if not given. */
  root?: string;
  /** It also serves connections that are handed to it. */
  isShared?: boolean;
}

/** A process that answers, and the address that is its own. */
export interface RunningServer {
  readonly pid: number;
  readonly url: string;
}

export interface PonderProcess {
  readonly pid: number;
  readonly servers: RunningServer[];
  /** Exit code, once it has ended for whatever reason. */
  readonly exited: Promise<number>;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
  /** Ends it at once, whatever it does. @param reason for its log */
  kill(reason: string): void;
  logTail(): string;
  /** Hands a connection to it, where it is shared. */
  take?: Take;
}

export function spawnPonder(options: PonderOptions): PonderProcess {
  const log = openSync(options.logFile, "a");
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...["end-with-parent.ts", "keep-port.ts", ...(options.isShared ? ["serve-handed.ts"] : [])].map(
        (file) => `--import=${pathToFileURL(join(ROOT, "launcher", file)).href}`,
      ),
      ponderScript(),
      options.command ?? "start",
      `--root=${options.root ?? ROOT}`,
      `--schema=${options.schema}`,
      `--hostname=${options.host}`,
      `--port=${options.port}`,
    ],
    {
      cwd: options.directory,
      env: ponderEnvironment(options),
      stdio: ["ignore", log, log, "ipc"],
    },
  );
  closeSync(log);
  const exited = new Promise<number>((resolve) => {
    child.once("exit", (code) => {
      resolve(code ?? 1);
    });
    child.once("error", () => {
      resolve(127);
    });
  });
  const { host, port } = options;
  const pid = child.pid ?? 0;
  return {
    pid,
    servers: [{ pid, url: urlOf(host, port) }],
    exited,
    async stop() {
      // Ponder gives its lock back on SIGINT.
      child.kill("SIGINT");
      const impatience = setTimeout(() => child.kill("SIGKILL"), GRACE_MILLISECONDS);
      await exited;
      clearTimeout(impatience);
    },
    kill(reason) {
      appendFileSync(options.logFile, `${reason}\n`);
      child.kill("SIGKILL");
    },
    logTail: () => lastLines(options.logFile),
    ...(options.isShared && { take: takeInto(child) }),
  };
}

export function urlOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** A connection that is on its way when the process ends is closed: some of what the client sent may have been read, so no other can answer. */
function takeInto(child: ChildProcess): Take {
  const onTheirWay = new Map<number, Socket>();
  let count = 0;
  const close = (number: number) => {
    onTheirWay.get(number)?.destroy();
    onTheirWay.delete(number);
  };
  child.on("message", (message: unknown) => {
    if (isTaken(message)) close(message.taken);
  });
  child.once("exit", () => {
    for (const number of onTheirWay.keys()) close(number);
  });
  return (socket) => {
    const number = ++count;
    onTheirWay.set(number, socket);
    child.send({ handed: number } satisfies Handed, socket, { keepOpen: true }, (error) => {
      if (error !== null) close(number);
    });
  };
}

/** Only what the caller chose reaches Ponder: it also reads PORT, which it prefers to its option, and database addresses. */
function ponderEnvironment({ environment, port }: PonderOptions): NodeJS.ProcessEnv {
  const { DATABASE_URL: _url, DATABASE_PRIVATE_URL: _privateUrl, ...inherited } = process.env;
  return {
    // A line per block is too much for a log that is kept; PONDER_LOG_LEVEL=info brings it back.
    PONDER_LOG_LEVEL: "warn",
    PONDER_TELEMETRY_DISABLED: "true",
    ...inherited,
    // Elsewhere graphql looks on every value whether there are two copies of it.
    NODE_ENV: "production",
    ...environment,
    PORT: String(port),
  };
}

/** The program itself, not the wrapper in `.bin`, so that signals reach it. */
function ponderScript(): string {
  return fileURLToPath(new URL("./bin/ponder.js", import.meta.resolve("ponder")));
}

export function lastLines(file: string): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
  } catch {
    return `(no log at ${file})`;
  }
}
