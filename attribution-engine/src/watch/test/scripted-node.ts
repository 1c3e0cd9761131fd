// A client of a node whose answers are functions, which may throw what a real node or the way to it would.
import { createPublicClient, custom, HttpRequestError, RpcRequestError } from "viem";
import { foundry } from "viem/chains";
import type { Reader } from "../../chain/chain-access.ts";

const URL = "http://node.invalid";

/** @param answers what each method answers, by its name */
export function scriptedNode(answers: Readonly<Record<string, (params: never) => unknown>>): Reader {
  const request = ({ method, params }: { method: string; params: never }): Promise<unknown> => {
    const answer = answers[method];
    if (answer === undefined) throw refusal(-32601, `${method} is not available`);
    return Promise.resolve(answer(params));
  };
  return createPublicClient({ chain: foundry, transport: custom({ request }, { retryCount: 0 }) });
}

/** What is thrown where a node answers with an error. */
export function refusal(code: number, message: string): RpcRequestError {
  return new RpcRequestError({ body: {}, url: URL, error: { code, message } });
}

/** What is thrown where no node answers. */
export function outage(status?: number): HttpRequestError {
  return new HttpRequestError({ url: URL, ...(status !== undefined && { status }) });
}
