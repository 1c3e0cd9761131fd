// Serves an app over HTTP, and stops without dropping what is under way.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import type { Config } from "../config/schema.ts";
import { answerBadRequests } from "./bad-requests.ts";
import { sendWhole } from "./json-answer.ts";

export interface Listening {
  readonly url: string;
  /** Accepts no more connections, and ends those that wait for a next request. */
  stopAccepting(): void;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** @throws Error if the address can't be bound */
export async function listen(
  app: { fetch: (request: Request, env: HttpBindings) => Response | Promise<Response> },
  { listen: { host, port }, limits }: Pick<Config, "listen" | "limits">,
): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: async (request, env) => {
      const bindings = env as HttpBindings;
      return sendWhole(await app.fetch(request, bindings), bindings.outgoing);
    },
    createServer,
    // The global Request and Response stay Node's, which others in this process use.
    overrideGlobalObjects: false,
    serverOptions: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: Math.min(10, limits.requestSeconds) * 1000,
      requestTimeout: limits.requestSeconds * 1000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: Math.min(5_000, limits.requestSeconds * 1000),
    },
  }) as Server;
  answerBadRequests(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { port: bound } = server.address() as AddressInfo;
  const closed = new Promise<void>((resolve) => server.once("close", resolve));
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    stopAccepting: () => {
      server.close();
      server.closeIdleConnections();
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
