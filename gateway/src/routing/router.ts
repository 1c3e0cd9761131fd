// Finds the model that answers a call, and at what price.
import type { CallKind, ModelSettings } from "../config/schema.ts";
import { ApiError, invalidRequest, unknownModel } from "../openai/api-error.ts";
import type { Listing } from "../models/listing.ts";
import type { Prices, Quote } from "../models/offer.ts";
import { type Bound, quoteOf } from "../models/quote.ts";
import type { Accepted } from "./accepted.ts";
import { type Candidate, rank, reasonOf, type Scored, type Weights } from "./score.ts";

/** Asks for the best model of a tag, as `auto:chat`. */
const AUTO = "auto:";

/** What the choice needs to know of a call. */
export interface Asked {
  readonly kind: CallKind;
  readonly isStream: boolean;
  /** What it can use at a model, which sets how much it may answer. */
  readonly boundAt: (settings: ModelSettings) => Bound;
}

/** What the terms of a quote were raised by, where they came to the amount that was accepted. */
export type RaiseOf = (quote: Quote, accepted: string) => bigint;

export interface Route {
  readonly listing: Listing;
  readonly quote: Quote;
  readonly bound: Bound;
  /** Why this model, for the header `x-tributary-routing`. */
  readonly reason: string;
}

interface Option {
  readonly listing: Listing;
  readonly bound: Bound;
  readonly quotes: readonly Quote[];
}

/** Chooses among the models that are sold. */
export class Router {
  readonly #byName: ReadonlyMap<string, Listing>;
  readonly #weights: Weights;
  readonly #unitsPerOpen: number;

  /** @param openDecimals of OPEN, in which stake is held */
  constructor(listings: readonly Listing[], weights: Weights, openDecimals = 18) {
    this.#byName = new Map(listings.map((listing) => [listing.offer.name, listing]));
    this.#weights = weights;
    this.#unitsPerOpen = 10 ** openDecimals;
  }

  get listings(): Listing[] {
    return [...this.#byName.values()];
  }

  named(name: string): Listing | undefined {
    return this.#byName.get(name);
  }

  /**
   * @param model a name, or `auto:<tag>`
   * @param accepted what the payment answers: a quote that still holds is kept, at its price and at its model
   * @param raiseOf by how much accepted terms may be above a quote's ceiling
   * @throws ApiError 404 if there is no such model or tag, 400 if none of them serves such calls, 503 if none of these can be sold now
   */
  route(model: string, asked: Asked, accepted: Accepted | undefined, raiseOf: RaiseOf = () => 0n): Route {
    const options = this.#candidates(model, asked.kind).map((listing): Option => {
      const bound = asked.boundAt(listing.settings);
      const pricesHeld = accepted === undefined ? [listing.prices.current()] : listing.prices.held();
      return { listing, bound, quotes: pricesHeld.map((prices: Prices) => quoteOf(listing.offer, prices, bound)) };
    });
    const kept = accepted === undefined ? [] : options.flatMap((option) => keep(option, accepted, raiseOf));
    if (this.#byName.has(model)) return routeTo(kept[0] ?? options[0]!, "named");
    if (kept.length > 0)
      return routeTo(
        this.#ranked(kept, asked.isStream)[0]!.option,
        `${model}; because=quote; quoted=${accepted!.amount}`,
      );
    const ranked = this.#ranked(options, asked.isStream);
    return routeTo(
      ranked[0]!.option,
      reasonText(
        model,
        ranked.map(({ scored }) => scored),
      ),
    );
  }

  #candidates(model: string, kind: CallKind): Listing[] {
    const named = this.#byName.get(model);
    let all: Listing[];
    if (named !== undefined) all = [named];
    else if (model.startsWith(AUTO))
      all = this.listings.filter(({ offer }) => offer.tags.includes(model.slice(AUTO.length)));
    else all = [];
    if (all.length === 0) throw unknownModel(model);
    const serving = all.filter(({ settings }) => settings.upstream.serves.includes(kind));
    if (serving.length === 0) {
      const who = named === undefined ? `No model of ${model} serves` : `The model ${model} does not serve`;
      throw invalidRequest(`${who} ${kind}.`, "model", "model_not_supported");
    }
    const sold = serving.filter(({ obstacle }) => obstacle === undefined);
    if (sold.length === 0) {
      const { offer, obstacle } = serving[0]!;
      throw new ApiError(503, "api_error", `The model ${offer.name} is not sold now: ${obstacle}.`, {
        code: "model_not_ready",
        headers: { "retry-after": "30" },
      });
    }
    return sold;
  }

  #ranked(options: readonly Option[], isStream: boolean): { option: Option; scored: Scored }[] {
    const byName = new Map(options.map((option) => [option.listing.offer.name, option]));
    const candidates = options.map(({ listing, quotes }): Candidate => ({
      name: listing.offer.name,
      ceiling: quotes[0]!.ceiling,
      latencyMs: listing.record.latencyMs(isStream),
      errors: listing.record.errors,
      stake: Number(listing.terms.stake) / this.#unitsPerOpen,
    }));
    if (candidates.length === 0) return [];
    return rank(candidates, this.#weights).map((scored) => ({ option: byName.get(scored.candidate.name)!, scored }));
  }
}

/** The option with the one quote that was accepted, if it still holds. */
function keep(option: Option, { amount, payTo }: Accepted, raiseOf: RaiseOf): Option[] {
  if (option.listing.offer.till.toLowerCase() !== payTo) return [];
  const quote = option.quotes.find((each) => String(each.ceiling + raiseOf(each, amount)) === amount);
  return quote === undefined ? [] : [{ ...option, quotes: [quote] }];
}

function routeTo({ listing, bound, quotes }: Option, reason: string): Route {
  return { listing, bound, quote: quotes[0]!, reason };
}

function reasonText(model: string, ranked: readonly Scored[]): string {
  const { candidate, score } = ranked[0]!;
  const latency = candidate.latencyMs === undefined ? "unmeasured" : `${candidate.latencyMs.toFixed(0)}ms`;
  return [
    model,
    `because=${reasonOf(ranked)}`,
    `of=${ranked.length}`,
    `score=${score.toFixed(3)}`,
    `ceiling=${candidate.ceiling}`,
    `latency=${latency}`,
    `stake=${candidate.stake.toFixed(0)}`,
    `errors=${candidate.errors.toFixed(2)}`,
  ].join("; ");
}
