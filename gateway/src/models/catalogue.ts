// The models that are sold, kept at what the chain says of them.
import type { Address } from "viem";
import type { Config } from "../config/schema.ts";
import { reasonOf } from "@tributary/protocol/reason";
import type { Log } from "../server/log.ts";
import type { TermsReader } from "./chain-terms.ts";
import { Listing } from "./listing.ts";

/** Prices that were read longer ago than this many polls are not sold at. */
const MISSED_POLLS = 10;

export class Catalogue {
  readonly listings: readonly Listing[];
  readonly #reader: TermsReader;
  readonly #log: Log;
  readonly #pollMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isReading = false;

  /** @throws Error naming the model whose version or till is not there */
  static async read(config: Config, { reader, gateway, token, log }: CatalogueParts): Promise<Catalogue> {
    const listings = await Promise.all(
      config.models.map(async (settings) => {
        const version = BigInt(settings.version);
        try {
          const { model, till } = await reader.tillOf(version, gateway);
          const offer = { name: settings.name, tags: settings.tags, model, version, till, token };
          return new Listing(offer, settings, await reader.termsOf(offer), {
            ...config.quotes,
            termsSeconds: MISSED_POLLS * config.chain.pollSeconds,
          });
        } catch (error) {
          throw new Error(`the model ${settings.name} can't be sold: ${reasonOf(error)}`, { cause: error });
        }
      }),
    );
    return new Catalogue(listings, reader, log, config.chain.pollSeconds * 1000);
  }

  private constructor(listings: readonly Listing[], reader: TermsReader, log: Log, pollMs: number) {
    this.listings = listings;
    this.#reader = reader;
    this.#log = log;
    this.#pollMs = pollMs;
  }

  /** Reads the chain again and again, until `stop`. */
  start(): void {
    this.#timer = setInterval(() => void this.refresh(), this.#pollMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A chain that does not answer changes nothing but the log, until `obstacles` says so. */
  async refresh(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      await Promise.all(
        this.listings.map(async (listing) => {
          listing.terms = await this.#reader.termsOf(listing.offer);
        }),
      );
    } catch (error) {
      this.#log.warn({ event: "terms not read", error });
    } finally {
      this.#isReading = false;
    }
  }

  /** Models that can't be sold now, and why. */
  unsold(): string[] {
    return this.listings.flatMap(({ offer, obstacle }) =>
      obstacle === undefined ? [] : [`${offer.name}: ${obstacle}`],
    );
  }

  /** Why no calls can be sold now. One that can be is enough: no model's owner, who sets its prices, takes the others from those who pay. */
  obstacles(): string[] {
    const unsold = this.unsold();
    return unsold.length === this.listings.length ? unsold : [];
  }
}

export interface CatalogueParts {
  readonly reader: TermsReader;
  /** Whose tills fees are paid to. */
  readonly gateway: Address;
  readonly token: Address;
  readonly log: Log;
}
