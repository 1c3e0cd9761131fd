// `GET /v1/receipts/:id/attribution`, as a part of the server.
import { Hono } from "hono";
import { type Hex, isHash } from "viem";
import type { Attribution, Attributions } from "./attributions.ts";

/** What a reader can check from the chain's roots and the openings that come with it. */
export const PROVEN = [
  "the receipt stands in the settlement",
  "the call's amount: its part of the settlement's pool",
  "each listed record's place, content hash, contribution and novelty in the model's index",
  "each influence s and weight w, from the committed sketches of the call and the record",
  "that the lists have no other entries",
  "points and what each record was paid for the epoch",
] as const;
/** What staked operators vouch for, and no arithmetic can show. */
export const ATTESTED = [
  "that the sketches of the call and of the records are their true gradients (attributors, who can be disputed)",
  "that the call was made as the receipt says (the gateway, for its hashes)",
] as const;

type Attributed = Extract<Attribution, { what: "attributed" }>;

/** HTTP status and OpenAI's `code` of what is no attribution. */
const ANSWERS = {
  unknown: [404, "receipt_not_found"],
  waiting: [202, "not_attributed_yet"],
  lost: [410, "never_attributed"],
  elsewhere: [404, "attribution_not_kept"],
  busy: [503, "attribution_busy"],
} as const;

/**
 * A part of the server with the one route. Who knows a receipt's hash may ask: neither texts nor salts are in the answer, and receipts are published with their settlement.
 * @param tell told of what does not verify
 */
export function attributionApp(attributions: Pick<Attributions, "of">, tell: (error: Error) => void): Hono {
  const app = new Hono();
  app.get("/v1/receipts/:id/attribution", async (context) => {
    const id = context.req.param("id").toLowerCase();
    if (!isHash(id))
      return context.json(
        errorOf("The id of a receipt is 0x and 64 hexadecimal digits.", "invalid_value", undefined, "id"),
        400,
      );
    let found: Attribution;
    try {
      found = await attributions.of(id);
    } catch (error) {
      tell(error as Error);
      return context.json(
        errorOf("the attribution could not be opened and verified", "attribution_unavailable", "api_error"),
        502,
      );
    }
    if (found.what === "attributed") return context.json(attributionJson(id, found));
    const [status, code] = ANSWERS[found.what];
    if (status === 503) context.header("retry-after", "5");
    if (status === 202) return context.json({ id, status: found.what, reason: found.reason }, status);
    return context.json(errorOf(found.reason, code, status === 503 ? "api_error" : undefined), status);
  });
  return app;
}

/** Amounts and ids beyond 2^53 as decimal strings. */
export function attributionJson(id: Hex, { settlement, standing, call, opened, contributors }: Attributed): object {
  const { epoch, proposal, roots } = standing;
  return text({
    id,
    status: "attributed",
    settlement,
    place: call.place,
    epoch,
    proposal,
    amount: call.amount,
    records: call.records.map((record) => ({ ...record, ...contributors.get(record.contributionId) })),
    proven: PROVEN,
    attested: ATTESTED,
    roots,
    openings: opened,
  }) as object;
}

function text(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each)));
}

function errorOf(message: string, code: string, type = "invalid_request_error", param: string | null = null): object {
  return { error: { message, type, param, code } };
}
