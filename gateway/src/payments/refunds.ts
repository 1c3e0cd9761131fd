// Which refunds are worth the operator's transactions: of a channel one at a time, not too small, and so many in an hour.
import type { Hex } from "viem";
import type { Books } from "../books/books.ts";
import type { RefundPayload } from "./payload.ts";
import { errorResponse } from "./refused.ts";

const HOUR_MILLISECONDS = 3_600_000;

export class Refunds {
  readonly #books: Pick<Books, "channels" | "refund">;
  readonly #perHour: number;
  readonly #now: () => number;
  readonly #underWay = new Set<string>();
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
    if (this.#underWay.has(id) || standing !== undefined)
      return errorResponse(409, "refund_under_way", "This channel is being refunded already.");
    const times = this.#ofLastHour(id);
    if (times.length >= this.#perHour) return tooMany(this.#perHour, times[0]! + HOUR_MILLISECONDS - this.#now());
    this.#underWay.add(id);
    try {
      return await refund();
    } finally {
      this.#underWay.delete(id);
    }
  }

  isUnderWay(channelId: string): boolean {
    return this.#underWay.has(channelId.toLowerCase());
  }

  /** Notes that a refund's transaction is sent; one that was refused before counts for nothing, as anybody can ask for it. */
  sent(channelId: string): void {
    const id = channelId.toLowerCase();
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

function tooMany(perHour: number, waitMilliseconds: number): Response {
  const message = `A channel is refunded ${perHour} times an hour at most: try again later, or withdraw on chain.`;
  const response = errorResponse(429, "refund_rate_limit", message, "rate_limit_error");
  response.headers.set("retry-after", String(Math.ceil(waitMilliseconds / 1_000)));
  return response;
}
