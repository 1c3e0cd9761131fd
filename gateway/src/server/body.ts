// Reads a request's body, no more of it than may be.
import type { IncomingMessage } from "node:http";
import { ApiError } from "../openai/api-error.ts";
import { ReaderGone } from "./outlet.ts";

/**
 * From node's own request: by the web streams of a `Request` it takes several times as long.
 * @throws ApiError 413 if it has more than `most` bytes; ReaderGone if the caller goes before its end
 */
export async function readBody(incoming: IncomingMessage, most: number): Promise<Uint8Array> {
  const length = incoming.headers["content-length"];
  if (length !== undefined && !(Number(length) <= most)) throw tooLarge(most);
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const parts: Buffer[] = [];
  let size = 0;
  const take = (part: Buffer): void => {
    size += part.length;
    parts.push(part);
    if (size <= most) return;
    incoming.off("data", take).pause();
    reject(tooLarge(most));
  };
  const onGone = (): void => {
    reject(new ReaderGone("the caller is gone"));
  };
  incoming
    .on("data", take)
    .once("end", () => {
      // Every request closes in the end.
      incoming.off("close", onGone);
      resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
    })
    .once("error", onGone)
    .once("close", onGone);
  return promise;
}

function tooLarge(most: number): ApiError {
  return new ApiError(413, "invalid_request_error", `The body is larger than ${most} bytes.`, {
    code: "body_too_large",
  });
}
