// Answers whose whole text is known: written to node's response at once, by one write.
import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";

/** Status 200. For `sendWhole` alone: as a response it has neither headers nor a body, which would take longer to make than to send. */
export class JsonAnswer extends Response {
  readonly whole: string;
  readonly head: Record<string, string>;

  constructor(value: unknown, headers: Readonly<Record<string, string>>) {
    super();
    this.whole = JSON.stringify(value);
    this.head = { "content-type": "application/json", ...headers };
  }
}

/** Sets a header of any response that the routes give. */
export function setHeader(response: Response, name: string, value: string): void {
  if (response instanceof JsonAnswer) response.head[name] = value;
  else response.headers.set(name, value);
}

/** Sends an answer whose text is known; by its web stream it would go out in parts, some turns of the event loop later. @returns what the adaptor is to do */
export function sendWhole(response: Response, outgoing: ServerResponse): Response {
  if (!(response instanceof JsonAnswer)) return response;
  const { whole, head } = response;
  outgoing.writeHead(200, { ...head, "content-length": Buffer.byteLength(whole) });
  outgoing.end(whole);
  return RESPONSE_ALREADY_SENT;
}
