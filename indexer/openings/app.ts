// The routes under `/openings`: JSON with bigints as decimal strings, errors as `{error: {code, message, hint}}`.
import { MAX_U256 } from "@tributary/protocol/bytes";
import { CONTENT, INDEX, placesOf } from "@tributary/protocol/kinds";
import { reasonOf } from "@tributary/protocol/reason";
import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { etag, RETAINED_304_HEADERS } from "hono/etag";
import { type Address, isAddress, isHash } from "viem";
import type { OpeningChain } from "./chain.ts";
import type { Records } from "./records.ts";
import type { Openings } from "./openings.ts";
import { PART_RECORDS } from "@tributary/protocol/opened-part";
import type { Evidence } from "./evidence.ts";
import type { Novelty } from "./novelty.ts";
import type { Quality } from "./quality.ts";
import { badId, Refusal } from "./refusal.ts";
import type { Use } from "./use.ts";

/** Asked for again each time: the numbers in an address mean something else after a reorganisation, and on another chain. Its tag says that it is the same. */
const REVALIDATED = "no-cache";
/** Without the headers for pages of other addresses a browser would refuse a 304. */
const KEPT_WITH_304 = [...RETAINED_304_HEADERS, "access-control-allow-origin", "x-content-type-options"];
/** The methods that there are; CORS answers OPTIONS. */
const READING = ["GET", "HEAD"];
const MOST_CALLS = 25;
const DEFAULT_CALLS = 10;
const MOST_AT_A_TIME = 32;
/** Of a content tree. */
const PLACES = BigInt(placesOf(CONTENT));
const INDEX_PARTS = BigInt(placesOf(INDEX) / PART_RECORDS);

export interface OpeningsAppParts {
  readonly chain: OpeningChain;
  readonly openings: Openings;
  readonly records: Records;
  readonly quality: Quality;
  readonly novelty: Novelty;
  readonly use: Use;
  readonly evidence: Evidence;
  /** Told of what is not the asker's fault. */
  readonly tell: (problem: string) => void;
}

export function openingsApp({
  chain,
  openings,
  records,
  quality,
  novelty,
  use,
  evidence,
  tell,
}: OpeningsAppParts): Hono {
  const app = new Hono();
  let underWay = 0;
  const tagged = etag({
    retainedHeaders: KEPT_WITH_304,
    generateDigest: (bytes) => crypto.subtle.digest("SHA-256", new Uint8Array(bytes)),
  });
  app.use("/openings/*", cors({ origin: "*", allowMethods: ["GET"] }), tagged, async (context, next) => {
    context.header("x-content-type-options", "nosniff");
    const { method } = context.req;
    if (!READING.includes(method)) throw notReading(method);
    if (underWay >= MOST_AT_A_TIME)
      throw new Refusal(503, "busy", "as many openings are asked for as may wait", "Ask again in a few seconds.");
    underWay++;
    try {
      await next();
    } finally {
      underWay--;
    }
  });
  app.onError((error, context) => {
    const refusal = error instanceof Refusal ? error : unforeseen(error);
    const { status, code, message, hint, details } = refusal;
    if (status >= 500) tell(`${new URL(context.req.url).pathname}: ${code}: ${reasonOf(error)}`);
    // What is too large is so the next time too.
    if (status === 503 && !code.endsWith("too_large")) context.header("retry-after", "5");
    if (status === 405) context.header("allow", READING.join(", "));
    context.header("cache-control", "no-store");
    return context.json({ error: { code, message, hint }, ...(plain(details) as object) }, status);
  });

  app.get("/openings/claim/:position", async (context) => {
    const position = idOf(context, "position");
    const claim = await openings.claim(ledgerOf(chain, context), position);
    return answer(context, claim, REVALIDATED);
  });
  app.get("/openings/call/:receipt", async (context) => {
    const receipt = context.req.param("receipt").toLowerCase();
    if (!isHash(receipt)) throw badId("the receipt must be its hash: 0x and 64 hex digits");
    const epoch = context.req.query("epoch");
    return answer(
      context,
      await openings.call(receipt, epoch === undefined ? undefined : numberOf(epoch, "epoch")),
      REVALIDATED,
    );
  });
  app.get("/openings/position/:position/epoch/:epoch", async (context) => {
    const [position, epoch] = [idOf(context, "position"), idOf(context, "epoch")];
    const most = Number(numberOf(context.req.query("calls") ?? String(DEFAULT_CALLS), "calls"));
    const ledger = ledgerOf(chain, context);
    return answer(context, await openings.earned(ledger, position, epoch, Math.min(most, MOST_CALLS)), REVALIDATED);
  });
  app.get("/openings/epoch/:epoch", async (context) => {
    return answer(context, await openings.published(ledgerOf(chain, context), idOf(context, "epoch")), REVALIDATED);
  });
  app.get("/openings/record/:contribution/:record", async (context) => {
    const [contribution, record] = [idOf(context, "contribution"), idOf(context, "record")];
    if (record >= PLACES) throw badId("the record must be its number in the contribution");
    const version = context.req.query("version");
    const wanted = version === undefined ? undefined : numberOf(version, "version");
    // A text that is erased must not live on in a cache.
    return answer(context, await records.record(contribution, Number(record), wanted), "no-store");
  });
  app.get("/openings/quality/:version", async (context) =>
    answer(context, await quality.ofVersion(idOf(context, "version")), REVALIDATED),
  );
  app.get("/openings/novelty/:datanet", async (context) => {
    const version = context.req.query("version");
    const wanted = version === undefined ? undefined : numberOf(version, "version");
    return answer(context, await novelty.ofDatanet(idOf(context, "datanet"), wanted), REVALIDATED);
  });
  app.get("/openings/contribution/:contribution", async (context) => {
    const contribution = idOf(context, "contribution");
    return answer(context, await use.ofContribution(ledgerOf(chain, context), contribution), REVALIDATED);
  });
  app.get("/openings/contribution/:contribution/epoch/:epoch", async (context) => {
    const [contribution, epoch] = [idOf(context, "contribution"), idOf(context, "epoch")];
    return answer(context, await evidence.ofUse(ledgerOf(chain, context), contribution, epoch), REVALIDATED);
  });
  app.get("/openings/settlement/:settlement/receipts", async (context) => {
    const settlement = idOf(context, "settlement");
    return answer(context, await evidence.ofReceipts(ledgerOf(chain, context), settlement), REVALIDATED);
  });
  app.get("/openings/index/:version/part/:part", async (context) => {
    const [version, part] = [idOf(context, "version"), idOf(context, "part")];
    if (part >= INDEX_PARTS) throw badId("the part must be its number in the index");
    return answer(context, await evidence.ofIndex(version, Number(part)), REVALIDATED);
  });
  app.get("/openings/agent/:registry/:agent", async (context) => {
    const registry = context.req.param("registry").toLowerCase();
    if (!isAddress(registry, { strict: false })) throw badId("the registry must be an address");
    const agent = decimal(context.req.param("agent"), MAX_U256, "agent");
    return answer(context, await use.ofAgent(ledgerOf(chain, context), registry, agent), REVALIDATED);
  });
  app.all("/openings/*", () => {
    throw new Refusal(
      404,
      "unknown_route",
      "there is no such opening",
      "GET /openings/claim/<position>, /openings/call/<receipt>, /openings/position/<position>/epoch/<epoch>, /openings/record/<contribution>/<index>, /openings/epoch/<epoch>, /openings/quality/<version>, /openings/novelty/<datanet>, /openings/contribution/<contribution>, /openings/contribution/<contribution>/epoch/<epoch>, /openings/agent/<registry>/<agent>, /openings/settlement/<settlement>/receipts, /openings/index/<version>/part/<part>.",
    );
  });
  return app;
}

/** Of an operator who keeps nothing that was published. */
export function noOpenings(): Hono {
  const app = new Hono();
  app.use("/openings/*", cors({ origin: "*", allowMethods: ["GET"] }));
  app.all("/openings/*", (context) => {
    const { method } = context.req;
    if (!READING.includes(method)) {
      const { status, code, message, hint } = notReading(method);
      return context.json({ error: { code, message, hint } }, status, { allow: READING.join(", ") });
    }
    const message = "this indexer was given neither bundles nor content to open";
    const hint = "Start it with --bundles <folder>, or ask another operator.";
    return context.json({ error: { code: "openings_not_kept", message, hint } }, 404);
  });
  return app;
}

function notReading(method: string): Refusal {
  const message = `openings are not changed: the method ${method.slice(0, 20)} is none of theirs`;
  return new Refusal(405, "method_not_allowed", message, "Ask by GET.");
}

function answer(context: Context, value: object, caching: string): Response {
  context.header("cache-control", caching);
  return context.json(plain(value) as object);
}

function idOf(context: Context, name: string): bigint {
  return numberOf(context.req.param(name)!, name);
}

/** A u64 in decimal. */
function numberOf(text: string, name: string): bigint {
  return decimal(text, 2n ** 64n - 1n, name);
}

function decimal(text: string, most: bigint, name: string): bigint {
  if (!/^\d{1,78}$/.test(text) || BigInt(text) > most) throw badId(`the ${name} must be a decimal number`);
  return BigInt(text);
}

function ledgerOf(chain: OpeningChain, context: Context): Address {
  const asked = context.req.query("ledger");
  if (asked !== undefined && !isAddress(asked, { strict: false })) throw badId("the ledger must be an address");
  const ledger = chain.ledgerOf(asked);
  if (ledger === undefined)
    throw new Refusal(
      404,
      "unknown_ledger",
      `${asked} is no ledger of this deployment`,
      `Leave ?ledger= out for OPEN's; there are ${chain.contracts.ledgers.join(", ")}.`,
    );
  return ledger;
}

/** Bigints as decimal strings. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each)));
}

function unforeseen(error: Error): Refusal {
  return new Refusal(
    502,
    "opening_failed",
    `it could not be opened and verified: ${reasonOf(error)}`,
    "Nothing is served that was not compared with the chain; ask again later.",
  );
}
