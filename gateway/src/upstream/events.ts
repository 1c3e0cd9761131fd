// Reads an upstream's stream of server-sent events, in the portions in which they arrive.
import type { IncomingMessage } from "node:http";
import { createParser } from "eventsource-parser";
import { isRecord } from "../openai/call.ts";
import { badAnswer, UpstreamFailure } from "./failure.ts";

/** One event: a chunk of an answer, or the mark after the last one. */
export type StreamEvent = { readonly chunk: Record<string, unknown> } | "done";

/** Characters of one event. */
const MOST_EVENT = 4 * 1024 * 1024;

/**
 * The events of a stream; those that arrive together come together, so that what must be done before they are passed on is done once.
 * @param model names the upstream in errors
 * @param signal its reason is thrown if it ended the stream
 * @param mostBytes of the whole stream
 * @throws UpstreamFailure if the stream is longer, breaks off, or an event is not a JSON object or too long
 */
export async function* readEvents(
  answer: IncomingMessage,
  model: string,
  signal: AbortSignal,
  mostBytes: number,
): AsyncGenerator<StreamEvent[], void> {
  let events: StreamEvent[] = [];
  const parser = createParser({
    maxBufferSize: MOST_EVENT,
    onEvent: ({ data }) => {
      events.push(data.trim() === "[DONE]" ? "done" : { chunk: parseChunk(data) });
    },
    onError: (error) => {
      // Lines that mean nothing are skipped, as the standard asks.
      if (error.type === "max-buffer-size-exceeded") throw error;
    },
  });
  const decoder = new TextDecoder();
  let size = 0;
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > mostBytes) throw badAnswer(model, `answered with more than ${mostBytes} bytes`);
      parser.feed(decoder.decode(part, { stream: true }));
      if (events.length === 0) continue;
      const portion = events;
      events = [];
      yield portion;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof UpstreamFailure ? error : badAnswer(model, "broke off its answer");
  }
}

function parseChunk(data: string): Record<string, unknown> {
  const value: unknown = JSON.parse(data);
  if (!isRecord(value)) throw new Error("an event is not a JSON object");
  return value;
}
