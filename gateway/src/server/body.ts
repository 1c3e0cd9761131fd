// Reads requests' bodies: no more of one, and of all together, than may be.
import type { IncomingMessage } from "node:http";
import type { Limits } from "../config/schema.ts";
import { ApiError } from "../openai/api-error.ts";
import { overloaded } from "./gate.ts";
import { ReaderGone } from "./outlet.ts";

/** The bodies that are being read: no call is counted before its own has arrived, so their bytes are. */
export class Bodies {
  readonly #mostBytes: number;
  readonly #mostBytesInAll: number;
  #bytes = 0;

  /** Room for an eighth of the calls with the largest body each, unless the limits say otherwise. */
  constructor({ bodyBytes, bodiesBytes, calls }: Pick<Limits, "bodyBytes" | "bodiesBytes" | "calls">) {
    this.#mostBytes = bodyBytes;
    this.#mostBytesInAll = bodiesBytes ?? Math.ceil(calls / 8) * bodyBytes;
  }

  /** Held of bodies that are not whole yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * From node's own request: by the web streams of a `Request` it takes several times as long.
   * @throws ApiError 415 if it is compressed, 413 if it has more bytes than a body may, 503 if all that are being read would have more than they may; ReaderGone if the caller goes before its end
   */
  async read(incoming: IncomingMessage): Promise<Uint8Array> {
    const { "content-encoding": coding = "", "content-length": said = 0 } = incoming.headers;
    if (!/^(identity)?$/iu.test(coding.trim())) throw compressed(coding);
    const length = Number(said);
    if (!(length <= this.#mostBytes)) throw tooLarge(this.#mostBytes);
    // What is said is not counted, but what has come: else a few who send nothing would shut out all others.
    if (this.#bytes + length > this.#mostBytesInAll) throw tooMany();
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const parts: Buffer[] = [];
    let size = 0;
    const take = (part: Buffer): void => {
      size += part.length;
      this.#bytes += part.length;
      parts.push(part);
      if (size > this.#mostBytes) reject(tooLarge(this.#mostBytes));
      else if (this.#bytes > this.#mostBytesInAll) reject(tooMany());
      else return;
      incoming.off("data", take).pause();
    };
    const onEnd = (): void => {
      // It closes before anybody who waits for the promise has a turn.
      incoming.off("close", onGone);
      resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
    };
    const onGone = (): void => {
      reject(new ReaderGone("the caller is gone"));
    };
    // Every request closes in the end.
    incoming.on("data", take).once("end", onEnd).once("error", onGone).once("close", onGone);
    try {
      return await promise;
    } finally {
      // A body that was refused is not held by its request until that closes.
      incoming.off("data", take).off("end", onEnd).off("close", onGone);
      parts.length = 0;
      this.#bytes -= size;
    }
  }
}

function tooMany(): ApiError {
  return overloaded("The gateway is reading as many bodies as it takes; try again. Nothing was charged.", "overloaded");
}

/** Not unpacked: a few bytes may say a body of any size. The header names what is taken, as RFC 9110, 15.5.16 has it. */
function compressed(coding: string): ApiError {
  return new ApiError(
    415,
    "invalid_request_error",
    `The body's Content-Encoding is ${JSON.stringify(coding.slice(0, 50))}, and only plain bodies are read. Send the JSON uncompressed, without the header Content-Encoding. Nothing was charged.`,
    { code: "unsupported_content_encoding", headers: { "accept-encoding": "identity" } },
  );
}

function tooLarge(most: number): ApiError {
  return new ApiError(413, "invalid_request_error", `The body is larger than ${most} bytes.`, {
    code: "body_too_large",
  });
}
