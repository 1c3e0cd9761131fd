// Tests of the OpenAI-compatible server by the official client, over SIMULATED payments and a SIMULATED served.upstream.
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type OpenAI from "openai";
import type { APIError } from "openai";
import { canonicalJson } from "@tributary/protocol/canonical-json";
import { receiptProof } from "@tributary/protocol/receipt-proof";
import { channelOf } from "../testing/simulated-payments.ts";
import { failureOf, type ServedModels, startServedModels, until } from "../testing/served-models.ts";

describe("the server", () => {
  let served: ServedModels;
  let client: OpenAI;

  before(async () => {
    served = await startServedModels();
    client = served.clientOf();
  });
  after(() => served.stop());

  const ask = (content: string, more: object = {}) =>
    client.chat.completions.create({ model: "m", messages: [{ role: "user", content }], ...more });

  const askStream = (content: string, more: object = {}) =>
    client.chat.completions.create({ model: "m", messages: [{ role: "user", content }], ...more, stream: true });

  const lastCharge = () => served.gateway.payments.charges.at(-1)!;

  describe("chat completions", () => {
    it("are charged at the upstream's usage, with the receipt in a header", async () => {
      const { data, response } = await ask("one two words=3").withResponse();
      expect(data.choices[0]!.message.content).to.equal("w0 w1 w2");
      expect(data.model).to.equal("m");
      // 3 words in at 2, 3 out at 6 per token.
      expect(lastCharge().amount).to.equal(24n);
      expect(lastCharge().exchange).to.deep.equal({
        prompt: '[{"content":"one two words=3","role":"user"}]',
        answer: "w0 w1 w2",
        inputTokens: 3,
        outputTokens: 3,
      });
      const receipt = JSON.parse(Buffer.from(response.headers.get("x-tributary-receipt")!, "base64url").toString());
      const { entry } = lastCharge();
      expect(receipt).to.deep.equal(receiptProof(entry));
      expect(response.headers.get("x-tributary-model")).to.equal("m");
      expect(response.headers.get("x-request-id")).to.match(/^[0-9a-f-]{36}$/u);
      // Sent by one write, not in parts.
      expect(response.headers.get("transfer-encoding")).to.equal(null);
      expect(Number(response.headers.get("content-length"))).to.equal(Buffer.byteLength(JSON.stringify(data)));
    });

    it("reach the upstream with its key, its name of the model and a limit, and with nothing else of the caller's", async () => {
      await client.chat.completions.create(
        { model: "m", messages: [{ role: "user", content: "x" }], max_completion_tokens: 1000, user: "me" },
        { headers: { "x-forwarded-host": "evil.example", cookie: "a=b" } },
      );
      const { path, headers, body } = served.upstream.requests.at(-1)!;
      expect(path).to.equal("/v1/chat/completions");
      expect(Object.keys(headers).sort()).to.deep.equal(
        ["accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host"].sort(),
      );
      expect(headers.authorization).to.equal("Bearer SECRET-KEY");
      expect(body).to.deep.equal({ model: "inner", messages: [{ role: "user", content: "x" }], max_tokens: 64 });
    });

    it("take an answer's message back, with the empty members that upstreams send", async () => {
      const empty = {
        refusal: null,
        annotations: [],
        audio: null,
        function_call: null,
        tool_calls: [],
        reasoning_content: null,
      };
      const body = {
        model: "m",
        messages: [
          { role: "user", content: "x" },
          { role: "assistant", content: "y", ...empty },
          { role: "user", content: "z" },
        ],
        tools: null,
        user: null,
        reasoning_effort: "low",
        prompt_cache_retention: "24h",
      };
      await client.chat.completions.create(body as never);
      const { messages, tools, reasoning_effort } = served.upstream.requests.at(-1)!.body;
      expect(messages).to.deep.equal([
        { role: "user", content: "x" },
        { role: "assistant", content: "y", refusal: null },
        { role: "user", content: "z" },
      ]);
      expect([tools, reasoning_effort]).to.deep.equal([undefined, "low"]);
      const picture = { role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] };
      const refused = await failureOf(client.chat.completions.create({ model: "m", messages: [picture] } as never));
      expect(refused.message).to.contain("nothing else is served");
    });

    it("take a reasoning model's message back over turns, streamed or not, whose reasoning nobody is given or charged again", async () => {
      const reasoned = { reasoning_content: "first ", reasoning: "I thought", reasoning_details: [{ text: "long" }] };
      const first = { role: "assistant", content: "y", ...reasoned };
      const plain = { role: "assistant", content: "y" };
      const rest = [{ role: "user", content: "words=2" }];
      const input: number[] = [];
      for (const stream of [false, true])
        for (const message of [first, plain]) {
          const answer = await client.chat.completions.create({
            ...{ model: "m", messages: [message, ...rest], verbosity: "low", modalities: ["text"], stream },
          } as never);
          if (stream) for await (const _chunk of answer as unknown as AsyncIterable<object>);
          const { body } = served.upstream.requests.at(-1)!;
          expect(body).to.deep.include({ messages: [plain, ...rest], verbosity: "low", modalities: ["text"] });
          expect(lastCharge().exchange.prompt).to.equal(canonicalJson([plain, ...rest]));
          input.push(Number(lastCharge().amount));
        }
      expect(new Set(input).size).to.equal(1);
      const sound = { model: "m", messages: rest, modalities: ["text", "audio"] };
      expect((await failureOf(client.chat.completions.create(sound as never))).param).to.equal("modalities");
    });

    it("take an answer's message back as OpenAI's client has parsed it, and hand on what the upstream said", async () => {
      const call = { name: "f", arguments: '{"a":1}' };
      const parsed = {
        role: "assistant",
        content: '{"a":1}',
        parsed: { a: 1 },
        tool_calls: [{ id: "c", type: "function", function: { ...call, parsed_arguments: { a: 1 } } }],
      };
      const messages = [parsed, { role: "tool", tool_call_id: "c", content: "x" }];
      await client.chat.completions.create({ model: "m", messages } as never);
      const sent = served.upstream.requests.at(-1)!.body["messages"] as object[];
      expect(sent[0]).to.deep.equal({
        role: "assistant",
        content: '{"a":1}',
        tool_calls: [{ id: "c", type: "function", function: call }],
      });
      const asked = [{ role: "user", content: "x", parsed: 1 }];
      const refused = await failureOf(client.chat.completions.create({ model: "m", messages: asked } as never));
      expect(refused.code).to.equal("unknown_parameter");
    });

    it("stream: parts first written down, the receipt in the last", async () => {
      const servings = served.gateway.payments.servings.length;
      const stream = await askStream("one words=4 pause=5");
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      expect(chunks.map((chunk) => chunk.choices[0]!.delta.content ?? "").join("")).to.equal("w0 w1 w2 w3");
      expect(chunks.every((chunk) => !("usage" in chunk) && chunk.model === "m")).to.equal(true);
      const { tributary } = chunks.at(-1) as unknown as { tributary: { id: string } };
      expect(tributary.id).to.equal(lastCharge().entry.id);
      expect(lastCharge().amount).to.equal(3n * 2n + 4n * 6n);
      const written = served.gateway.payments.servings.slice(servings).map(({ exchange }) => exchange.answer);
      expect(written.at(-1)).to.match(/^w0 w1 w2/u);
      expect(written.length).to.be.greaterThan(1);
    });

    it("stream part by part where the upstream says an empty finish_reason until the end", async () => {
      const { length } = served.gateway.payments.servings;
      let text = "";
      for await (const chunk of await askStream("words=4 pause=5 reason=empty"))
        text += chunk.choices[0]!.delta.content ?? "";
      expect(text).to.equal("w0 w1 w2 w3");
      expect(served.gateway.payments.servings.length - length).to.be.greaterThan(1);
    });

    it("stream with the usage for callers who ask for it", async () => {
      const stream = await askStream("one words=2", { stream_options: { include_usage: true } });
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      expect(chunks.at(-1)!.usage).to.deep.equal({ prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 });
      expect(chunks.at(-2)).to.have.property("tributary");
    });

    it("stream to a caller who deposits only when they are charged, all at once, with the headers of a whole answer", async () => {
      const { data, response } = await served
        .clientOf(channelOf(8), { isDeposit: true })
        .chat.completions.create({ model: "m", messages: [{ role: "user", content: "words=3" }], stream: true })
        .withResponse();
      expect(response.headers.get("payment-response")).to.equal("SIMULATED");
      let text = "";
      for await (const chunk of data) text += chunk.choices[0]!.delta.content ?? "";
      expect(text).to.equal("w0 w1 w2");
    });

    it("stream without a usage are charged by the request's bytes and a token a chunk", async () => {
      const content = `usage=none words=3 ${"字".repeat(100)}`;
      const tools = [{ type: "function", function: { name: "f", description: "x ".repeat(500) } }];
      for await (const _ of await askStream(content, { tools }));
      const sent = Buffer.byteLength(JSON.stringify([{ content, role: "user" }])) + JSON.stringify(tools).length;
      expect(lastCharge().exchange).to.include({ inputTokens: Math.ceil(sent / 4), outputTokens: 3 });
    });

    for (const perChunk of [1, 5]) {
      it(`that the caller leaves, at ${perChunk} tokens a chunk, are charged for all of their input and the sent share of the output: the upstream is heard to its end`, async () => {
        const { aborted } = served.upstream;
        const { length } = served.gateway.payments.charges;
        const prompt = `words=40 pause=10 perChunk=${perChunk}${" x".repeat(100)}`;
        // Longer than `m` may take where the machine is busy.
        const stream = await askStream(prompt, { model: "patient", max_tokens: 60 });
        let seen = 0;
        for await (const _ of stream) if (++seen === 3) break;
        await until(() => served.gateway.payments.charges.length > length);
        expect(served.upstream.aborted).to.equal(aborted);
        const { amount, exchange } = lastCharge();
        expect(exchange.inputTokens).to.equal(103);
        const whole = Array.from({ length: 40 }, (_, index) => `w${index}`).join(" ");
        expect(whole.startsWith(exchange.answer)).to.equal(true);
        expect(exchange.answer.split(" ").length).to.be.within(2 * perChunk, 39);
        expect(exchange.outputTokens).to.equal(Math.ceil((40 * exchange.answer.length) / whole.length));
        expect(amount).to.equal(103n * 2n + BigInt(exchange.outputTokens) * 6n);
        expect(served.gateway.payments.open_.size).to.equal(0);
      });
    }

    it("that the caller leaves before anything was sent charge nothing, end the upstream's work, and count as a wait for it", async () => {
      const { aborted, requests } = served.upstream;
      const { record } = served.gateway.listings.find(({ offer }) => offer.name === "patient")!;
      const known = record.latencyMs(true)!;
      const { length } = served.gateway.payments.charges;
      const control = new AbortController();
      const messages = [{ role: "user" as const, content: "delay=2000" }];
      const body = { model: "patient", messages, stream: true as const };
      const { length: before } = requests;
      const asked = failureOf(client.chat.completions.create(body, { signal: control.signal }));
      // Not before it has reached the upstream, which else never hears of it.
      await until(() => requests.length > before);
      await sleep(200);
      control.abort();
      await asked;
      await until(() => served.upstream.aborted > aborted && served.gateway.payments.open_.size === 0);
      expect(record.latencyMs(true)).to.be.above(known);
      expect(served.gateway.payments.charges.length).to.equal(length);
    });

    it("that the caller leaves, of an upstream that says no usage, are charged by the request's bytes", async () => {
      const { length } = served.gateway.payments.charges;
      const stream = await askStream(`usage=none words=20 pause=10 ${"x".repeat(800)}`, { model: "patient" });
      let seen = 0;
      for await (const _ of stream) if (++seen === 4) break;
      await until(() => served.gateway.payments.charges.length > length);
      expect(lastCharge().exchange.inputTokens).to.be.within(200, 225);
      expect(served.gateway.payments.open_.size).to.equal(0);
    });

    it("that the upstream breaks off are charged for what was sent, and end with an error and the receipt", async () => {
      const stream = await askStream("words=9 pause=10 breakAfter=3");
      const seen: string[] = [];
      const error = await failureOf(
        (async () => {
          for await (const chunk of stream) seen.push(chunk.choices[0]!.delta.content ?? "");
        })(),
      );
      expect(seen.join("")).to.equal("w0 w1 w2");
      expect(error.code).to.equal("upstream_failed");
      expect(lastCharge().exchange.answer).to.equal("w0 w1 w2");
    });

    it("that take longer than their time are ended likewise", async () => {
      const stream = await askStream("words=60 pause=40", { max_tokens: 60 });
      const error = await failureOf(
        (async () => {
          for await (const _ of stream);
        })(),
      );
      expect(error.code).to.equal("upstream_timeout");
      expect(served.gateway.payments.open_.size).to.equal(0);
    });
  });

  it("answers completions, whole and streamed", async () => {
    const whole = await client.completions.create({ model: "m", prompt: "a b words=2" });
    expect(whole.choices[0]!.text).to.equal("w0 w1");
    expect(lastCharge().exchange).to.include({ prompt: "a b words=2", answer: "w0 w1" });
    let text = "";
    for await (const chunk of await client.completions.create({ model: "m", prompt: "a words=3", stream: true })) {
      text += chunk.choices[0]?.text ?? "";
    }
    expect(text).to.equal("w0 w1 w2");
    expect(lastCharge().exchange).to.include({ prompt: "a words=3", answer: "w0 w1 w2" });
  });

  it("answers embeddings, the same numbers in both encodings and in what the receipt covers", async () => {
    const input = ["abc", "defgh"];
    const floats = await client.embeddings.create({ model: "e", input, encoding_format: "float" });
    // The client asks for base64 and decodes it.
    const decoded = await client.embeddings.create({ model: "e", input });
    expect(decoded.data.map(({ embedding }) => [...embedding])).to.deep.equal(
      floats.data.map(({ embedding }) => embedding),
    );
    expect(lastCharge().exchange.answer).to.equal(canonicalJson(floats.data.map(({ embedding }) => embedding)));
    expect(lastCharge().exchange).to.include({ prompt: '["abc","defgh"]', inputTokens: 2, outputTokens: 0 });
  });

  it("lists its models, with what they cost", async () => {
    const models = [];
    for await (const model of client.models.list()) models.push(model);
    expect(models.map(({ id }) => id)).to.deep.equal(["m", "patient", "e"]);
    const one = (await client.models.retrieve("m")) as unknown as { tributary: object };
    expect(one.tributary).to.include({ version: "1", inputPrice: "2000", outputPrice: "6000", mostOutputTokens: 64 });
    expect((await failureOf(client.models.retrieve("none"))).code).to.equal("model_not_found");
  });

  it("tries a call again that an upstream had no place for", async () => {
    served.upstream.failures = 1;
    expect((await ask("words=1")).choices[0]!.message.content).to.equal("w0");
  });

  it("answers a call without payment with 402, its terms, and nothing else", async () => {
    const { length } = served.upstream.requests;
    const response = await served.post("/v1/chat/completions", {
      model: "m",
      messages: [{ role: "user", content: "x" }],
      max_tokens: 10,
    });
    expect(response.status).to.equal(402);
    const terms = JSON.parse(Buffer.from(response.headers.get("payment-required")!, "base64").toString()) as {
      accepts: { amount: string }[];
    };
    // 31 bytes of messages, 16 tokens for each and once; 10 out.
    expect(terms.accepts[0]!.amount).to.equal(String((31 + 32) * 2 + 10 * 6));
    expect(served.upstream.requests.length).to.equal(length);
  });

  it("keeps a payer to its calls at a time", async () => {
    const calls = [1, 2, 3].map((top) =>
      served.clientOf(`0x${top.toString(16).padStart(24, "0")}${"ab".repeat(20)}`).chat.completions.create({
        model: "m",
        messages: [{ role: "user", content: "delay=200 words=1" }],
      }),
    );
    const results = await Promise.allSettled(calls);
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason as APIError] : []));
    expect(refused.map(({ status, code }) => [status, code])).to.deep.equal([[429, "rate_limit_exceeded"]]);
    expect(served.gateway.payments.open_.size).to.equal(0);
  });

  it("shows a receipt without its salt and its texts", async () => {
    await ask("secret=1 words=1");
    const { entry } = lastCharge();
    const shown: unknown = await (await fetch(`${served.gateway.url}/v1/receipts/${entry.id}`)).json();
    const { salt: _salt, ...rest } = receiptProof(entry);
    expect(shown).to.deep.equal({ ...rest, settlement: null });
    expect((await fetch(`${served.gateway.url}/v1/receipts/${channelOf(1)}`)).status).to.equal(404);
    expect((await fetch(`${served.gateway.url}/v1/receipts/1`)).status).to.equal(400);
    expect((await fetch(`${served.gateway.url}/v1/channels/${channelOf(1)}`)).status).to.equal(404);
  });

  it("says that it lives and is ready, and counts for Prometheus", async () => {
    expect((await fetch(`${served.gateway.url}/health`)).status).to.equal(200);
    expect((await fetch(`${served.gateway.url}/ready`)).status).to.equal(200);
    const text = await (await fetch(`${served.gateway.url}/metrics`)).text();
    expect(text).to.match(/tributary_gateway_requests_total\{route="\/v1\/chat\/completions",status="200"\} \d+/u);
    expect(text).to.match(/tributary_gateway_charged_units_total\{model="m"\} \d+/u);
  });

  it("logs no text, key, payment or salt", async () => {
    await ask("PROMPT-TEXT words=1");
    await failureOf(ask("PROMPT-TEXT status=500"));
    await failureOf(ask("PROMPT-TEXT status=400"));
    await served.post("/v1/chat/completions", { model: "m", messages: "PROMPT-TEXT" });
    const log = served.gateway.lines.join("");
    expect(log).to.match(/"event":"answered".*"amount":"\d+"/u);
    for (const secret of ["PROMPT-TEXT", "SECRET-KEY", lastCharge().entry.salt, "eyJ"])
      expect(log).not.to.contain(secret);
  });
});
