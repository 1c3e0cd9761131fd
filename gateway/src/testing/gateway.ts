// A gateway for tests of the server: the real app over HTTP, with SIMULATED payments and upstream.
import type { Hono } from "hono";
import type { Address } from "viem";
import type { z } from "zod";
import { configSchema } from "../config/schema.ts";
import type { ChainTerms } from "../models/listing.ts";
import { Listing } from "../models/listing.ts";
import { Router } from "../routing/router.ts";
import { createApp } from "../server/app.ts";
import { Gate } from "../server/gate.ts";
import { createLog } from "../server/log.ts";
import { Metrics } from "../server/metrics.ts";
import { listen, type Listening } from "../server/server.ts";
import { Upstream } from "../upstream/upstream.ts";
import type { Payments } from "../payments/payments.ts";
import { SimulatedPayments } from "./simulated-payments.ts";

type ConfigInput = z.input<typeof configSchema>;

export interface TestGateway extends Listening {
  readonly payments: SimulatedPayments;
  readonly listings: Listing[];
  readonly gate: Gate;
  readonly metrics: Metrics;
  /** What was logged. */
  readonly lines: string[];
}

/** Prices of tests: 2,000 units per 1,000 input tokens and 6,000 per 1,000 output tokens. */
export const TERMS: ChainTerms = { registered: { input: 2000n, output: 6000n }, stake: 0n, isUsable: true };

/** Starts one with a model for each of `models`, all at the SIMULATED upstream's address. */
export async function startTestGateway(
  upstreamUrl: string,
  {
    models = [{ name: "m" }],
    terms = () => TERMS,
    paid,
    routes,
    metricsToken,
    ...config
  }: Partial<Omit<ConfigInput, "models">> & {
    models?: (Partial<ConfigInput["models"][number]> & { name: string })[];
    terms?: (name: string) => ChainTerms;
    /** Real ones, at one till for all models. */
    paid?: { payments: Payments; till: Address; token: Address };
    routes?: Hono;
    metricsToken?: string;
  } = {},
): Promise<TestGateway> {
  const parsed = configSchema.parse({
    chain: { deployment: "none.json" },
    ...config,
    listen: { port: 0 },
    models: models.map((model) => ({ version: 1, ...model, upstream: { url: upstreamUrl, ...model.upstream } })),
  });
  const listings = parsed.models.map((settings, index) => {
    const till = paid?.till ?? (`0x${(index + 1).toString(16).padStart(40, "0")}` as const);
    const token = paid?.token ?? (`0x${"70".repeat(20)}` as const);
    const { name, tags } = settings;
    const offer = {
      name,
      tags,
      model: 1n,
      version: BigInt(settings.version),
      till,
      token,
    };
    return new Listing(offer, settings, terms(name), { ...parsed.quotes, termsSeconds: Infinity });
  });
  const lines: string[] = [];
  const log = createLog("debug", { write: (line) => void lines.push(line) });
  const payments = new SimulatedPayments();
  const gate = new Gate(parsed.limits);
  const upstreams = new Map(
    parsed.models.map(({ name, upstream }) => [name, new Upstream(name, upstream, "SECRET-KEY")]),
  );
  const metrics = new Metrics(listings, gate);
  const app = createApp({
    router: new Router(listings, parsed.routing),
    upstreams,
    payments: paid?.payments ?? payments,
    gate,
    metrics,
    limits: parsed.limits,
    log,
    obstacles: () => listings.flatMap(({ obstacle }) => obstacle ?? []),
    unsold: () => [],
    metricsToken,
    ...(routes === undefined ? {} : { routes }),
  });
  const server = await listen(app, parsed);
  return {
    ...server,
    close: async () => {
      await server.close();
      for (const upstream of upstreams.values()) upstream.close();
    },
    payments,
    listings,
    gate,
    metrics,
    lines,
  };
}
