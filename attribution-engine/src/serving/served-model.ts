// The trained model as a service: answers and embeddings of texts that fit its context.
import { randomInt } from "node:crypto";
import type { Adapter } from "../model/adapter.ts";
import type { BaseModel } from "../model/checkpoint.ts";
import { answerStream } from "../model/generate.ts";
import { NextToken } from "../model/next-token.ts";
import { ApiError } from "./api-error.ts";
import { AnswerText } from "./answer-text.ts";
import { Continuations, Overloaded } from "./continuations.ts";
import { Embedder } from "./embedder.ts";
import type { CompletionRequest } from "./requests.ts";

export interface Answer {
  readonly text: string;
  /** `stop` where a stop sequence ended it. */
  readonly finish: "stop" | "length";
  readonly promptTokens: number;
  /** Those drawn, what a stop sequence cut off included. */
  readonly answerTokens: number;
}

export interface Embedding {
  readonly vector: Float32Array;
  readonly tokens: number;
}

/** Of the stage `answer`, whose answers a request's `seed` counts. */
const STREAMS = 1;

export class ServedModel {
  readonly name: string;
  readonly #base: BaseModel;
  readonly #context: number;
  readonly #next: NextToken;
  readonly #continuations: Continuations;
  readonly #embedder: Embedder;

  /**
   * @param context tokens that a prompt and its answer may have together
   * @param mostWaiting calls under way, beyond which another is refused
   */
  constructor(name: string, base: BaseModel, adapter: Adapter, context: number, mostWaiting?: number) {
    this.name = name;
    this.#base = base;
    this.#context = context;
    this.#next = new NextToken(base, adapter, context);
    this.#continuations = new Continuations(this.#next, mostWaiting);
    this.#embedder = new Embedder(base, adapter, context + 1);
  }

  /** @throws ApiError unless `name` is this model's */
  check(name: string): void {
    if (name === this.name) return;
    throw new ApiError(404, `The model '${name}' does not exist; this server has '${this.name}'.`, {
      code: "model_not_found",
    });
  }

  /**
   * Continues a prompt.
   * @param onText told the text as it becomes certain, in pieces that are not empty
   * @throws ApiError, before any text, if there is no room or too much to do
   */
  async answer(request: CompletionRequest, signal: AbortSignal, onText: (piece: string) => void): Promise<Answer> {
    this.check(request.model);
    const { tokenizer } = this.#base;
    const prompt = tokenizer.encode(request.prompt);
    const most = request.most ?? this.#context - prompt.length;
    if (most < 1 || prompt.length + most > this.#context) throw this.#tooLong(prompt.length, Math.max(1, most));
    const answer = new AnswerText(request.stops);
    let text = "";
    let answerTokens = 0;
    const tell = (piece: string): void => {
      text += piece;
      if (piece !== "") onText(piece);
    };
    const { temperature, seed = randomInt(2 ** 31) } = request;
    const onToken = (token: number): boolean => {
      answerTokens += 1;
      tell(answer.push(tokenizer.bytesOf(token)));
      return !answer.isStopped;
    };
    const random = answerStream(STREAMS, seed);
    await this.#run(this.#continuations.run({ prompt, most, temperature, random, signal, onToken }));
    tell(answer.end());
    return { text, finish: answer.isStopped ? "stop" : "length", promptTokens: prompt.length, answerTokens };
  }

  /** @throws ApiError if the text is longer than the context */
  async embed(text: string): Promise<Embedding> {
    const tokens = this.#base.tokenizer.encode(text);
    if (tokens.length > this.#context) throw this.#tooLong(tokens.length, 0);
    return { vector: await this.#embedder.embed(tokens), tokens: tokens.length };
  }

  /** Frees what the model takes; nothing may be under way. */
  async release(): Promise<void> {
    await this.#next.release();
    await this.#embedder.release();
  }

  #tooLong(prompt: number, answer: number): ApiError {
    const asked = answer === 0 ? "" : ` (${prompt} in your prompt; ${answer} for the completion)`;
    return new ApiError(
      400,
      `This model's maximum context length is ${this.#context} tokens, however you requested ${prompt + answer} tokens${asked}. Please reduce your prompt; or completion length.`,
      { code: "context_length_exceeded" },
    );
  }

  async #run(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (error instanceof Overloaded) throw new ApiError(503, error.message, { code: "overloaded" });
      throw error;
    }
  }
}
