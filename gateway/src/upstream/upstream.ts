// One OpenAI-compatible server behind the gateway: calls it at its configured address, and nowhere else.
import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { urlToHttpOptions } from "node:url";
import type { CallKind, UpstreamSettings } from "../config/schema.ts";
import { badAnswer, failureOf, tooSlow, UpstreamFailure } from "./failure.ts";
import { guardedLookup } from "./guarded-lookup.ts";

const PATHS: Record<CallKind, string> = {
  chat: "/chat/completions",
  completions: "/completions",
  embeddings: "/embeddings",
};
/** Answers after which a call is tried again: whoever sent them did not work on it. */
const RETRIED = new Set([502, 503, 504]);
const FIRST_PAUSE_MS = 50;
/** Bytes of an error that are read. */
const MOST_ERROR_BYTES = 64 * 1024;
const MOST_CONNECTIONS = 1024;

export class Upstream {
  readonly #model: string;
  readonly #settings: UpstreamSettings;
  readonly #key: string | undefined;
  /** Where it is, as `request` takes it. */
  readonly #place: http.RequestOptions & { readonly path: string };
  readonly #agent: http.Agent;
  readonly #request: typeof http.request;

  /** @param model names it in errors */
  constructor(model: string, settings: UpstreamSettings, key: string | undefined) {
    this.#model = model;
    this.#settings = settings;
    this.#key = key;
    const url = new URL(settings.url);
    const { protocol, hostname, port } = urlToHttpOptions(url);
    this.#place = { protocol, hostname, port, path: url.pathname.replace(/\/+$/u, "") };
    const isTls = protocol === "https:";
    const options = { keepAlive: true, maxSockets: MOST_CONNECTIONS, maxFreeSockets: MOST_CONNECTIONS };
    this.#agent = isTls ? new https.Agent(options) : new http.Agent(options);
    this.#request = isTls ? https.request : http.request;
  }

  /**
   * Sends a call. Redirects are not followed, and only these headers are sent: the body's type and length, and the upstream's own key.
   * @param body JSON
   * @param signal ends the call
   * @returns the answer's head, whose status is 200; its body fails if the upstream pauses for longer than `idleSeconds`
   * @throws UpstreamFailure; the signal's reason if it was aborted
   */
  async call(kind: CallKind, body: string, signal: AbortSignal): Promise<http.IncomingMessage> {
    for (let tries = 0; ; tries++) {
      const isLast = tries >= this.#settings.retries;
      try {
        const answer = await this.#send(PATHS[kind], body, signal);
        if (answer.statusCode === 200) return answer;
        if (!RETRIED.has(answer.statusCode!) || isLast) throw await this.#failure(answer);
        answer.destroy();
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof UpstreamFailure) throw error;
        const code = (error as NodeJS.ErrnoException).code;
        if (isLast || code === "EFORBIDDEN") throw badAnswer(this.#model, "could not be reached");
      }
      await sleep(FIRST_PAUSE_MS * 2 ** tries, undefined, { signal }).catch(() => {
        signal.throwIfAborted();
      });
    }
  }

  /**
   * Reads an answer that is not streamed.
   * @throws UpstreamFailure if it is too large, ends early, or is not a JSON object
   */
  async readJson(answer: http.IncomingMessage, signal: AbortSignal): Promise<Record<string, unknown>> {
    const text = await this.#readText(answer, this.#settings.mostAnswerBytes, signal);
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    } catch {
      // Said below.
    }
    throw badAnswer(this.#model, "answered with something that is not a JSON object");
  }

  /** Gives connections back that wait for a next call. */
  close(): void {
    this.#agent.destroy();
  }

  #send(path: string, body: string, signal: AbortSignal): Promise<http.IncomingMessage> {
    const { connectSeconds, headSeconds, idleSeconds, allowLinkLocal } = this.#settings;
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    const request = this.#request({
      ...this.#place,
      method: "POST",
      path: this.#place.path + path,
      agent: this.#agent,
      signal,
      timeout: headSeconds * 1000,
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        accept: "application/json, text/event-stream",
        "accept-encoding": "identity",
        ...(this.#key !== undefined && { authorization: `Bearer ${this.#key}` }),
      },
      ...(!allowLinkLocal && { lookup: guardedLookup }),
    });
    let answer: http.IncomingMessage | undefined;
    request.once("socket", (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => request.destroy(new Error("no connection in time")), connectSeconds * 1000);
      for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(timer));
    });
    request.once("response", (head) => {
      answer = head;
      request.setTimeout(idleSeconds * 1000);
      resolve(head);
    });
    request.on("timeout", () => {
      // Where something lies ready it is the caller who does not read on.
      if (answer !== undefined && answer.readableLength > 0) request.setTimeout(idleSeconds * 1000);
      else (answer ?? request).destroy(tooSlow(this.#model));
    });
    request.on("error", reject);
    request.end(body);
    return promise;
  }

  async #failure(answer: http.IncomingMessage): Promise<UpstreamFailure> {
    const isShown = answer.statusCode! < 500 && answer.statusCode! >= 400;
    let body: unknown;
    try {
      if (isShown) body = JSON.parse(await this.#readText(answer, MOST_ERROR_BYTES, undefined));
    } catch {
      body = undefined;
    } finally {
      answer.destroy();
    }
    return failureOf(this.#model, answer.statusCode!, answer.headers["retry-after"], body);
  }

  async #readText(answer: http.IncomingMessage, most: number, signal: AbortSignal | undefined): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const parts: Buffer[] = [];
    let size = 0;
    const onClose = (): void => {
      reject(new Error("it closed early"));
    };
    // Not by its iterator, which takes some turns of the event loop more.
    answer
      .on("data", (part: Buffer) => {
        size += part.length;
        parts.push(part);
        if (size > most) answer.destroy(badAnswer(this.#model, `answered with more than ${most} bytes`));
      })
      .once("end", () => {
        answer.off("close", onClose);
        resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
      })
      .once("error", reject)
      .once("close", onClose);
    try {
      return (await promise).toString("utf8");
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof UpstreamFailure ? error : badAnswer(this.#model, "broke off its answer");
    }
  }
}
