// Requests of a fuzz, each on a connection of its own, and what must hold of every answer.
import { type IncomingHttpHeaders, request as httpRequest } from "node:http";
import { connect } from "node:net";

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** More than a busy machine needs, and less than a transaction is waited for that is never mined. */
const MOST_MILLISECONDS = 60_000;

/** The caller closed the connection before the answer's end. */
export class Left extends Error {}

/** @throws Error for an answer that no request may have: a failure of its own, or an error in another shape than OpenAI's */
export function judge({ status, type, text }: Answer): void {
  if (status >= 500) throw new Error(`it failed by itself: ${status} ${text}`);
  if (status < 400 || text === "") return;
  const { error } = JSON.parse(text) as { error?: { message?: unknown; type?: unknown } };
  if (!type.startsWith("application/json") || typeof error?.message !== "string" || typeof error.type !== "string") {
    throw new Error(`its error is not in OpenAI's shape: ${status} ${type} ${text}`);
  }
}

/** @param leavesAfter milliseconds after which the caller closes the connection; then there is no answer */
export function send(
  url: string,
  { method: verb, path: asked, headers, body: bytes }: Request,
  leavesAfter?: number,
): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const isBare = verb === "GET" || verb === "HEAD";
    const request = httpRequest(
      {
        hostname,
        port,
        method: verb,
        path: asked,
        headers: { ...headers, connection: "close" },
        timeout: MOST_MILLISECONDS,
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.once("error", reject);
        answer.once("end", () => {
          resolve({
            status: answer.statusCode!,
            type: answer.headers["content-type"] ?? "",
            headers: answer.headers,
            text: Buffer.concat(parts).toString(),
          });
        });
      },
    );
    if (leavesAfter !== undefined) setTimeout(() => request.destroy(new Left()), leavesAfter);
    request.once("timeout", () => request.destroy(new Error(`no answer in ${MOST_MILLISECONDS / 1_000} s`)));
    request.once("error", reject);
    request.end(isBare ? undefined : bytes);
  });
}

/** Resolves when the gateway has closed the connection or half a second is over. */
export function sendBytes(url: string, bytes: Uint8Array): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    const done = (): void => {
      socket.destroy();
      resolve();
    };
    socket.setTimeout(500, done);
    socket.resume();
    socket.once("close", done);
    socket.once("error", done);
  });
}
