// The gateway's routes.
import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { isHash } from "viem";
import type { Limits } from "../config/schema.ts";
import { ApiError, internalError, unknownModel } from "../openai/api-error.ts";
import type { Call } from "../openai/call.ts";
import { chatCall } from "../openai/chat.ts";
import { completionCall } from "../openai/completion.ts";
import { embeddingCall } from "../openai/embedding.ts";
import { parseJsonBody } from "../openai/json-body.ts";
import { Bodies } from "./body.ts";
import { modelObject } from "./model-object.ts";
import { quoteOf } from "../models/quote.ts";
import { PaymentRefused } from "../payments/refused.ts";
import { receiptProof } from "@tributary/protocol/receipt-proof";
import type { Gate } from "./gate.ts";
import { setHeader } from "./json-answer.ts";
import { ReaderGone } from "./outlet.ts";
import { type CallParts, type Note, PaidCalls } from "./paid-call.ts";
import { channelObject } from "./channel-object.ts";
import { orUnavailable } from "./unavailable.ts";

export interface AppParts extends CallParts {
  readonly limits: Pick<Limits, "bodyBytes" | "bodiesBytes" | "calls">;
  /** Why no calls can be answered now; empty if they can. */
  readonly obstacles: () => string[];
  /** Models that are not sold now, and why. */
  readonly unsold: () => string[];
  /** Asked of whoever reads `/metrics`, as a bearer token; undefined: anybody who reaches the port may. */
  readonly metricsToken: string | undefined;
  /** Further routes that read the chain, as those of attribution: they count as calls under way. */
  readonly routes?: Hono;
}

type Env = { Bindings: HttpBindings; Variables: { note: Note } };

/** The status that says in logs and metrics that nobody waited for the answer. */
const CALLER_GONE = 499;

export function createApp(parts: AppParts): Hono<Env> {
  const { router, payments, gate, metrics, limits, log, obstacles } = parts;
  const calls = new PaidCalls(parts);
  const bodies = new Bodies(limits);
  const app = new Hono<Env>();
  app.use(observed(parts));
  if (parts.routes !== undefined) {
    for (const { path } of parts.routes.routes) app.use(path, (_context, next) => counted(gate, next));
    app.route("/", parts.routes);
  }

  const paid = (path: string, read: (body: unknown) => Call): void => {
    app.post(path, async (context) => {
      const { incoming, outgoing } = context.env;
      const call = read(parseJsonBody(await bodies.read(incoming)));
      return calls.answer(call, context.req.raw, goneSignal(outgoing), context.get("note"));
    });
  };
  paid("/v1/chat/completions", chatCall);
  paid("/v1/completions", completionCall);
  paid("/v1/embeddings", embeddingCall);

  app.get("/v1/models", (context) => context.json({ object: "list", data: router.listings.map(modelObject) }));
  app.get("/v1/models/:id{.+}", (context) => {
    const id = context.req.param("id");
    const listing = router.named(id);
    if (listing === undefined) throw unknownModel(id);
    return context.json(modelObject(listing));
  });
  // The official client's refund begins with a GET that is answered with the channel's terms.
  app.on(["GET", "POST"], "/v1/refunds/:model{.+}", (context) => {
    const model = context.req.param("model");
    const listing = router.named(model);
    if (listing === undefined) throw unknownModel(model);
    const { offer, prices, settings } = listing;
    const ordinary = { input: settings.tokens.perMessage, output: settings.tokens.default };
    return counted(gate, () =>
      orUnavailable("Refunds can't be judged or sent now; one that was sent is finished by itself.", () =>
        payments.refund(context.req.raw, quoteOf(offer, prices.current(), ordinary)),
      ),
    );
  });
  app.get("/v1/channels/:id", async (context) => {
    const id = hashOf(context, "channel");
    const channel = await counted(gate, () =>
      orUnavailable("The channel's state can't be read now, from the books or the chain.", () =>
        payments.channelState(id),
      ),
    );
    if (channel === undefined)
      throw notFound("There is no such channel here; it is known from its first paid call on.");
    return context.json(channelObject(channel));
  });
  app.get("/v1/receipts/:id", async (context) => {
    const id = hashOf(context, "receipt");
    const entry = await counted(gate, () =>
      orUnavailable("The receipt can't be read or signed now.", () => payments.receipt(id)),
    );
    if (entry === undefined) throw notFound("There is no such receipt here.");
    // The salt is the payer's alone: with it, the hashes of guessable texts could be tested.
    const { salt: _salt, ...shown } = receiptProof(entry);
    return context.json({ ...shown, settlement: entry.settlement?.toString() ?? null });
  });

  app.get("/health", (context) => context.json({ status: "ok" }));
  app.get("/ready", (context) => {
    const reasons = obstacles();
    if (reasons.length > 0) return context.json({ status: "not ready", reasons }, 503);
    const unsold = parts.unsold();
    return context.json({ status: "ready", ...(unsold.length > 0 && { unsold }) });
  });
  app.get("/metrics", async (context) => {
    if (parts.metricsToken !== undefined && !isBearer(context.req.header("authorization"), parts.metricsToken)) {
      throw new ApiError(401, "authentication_error", "The metrics need their bearer token.", {
        code: "invalid_api_key",
        headers: { "www-authenticate": "Bearer" },
      });
    }
    return context.body(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType });
  });

  allowOnly(app);
  // Thrown, it would pass by what counts and logs answers.
  app.notFound(({ req }) =>
    notFound(
      `Unknown request URL: ${req.method} ${req.path.slice(0, 200)}. GET /v1/models lists what is served.`,
      "unknown_url",
    ).response(),
  );
  app.onError((error, context) => {
    const { request, headers = {} } = context.get("note");
    const response = answerTo(error, (level, event) => {
      log[level]({ request, ...event });
    });
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  });
  return app;
}

/** What a caller is told of an error, and its operator of what the caller is not told. */
function answerTo(error: Error, tell: (level: "warn" | "error", event: object) => void): Response {
  if (error instanceof ReaderGone) return new Response(null, { status: CALLER_GONE });
  if (!(error instanceof ApiError)) {
    tell("error", { event: "failed", error });
    return internalError().response();
  }
  if (error.cause === undefined) return error.response();
  tell("warn", { event: "refused", code: error.code, error: error.cause });
  return error.cause instanceof PaymentRefused ? error.cause.response : error.response();
}

/** Gives each request its id, and counts and logs how it was answered. */
function observed({ log, metrics, gate }: AppParts) {
  return async (context: Context<Env>, next: () => Promise<void>): Promise<void> => {
    const startedAt = performance.now();
    const request = randomUUID();
    const note: Note = { request };
    context.set("note", note);
    if (!URL.canParse(context.req.url)) throw badHost();
    await next();
    const route = context.req.routePath === "/*" || context.req.routePath === "*" ? "unknown" : context.req.routePath;
    const milliseconds = performance.now() - startedAt;
    // Hono's own way would copy the answer, body and all.
    const { res } = context;
    setHeader(res, "x-request-id", request);
    if (gate.isClosed) setHeader(res, "connection", "close");
    const { status } = res;
    // Once the answer is on its way.
    setImmediate(() => {
      metrics.answered(route, status, milliseconds / 1000);
      log.info({ event: "answered", request, method: context.req.method, route, status, milliseconds, ...note.charge });
    });
  };
}

/** Aborted when the caller goes before its answer was sent. The request's own signal does the same, and has a whole `Request` made for it. */
function goneSignal(outgoing: ServerResponse): AbortSignal {
  const control = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) control.abort();
  });
  return control.signal;
}

/** Runs what reads the chain, signs or sends as one of the calls under way: as many as may be, none once the gateway stops, and waited for then. */
async function counted<Answer>(gate: Gate, run: () => Promise<Answer>): Promise<Answer> {
  const leave = gate.enter();
  try {
    return await run();
  } finally {
    leave();
  }
}

/** The address of a call is in its payment's terms. */
function badHost(): ApiError {
  return new ApiError(400, "invalid_request_error", "The header Host is not a host's name.", { code: "invalid_host" });
}

/** 405 naming the methods, for paths that exist. */
function allowOnly(app: Hono<Env>): void {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method !== "ALL") methods.set(path, (methods.get(path) ?? new Set()).add(method));
  }
  for (const [path, allowed] of methods) {
    app.all(path, ({ req }) => {
      const allow = [...allowed].join(", ");
      throw new ApiError(
        405,
        "invalid_request_error",
        `Not allowed method: ${req.method.slice(0, 20)} ${req.path.slice(0, 200)}. Allowed: ${allow}.`,
        {
          code: "method_not_allowed",
          headers: { allow },
        },
      );
    });
  }
}

/** Takes as long whatever the token is that was sent. */
function isBearer(header: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  // The scheme may be written in any case (RFC 9110, section 11.1).
  const given = (header ?? "").replace(/^bearer +/i, "Bearer ");
  return timingSafeEqual(digest(given), digest(`Bearer ${token}`));
}

function hashOf(context: Context<Env, "/:id">, what: string) {
  const id = context.req.param("id");
  if (!isHash(id)) {
    throw new ApiError(400, "invalid_request_error", `The id of a ${what} is 0x and 64 hexadecimal digits.`, {
      param: "id",
      code: "invalid_value",
    });
  }
  return id.toLowerCase() as typeof id;
}

function notFound(message: string, code = "not_found"): ApiError {
  return new ApiError(404, "not_found_error", message, { code });
}
