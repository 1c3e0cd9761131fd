// Streams with parts that no receipt covers, as reasoning, whose caller leaves; and what a stream says when its charge fails.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import OpenAI from "openai";
import { startTestGateway } from "../testing/gateway.ts";
import { channelOf, simulatedPayer } from "../testing/simulated-payments.ts";
import { startSimulatedUpstream } from "../testing/simulated-upstream.ts";

const REASONS = 60;
const WORDS = 5;

/** SIMULATED: answers with parts of ten bytes each, a token each, of which it says the count at the end. */
async function startReasoning(words: number): Promise<Server> {
  const server = createServer((request, response) => {
    void (async () => {
      request.resume();
      await once(request, "end");
      response.writeHead(200, { "content-type": "text/event-stream" });
      const send = (chunk: object): boolean =>
        response.write(
          `data: ${JSON.stringify({ id: "a", object: "chat.completion.chunk", created: 1, model: "m", ...chunk })}\n\n`,
        );
      const part = (delta: object, finish: string | null = null): boolean =>
        send({ choices: [{ index: 0, delta, finish_reason: finish }] });
      for (let i = 0; i < REASONS; i++) {
        part({ reasoning_content: "0123456789" });
        await sleep(5);
      }
      for (let i = 0; i < words; i++) {
        part({ content: "abcdefghij" });
        await sleep(5);
      }
      part({}, "stop");
      send({ choices: [], usage: { prompt_tokens: 10, completion_tokens: REASONS + words, total_tokens: 0 } });
      response.end("data: [DONE]\n\n");
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe("a stream with parts that no receipt covers", () => {
  /** Leaves after `reasons` parts. @returns the output tokens that are charged */
  async function leaveAfter(reasons: number, words: number): Promise<number> {
    const upstream = await startReasoning(words);
    const gateway = await startTestGateway(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`, {});
    try {
      const fetch = simulatedPayer(channelOf(7));
      const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "unused", maxRetries: 0, fetch });
      const messages = [{ role: "user" as const, content: "hi" }];
      const stream = await client.chat.completions.create({ model: "m", messages, stream: true, max_tokens: 200 });
      let seen = 0;
      for await (const { choices } of stream) {
        if ("reasoning_content" in (choices[0]?.delta ?? {})) seen++;
        if (seen === reasons) break;
      }
      for (let i = 0; i < 500 && gateway.payments.charges.length === 0; i++) await sleep(20);
      return gateway.payments.charges.at(-1)!.exchange.outputTokens;
    } finally {
      await gateway.close();
      upstream.closeAllConnections();
      upstream.close();
    }
  }

  it("whose caller leaves is charged the share that was sent of all of them, before the first word and without any", async () => {
    const early = await leaveAfter(6, WORDS);
    expect(early).to.be.within(6, 30);
    const wordless = await leaveAfter(6, 0);
    expect(wordless).to.be.within(6, 30);
    const late = await leaveAfter(REASONS, WORDS);
    expect(late).to.be.within(REASONS, REASONS + WORDS);
  });

  it("whose charge fails at the end says that what was sent is charged later, not that nothing is", async () => {
    const upstream = await startSimulatedUpstream();
    const gateway = await startTestGateway(upstream.url, {});
    try {
      const body = JSON.stringify({ model: "m", prompt: "words=9 pause=20", stream: true, max_tokens: 20 });
      const response = await simulatedPayer(channelOf(7))(`${gateway.url}/v1/completions`, { method: "POST", body });
      gateway.payments.refusesCharge = true;
      const said = await response.text();
      expect(gateway.payments.servings.at(-1)!.amount > 0n).to.equal(true);
      expect(gateway.payments.charges).to.deep.equal([]);
      expect(said).to.include("what was sent is charged later");
      expect(said.toLowerCase()).to.not.include("nothing was charged");
    } finally {
      await gateway.close();
      await upstream.close();
    }
  });
});
