// What the gateway counts, for Prometheus.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Listing } from "../models/listing.ts";
import type { Gate } from "./gate.ts";

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Counter<"route" | "status">;
  readonly #seconds: Histogram<"route">;
  readonly #upstreamSeconds: Histogram<"model">;
  readonly #failures: Counter<"model" | "status">;
  readonly #charged: Counter<"model">;
  readonly #tokens: Counter<"model" | "kind">;

  constructor(listings: readonly Listing[], gate: Gate) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry, prefix: "tributary_gateway_" });
    this.#requests = new Counter({
      name: "tributary_gateway_requests_total",
      help: "Requests by route and status of the answer",
      labelNames: ["route", "status"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "tributary_gateway_request_seconds",
      help: "From a request's head to the head of its answer",
      labelNames: ["route"],
      buckets: SECONDS,
      registers,
    });
    this.#upstreamSeconds = new Histogram({
      name: "tributary_gateway_upstream_seconds",
      help: "From a call of an upstream to the first of its answer",
      labelNames: ["model"],
      buckets: SECONDS,
      registers,
    });
    this.#failures = new Counter({
      name: "tributary_gateway_upstream_failures_total",
      help: "Calls that an upstream failed, by the status that the caller got",
      labelNames: ["model", "status"],
      registers,
    });
    this.#charged = new Counter({
      name: "tributary_gateway_charged_units_total",
      help: "Charged for calls since the start, base units of the token (a float: the books are exact)",
      labelNames: ["model"],
      registers,
    });
    this.#tokens = new Counter({
      name: "tributary_gateway_tokens_total",
      help: "Tokens that were charged since the start",
      labelNames: ["model", "kind"],
      registers,
    });
    this.gauge("calls", "Paid calls under way", () => gate.calls);
    this.#perModel("model_load", "Share of a model's places that is taken, smoothed", listings, ({ demand }) =>
      demand.load(),
    );
    this.#perModel(
      "model_errors",
      "Share of calls that the upstream failed lately",
      listings,
      ({ record }) => record.errors,
    );
    this.#perModel("model_sold", "1 if the model can be sold now", listings, ({ obstacle }) =>
      obstacle === undefined ? 1 : 0,
    );
  }

  /** @param route as declared, never a caller's path */
  answered(route: string, status: number, seconds: number): void {
    this.#requests.inc({ route, status: String(status) });
    this.#seconds.observe({ route }, seconds);
  }

  upstreamAnswered(model: string, seconds: number): void {
    this.#upstreamSeconds.observe({ model }, seconds);
  }

  upstreamFailed(model: string, status: number): void {
    this.#failures.inc({ model, status: String(status) });
  }

  charged(model: string, amount: bigint, tokens: { input: number; output: number }): void {
    this.#charged.inc({ model }, Number(amount));
    this.#tokens.inc({ model, kind: "input" }, tokens.input);
    this.#tokens.inc({ model, kind: "output" }, tokens.output);
  }

  /** @param read what is shown whenever it is asked for: at once, from memory */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `tributary_gateway_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** One with a label. */
  gauges(name: string, help: string, label: string, read: () => Iterable<readonly [string, number]>): void {
    new Gauge({
      name: `tributary_gateway_${name}`,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [value, number] of read()) this.set({ [label]: value }, number);
      },
    });
  }

  #perModel(name: string, help: string, listings: readonly Listing[], read: (listing: Listing) => number): void {
    new Gauge({
      name: `tributary_gateway_${name}`,
      help,
      labelNames: ["model"],
      registers: [this.registry],
      collect() {
        for (const listing of listings) this.set({ model: listing.offer.name }, read(listing));
      },
    });
  }
}
