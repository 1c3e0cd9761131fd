// A model as `/v1/models` lists it.
import type { Listing } from "../models/listing.ts";

/** OpenAI's members, and under `tributary` what a call of it costs and pays. */
export function modelObject({ offer, prices, settings, obstacle }: Listing) {
  const { input, output } = prices.current();
  return {
    id: offer.name,
    object: "model",
    created: 0,
    owned_by: "tributary",
    tributary: {
      tags: offer.tags,
      version: offer.version.toString(),
      till: offer.till,
      token: offer.token,
      /** Base units of the token per 1,000 tokens, now. */
      inputPrice: input.toString(),
      outputPrice: output.toString(),
      /** In basis points of the registered price. */
      priceBounds: { least: settings.price.least, most: settings.price.most },
      mostOutputTokens: settings.tokens.most,
      serves: settings.upstream.serves,
      ...(obstacle !== undefined && { notSold: obstacle }),
    },
  };
}
