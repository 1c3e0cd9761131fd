// Answers what no app can be given: bytes that are no request, and requests without an address; in OpenAI's shape, as all other errors.
import { randomUUID } from "node:crypto";
import { type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { RequestError } from "@hono/node-server";
import { ApiError, internalError } from "../openai/api-error.ts";

const ERRORS: Readonly<Record<string, ApiError>> = {
  HPE_HEADER_OVERFLOW: refusal(431, "headers_too_large", "The headers are too large."),
  ERR_HTTP_REQUEST_TIMEOUT: refusal(408, "request_timeout", "The request took too long to arrive."),
};
const MALFORMED = refusal(400, "malformed_request", "This is no request of HTTP/1.1.");
const NO_ADDRESS = refusal(400, "malformed_request", "The Host header and the address of the request make no URL.");
const EXPECTATION = refusal(417, "expectation_failed", "No expectation is met but 100-continue.");

/** Has the server say what was wrong before it closes the connection. */
export function answerBadRequests(server: Server): void {
  server.on("clientError", (error: NodeJS.ErrnoException, connection) => {
    const socket = connection as Socket & { _httpMessage?: { headersSent: boolean } | null };
    // Not into an answer that is under way.
    if (!socket.writable || error.code === "ECONNRESET" || socket._httpMessage?.headersSent === true) {
      socket.destroy();
      return;
    }
    const refused = ERRORS[error.code ?? ""] ?? MALFORMED;
    const { headers, body } = lastAnswer(refused);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.end(`HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status]}\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
  });
  server.on("checkExpectation", (_request, response) => {
    const { headers, body } = lastAnswer(EXPECTATION);
    response.writeHead(EXPECTATION.status, headers).end(body);
  });
}

/** Answers a request of which no URL could be made. The app answers its own errors. */
export function answerNoAddress(error: unknown): Response {
  const refused = error instanceof RequestError ? NO_ADDRESS : internalError();
  const { headers, body } = lastAnswer(refused);
  return new Response(body, { status: refused.status, headers });
}

function refusal(status: number, code: string, message: string): ApiError {
  return new ApiError(status, "invalid_request_error", message, { code });
}

/** After which the connection is closed: where its next request begins is not known, or not worth it. */
function lastAnswer(error: ApiError) {
  const body = JSON.stringify(error.body());
  const headers = {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    "x-request-id": randomUUID(),
    connection: "close",
  };
  return { headers, body };
}
