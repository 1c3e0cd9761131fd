// Tests that books, payers and chain are found to disagree wherever one unit, receipt or piece of text is wrong.
import { expect } from "chai";
import { padHex, type Hex, zeroAddress, zeroHash } from "viem";
import type { PaidCall } from "./payer.ts";
import { reconcile, type Evidence, undelivered } from "./reconcile.ts";

const PAYER = padHex("0x1", { size: 20 });
const CHANNEL = padHex("0xc", { size: 32 });

function receipt(sequence: bigint, amount: bigint, cumulative: bigint): PaidCall["receipt"] {
  return {
    ...{ till: zeroAddress, modelVersion: 1n, channelId: CHANNEL, sequence, amount, cumulative, issuedAt: 0 },
    ...{ agentRegistry: zeroAddress, agentId: 0n, requestHash: zeroHash, responseHash: zeroHash },
  };
}

/** Base units per 1,000 tokens: rounded up, an input token and one output token cost 3, an input token and two 5. */
const PRICES = { input: 999n, output: 1_999n };

interface Tokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

function entry(id: Hex, prompt: string, answer: string, of: PaidCall["receipt"], tokens: Partial<Tokens> = {}) {
  return {
    id,
    receipt: of,
    exchange: { prompt, answer, inputTokens: 1, outputTokens: answer.split(" ").length, ...tokens },
  };
}

/** One answered call, one stream that was cut off after "an", and one call that its upstream failed and that cost nothing. */
function sound(): Evidence {
  const [first, second] = [receipt(1n, 5n, 5n), receipt(2n, 3n, 8n)];
  const paid = {
    ...{ prompt: "a", answer: "yes sir", isStreamed: false, id: "0x01" as Hex, receipt: first },
    ...{ signature: "0x" as Hex, salt: zeroHash },
  };
  return {
    attempts: [
      { payer: PAYER, prompt: "a", answer: "yes sir", received: "yes sir", paid, isKilled: false },
      { payer: PAYER, prompt: "b", answer: "answ er", received: "an", paid: undefined, isKilled: true },
      { payer: PAYER, prompt: "c", answer: undefined, received: "", paid: undefined, isKilled: false },
    ],
    prices: PRICES,
    entries: [entry("0x01", "a", "yes sir", first), entry("0x02", "b", "answ", second)],
    channels: [
      {
        channelId: CHANNEL,
        payer: PAYER,
        deposited: 20n,
        refunded: 2n,
        ...{ withdrawn: 0n, balance: 18n, claimed: 8n, refunds: 1n },
      },
    ],
    // As they last looked: before the refund and the claim.
    booked: [{ channelId: CHANNEL, charged: 8n, balance: 20n, claimed: 0n, refunds: 0n }],
    wallets: [{ payer: PAYER, before: 100n, now: 82n }],
    ...{ held: 10n, unswept: 0n, fees: 8n, inTill: 0n },
  };
}

describe("reconciling books, payers and chain", () => {
  it("finds nothing where they agree, and a charge whose answer a kill cut off is no fault and counted", () => {
    expect(reconcile(sound())).to.deep.equal([]);
    const [channel] = sound().channels;
    const withdrawn = { channels: [{ ...channel!, withdrawn: 10n, balance: 8n }], held: 0n };
    expect(reconcile({ ...sound(), ...withdrawn, wallets: [{ payer: PAYER, before: 100n, now: 92n }] })).to.be.empty;
    const evidence = sound();
    const attempts = evidence.attempts.map((attempt, i) => (i === 1 ? { ...attempt, received: "" } : attempt));
    expect(reconcile({ ...evidence, attempts })).to.deep.equal([]);
    expect([undelivered(evidence), undelivered({ ...evidence, attempts })]).to.deep.equal([0, 1]);
  });

  const { attempts, entries, channels, booked } = sound();
  const [first, second] = entries.map(({ receipt: of }) => of) as [PaidCall["receipt"], PaidCall["receipt"]];
  const used = (inputTokens: number, outputTokens: number): Tokens => ({ inputTokens, outputTokens });
  /** Both receipts, the first one changed. */
  const firstAs = (...changed: [string, PaidCall["receipt"], Tokens]) => ({
    entries: [entry("0x01", "a", ...changed), entries[1]!],
  });
  for (const [what, change, fault] of [
    [
      "a receipt that was given and is gone",
      { entries: [entries[1]!] },
      /"a" was answered with receipt 0x01, and the books have none/,
    ],
    [
      "a call charged twice",
      { entries: [...entries, entry("0x03", "a", "yes sir", receipt(3n, 5n, 13n))] },
      /"a" was charged twice/,
    ],
    ["a call that nobody made", { entries: [...entries, entry("0x03", "d", "", receipt(3n, 1n, 9n))] }, /nobody asked/],
    [
      "a charge to another payer",
      { attempts: attempts.map((one) => ({ ...one, payer: padHex("0x2", { size: 20 }) })) },
      /asked/,
    ],
    [
      "text that no receipt covers",
      { attempts: [...attempts.slice(0, 1), { ...attempts[1]!, received: "answer" }] },
      /"b" was answered with 6/,
    ],
    [
      "a cut stream without a charge",
      { attempts: [...attempts, { ...attempts[2]!, received: "x" }] },
      /"c" was answered with 1/,
    ],
    [
      "a gap between receipts",
      { entries: [entries[0]!, entry("0x02", "b", "answ", receipt(3n, 3n, 8n))] },
      /does not follow/,
    ],
    [
      "a unit that was not claimed",
      { channels: [{ ...channels[0]!, claimed: 7n }] },
      /7 was claimed, its receipts say 8/,
    ],
    ["a channel without a deposit", { channels: [] }, /has receipts and no deposit/],
    [
      "a withdrawal that left too much",
      {
        channels: [{ ...channels[0]!, withdrawn: 9n, balance: 9n }],
        wallets: [{ payer: PAYER, before: 100n, now: 91n }],
        held: 1n,
      },
      /^0x0*c: its withdrawal left what was claimed: 9 is not 8$/,
    ],
    ["a unit gone from a channel", { channels: [{ ...channels[0]!, balance: 17n }] }, /deposits less refunds and/],
    ["a unit gone from a wallet", { wallets: [{ payer: PAYER, before: 100n, now: 81n }] }, /left the wallet/],
    ["a unit gone from the contract", { held: 9n }, /holds what it owes: 9 is not 10/],
    ["a claim that was not swept", { held: 11n, unswept: 1n }, /swept: 1 is not 0/],
    ["a fee too small", { fees: 7n }, /fees are what was charged: 7 is not 8/],
    [
      "an amount of 1",
      firstAs("yes sir", { ...first, amount: 1n, cumulative: 1n }, used(1, 2)),
      /"a" was charged 1, and what it used costs 5/,
    ],
    ["an amount of another price", { prices: { ...PRICES, output: 2_999n } }, /charged 5, and what it used costs 7/],
    [
      "an output token too few",
      firstAs("yes sir", { ...first, amount: 3n }, used(1, 1)),
      /"a" was charged 1 output tokens for 2 words\n.*answered with 1 output tokens, and its upstream says 2/,
    ],
    [
      "an output token too many",
      firstAs("yes sir", { ...first, amount: 7n }, used(1, 3)),
      /"a" was charged 3 output tokens for 2 words/,
    ],
    [
      "an input token too few or too many",
      { entries: [entry("0x01", "a", "yes sir", first, used(0, 2)), entry("0x02", "b", "answ", second, used(2, 1))] },
      /"a" was charged 0 input tokens instead of 1(\n.*)*"b" was charged 2 input tokens instead of 1/,
    ],
    [
      "a token too many for what a cut stream was charged for",
      { entries: [entries[0]!, entry("0x02", "b", "answ", { ...second, amount: 5n }, used(1, 2))] },
      /"b" was charged 2 output tokens for 1 words/,
    ],
    [
      "a text that the upstream does not say",
      { entries: [entries[0]!, entry("0x02", "b", "answering", second)] },
      /"b" was charged for a text that its upstream does not say: "answering"/,
    ],
    [
      "an answer that came as whole and is not",
      { attempts: [{ ...attempts[0]!, answer: "yes sir indeed" }, ...attempts.slice(1)] },
      /"a" was answered with 2 output tokens, and its upstream says 3/,
    ],
    [
      "a charge for a call that its upstream failed",
      { entries: [...entries, entry("0x03", "c", "x", receipt(3n, 3n, 11n))] },
      /"c" was charged, and its upstream failed/,
    ],
    [
      "a charge for what no kill kept from its payer",
      { attempts: attempts.map((one) => ({ ...one, isKilled: false })) },
      /"b" was charged by receipt 0x02 and not answered to its end, and no kill cut it off/,
    ],
    [
      "a receipt of another amount than the books have",
      {
        attempts: [{ ...attempts[0]!, paid: { ...attempts[0]!.paid!, receipt: { ...first, amount: 6n } } }],
      },
      /receipt 0x01 was given with amount 6, and the books have 5/,
    ],
    [
      "a receipt of another total than the books have",
      {
        attempts: [{ ...attempts[0]!, paid: { ...attempts[0]!.paid!, receipt: { ...first, cumulative: 6n } } }],
      },
      /receipt 0x01 was given with cumulative 6, and the books have 5/,
    ],
    [
      "a channel of the books that is not on chain",
      { booked: [...booked, { ...booked[0]!, channelId: padHex("0xd", { size: 32 }) }] },
      /^0x0*d is in the books and has no deposit$/m,
    ],
    [
      "a charge that was not claimed",
      { booked: [{ ...booked[0]!, charged: 9n }] },
      /have charged 9, and 8 was claimed/,
    ],
    [
      "a deposit that only the books have",
      { booked: [{ ...booked[0]!, balance: 21n }] },
      /have a balance of 21, and 20 was deposited/,
    ],
    ["a claim that only the books have", { booked: [{ ...booked[0]!, claimed: 9n }] }, /have claims of 9, and 8 was/],
    [
      "a refund that only the books have",
      { booked: [{ ...booked[0]!, refunds: 2n }] },
      /have 2 refunds, and the chain 1/,
    ],
    ["something left in the till", { inTill: 1n }, /in the till: 1 is not 0/],
  ] as [string, Partial<Evidence>, RegExp][])
    it(`finds ${what}`, () => {
      expect(reconcile({ ...sound(), ...change }).join("\n")).to.match(fault);
    });
});
