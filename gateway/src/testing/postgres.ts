// A PostgreSQL server of Debian's for a test, in a folder of its own.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";

const VERSIONS = "/usr/lib/postgresql";
/** A server that crashed first brings its whole folder to the disk, which takes long where others write. */
const MOST_ATTEMPTS = 600;

export interface TestPostgres {
  /** A new database. @returns its URL */
  database(): Promise<string>;
  /** Ends the server at once, whoever is connected, and starts it again with the same data on the same port. */
  restart(): Promise<void>;
  /** Path of one of PostgreSQL's programs, such as `pg_dump`. */
  program(name: string): string;
  stop(): Promise<void>;
}

export function isPostgresInstalled(): boolean {
  return newestVersion() !== undefined;
}

/** @returns undefined where none is installed */
export async function startPostgres(): Promise<TestPostgres | undefined> {
  const newest = newestVersion();
  if (newest === undefined) return undefined;
  const programs = join(VERSIONS, newest, "bin");
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  // The server refuses to run as root.
  const identity = process.getuid?.() === 0 ? serverIdentity() : undefined;
  if (identity !== undefined) await chown(folder, identity.uid, identity.gid);
  const data = join(folder, "data");
  execFileSync(join(programs, "initdb"), ["-D", data, "-U", "test", "-A", "trust", "--no-sync"], {
    ...identity,
    stdio: "ignore",
    cwd: folder,
  });
  const port = await freePort();
  const start = (): ChildProcess =>
    spawn(join(programs, "postgres"), ["-D", data, "-k", folder, "-h", "127.0.0.1", "-p", String(port)], {
      ...identity,
      stdio: "ignore",
      cwd: folder,
    });
  let server = start();
  const end = async (signal: "SIGINT" | "SIGQUIT"): Promise<void> => {
    const gone = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await gone;
  };
  const urlOf = (name: string): string => `postgres://test@127.0.0.1:${port}/${name}`;
  await answering(urlOf("postgres"), server);
  let count = 0;
  return {
    database: async () => {
      const name = `books${++count}`;
      const client = new Client({ connectionString: urlOf("postgres") });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return urlOf(name);
    },
    restart: async () => {
      await end("SIGQUIT");
      server = start();
      await answering(urlOf("postgres"), server);
    },
    program: (name) => join(programs, name),
    stop: async () => {
      await end("SIGINT");
      await rm(folder, { recursive: true });
    },
  };
}

function newestVersion(): string | undefined {
  if (!existsSync(VERSIONS)) return undefined;
  return readdirSync(VERSIONS)
    .toSorted((a, b) => Number(a) - Number(b))
    .at(-1);
}

function serverIdentity(): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync("id", [flag, "nobody"]).toString());
  return { uid: id("-u"), gid: id("-g") };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt >= MOST_ATTEMPTS || server.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
