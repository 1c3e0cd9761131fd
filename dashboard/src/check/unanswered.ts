// What it means that a node gave no answer, and what to do: browsers and libraries say no more than that a request failed.
import { type BaseError, HttpRequestError, TimeoutError } from "viem";

/** Undefined of any other error. Of the node's address only the origin is told: a path may hold a key. */
export function unansweredBy(error: BaseError): string | undefined {
  const found = error.walk((each) => each instanceof HttpRequestError || each instanceof TimeoutError);
  if (found instanceof TimeoutError) return `the node did not answer in time; try again, or choose another node`;
  if (!(found instanceof HttpRequestError)) return undefined;
  const node = `the node at ${originOf(found.url)}`;
  return found.status === undefined
    ? `${node} cannot be reached; see that it runs and lets this page ask it (CORS), try again, or choose another node`
    : `${node} answered ${found.status}; try again, or choose another node`;
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
