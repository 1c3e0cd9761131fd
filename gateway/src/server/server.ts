// Serves an app over HTTP, and stops without dropping what is under way.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import type { Config } from "../config/schema.ts";
import { answerBadRequests, answerNoAddress } from "./bad-requests.ts";
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
  const answer = getRequestListener(
    async (request, env) => {
      const bindings = env as HttpBindings;
      return sendWhole(await app.fetch(request, bindings), bindings.outgoing);
    },
    // The global Request and Response stay Node's, which others in this process use.
    { overrideGlobalObjects: false, errorHandler: answerNoAddress },
  );
  const options = {
    // A request without a host is answered as all that are malformed.
    requireHostHeader: false,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: Math.min(10, limits.requestSeconds) * 1000,
    requestTimeout: limits.requestSeconds * 1000,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: Math.min(5_000, limits.requestSeconds * 1000),
  };
  const server = createServer(options, (incoming, outgoing) => void answer(incoming, outgoing));
  // Further ones are closed as they come.
  server.maxConnections = limits.connections;
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
