// The gateway's log: one JSON object a line. What a caller sends and gets is never in it; what could slip in is struck out.
import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

/** Members struck out wherever they stand, to this depth. */
const SECRET = [
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
];
const DEPTHS = ["", "*.", "*.*."];

export function createLog(level: string, destination?: DestinationStream): Log {
  const paths = DEPTHS.flatMap((depth) =>
    SECRET.map((name) => (name.includes("-") ? `${depth.replace(/\.$/u, "")}["${name}"]` : depth + name)),
  );
  const options = {
    level,
    base: null,
    redact: { paths, censor: "[redacted]" },
    serializers: { error: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Name, code and place of an error; of its message only what this project wrote, since others may quote a caller's text. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as NodeJS.ErrnoException;
  const frames = error.stack?.split("\n").filter((line) => line.startsWith("    at ")) ?? [];
  return {
    type: error.name,
    ...(typeof code === "string" && { code }),
    at: frames.slice(0, 6).map((line) => line.trim()),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}
