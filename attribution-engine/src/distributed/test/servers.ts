// A Redis server and a store that speaks S3, each of the test's own, on the loopback.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import S3rver from "s3rver";

const REDIS = "redis-server";

export interface Server {
  readonly url: string;
  end(): Promise<void>;
}

/** Whether Debian's package `redis-server` is installed. */
export function hasRedis(): boolean {
  return spawnSync(REDIS, ["--version"]).status === 0;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** @param options beyond those of a server that keeps nothing. @param port a free one by default */
export async function startRedis(folder: string, options: readonly string[] = [], port?: number): Promise<Server> {
  port ??= await freePort();
  const fixed = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"];
  const server = spawn(REDIS, [...fixed, ...options], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  for await (const text of server.stdout) {
    output += String(text);
    if (output.includes("Ready to accept connections")) break;
  }
  if (server.exitCode !== null) throw new Error(output);
  return {
    url: `redis://127.0.0.1:${port}`,
    async end() {
      server.kill("SIGKILL");
      if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
    },
  };
}

export const S3_CREDENTIALS = { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" };

/** A store with the bucket `objects`; its URL is the endpoint. */
export async function startS3(folder: string): Promise<Server> {
  const server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory: folder,
    configureBuckets: [{ name: "objects" }],
  });
  const { port } = await server.run();
  return { url: `http://127.0.0.1:${port}`, end: () => server.close() };
}
