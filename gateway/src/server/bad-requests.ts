// Answers what is no request that HTTP's parser takes: in OpenAI's shape, as all other errors.
import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { Socket } from "node:net";

const ANSWERS: Readonly<Record<string, readonly [status: string, code: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "headers_too_large", "The headers are too large."],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "request_timeout", "The request took too long to arrive."],
};
const MALFORMED = ["400 Bad Request", "malformed_request", "This is no request of HTTP/1.1."] as const;

/** Has the server say what was wrong before it closes the connection. */
export function answerBadRequests(server: Server): void {
  server.on("clientError", (error: NodeJS.ErrnoException, connection) => {
    const socket = connection as Socket & { _httpMessage?: { headersSent: boolean } | null };
    // Not into an answer that is under way.
    if (!socket.writable || error.code === "ECONNRESET" || socket._httpMessage?.headersSent === true) {
      socket.destroy();
      return;
    }
    const [status, code, message] = ANSWERS[error.code ?? ""] ?? MALFORMED;
    const body = JSON.stringify({ error: { message, type: "invalid_request_error", param: null, code } });
    const head = [
      `HTTP/1.1 ${status}`,
      "content-type: application/json",
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${randomUUID()}`,
      "connection: close",
    ];
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  });
}
