// Answers whose whole text is known: written to node's response at once, by one write.
import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";

/** Otherwise as any other response. */
export class JsonAnswer extends Response {
  readonly whole: string;

  constructor(value: unknown, headers: Readonly<Record<string, string>>) {
    const whole = JSON.stringify(value);
    super(whole, { headers: { "content-type": "application/json", ...headers } });
    this.whole = whole;
  }
}

/** Sends an answer whose text is known; by its web stream it would go out in parts, some turns of the event loop later. @returns what the adaptor is to do */
export function sendWhole(response: Response, outgoing: ServerResponse): Response {
  if (!(response instanceof JsonAnswer)) return response;
  const { whole, status, headers } = response;
  outgoing.writeHead(status, { ...Object.fromEntries(headers), "content-length": Buffer.byteLength(whole) });
  outgoing.end(whole);
  return RESPONSE_ALREADY_SENT;
}
