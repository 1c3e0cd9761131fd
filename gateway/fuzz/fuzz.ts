// Throws all kinds of requests at a gateway: none may crash it, make it fail by itself, or be answered unpaid.
import { encodePaymentSignatureHeader } from "@x402/core/http";
import fc from "fast-check";
import { judge, type Request, send, sendBytes } from "./http.ts";

/** A gateway that is tried: its upstream never fails, and no payment that is made up here can hold. */
export interface Tried {
  readonly url: string;
  /** Terms as its 402 says them; payments are made up from them. */
  readonly terms: Record<string, unknown>;
  /** How many calls have reached the upstream. */
  readonly upstreamCalls: () => number;
}

/** How many answers had each status. */
export type Tally = Record<string, number>;

const PATHS = [
  "/v1/chat/completions",
  "/v1/completions",
  "/v1/embeddings",
  "/v1/models",
  "/v1/models/m",
  "/v1/refunds/m",
  `/v1/receipts/0x${"ab".repeat(32)}`,
  `/v1/channels/0x${"ab".repeat(32)}`,
  "/health",
  "/ready",
  "/metrics",
];
const PAID = /^\/v1\/(?:chat\/completions|completions|embeddings)(?:$|[?#])/u;

const method = fc.oneof(
  { weight: 20, arbitrary: fc.constant("POST") },
  fc.constantFrom("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "PROPFIND"),
);
const path = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...PATHS.slice(0, 3), ...PATHS.slice(0, 3), ...PATHS) },
  fc
    .tuple(
      fc.constantFrom(...PATHS),
      fc.constantFrom("/", "//", "?x=%ff", "/..", "%2e%2e", "%00", "?url=http://169.254.169.254/"),
    )
    .map((parts) => parts.join("")),
  fc.webPath().map((text) => `/${text}`),
  fc.integer({ min: 1, max: 4000 }).map((length) => `/${"a".repeat(length)}`),
);

const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(1e308, -1, 0, 2 ** 53, Number.MAX_SAFE_INTEGER, -0));
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  number,
  fc.string({ unit: "binary", maxLength: 50 }),
  fc.constantFrom(null, [], {}),
);
const chat = { model: "m", messages: [{ role: "user", content: "hello" }], max_tokens: 3, stream: true };
const valid = fc.constantFrom<Record<string, unknown>>(
  chat,
  { model: "m", prompt: "hello" },
  { model: "auto:t", prompt: "hi", stream: true },
  { model: "e", input: ["a", "b"] },
);
const member = fc.oneof(
  fc.constantFrom(
    "model",
    "messages",
    "prompt",
    "input",
    "max_tokens",
    "stream",
    "stream_options",
    "n",
    "tools",
    "stop",
    "logit_bias",
    "__proto__",
    "constructor",
  ),
  fc.string(),
);
const altered = fc
  .tuple(valid, fc.array(fc.tuple(member, value), { maxLength: 3 }))
  .map(([body, changes]) => ({ ...body, ...Object.fromEntries(changes) }));
const json = altered.map((body) => Buffer.from(JSON.stringify(body)));
const body = fc.oneof(
  { weight: 5, arbitrary: json },
  fc
    .tuple(json, fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([text, share]) => text.subarray(0, Math.floor(text.length * share))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .integer({ min: 1, max: 20_000 })
    .map((depth) => Buffer.from(`{"model":"m","prompt":${"[".repeat(depth)}${"]".repeat(depth)}}`)),
  fc
    .constantFrom(
      '{"model":"m","prompt":"a","max_tokens":1e999}',
      `{"model":"m","prompt":"a","seed":${"9".repeat(400)}}`,
      '{"model":"m","prompt":"\\ud800"}',
    )
    .map((text) => Buffer.from(text)),
);

function payment(terms: Record<string, unknown>): fc.Arbitrary<string | undefined> {
  const hex = fc.oneof(
    fc.uint8Array({ maxLength: 70 }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`),
    fc.constantFrom(`0x${"00".repeat(20)}`, `0x${"11".repeat(32)}`, `0x${"22".repeat(65)}`),
  );
  const amount = fc.oneof(
    fc.bigInt().map(String),
    fc.constantFrom("0", "1", "-1", "1e9", "0x10", String(2n ** 128n), ""),
  );
  const config = fc.record(
    {
      payer: hex,
      payerAuthorizer: hex,
      receiver: fc.constant(terms["payTo"]),
      receiverAuthorizer: hex,
      token: fc.constant(terms["asset"]),
      withdrawDelay: fc.oneof(number, fc.constant(900)),
      salt: hex,
    },
    { requiredKeys: [] },
  );
  const voucher = fc.record({ channelId: hex, maxClaimableAmount: amount, signature: hex }, { requiredKeys: [] });
  const payload = fc.oneof(
    fc.record(
      {
        type: fc.constantFrom("voucher", "deposit", "refund", "claim", "settle"),
        channelConfig: fc.oneof(config, value),
        voucher: fc.oneof(voucher, value),
        deposit: value,
        amount,
      },
      { requiredKeys: ["type"] },
    ),
    value,
  );
  const accepted = fc.oneof(
    fc.constant(terms),
    fc
      .dictionary(fc.constantFrom("amount", "payTo", "asset", "network", "scheme", "extra"), value)
      .map((changes) => ({ ...terms, ...changes })),
    value,
  );
  const whole = fc.record(
    { x402Version: fc.oneof(fc.constant(2), value), accepted, payload, resource: value },
    { requiredKeys: [] },
  );
  return fc.oneof(
    fc.constant(undefined),
    { weight: 4, arbitrary: whole.map((made) => encodePaymentSignatureHeader(made as never)) },
    fc.base64String({ maxLength: 200 }),
    value.map((made) => Buffer.from(JSON.stringify(made)).toString("base64")),
  );
}

const header = fc.tuple(
  fc.constantFrom(
    "content-type",
    "authorization",
    "x-payment",
    "x-agent-registry",
    "x-agent-id",
    "accept",
    "host",
    "x-forwarded-host",
    "range",
  ),
  fc.string({ unit: fc.constantFrom(..."abcXYZ019 /;=,*.-_%:\"'".split("")), maxLength: 60 }),
);

function requests(terms: Record<string, unknown>): fc.Arbitrary<Request> {
  return fc
    .record({ method, path, body, headers: fc.array(header, { maxLength: 4 }), payment: payment(terms) })
    .map(({ headers, payment: paid, ...rest }) => ({
      ...rest,
      headers: { ...Object.fromEntries(headers), ...(paid !== undefined && { "payment-signature": paid }) },
    }));
}

/**
 * Tries a gateway with `runs` requests, and as many connections that send bytes of no protocol as a tenth of them.
 * @throws Error with fast-check's counterexample
 */
export async function fuzzGateway(tried: Tried, { runs, seed }: { runs: number; seed?: number }): Promise<Tally> {
  const tally: Tally = {};
  const calls = tried.upstreamCalls();
  const options = { numRuns: runs, ...(seed !== undefined && { seed }) };
  await fc.assert(
    fc.asyncProperty(requests(tried.terms), async (request) => {
      const answer = await send(tried.url, request);
      tally[answer.status] = (tally[answer.status] ?? 0) + 1;
      judge(answer);
      if (answer.status < 300 && request.method === "POST" && PAID.test(request.path))
        throw new Error(`it answered unpaid: ${answer.text}`);
      if (tried.upstreamCalls() !== calls) throw new Error("an unpaid call reached the upstream");
    }),
    options,
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2000 }), async (bytes) => {
      await sendBytes(tried.url, bytes);
      const { status } = await send(tried.url, { method: "GET", path: "/health", headers: {}, body: Buffer.alloc(0) });
      if (status !== 200) throw new Error(`it answers ${status} to /health`);
    }),
    { ...options, numRuns: Math.ceil(runs / 10) },
  );
  return tally;
}
