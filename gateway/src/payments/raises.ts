// Raises what calls are quoted where a client would sign a maximum again that was charged by: its own sums decide that, and it asks for terms before it says which channel it pays from.
import { raiseToUnused, type Vouchers } from "../books/used-maxima.ts";
import type { Quote } from "../models/offer.ts";

/** How long terms are raised, and how long raised terms are taken. */
const RAISED_MILLISECONDS = 60_000;
const TAKEN_MILLISECONDS = 600_000;
/** Base units. Anybody can bring a raise about, for all who are quoted the same sum. */
const MOST_RAISE = 512n;
const MOST_KEPT = 1_000;
/** Of one till and sum: a raise for one channel must not end what another's terms were raised by. */
const MOST_KEPT_OF_SUM = 16;

interface Raise {
  readonly by: bigint;
  readonly at: number;
}

export class Raises {
  /** Of each till and sum the newest last. */
  readonly #raises = new Map<string, readonly Raise[]>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Notes that a voucher for a call at these terms would be for a maximum that was charged by. */
  note({ offer, ceiling }: Quote, { charged, used }: Pick<Vouchers, "charged" | "used">): void {
    const by = raiseToUnused(used, charged + ceiling);
    if (by === 0n || by > MOST_RAISE) return;
    const key = keyOf(offer.till, ceiling);
    const others = (this.#raises.get(key) ?? []).filter((each) => each.by !== by);
    this.#raises.delete(key);
    this.#raises.set(key, [...others, { by, at: this.#now() }].slice(-MOST_KEPT_OF_SUM));
    if (this.#raises.size > MOST_KEPT) this.#raises.delete(this.#raises.keys().next().value!);
  }

  /** @param accepted the sum that a payment answers; undefined where terms are asked for */
  of({ offer, ceiling }: Quote, accepted: string | undefined): bigint {
    const raises = this.#raises.get(keyOf(offer.till, ceiling)) ?? [];
    const isYounger = ({ at }: Raise, milliseconds: number): boolean => this.#now() - at <= milliseconds;
    const raise =
      accepted === undefined
        ? raises.findLast((each) => isYounger(each, RAISED_MILLISECONDS))
        : raises.find((each) => isYounger(each, TAKEN_MILLISECONDS) && accepted === String(ceiling + each.by));
    return raise?.by ?? 0n;
  }
}

function keyOf(till: string, ceiling: bigint): string {
  return `${till.toLowerCase()} ${ceiling}`;
}
