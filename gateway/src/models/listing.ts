// A model as it is sold here: the offer, what the chain says of it, how busy it is and how it has done.
import type { ModelSettings } from "../config/schema.ts";
import { TrackRecord } from "../routing/track-record.ts";
import { Demand, priceAt } from "./demand.ts";
import type { Offer, Prices } from "./offer.ts";
import { PriceList } from "./price-list.ts";

/** What the chain says of a version, which changes while the gateway runs. */
export interface ChainTerms {
  /** Registered, base units per 1,000 tokens. */
  readonly registered: Prices;
  /** On the model, in base units of OPEN. */
  readonly stake: bigint;
  /** Its attribution index is final: without that a till can't be closed for it. */
  readonly isUsable: boolean;
}

/** How long prices stand and quotes hold. */
export interface QuoteTimes {
  readonly priceSeconds: number;
  readonly quoteSeconds: number;
}

export class Listing {
  readonly offer: Offer;
  readonly settings: ModelSettings;
  readonly demand: Demand;
  readonly prices: PriceList;
  readonly record = new TrackRecord();
  terms: ChainTerms;

  constructor(offer: Offer, settings: ModelSettings, terms: ChainTerms, times: QuoteTimes) {
    this.offer = offer;
    this.settings = settings;
    this.terms = terms;
    this.demand = new Demand(settings.places, settings.price.halfLifeSeconds * 1000);
    this.prices = new PriceList(() => this.#read(), {
      stepMs: times.priceSeconds * 1000,
      lifeMs: times.quoteSeconds * 1000,
    });
  }

  /** Why it can't be sold now; undefined if it can. */
  get obstacle(): string | undefined {
    const { registered, isUsable } = this.terms;
    if (registered.input + registered.output === 0n) return "its owner has set no price";
    if (!isUsable) return "its attribution index is not final yet";
    return undefined;
  }

  #read(): Prices {
    const load = this.demand.load();
    const { registered } = this.terms;
    const { price } = this.settings;
    return { input: priceAt(registered.input, price, load), output: priceAt(registered.output, price, load) };
  }
}
