// Tests of the OpenAI-compatible server by the official client, over SIMULATED payments and a SIMULATED upstream.
import { expect } from "chai";
import OpenAI, { type APIError } from "openai";
import { channelOf, simulatedPayer } from "../testing/simulated-payments.ts";
import { type SimulatedUpstream, startSimulatedUpstream } from "../testing/simulated-upstream.ts";
import { startTestGateway, type TestGateway } from "../testing/gateway.ts";
import { receiptProof } from "@tributary/protocol/receipt-proof";

const CHANNEL = channelOf(7);

describe("the server", () => {
  let upstream: SimulatedUpstream;
  let gateway: TestGateway;
  let client: OpenAI;

  before(async () => {
    upstream = await startSimulatedUpstream();
    gateway = await startTestGateway(upstream.url, {
      models: [
        {
          name: "m",
          tokens: { default: 8, most: 64 },
          upstream: { url: upstream.url, model: "inner", retries: 1, totalSeconds: 0.6 },
        },
        { name: "e", upstream: { url: upstream.url, serves: ["embeddings"] } },
      ],
      limits: { bodyBytes: 10_000, callsPerPayer: 2 },
    });
    client = clientOf();
  });

  after(async () => {
    await gateway.close();
    await upstream.close();
  });

  function clientOf(channel = CHANNEL, options: { isDeposit?: boolean } = {}): OpenAI {
    return new OpenAI({
      apiKey: "unused",
      baseURL: `${gateway.url}/v1`,
      maxRetries: 0,
      fetch: simulatedPayer(channel, options),
    });
  }

  const ask = (content: string, more: object = {}) =>
    client.chat.completions.create({ model: "m", messages: [{ role: "user", content }], ...more });

  const askStream = (content: string, more: object = {}) =>
    client.chat.completions.create({ model: "m", messages: [{ role: "user", content }], ...more, stream: true });

  async function failureOf(call: Promise<unknown>): Promise<APIError> {
    try {
      await call;
    } catch (error) {
      return error as APIError;
    }
    throw new Error("the call was answered");
  }

  const lastCharge = () => gateway.payments.charges.at(-1)!;

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
    });

    it("reach the upstream with its key, its name of the model and a limit, and with nothing else of the caller's", async () => {
      await client.chat.completions.create(
        { model: "m", messages: [{ role: "user", content: "x" }], max_completion_tokens: 1000, user: "me" },
        { headers: { "x-forwarded-host": "evil.example", cookie: "a=b" } },
      );
      const { path, headers, body } = upstream.requests.at(-1)!;
      expect(path).to.equal("/v1/chat/completions");
      expect(Object.keys(headers).sort()).to.deep.equal(
        ["accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host"].sort(),
      );
      expect(headers.authorization).to.equal("Bearer SECRET-KEY");
      expect(body).to.deep.equal({ model: "inner", messages: [{ role: "user", content: "x" }], max_tokens: 64 });
    });

    it("stream: parts first written down, the receipt in the last", async () => {
      const servings = gateway.payments.servings.length;
      const stream = await askStream("one words=4 pause=5");
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      expect(chunks.map((chunk) => chunk.choices[0]!.delta.content ?? "").join("")).to.equal("w0 w1 w2 w3");
      expect(chunks.every((chunk) => !("usage" in chunk) && chunk.model === "m")).to.equal(true);
      const { tributary } = chunks.at(-1) as unknown as { tributary: { id: string } };
      expect(tributary.id).to.equal(lastCharge().entry.id);
      expect(lastCharge().amount).to.equal(3n * 2n + 4n * 6n);
      const written = gateway.payments.servings.slice(servings).map(({ exchange }) => exchange.answer);
      expect(written.at(-1)).to.match(/^w0 w1 w2/u);
      expect(written.length).to.be.greaterThan(1);
    });

    it("stream with the usage for callers who ask for it", async () => {
      const stream = await askStream("one words=2", { stream_options: { include_usage: true } });
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      expect(chunks.at(-1)!.usage).to.deep.equal({ prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 });
      expect(chunks.at(-2)).to.have.property("tributary");
    });

    it("stream to a caller who deposits only when they are charged, all at once, with the headers of a whole answer", async () => {
      const { data, response } = await clientOf(channelOf(8), { isDeposit: true })
        .chat.completions.create({ model: "m", messages: [{ role: "user", content: "words=3" }], stream: true })
        .withResponse();
      expect(response.headers.get("payment-response")).to.equal("SIMULATED");
      let text = "";
      for await (const chunk of data) text += chunk.choices[0]!.delta.content ?? "";
      expect(text).to.equal("w0 w1 w2");
    });

    it("stream without a usage are charged by the prompt's words and a token a chunk", async () => {
      for await (const _ of await askStream("usage=none words=3 a b"));
      expect(lastCharge().exchange).to.include({ inputTokens: 4, outputTokens: 3 });
    });

    it("that the caller leaves are charged for what was sent, and end the upstream's work", async () => {
      const { aborted } = upstream;
      const { length } = gateway.payments.charges;
      const stream = await askStream("words=60 pause=10", { max_tokens: 60 });
      let seen = 0;
      for await (const _ of stream) if (++seen === 4) break;
      await until(() => gateway.payments.charges.length > length && upstream.aborted > aborted);
      expect(lastCharge().exchange.outputTokens).to.be.within(2, 20);
      expect(gateway.payments.open_.size).to.equal(0);
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
      expect(gateway.payments.open_.size).to.equal(0);
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
    expect(JSON.parse(lastCharge().exchange.answer)).to.deep.equal(floats.data.map(({ embedding }) => embedding));
    expect(lastCharge().exchange).to.include({ prompt: '["abc","defgh"]', inputTokens: 2, outputTokens: 0 });
  });

  it("lists its models, with what they cost", async () => {
    const models = [];
    for await (const model of client.models.list()) models.push(model);
    expect(models.map(({ id }) => id)).to.deep.equal(["m", "e"]);
    const one = (await client.models.retrieve("m")) as unknown as { tributary: object };
    expect(one.tributary).to.include({ version: "1", inputPrice: "2000", outputPrice: "6000", mostOutputTokens: 64 });
    expect((await failureOf(client.models.retrieve("none"))).code).to.equal("model_not_found");
  });

  describe("charges nothing", () => {
    const cases: [string, number, string | null][] = [
      ["status=500", 502, "upstream_failed"],
      ["status=401", 502, "upstream_failed"],
      ["status=404", 502, "upstream_failed"],
      ["status=504", 504, "upstream_timeout"],
      ["status=429", 429, "rate_limit_exceeded"],
      ["status=400", 400, "simulated"],
      ["bad=json", 502, "upstream_failed"],
      ["breakAfter=0", 502, "upstream_failed"],
      ["usage=none", 502, "upstream_failed"],
      ["delay=800", 504, "upstream_timeout"],
      ["redirect=http://169.254.169.254/", 502, "upstream_failed"],
    ];
    for (const [wish, status, code] of cases) {
      for (const stream of [false, true]) {
        if (stream && wish === "usage=none") continue;
        it(`where the upstream of a ${stream ? "streamed" : "whole"} call does ${wish}: ${status}`, async () => {
          const charges = gateway.payments.charges.length;
          const error = await failureOf(ask(wish, { stream }));
          expect([error.status, error.code]).to.deep.equal([status, code]);
          expect(error.headers?.get("x-tributary-model")).to.equal("m");
          if (status === 429) expect(error.headers?.get("retry-after")).to.equal("7");
          if (status === 400) expect(error.message).to.contain("SIMULATED 400");
          expect(gateway.payments.charges.length).to.equal(charges);
          expect(gateway.payments.open_.size).to.equal(0);
        });
      }
    }

    it("where the caller leaves before the answer", async () => {
      const { released } = gateway.payments;
      const control = new AbortController();
      const call = client.chat.completions.create(
        { model: "m", messages: [{ role: "user", content: "delay=300" }] },
        { signal: control.signal },
      );
      await until(() => gateway.payments.open_.size === 1);
      control.abort();
      await failureOf(call);
      await until(() => gateway.payments.released === released + 1);
    });

    it("where the payment is refused at the end, and sends nothing", async () => {
      gateway.payments.refusesCharge = true;
      try {
        for (const stream of [false, true]) {
          const error = await failureOf(
            clientOf(CHANNEL, { isDeposit: stream }).chat.completions.create({
              model: "m",
              messages: [{ role: "user", content: "x" }],
              stream,
            }),
          );
          expect([error.status, error.code]).to.deep.equal([402, "simulated_refusal"]);
        }
      } finally {
        gateway.payments.refusesCharge = false;
      }
    });
  });

  it("tries a call again that an upstream had no place for", async () => {
    upstream.failures = 1;
    expect((await ask("words=1")).choices[0]!.message.content).to.equal("w0");
  });

  it("answers a call without payment with 402, its terms, and nothing else", async () => {
    const { length } = upstream.requests;
    const response = await post("/v1/chat/completions", {
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
    expect(upstream.requests.length).to.equal(length);
  });

  it("keeps a payer to its calls at a time", async () => {
    const calls = [1, 2, 3].map((top) =>
      clientOf(`0x${top.toString(16).padStart(24, "0")}${"ab".repeat(20)}`).chat.completions.create({
        model: "m",
        messages: [{ role: "user", content: "delay=200 words=1" }],
      }),
    );
    const results = await Promise.allSettled(calls);
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason as APIError] : []));
    expect(refused.map(({ status, code }) => [status, code])).to.deep.equal([[429, "rate_limit_exceeded"]]);
    expect(gateway.payments.open_.size).to.equal(0);
  });

  describe("refuses with OpenAI's errors", () => {
    const bodies: [string, unknown, string | null, string][] = [
      ["no model", { messages: [{ role: "user", content: "x" }] }, "model", "missing_required_parameter"],
      [
        "an unknown member",
        { model: "m", messages: [{ role: "user", content: "x" }], best: 1 },
        "best",
        "unknown_parameter",
      ],
      ["two answers", { model: "m", messages: [{ role: "user", content: "x" }], n: 2 }, "n", "invalid_value"],
      [
        "a picture",
        { model: "m", messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "http://x" } }] }] },
        "messages[0].content",
        "invalid_value",
      ],
      ["no messages", { model: "m", messages: [] }, "messages", "invalid_value"],
      [
        "half a character",
        { model: "m", messages: [{ role: "user", content: "\ud800" }] },
        "messages[0].content",
        "invalid_value",
      ],
      ["a list", [], null, "invalid_type"],
      [
        "a model that does not serve it",
        { model: "e", messages: [{ role: "user", content: "x" }] },
        "model",
        "model_not_supported",
      ],
    ];
    for (const [what, body, param, code] of bodies) {
      it(what, async () => {
        const response = await post("/v1/chat/completions", body);
        const { error } = (await response.json()) as { error: { param: string; code: string; type: string } };
        expect([response.status, error.param, error.code]).to.deep.equal([400, param, code]);
        expect(error.type).to.equal("invalid_request_error");
      });
    }

    it("a model that is not there: 404", async () => {
      const response = await post("/v1/completions", { model: "x", prompt: "a" });
      expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).to.deep.equal([
        404,
        "model_not_found",
      ]);
    });

    it("a body that is not JSON, too deep, or too large", async () => {
      for (const [body, status, code] of [
        ["{", 400, "invalid_json"],
        [Buffer.from([0x22, 0xff, 0x22]), 400, "invalid_json"],
        ["[".repeat(4000) + "]".repeat(4000), 400, "invalid_json"],
        [" ".repeat(10_001), 413, "body_too_large"],
      ] as const) {
        const response = await fetch(`${gateway.url}/v1/chat/completions`, { method: "POST", body });
        expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).to.deep.equal([
          status,
          code,
        ]);
      }
    });

    it("unknown paths with 404 and other methods with 405", async () => {
      const unknown = await fetch(`${gateway.url}/v1/images`);
      expect([unknown.status, await unknown.json()]).to.deep.equal([
        404,
        {
          error: {
            message: "Unknown request URL: GET /v1/images. GET /v1/models lists what is served.",
            type: "not_found_error",
            param: null,
            code: "unknown_url",
          },
        },
      ]);
      const method = await fetch(`${gateway.url}/v1/chat/completions`);
      expect([method.status, method.headers.get("allow")]).to.deep.equal([405, "POST"]);
    });
  });

  it("shows a receipt without its salt and its texts", async () => {
    await ask("secret=1 words=1");
    const { entry } = lastCharge();
    const shown: unknown = await (await fetch(`${gateway.url}/v1/receipts/${entry.id}`)).json();
    const { salt: _salt, ...rest } = receiptProof(entry);
    expect(shown).to.deep.equal({ ...rest, settlement: null });
    expect((await fetch(`${gateway.url}/v1/receipts/${channelOf(1)}`)).status).to.equal(404);
    expect((await fetch(`${gateway.url}/v1/receipts/1`)).status).to.equal(400);
    expect((await fetch(`${gateway.url}/v1/channels/${channelOf(1)}`)).status).to.equal(404);
  });

  it("says that it lives and is ready, and counts for Prometheus", async () => {
    expect((await fetch(`${gateway.url}/health`)).status).to.equal(200);
    expect((await fetch(`${gateway.url}/ready`)).status).to.equal(200);
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).to.match(/tributary_gateway_requests_total\{route="\/v1\/chat\/completions",status="200"\} \d+/u);
    expect(text).to.match(/tributary_gateway_charged_units_total\{model="m"\} \d+/u);
  });

  it("logs no text, key, payment or salt", async () => {
    await ask("PROMPT-TEXT words=1");
    await failureOf(ask("PROMPT-TEXT status=500"));
    await failureOf(ask("PROMPT-TEXT status=400"));
    await post("/v1/chat/completions", { model: "m", messages: "PROMPT-TEXT" });
    const log = gateway.lines.join("");
    expect(log).to.match(/"event":"answered".*"amount":"\d+"/u);
    for (const secret of ["PROMPT-TEXT", "SECRET-KEY", lastCharge().entry.salt, "eyJ"])
      expect(log).not.to.contain(secret);
  });

  function post(path: string, body: unknown): Promise<Response> {
    return fetch(gateway.url + path, { method: "POST", body: JSON.stringify(body) });
  }
});

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 200) throw new Error("it did not come to hold in 2 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
