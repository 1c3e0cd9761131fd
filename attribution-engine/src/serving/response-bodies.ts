// The bodies of OpenAI's responses.
import { randomUUID } from "node:crypto";
import type { Answer } from "./served-model.ts";

/** What all responses to one request carry. */
export interface ResponseHead {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

/** How `/v1/completions` and `/v1/chat/completions` say what they say. */
export interface Dialect {
  readonly idPrefix: string;
  whole(head: ResponseHead, answer: Answer): object;
  /** A chunk of a stream: a piece of text, or how it ended. */
  piece(head: ResponseHead, text: string, isFirst: boolean): object;
  finish(head: ResponseHead, finish: Answer["finish"]): object;
  /** The last chunk, where usage was asked for. */
  usage(head: ResponseHead, answer: Answer): object;
}

export function responseHead({ idPrefix }: Dialect, model: string): ResponseHead {
  return { id: `${idPrefix}-${randomUUID().replaceAll("-", "")}`, created: secondsNow(), model };
}

export const COMPLETIONS: Dialect = {
  idPrefix: "cmpl",
  whole: (head, answer) => ({ ...text(head, [textChoice(answer.text, answer.finish)]), usage: usageOf(answer) }),
  piece: (head, piece) => text(head, [textChoice(piece, null)]),
  finish: (head, finish) => text(head, [textChoice("", finish)]),
  usage: (head, answer) => ({ ...text(head, []), usage: usageOf(answer) }),
};

export const CHAT: Dialect = {
  idPrefix: "chatcmpl",
  whole: (head, answer) => ({
    ...{ ...head, object: "chat.completion" },
    choices: [
      {
        ...{ index: 0, logprobs: null, finish_reason: answer.finish },
        message: { role: "assistant", content: answer.text, refusal: null },
      },
    ],
    usage: usageOf(answer),
  }),
  piece: (head, content, isFirst) => chunk(head, [delta(isFirst ? { role: "assistant", content } : { content }, null)]),
  finish: (head, finish) => chunk(head, [delta({}, finish)]),
  usage: (head, answer) => ({ ...chunk(head, []), usage: usageOf(answer) }),
};

/** @param vectors of the request's texts, in their order */
export function embeddingBody(
  model: string,
  vectors: readonly Float32Array[],
  isBase64: boolean,
  promptTokens: number,
): object {
  const data = vectors.map((vector, index) => ({
    object: "embedding",
    index,
    embedding: isBase64 ? base64Of(vector) : [...vector],
  }));
  return { object: "list", data, model, usage: { prompt_tokens: promptTokens, total_tokens: promptTokens } };
}

export function modelBody(id: string, created: number): object {
  return { id, object: "model", created, owned_by: "tributary" };
}

export function secondsNow(): number {
  return Math.floor(Date.now() / 1_000);
}

function text(head: ResponseHead, choices: object[]): object {
  return { ...head, object: "text_completion", choices };
}

function textChoice(piece: string, finish: string | null): object {
  return { text: piece, index: 0, logprobs: null, finish_reason: finish };
}

function chunk(head: ResponseHead, choices: object[]): object {
  return { ...head, object: "chat.completion.chunk", choices };
}

function delta(content: object, finish: string | null): object {
  return { index: 0, delta: content, logprobs: null, finish_reason: finish };
}

function usageOf({ promptTokens, answerTokens }: Answer): object {
  return { prompt_tokens: promptTokens, completion_tokens: answerTokens, total_tokens: promptTokens + answerTokens };
}

/** Little-endian numbers of 4 bytes each, on any machine. */
function base64Of(vector: Float32Array): string {
  const bytes = Buffer.alloc(4 * vector.length);
  vector.forEach((value, i) => bytes.writeFloatLE(value, 4 * i));
  return bytes.toString("base64");
}
