// Tests that books, payers and chain are found to disagree wherever one unit, receipt or piece of text is wrong.
import { expect } from "chai";
import { padHex, type Hex, zeroAddress, zeroHash } from "viem";
import type { PaidCall } from "./payer.ts";
import { reconcile, type Evidence } from "./reconcile.ts";

const PAYER = padHex("0x1", { size: 20 });
const CHANNEL = padHex("0xc", { size: 32 });

function receipt(sequence: bigint, amount: bigint, cumulative: bigint): PaidCall["receipt"] {
  return {
    ...{ till: zeroAddress, modelVersion: 1n, channelId: CHANNEL, sequence, amount, cumulative, issuedAt: 0 },
    ...{ agentRegistry: zeroAddress, agentId: 0n, requestHash: zeroHash, responseHash: zeroHash },
  };
}

function entry(id: Hex, prompt: string, answer: string, of: PaidCall["receipt"]) {
  return { id, receipt: of, exchange: { prompt, answer, inputTokens: 1, outputTokens: 1 } };
}

/** One answered call, one stream that was cut off after "an", and one call that failed and cost nothing. */
function sound(): Evidence {
  const [first, second] = [receipt(1n, 5n, 5n), receipt(2n, 3n, 8n)];
  const paid = {
    ...{ prompt: "a", answer: "yes", isStreamed: false, id: "0x01" as Hex, receipt: first },
    ...{ signature: "0x" as Hex, salt: zeroHash },
  };
  return {
    attempts: [
      { payer: PAYER, prompt: "a", received: "yes", paid },
      { payer: PAYER, prompt: "b", received: "an", paid: undefined },
      { payer: PAYER, prompt: "c", received: "", paid: undefined },
    ],
    entries: [entry("0x01", "a", "yes", first), entry("0x02", "b", "answ", second)],
    channels: [
      {
        channelId: CHANNEL,
        payer: PAYER,
        deposited: 20n,
        refunded: 2n,
        ...{ withdrawn: 0n, balance: 18n, claimed: 8n },
      },
    ],
    wallets: [{ payer: PAYER, before: 100n, now: 82n }],
    ...{ held: 10n, unswept: 0n, fees: 8n, inTill: 0n },
  };
}

describe("reconciling books, payers and chain", () => {
  it("finds nothing where they agree, and a charge whose answer never came is no fault", () => {
    expect(reconcile(sound())).to.deep.equal([]);
    const [channel] = sound().channels;
    const withdrawn = { channels: [{ ...channel!, withdrawn: 10n, balance: 8n }], held: 0n };
    expect(reconcile({ ...sound(), ...withdrawn, wallets: [{ payer: PAYER, before: 100n, now: 92n }] })).to.be.empty;
    const evidence = sound();
    const attempts = evidence.attempts.map((attempt, i) => (i === 1 ? { ...attempt, received: "" } : attempt));
    expect(reconcile({ ...evidence, attempts })).to.deep.equal([]);
  });

  const { attempts, entries, channels } = sound();
  for (const [what, change, fault] of [
    [
      "a receipt that was given and is gone",
      { entries: [entries[1]!] },
      /"a" was answered with receipt 0x01, and the books have none/,
    ],
    [
      "a call charged twice",
      { entries: [...entries, entry("0x03", "a", "yes", receipt(3n, 5n, 13n))] },
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
    ["something left in the till", { inTill: 1n }, /in the till: 1 is not 0/],
  ] as [string, Partial<Evidence>, RegExp][])
    it(`finds ${what}`, () => {
      expect(reconcile({ ...sound(), ...change }).join("\n")).to.match(fault);
    });
});
