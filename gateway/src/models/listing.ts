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

/** How long prices stand and quotes hold, and for how long what the chain said is sold at. */
export interface ListingTimes {
  readonly priceSeconds: number;
  readonly quoteSeconds: number;
  readonly termsSeconds: number;
}

export class Listing {
  readonly offer: Offer;
  readonly settings: ModelSettings;
  readonly demand: Demand;
  readonly prices: PriceList;
  readonly record = new TrackRecord();
  readonly #termsSeconds: number;
  #terms: ChainTerms;
  #readAt = performance.now();

  constructor(offer: Offer, settings: ModelSettings, terms: ChainTerms, times: ListingTimes) {
    this.offer = offer;
    this.settings = settings;
    this.#terms = terms;
    this.#termsSeconds = times.termsSeconds;
    this.demand = new Demand(settings.places, settings.price.halfLifeSeconds * 1000);
    this.prices = new PriceList(() => this.#read(), {
      stepMs: times.priceSeconds * 1000,
      lifeMs: times.quoteSeconds * 1000,
    });
  }

  get terms(): ChainTerms {
    return this.#terms;
  }

  /** As they were just read. */
  set terms(terms: ChainTerms) {
    this.#terms = terms;
    this.#readAt = performance.now();
  }

  /** Why it can't be sold now; undefined if it can. */
  get obstacle(): string | undefined {
    const seconds = (performance.now() - this.#readAt) / 1000;
    if (seconds > this.#termsSeconds) return `its terms on chain have not been read for ${seconds.toFixed(0)} s`;
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
