// Preloaded into a server that shares a port with others: serves the connections that the launcher hands to it, beside its own port.
import { subscribe } from "node:diagnostics_channel";
import { type IncomingMessage, type RequestListener, Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { ENVIRONMENT, requireEnvironment } from "./environment.ts";
import { allMetrics } from "./server-metrics.ts";
import { isHanded, type Taken } from "./shared-messages.ts";

const addresses = requireEnvironment(ENVIRONMENT.servers).split(",");
const handed = new WeakSet<Socket>();
let server: Server | undefined;

// Ponder tries its port with a server that answers nothing, and closes that.
subscribe("tracing:net.server.listen:asyncStart", (message) => {
  const { server: listening } = message as { server: unknown };
  if (!(listening instanceof Server) || listening.listenerCount("request") === 0 || server !== undefined) return;
  server = listening;
  const answers = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (handed.has(request.socket) && isMetrics(request)) void answerMetrics(response);
    else for (const answer of answers) answer(request, response);
  });
});

process.on("message", (message: unknown, socket: Socket | undefined) => {
  if (!isHanded(message)) return;
  if (socket !== undefined) take(socket);
  process.send!({ taken: message.handed } satisfies Taken);
});
// It ends with its last work, as it does without this.
process.channel?.unref();

function take(socket: Socket): void {
  if (server?.listening !== true) {
    socket.destroy();
    return;
  }
  handed.add(socket);
  server.emit("connection", socket);
  socket.resume();
}

function isMetrics({ method, url }: IncomingMessage): boolean {
  return method === "GET" && url?.split("?", 1)[0] === "/metrics";
}

/** A port that is shared has the figures of all who share it: those of whichever answers would jump. */
async function answerMetrics(response: ServerResponse): Promise<void> {
  const text = await allMetrics(addresses);
  response.setHeader("content-type", "text/plain; charset=UTF-8");
  response.end(text);
}
