// The flow's amounts add up.
import { expect } from "chai";
import { type Flow, flowOf, type FlowTotals } from "./flow.ts";

const TOTALS: FlowTotals = {
  ...{ fees: 1_000n, plainFees: 100n },
  ...{ treasury: 50n, gateway: 100n, ancestors: 0n, curators: 50n, stakers: 50n, developer: 50n, data: 700n },
  ...{ attributed: 500n, givenUp: 20n, claimedAttributed: 400n },
};

function sums({ links }: Flow, node: string): { into: bigint; out: bigint } {
  const sum = (end: "source" | "target"): bigint =>
    links.filter((link) => link[end] === node).reduce((all, { amount }) => all + amount, 0n);
  return { into: sum("target"), out: sum("source") };
}

describe("flow of fees", () => {
  it("gives out at every inner node what came in", () => {
    const flow = flowOf(TOTALS);
    for (const node of ["fees", "data", "attributed"]) {
      const { into, out } = sums(flow, node);
      expect(out, node).to.equal(into);
    }
  });

  it("starts with all fees and ends with all of them", () => {
    const flow = flowOf(TOTALS);
    const ends = flow.nodes.filter(({ id }) => sums(flow, id).out === 0n);
    expect(ends.reduce((all, { id }) => all + sums(flow, id).into, 0n)).to.equal(TOTALS.fees);
    expect(sums(flow, "calls").out + sums(flow, "plain").out).to.equal(TOTALS.fees);
  });

  it("leaves out what is zero", () => {
    const flow = flowOf(TOTALS);
    expect(flow.nodes.map(({ id }) => id)).to.not.include("ancestors");
    expect(
      flowOf(Object.fromEntries(Object.keys(TOTALS).map((key) => [key, 0n])) as unknown as FlowTotals),
    ).to.deep.equal({
      nodes: [],
      links: [],
    });
  });
});
