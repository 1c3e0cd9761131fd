// Starts the dashboard's server, with the static files built if they are stale.
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { dashboardApp } from "./app.ts";
import { buildIfStale, DIST } from "./build.ts";
import { configOf, type Place } from "./config.ts";

export const HOST = "127.0.0.1";
export const DEFAULT_PORT = 4173;

export interface DashboardOptions extends Place {
  /** TCP port; 0 picks a free one. */
  port: number;
  /** Names besides those of this machine under which it is asked, such as a proxy's; requests to any other are refused. */
  hostNames?: readonly string[];
}

export interface Dashboard {
  /** Where it is served, such as `http://127.0.0.1:4173`. */
  readonly url: string;
  /** Ends it, with the connections that are open. */
  stop(): Promise<void>;
}

/** Throws an error that says which option to change if the port is taken or the deployment file is malformed. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const config = await configOf(options);
  await buildIfStale();
  const { answers, hostNames = [] } = options;
  const app = await dashboardApp({ config, dist: DIST, hostNames, ...(answers === undefined ? {} : { answers }) });
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new Error(`port ${options.port} on ${HOST} is in use`) : error);
    });
    server.listen(options.port, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
