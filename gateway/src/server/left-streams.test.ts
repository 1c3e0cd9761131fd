// What a streamed call is charged, wherever its caller leaves: of any parts, in any portions, whether or not the upstream says its count.
import { expect } from "chai";
import fc from "fast-check";
import { zeroAddress, zeroHash } from "viem";
import { chatCall } from "../openai/chat.ts";
import type { Entry } from "../receipts/entry.ts";
import type { Payment, Served } from "../payments/payments.ts";
import type { Route } from "../routing/router.ts";
import type { StreamEvent } from "../upstream/events.ts";
import { Outlet, ReaderGone } from "./outlet.ts";
import { StreamRelay } from "./stream-relay.ts";

/** An upstream's answer: portions of parts, which arrive together, and what it says at the end that it used. */
interface Streamed {
  readonly portions: readonly (readonly object[])[];
  readonly usage: { readonly input: number; readonly output: number } | undefined;
}

interface Outcome {
  readonly charged: Served | undefined;
  readonly written: Served | undefined;
  /** Whether the caller was sent anything before the end. */
  readonly isBegun: boolean;
}

const PRICES = { input: 7n, output: 1000n };
const BOUND = { input: 1000, output: 40 };
const MODEL = { listing: { offer: { name: "m" } }, bound: BOUND, quote: { prices: PRICES } } as unknown as Route;

/** Runs an answer through the relay. @param leavesAfter portions, of which the caller is sent no more; it stays if undefined */
async function relay({ portions, usage }: Streamed, leavesAfter?: number): Promise<Outcome> {
  const outlet = new Outlet(() => undefined);
  void new Response(outlet.body).text().catch(() => undefined);
  let charged: Served | undefined;
  let written: Served | undefined;
  const payment: Payment = {
    payer: zeroAddress,
    channelId: zeroHash,
    isDeposit: false,
    serving: (soFar) => {
      written = soFar;
      return Promise.resolve();
    },
    charge: (served) => {
      if (charged !== undefined) throw new Error("charged twice");
      charged = served;
      return Promise.resolve({ entry: ENTRY, headers: {} });
    },
    release: () => Promise.resolve(),
  };
  const choice = (delta: object, finish: string | null = null): StreamEvent => ({
    chunk: { choices: [{ index: 0, delta, finish_reason: finish }] },
  });
  const leave = (): void => {
    outlet.abandon();
    // As paid calls do it: one of which nothing was sent is not read on.
    if (!outlet.isStarted) throw new ReaderGone("the caller is gone");
  };
  async function* events(): AsyncGenerator<StreamEvent[], void> {
    for (const [index, deltas] of portions.entries()) {
      if (index === leavesAfter) leave();
      yield deltas.map((delta) => choice(delta));
    }
    if (leavesAfter === portions.length) leave();
    const said = usage && { prompt_tokens: usage.input, completion_tokens: usage.output };
    yield [choice({}, "stop"), { chunk: { choices: [], usage: said } }, "done"];
    await Promise.resolve();
  }
  const call = chatCall({ model: "m", messages: [{ role: "user", content: "what is it?" }], stream: true });
  const end = await new StreamRelay(call, MODEL, payment, outlet).run(events());
  expect(end.charged !== undefined).to.equal(charged !== undefined);
  return { charged, written, isBegun: outlet.isStarted };
}

const ENTRY: Entry = {
  id: zeroHash,
  receipt: {
    till: zeroAddress,
    modelVersion: 1n,
    channelId: zeroHash,
    sequence: 1n,
    amount: 1n,
    cumulative: 1n,
    agentRegistry: zeroAddress,
    agentId: 0n,
    requestHash: zeroHash,
    responseHash: zeroHash,
    issuedAt: 1,
  },
  signature: "0x",
  salt: zeroHash,
  exchange: undefined,
  settlement: undefined,
};

const text = fc.string({ maxLength: 30 });
const delta = fc.oneof(
  text.map((content) => ({ content })),
  text.map((reasoning_content) => ({ reasoning_content })),
  text.map((refusal) => ({ refusal })),
  text.map((part) => ({ reasoning_details: [{ type: "reasoning.text", text: part }] })),
  text.map((data) => ({ audio: { data } })),
  text.map((part) => ({ function_call: { name: "f", arguments: part } })),
  text.map((part) => ({ tool_calls: [{ index: 0, id: "a", function: { name: "f", arguments: part } }] })),
  fc.constant({ role: "assistant" }),
);
const streamed: fc.Arbitrary<Streamed> = fc.record({
  portions: fc.array(fc.array(delta, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
  usage: fc.option(fc.record({ input: fc.nat(1200), output: fc.integer({ min: 1, max: 60 }) }), { nil: undefined }),
});

describe("a stream whose caller leaves", () => {
  it("is charged for something once anything was sent, for no more than all of it, and for no less the later it was left", async () => {
    await fc.assert(
      fc.asyncProperty(streamed, async (answer) => {
        const all = (await relay(answer)).charged;
        let before = 0n;
        for (let leavesAfter = 0; leavesAfter <= answer.portions.length; leavesAfter++) {
          const { charged, isBegun } = await relay(answer, leavesAfter);
          expect(charged !== undefined, isBegun ? "sent and not charged" : "charged and not sent").to.equal(isBegun);
          if (charged === undefined) continue;
          expect(charged.amount >= before, "less for more").to.equal(true);
          expect(charged.amount <= all!.amount, "more than all of it costs").to.equal(true);
          before = charged.amount;
        }
      }),
      { numRuns: 150 },
    );
  });

  it("is charged no fewer tokens than were written down before they were sent, as far as its upstream counts so many", async () => {
    await fc.assert(
      fc.asyncProperty(streamed, fc.nat(8), async (answer, leavesAfter) => {
        const { charged, written } = await relay(answer, Math.min(leavesAfter, answer.portions.length));
        if (charged === undefined) return;
        const counted = answer.usage?.output ?? Infinity;
        const least = Math.min(written!.exchange.outputTokens, counted);
        expect(charged.exchange.outputTokens).to.be.within(least, counted);
        expect(charged.exchange.answer).to.equal(written!.exchange.answer);
      }),
      { numRuns: 300 },
    );
  });

  it("is charged as one that nobody left where all that carried anything was sent", async () => {
    await fc.assert(
      fc.asyncProperty(streamed, async (answer) => {
        const all = await relay(answer);
        const left = await relay(answer, answer.portions.length);
        if (left.isBegun) expect(left.charged!.amount).to.equal(all.charged!.amount);
      }),
      { numRuns: 150 },
    );
  });
});

describe("what a stream carried", () => {
  const carries: [string, object, number][] = [
    ["text", { content: "abcd" }, 4],
    ["reasoning", { reasoning_content: "abcd" }, 4],
    ["reasoning in parts, however deep", { reasoning_details: [{ summary: [{ text: "ab" }] }, { text: "cd" }] }, 4],
    ["a refusal", { refusal: "abcd" }, 4],
    ["a function's arguments, as they were before tools", { function_call: { name: "f", arguments: "abc" } }, 4],
    ["sound", { audio: { data: "abcd" } }, 4],
    ["a tool's arguments, without its id", { tool_calls: [{ index: 0, id: "a", function: { arguments: "abcd" } }] }, 4],
    ["a tool's part without text", { tool_calls: [{ index: 0 }] }, 1],
    ["who speaks, which is nothing", { role: "assistant", content: "" }, 0],
    ["what no text is in", { index: 5, logprobs: null, done: true }, 0],
  ];
  for (const [name, sent, bytes] of carries)
    it(`counts ${name}`, () => {
      const call = chatCall({ model: "m", messages: [{ role: "user", content: "hi" }] });
      expect(call.gathering().add({ delta: sent })).to.equal(bytes);
    });
});
