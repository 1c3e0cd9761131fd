// Whether books, payers' own records and the chain say the same of a load, to the unit: nothing lost, nothing doubled, nothing served unpaid.
import { type Address, type Hex, isAddressEqual } from "viem";
import { type Asked, costOf, type Prices, tokenFaults } from "./expected.ts";
import type { PaidCall } from "./payer.ts";
import type { Entry } from "../receipts/entry.ts";

/** A question that a payer asked once, under a prompt of its own, and what came of it. */
export interface Attempt extends Asked {
  readonly payer: Address;
  /** Of the answer, as far as it came. */
  readonly received: string;
  /** Where its receipt came. */
  readonly paid: PaidCall | undefined;
  /** It ended without an answer's end while the gateway was killed. */
  readonly isKilled: boolean;
}

/** A channel as the chain has it, base units. */
export interface ChainChannel {
  readonly channelId: Hex;
  readonly payer: Address;
  readonly deposited: bigint;
  readonly refunded: bigint;
  /** Taken by its payer on chain, of all that was not charged. */
  readonly withdrawn: bigint;
  readonly balance: bigint;
  readonly claimed: bigint;
  /** How many refunds it has had. */
  readonly refunds: bigint;
}

/** A channel as the books have it, base units: what was charged of it, and what the chain had of it when they last looked. */
export interface BookedChannel {
  readonly channelId: Hex;
  readonly charged: bigint;
  readonly balance: bigint;
  readonly claimed: bigint;
  readonly refunds: bigint;
}

/** What a payer's wallet held before its first call, and holds now. */
export interface Wallet {
  readonly payer: Address;
  readonly before: bigint;
  readonly now: bigint;
}

/** What is to agree, when everything that was charged is settled. */
export interface Evidence {
  readonly attempts: readonly Attempt[];
  /** Of the only model, all the time. */
  readonly prices: Prices;
  /** All receipts of the books, by channel and sequence. */
  readonly entries: readonly Pick<Entry, "id" | "receipt" | "exchange">[];
  readonly channels: readonly ChainChannel[];
  readonly booked: readonly BookedChannel[];
  readonly wallets: readonly Wallet[];
  /** Of the contract of the channels: what it holds, and what was claimed and not swept. */
  readonly held: bigint;
  readonly unswept: bigint;
  /** Fees of the settlements on chain, and what the till still holds. */
  readonly fees: bigint;
  readonly inTill: bigint;
}

/** @returns what does not agree, in words; nothing where everything does */
export function reconcile(evidence: Evidence): string[] {
  return [
    ...callFaults(evidence),
    ...amountFaults(evidence),
    ...runFaults(evidence),
    ...bookedFaults(evidence),
    ...moneyFaults(evidence),
  ];
}

/** What the books believe of a channel's money: all that they charged was claimed, and they have seen no deposit, claim or refund that the chain does not have. */
function bookedFaults({ booked, channels }: Evidence): string[] {
  const onChain = new Map(channels.map((channel) => [channel.channelId, channel]));
  return booked.flatMap(({ channelId, charged, balance, claimed, refunds }) => {
    const channel = onChain.get(channelId);
    if (channel === undefined) return [`${channelId} is in the books and has no deposit`];
    const faults: string[] = [];
    if (charged !== channel.claimed)
      faults.push(`${channelId}: the books have charged ${charged}, and ${channel.claimed} was claimed`);
    if (balance > channel.deposited)
      faults.push(`${channelId}: the books have a balance of ${balance}, and ${channel.deposited} was deposited`);
    if (claimed > channel.claimed)
      faults.push(`${channelId}: the books have claims of ${claimed}, and ${channel.claimed} was claimed`);
    if (refunds > channel.refunds)
      faults.push(`${channelId}: the books have ${refunds} refunds, and the chain ${channel.refunds}`);
    return faults;
  });
}

/** Each payer's calls against the receipts that the books have of them. */
function callFaults({ attempts, entries, channels }: Evidence): string[] {
  const faults: string[] = [];
  const payerOf = new Map(channels.map(({ channelId, payer }) => [channelId, payer]));
  const asked = new Map(attempts.map((attempt) => [attempt.prompt, attempt]));
  const charged = new Map<string, (typeof entries)[number]>();
  for (const entry of entries) {
    const prompt = entry.exchange?.prompt ?? "";
    const attempt = asked.get(prompt);
    const payer = payerOf.get(entry.receipt.channelId);
    if (attempt === undefined) faults.push(`receipt ${entry.id} is of a prompt that nobody asked`);
    else if (payer === undefined || !isAddressEqual(payer, attempt.payer))
      faults.push(`receipt ${entry.id} is from a channel of ${payer}, and ${attempt.payer} asked`);
    if (charged.has(prompt))
      faults.push(`"${prompt}" was charged twice, by ${charged.get(prompt)!.id} and ${entry.id}`);
    charged.set(prompt, entry);
  }
  for (const { prompt, received, paid } of attempts) {
    const entry = charged.get(prompt);
    if (paid !== undefined && (entry?.id !== paid.id || entry.exchange?.answer !== paid.answer))
      faults.push(`"${prompt}" was answered with receipt ${paid.id}, and the books have ${entry?.id ?? "none"}`);
    else if (received !== "" && entry?.exchange?.answer.startsWith(received) !== true)
      faults.push(`"${prompt}" was answered with ${received.length} characters that no receipt covers`);
  }
  return faults;
}

/** Every charge is what the call's tokens cost, the tokens are the upstream's, and what was charged was delivered or cut off by a kill. */
function amountFaults({ attempts, entries, prices }: Evidence): string[] {
  const faults: string[] = [];
  const asked = new Map(attempts.map((attempt) => [attempt.prompt, attempt]));
  for (const { id, receipt, exchange } of entries) {
    const attempt = asked.get(exchange?.prompt ?? "");
    if (exchange === undefined || attempt === undefined) continue;
    const { prompt, paid, isKilled } = attempt;
    const price = costOf(exchange.inputTokens, exchange.outputTokens, prices);
    if (receipt.amount !== price)
      faults.push(`"${prompt}" was charged ${receipt.amount}, and what it used costs ${price}`);
    faults.push(...tokenFaults(attempt, exchange, paid !== undefined).map((fault) => `"${prompt}" ${fault}`));
    if (paid === undefined && !isKilled)
      faults.push(`"${prompt}" was charged by receipt ${id} and not answered to its end, and no kill cut it off`);
    if (paid === undefined) continue;
    for (const field of ["channelId", "sequence", "amount", "cumulative"] as const)
      if (paid.receipt[field] !== receipt[field])
        faults.push(
          `receipt ${id} was given with ${field} ${paid.receipt[field]}, and the books have ${receipt[field]}`,
        );
  }
  return faults;
}

/** Calls that were charged and of whose answer nothing came. */
export function undelivered({ attempts, entries }: Pick<Evidence, "attempts" | "entries">): number {
  const charged = new Set(entries.map(({ exchange }) => exchange?.prompt));
  return attempts.filter((one) => one.paid === undefined && one.received === "" && charged.has(one.prompt)).length;
}

/** The receipts of a channel count from 1 and add up, and what they add up to was claimed. */
function runFaults({ entries, channels }: Evidence): string[] {
  const faults: string[] = [];
  const runs = new Map<Hex, { sequence: bigint; cumulative: bigint }>();
  for (const { id, receipt } of entries) {
    const { sequence, cumulative } = runs.get(receipt.channelId) ?? { sequence: 0n, cumulative: 0n };
    if (receipt.sequence !== sequence + 1n || receipt.cumulative !== cumulative + receipt.amount)
      faults.push(`receipt ${id} does not follow the one before it in its channel`);
    runs.set(receipt.channelId, receipt);
  }
  for (const { channelId, claimed } of channels) {
    const { cumulative } = runs.get(channelId) ?? { cumulative: 0n };
    if (claimed !== cumulative) faults.push(`${channelId}: ${claimed} was claimed, its receipts say ${cumulative}`);
    runs.delete(channelId);
  }
  for (const channelId of runs.keys()) faults.push(`${channelId} has receipts and no deposit`);
  return faults;
}

/** Payers, channels and the till: what left one place is in another. */
function moneyFaults({ entries, channels, wallets, held, unswept, fees, inTill }: Evidence): string[] {
  const faults: string[] = [];
  const equal = (what: string, left: bigint, right: bigint): void => {
    if (left !== right) faults.push(`${what}: ${left} is not ${right}`);
  };
  for (const { channelId, deposited, refunded, withdrawn, balance, claimed } of channels) {
    equal(
      `${channelId}: deposits less refunds and withdrawals are its balance`,
      deposited - refunded - withdrawn,
      balance,
    );
    if (withdrawn > 0n) equal(`${channelId}: its withdrawal left what was claimed`, balance, claimed);
  }
  for (const { payer, before, now } of wallets) {
    const own = channels.filter((channel) => isAddressEqual(channel.payer, payer));
    equal(`${payer}: what left the wallet is in channels`, before - now, sum(own.map(({ balance }) => balance)));
  }
  const left = sum(channels.map(({ balance, claimed }) => balance - claimed));
  equal("the contract of the channels holds what it owes", held, left + unswept);
  equal("all that was claimed is swept", unswept, 0n);
  equal("the settlements' fees are what was charged", fees, sum(entries.map(({ receipt }) => receipt.amount)));
  equal("nothing is left in the till", inTill, 0n);
  return faults;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
