// Tests of what the server refuses, and of failures that charge nothing, over SIMULATED payments and a SIMULATED served.upstream.
import { connect } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import type OpenAI from "openai";
import { startTestGateway, TERMS } from "../testing/gateway.ts";
import { channelOf, simulatedPayer } from "../testing/simulated-payments.ts";
import { failureOf, type ServedModels, startServedModels, until } from "../testing/served-models.ts";

describe("the server, where it does not answer", () => {
  let served: ServedModels;
  let client: OpenAI;

  before(async () => {
    served = await startServedModels();
    client = served.clientOf();
  });
  after(() => served.stop());

  const ask = (content: string, more: object = {}) =>
    client.chat.completions.create({ model: "m", messages: [{ role: "user", content }], ...more });

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
      // No receipt would cover what these say.
      ["odd=choices", 502, "upstream_failed"],
      ["odd=index", 502, "upstream_failed"],
      ["odd=parts", 502, "upstream_failed"],
      ["odd=calls", 502, "upstream_failed"],
      ["odd=call", 502, "upstream_failed"],
    ];
    for (const [wish, status, code] of cases) {
      for (const stream of [false, true]) {
        if (stream && wish === "usage=none") continue;
        it(`where the upstream of a ${stream ? "streamed" : "whole"} call does ${wish}: ${status}`, async () => {
          const charges = served.gateway.payments.charges.length;
          const error = await failureOf(ask(wish, { stream }));
          expect([error.status, error.code]).to.deep.equal([status, code]);
          expect(error.headers?.get("x-tributary-model")).to.equal("m");
          if (status === 429) expect(error.headers?.get("retry-after")).to.equal("7");
          if (status === 400) expect(error.message).to.contain("SIMULATED 400");
          expect(served.gateway.payments.charges.length).to.equal(charges);
          expect(served.gateway.payments.open_.size).to.equal(0);
        });
      }
    }

    it("where the caller leaves before the answer", async () => {
      const { released } = served.gateway.payments;
      const control = new AbortController();
      const call = client.chat.completions.create(
        { model: "patient", messages: [{ role: "user", content: "delay=300" }] },
        { signal: control.signal },
      );
      await until(() => served.gateway.payments.open_.size === 1);
      control.abort();
      await failureOf(call);
      await until(() => served.gateway.payments.released === released + 1);
    });

    it("where the payment is refused at the end, and sends nothing", async () => {
      served.gateway.payments.refusesCharge = true;
      try {
        for (const stream of [false, true]) {
          const error = await failureOf(
            served.clientOf(channelOf(7), { isDeposit: stream }).chat.completions.create({
              model: "m",
              messages: [{ role: "user", content: "x" }],
              stream,
            }),
          );
          expect([error.status, error.code]).to.deep.equal([402, "simulated_refusal"]);
        }
      } finally {
        served.gateway.payments.refusesCharge = false;
      }
    });
  });

  it("ends a stream that goes on in a form which no receipt covers: what was sent until then is charged and covered", async () => {
    const { payments } = served.gateway;
    const { length } = payments.charges;
    const messages = [{ role: "user" as const, content: "words=6 pause=20 odd=parts oddAfter=2" }];
    const stream = await client.chat.completions.create({ model: "patient", messages, stream: true });
    let text = "";
    const error = await failureOf(
      (async () => {
        for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
      })(),
    );
    expect([text, error.code]).to.deep.equal(["w0 w1", "upstream_failed"]);
    expect(payments.charges.slice(length).map(({ exchange }) => exchange.answer)).to.deep.equal([text]);
  });

  it("is not paid again by OpenAI's client, which asks again by itself, where the books can't say whether it was paid", async () => {
    const { payments } = served.gateway;
    for (const stream of [false, true]) {
      const { length } = payments.charges;
      payments.losesCharge = true;
      const retrying = served.clientOf(channelOf(9), { isDeposit: stream, maxRetries: 2 });
      const messages = [{ role: "user" as const, content: "words=1" }];
      const error = await failureOf(retrying.chat.completions.create({ model: "m", messages, stream }));
      expect([error.status, error.code]).to.deep.equal([503, "payment_unknown"]);
      expect(payments.charges.length).to.equal(length + 1);
    }
  });

  it("says that nothing was charged where payments can't be judged or written down, or a model is not sold now", async () => {
    const { payments, listings } = served.gateway;
    const refusals: [string, () => void, () => void][] = [
      ["payments_unavailable", () => payments.fails.add("open"), () => payments.fails.clear()],
      ["payment_failed", () => payments.fails.add("charge"), () => payments.fails.clear()],
      [
        "model_not_ready",
        () => (listings[0]!.terms = { ...TERMS, isUsable: false }),
        () => (listings[0]!.terms = TERMS),
      ],
    ];
    for (const [code, begin, end] of refusals) {
      begin();
      try {
        for (const stream of [false, true]) {
          const { length } = payments.charges;
          const client = served.clientOf(channelOf(11), { isDeposit: stream });
          const messages = [{ role: "user" as const, content: "words=1" }];
          const error = await failureOf(client.chat.completions.create({ model: "m", messages, stream }));
          expect([error.status, error.code, error.type, error.param]).to.deep.equal([503, code, "api_error", null]);
          expect(payments.charges.length).to.equal(length);
        }
      } finally {
        end();
      }
    }
  });

  it("says 503 of channels, receipts and refunds where the chain, the signer or the books can't be asked, and not why", async () => {
    const { payments, url } = served.gateway;
    const id = `0x${"ab".repeat(32)}`;
    const paths = [
      ["channel", `channels/${id}`],
      ["receipt", `receipts/${id}`],
      ["refund", "refunds/m"],
    ] as const;
    for (const [failure, path] of paths) {
      payments.fails.add(failure);
      try {
        const answer = await fetch(`${url}/v1/${path}`);
        expect([answer.status, answer.headers.get("retry-after")], path).to.deep.equal([503, "5"]);
        const { error } = (await answer.json()) as { error: { message: string } };
        expect(error).to.include({ type: "api_error", code: "payments_unavailable", param: null });
        expect(error.message).not.to.contain("SIMULATED");
      } finally {
        payments.fails.clear();
      }
      expect((await fetch(`${url}/v1/${path}`)).status, path).to.be.oneOf([400, 404]);
    }
  });

  it("shows its metrics to those alone who have their token, where one is set", async () => {
    const guarded = await startTestGateway(served.upstream.url, { metricsToken: "secret" });
    try {
      for (const authorization of [undefined, "Bearer other", "secret"]) {
        const answer = await fetch(`${guarded.url}/metrics`, { headers: authorization ? { authorization } : {} });
        expect([answer.status, answer.headers.get("www-authenticate")]).to.deep.equal([401, "Bearer"]);
        const { error } = (await answer.json()) as { error: object };
        expect(error).to.include({ type: "authentication_error", code: "invalid_api_key", param: null });
      }
      const shown = await fetch(`${guarded.url}/metrics`, { headers: { authorization: "bearer secret" } });
      expect([shown.status, (await shown.text()).includes("tributary_gateway_calls")]).to.deep.equal([200, true]);
    } finally {
      await guarded.close();
    }
  });

  it("says that it failed where its books do, and goes on", async () => {
    for (const failures of [["serving"], ["serving", "release"]] as const) {
      for (const failure of failures) served.gateway.payments.fails.add(failure);
      const error = await failureOf(ask("words=9 pause=10", { stream: true }));
      expect([error.status, error.code]).to.deep.equal([500, "internal_error"]);
    }
    served.gateway.payments.fails.clear();
    expect((await ask("words=1")).choices[0]!.message.content).to.equal("w0");
    expect(served.gateway.gate.calls).to.equal(0);
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
        "messages[0].content[0].type",
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
        const response = await served.post("/v1/chat/completions", body);
        const { error } = (await response.json()) as { error: { param: string; code: string; type: string } };
        expect([response.status, error.param, error.code]).to.deep.equal([400, param, code]);
        expect(error.type).to.equal("invalid_request_error");
      });
    }

    it("a model that is not there: 404", async () => {
      const response = await served.post("/v1/completions", { model: "x", prompt: "a" });
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
        [
          `{"model":"m","messages":[{"role":"user","content":"x"}],"stop":[${"1,".repeat(4_000)}1]}`,
          400,
          "invalid_value",
        ],
        [" ".repeat(10_001), 413, "body_too_large"],
        // In parts, without its length.
        [new Blob([" ".repeat(10_001)]).stream(), 413, "body_too_large"],
        [new Blob(["{"]).stream(), 400, "invalid_json"],
      ] as const) {
        const request = { method: "POST", body, duplex: "half" };
        const response = await fetch(`${served.gateway.url}/v1/chat/completions`, request);
        expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).to.deep.equal([
          status,
          code,
        ]);
      }
    });

    it("a body that is compressed, with 415, what to do, and no charge", async () => {
      const { payments } = served.gateway;
      const { length } = payments.charges;
      const body = JSON.stringify({ model: "m", prompt: "words=1" });
      const gzip = new Uint8Array(gzipSync(body));
      const pay = simulatedPayer(channelOf(13));
      const ask = (coding: string, sent: BodyInit) =>
        pay(`${served.gateway.url}/v1/completions`, {
          method: "POST",
          body: sent,
          headers: { "content-encoding": coding },
        });
      for (const [coding, sent] of [
        ["gzip", gzip],
        ["br", new Uint8Array(brotliCompressSync(body))],
        ["identity, gzip", gzip],
        ["GZIP", body],
      ] as const) {
        const response = await ask(coding, sent);
        const { error } = (await response.json()) as { error: { message: string } };
        expect([response.status, response.headers.get("accept-encoding")]).to.deep.equal([415, "identity"]);
        expect(error).to.include({ type: "invalid_request_error", param: null, code: "unsupported_content_encoding" });
        expect(error.message).to.contain(JSON.stringify(coding)).and.to.contain("Send the JSON uncompressed");
      }
      expect(payments.charges.length).to.equal(length);
      expect((await ask("Identity", body)).status).to.equal(200);
      expect(payments.charges.length).to.equal(length + 1);
    });

    it("a caller who leaves within its body, which is no failure of the gateway's", async () => {
      const { lines, url } = served.gateway;
      const { hostname, port } = new URL(url);
      const from = lines.length;
      const socket = connect(Number(port), hostname, () => {
        socket.write("POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{", () => {
          setTimeout(() => socket.destroy(), 50);
        });
      });
      const found = () => lines.slice(from).map((line) => JSON.parse(line) as { event: string; status?: number });
      await until(() => found().some(({ event }) => event === "answered"));
      expect(found().map(({ event, status }) => [event, status])).to.deep.equal([["answered", 499]]);
    });

    it("headers that are too large, or no request at all, and one that takes too long to arrive", async () => {
      const hurried = await startTestGateway(served.upstream.url, { limits: { requestSeconds: 1 } });
      try {
        for (const [url, bytes, status, code] of [
          [
            served.gateway.url,
            `GET /v1/models HTTP/1.1\r\nhost: x\r\na: ${"b".repeat(20_000)}\r\n\r\n`,
            431,
            "headers_too_large",
          ],
          [served.gateway.url, "GET /v1/models HTTP/1.1\r\nhost x\r\n\r\n", 400, "malformed_request"],
          [served.gateway.url, "GET /v1/models HTTP/1.1\r\na: b\r\n\r\n", 400, "malformed_request"],
          [served.gateway.url, "GET /v1/models HTTP/1.0\r\n\r\n", 400, "malformed_request"],
          [served.gateway.url, "GET /v1/models HTTP/1.1\r\nhost: a b\r\n\r\n", 400, "malformed_request"],
          [served.gateway.url, "GET http://:0 HTTP/1.1\r\nhost: x\r\n\r\n", 400, "malformed_request"],
          [served.gateway.url, "GET / HTTP/1.1\r\nhost: x\r\nexpect: more\r\n\r\n", 417, "expectation_failed"],
          [hurried.url, "POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-len", 408, "request_timeout"],
        ] as const) {
          const answer = await rawAnswer(url, bytes);
          expect(answer).to.match(new RegExp(`^HTTP/1.1 ${status} [^]*x-request-id: [0-9a-f-]{36}\r\n`, "u"));
          const { error } = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n"))) as { error: object };
          expect(error).to.include({ type: "invalid_request_error", code });
        }
      } finally {
        await hurried.close();
      }
    });

    it("unknown paths with 404 and other methods with 405", async () => {
      const unknown = await fetch(`${served.gateway.url}/v1/images`);
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
      // Counted and logged as every answer.
      const request = unknown.headers.get("x-request-id");
      expect(request).to.match(/^[0-9a-f-]{36}$/u);
      const isLogged = (line: string): boolean => line.includes(request!) && line.includes('"route":"unknown"');
      while (!served.gateway.lines.some(isLogged)) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(await served.gateway.metrics.registry.metrics()).to.match(/requests_total\{[^}]*route="unknown"[^}]*\} /u);
      const method = await fetch(`${served.gateway.url}/v1/chat/completions`);
      expect([method.status, method.headers.get("allow")]).to.deep.equal([405, "POST"]);
      const { error } = (await method.json()) as { error: object };
      expect(error).to.include({ type: "invalid_request_error", param: null, code: "method_not_allowed" });
    });
  });
});

/** What comes back for bytes of one's own, until the connection is closed. */
function rawAnswer(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setEncoding("utf8");
    socket.on("data", (part: string) => (answer += part));
    socket.once("error", reject);
    socket.once("close", () => {
      resolve(answer);
    });
  });
}
