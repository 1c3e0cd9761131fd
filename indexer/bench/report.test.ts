// The arithmetic of the indexer's benchmark, and its text.
import { expect } from "chai";
import { type Measurements, percentile, reportOf, textOf } from "./report.ts";

const LOAD = { pauseMs: 1_000, requestsPerSecond: 50, p50Ms: 10, p95Ms: 40, p99Ms: 61 };
const ALL: Measurements = {
  backfill: { events: 200_000, postgresSeconds: 40, pgliteSeconds: 50, peerSeconds: 20, peerMissing: null },
  freshness: [{ database: "PGlite", blocks: 60, medianMs: 120, p95Ms: 230 }],
  graphql: {
    rows: 1_000_000,
    clients: 50,
    paced: LOAD,
    saturated: { ...LOAD, pauseMs: 0, p99Ms: 900 },
    shared: { servers: 3, paced: { ...LOAD, p99Ms: 17 }, saturated: { ...LOAD, pauseMs: 0, p99Ms: 95 } },
    slowest: [{ query: "epoch EPOCH", p99Ms: 63 }],
  },
};

describe("report of the indexer's benchmark", () => {
  it("takes percentiles by the nearest rank", () => {
    const values = Array.from({ length: 100 }, (_, place) => 100 - place);
    expect(percentile(values, 0.5)).to.equal(50);
    expect(percentile(values, 0.99)).to.equal(99);
    expect(percentile([7], 0.99)).to.equal(7);
    expect(() => percentile([], 0.5)).to.throw("no values");
  });

  it("computes rates, and the ratio of Ponder's to the peer's", () => {
    const report = reportOf(ALL, "a peer");
    expect(report).to.include({
      eventsPerSecond: 5_000,
      embeddedEventsPerSecond: 4_000,
      peer: "a peer",
      peerEventsPerSecond: 10_000,
      ratioToPeer: 0.5,
      blockToGraphqlMs: 120,
      graphqlP99Ms: 17,
      graphqlSaturatedP99Ms: 95,
    });
    expect(textOf(report)).to.contain("0.50 times as fast as the peer").and.to.contain("p99 61 ms");
    expect(textOf(report)).to.match(/3 servers, each asks without pause: .* p99 95 ms/);
  });

  it("says why there is no peer", () => {
    const report = reportOf(
      { ...ALL, backfill: { ...ALL.backfill!, peerSeconds: null, peerMissing: "npm has it not" } },
      "a peer",
    );
    expect(report).to.include({ peer: null, peerEventsPerSecond: null, ratioToPeer: null });
    expect(textOf(report)).to.contain("no peer: npm has it not");
  });

  it("leaves out what was not measured", () => {
    const report = reportOf({ backfill: null, freshness: null, graphql: null }, "a peer");
    expect(report).to.include({ eventsPerSecond: null, blockToGraphqlMs: null, graphqlP99Ms: null });
    expect(textOf(report).trim()).to.equal("");
  });
});
