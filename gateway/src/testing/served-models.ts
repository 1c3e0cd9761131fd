// Two models at a SIMULATED upstream behind a test's gateway, and the official client that calls them with SIMULATED payments.
import OpenAI, { type APIError } from "openai";
import { startTestGateway, type TestGateway } from "./gateway.ts";
import { channelOf, simulatedPayer } from "./simulated-payments.ts";
import { type SimulatedUpstream, startSimulatedUpstream } from "./simulated-upstream.ts";

export interface ServedModels {
  readonly upstream: SimulatedUpstream;
  readonly gateway: TestGateway;
  /** Calls out of a channel. */
  clientOf(channel?: `0x${string}`, options?: { isDeposit?: boolean; maxRetries?: number }): OpenAI;
  post(path: string, body: unknown): Promise<Response>;
  stop(): Promise<void>;
}

/** `m` answers with up to 64 tokens in up to 0.6 s, `patient` takes as long as it takes, `e` embeds; bodies of 10,000 bytes, two calls of a payer at a time. */
export async function startServedModels(): Promise<ServedModels> {
  const upstream = await startSimulatedUpstream();
  const { url } = upstream;
  const gateway = await startTestGateway(url, {
    models: [
      { name: "m", tokens: { default: 8, most: 64 }, upstream: { url, model: "inner", retries: 1, totalSeconds: 0.6 } },
      { name: "patient", tokens: { default: 8, most: 64 }, upstream: { url, totalSeconds: 60 } },
      { name: "e", upstream: { url, serves: ["embeddings"] } },
    ],
    limits: { bodyBytes: 10_000, callsPerPayer: 2 },
  });
  return {
    upstream,
    gateway,
    clientOf: (channel = channelOf(7), { maxRetries = 0, ...options } = {}) =>
      new OpenAI({
        apiKey: "unused",
        baseURL: `${gateway.url}/v1`,
        maxRetries,
        fetch: simulatedPayer(channel, options),
      }),
    post: (path, body) => fetch(gateway.url + path, { method: "POST", body: JSON.stringify(body) }),
    stop: async () => {
      await gateway.close();
      await upstream.close();
    },
  };
}

/** @throws Error if the call is answered */
export async function failureOf(call: Promise<unknown>): Promise<APIError> {
  try {
    await call;
  } catch (error) {
    return error as APIError;
  }
  throw new Error("the call was answered");
}

/** @throws Error if it does not come to hold in 20 s, which a busy machine may take */
export async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !holds();) {
    if (Date.now() > deadline) throw new Error("it did not come to hold in 20 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
