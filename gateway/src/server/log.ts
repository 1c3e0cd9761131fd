// The gateway's log: one JSON object a line. What a caller sends and gets is never in it; what could slip in is struck out.
import { type DestinationStream, type Logger, pino } from "pino";
import { gatheredOutput } from "./gathered-output.ts";

import { BooksRefusal } from "../books/books.ts";

export type Log = Logger;

/** Members struck out wherever they stand, at the top or one below. */
const SECRET = new Set([
  "authorization",
  "payment-signature",
  "payment-response",
  "x-payment",
  "x-tributary-receipt",
  "cookie",
  "key",
  "privateKey",
  "prompt",
  "answer",
  "messages",
  "input",
  "content",
  "salt",
  "signature",
]);
const STRUCK_OUT = "[redacted]";

/** @param destination standard output by default, written a moment later: what has not been written is lost when the process is killed, as nothing in the books is */
export function createLog(level: string, destination: DestinationStream = gatheredOutput()): Log {
  // Not by pino's `redact`, which makes half a megabyte of garbage a second of what a busy gateway logs.
  const options = { level, base: null, formatters: { log: withoutSecrets }, serializers: { error: describeError } };
  return pino(options, destination);
}

/** The same object where it has no secret members, as nearly always. */
function withoutSecrets(event: Record<string, unknown>, depth = 0): Record<string, unknown> {
  let shown = event;
  for (const [name, value] of Object.entries(event)) {
    const told = SECRET.has(name) ? STRUCK_OUT : depth === 0 && isPlain(value) ? withoutSecrets(value, 1) : value;
    if (told === value) continue;
    if (shown === event) shown = { ...event };
    shown[name] = told;
  }
  return shown;
}

/** Of errors nothing is shown but what `describeError` says. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !(value instanceof Error);
}

/** Name, code and place of an error. Of messages only the books' and viem's short ones: others may quote a caller's text, or an address with a key in it. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, shortMessage } = error as NodeJS.ErrnoException & { shortMessage?: unknown };
  const message = error instanceof BooksRefusal ? error.message : shortMessage;
  const frames = error.stack?.split("\n").filter((line) => line.startsWith("    at ")) ?? [];
  return {
    type: error.name,
    ...(typeof code === "string" && { code }),
    ...(typeof message === "string" && { message }),
    at: frames.slice(0, 6).map((line) => line.trim()),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}
