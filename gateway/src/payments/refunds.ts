// Which refunds are worth the operator's transactions: of a channel one at a time, not too small, and so many in an hour.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Hex } from "viem";
import type { Books } from "../books/books.ts";
import type { RefundPayload } from "./payload.ts";
import { errorResponse } from "./refused.ts";

const HOUR_MILLISECONDS = 3_600_000;

/** A refund that is asked for: it has its channel to itself once it is known to be its payer's. */
interface Asked {
  hasBegun: boolean;
  isLate: boolean;
}

export class Refunds {
  readonly #books: Pick<Books, "channels" | "refund">;
  readonly #perHour: number;
  readonly #now: () => number;
  readonly #underWay = new Set<string>();
  readonly #asked = new AsyncLocalStorage<Asked>();
  /** When the refunds of the last hour were sent, of each channel; the channel of the latest one last. */
  readonly #sent = new Map<string, number[]>();

  /** @param now milliseconds */
  constructor(books: Pick<Books, "channels" | "refund">, perHour: number, now: () => number = Date.now) {
    this.#books = books;
    this.#perHour = perHour;
    this.#now = now;
  }

  /**
   * Runs a refund.
   * @param least base units; less is given back only if it is all that is left
   * @param refund calls `begin` once the payment is verified, before anything is sent: what anybody may have asked for keeps no payer's own waiting
   * @returns what it answers, or why it is not run
   */
  async run<Outcome>(
    { voucher, amount }: RefundPayload,
    least: bigint,
    refund: () => Promise<Outcome>,
  ): Promise<Outcome | Response> {
    const id = voucher.channelId.toLowerCase();
    if (amount !== undefined && BigInt(amount) < least) {
      const channel = await this.#books.channels.get(id);
      const left = channel === undefined ? 0n : BigInt(channel.balance) - BigInt(channel.chargedCumulativeAmount);
      if (BigInt(amount) < left)
        return errorResponse(
          400,
          "refund_too_small",
          `A refund is of ${least} base units or more, or of all that is left.`,
        );
    }
    const standing = await this.#books.refund(id as Hex);
    if (this.#underWay.has(id) || standing !== undefined) return isUnderWay();
    const times = this.#ofLastHour(id);
    if (times.length >= this.#perHour) return tooMany(this.#perHour, times[0]! + HOUR_MILLISECONDS - this.#now());
    const asked: Asked = { hasBegun: false, isLate: false };
    try {
      const outcome = await this.#asked.run(asked, refund);
      return asked.isLate ? isUnderWay() : outcome;
    } finally {
      if (asked.hasBegun) this.#underWay.delete(id);
    }
  }

  /**
   * Begins the refund that is run, whose payment was verified, and notes that its transaction is sent.
   * @returns whether it may go on; else another one of the channel has begun
   */
  begin(channelId: string): boolean {
    const id = channelId.toLowerCase();
    const asked = this.#asked.getStore();
    if (asked === undefined) throw new Error(`a refund of ${id} that nobody asked for`);
    if (this.#underWay.has(id)) {
      asked.isLate = true;
      return false;
    }
    this.#underWay.add(id);
    asked.hasBegun = true;
    this.#sendOf(id);
    return true;
  }

  isUnderWay(channelId: string): boolean {
    return this.#underWay.has(channelId.toLowerCase());
  }

  /** One that was refused before counts for nothing, as anybody can ask for it. */
  #sendOf(id: string): void {
    const times = [...this.#ofLastHour(id), this.#now()];
    this.#sent.delete(id);
    this.#sent.set(id, times);
    for (const each of this.#sent.keys())
      if (this.#ofLastHour(each).length === 0) this.#sent.delete(each);
      else break;
  }

  #ofLastHour(id: string): number[] {
    const since = this.#now() - HOUR_MILLISECONDS;
    return (this.#sent.get(id) ?? []).filter((time) => time > since);
  }
}

function isUnderWay(): Response {
  return errorResponse(409, "refund_under_way", "This channel is being refunded already.");
}

function tooMany(perHour: number, waitMilliseconds: number): Response {
  const message = `A channel is refunded ${perHour} times an hour at most: try again later, or withdraw on chain.`;
  const response = errorResponse(429, "refund_rate_limit", message, "rate_limit_error");
  response.headers.set("retry-after", String(Math.ceil(waitMilliseconds / 1_000)));
  return response;
}
