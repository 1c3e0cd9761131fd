// Every external call of the deployed contracts that can change something has a figure, what is inherited included.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readBuild } from "../scripts/build-info.ts";
import { root } from "../scripts/child.ts";
import { externalCalls, LEFT_OUT, reachable } from "../scripts/gas/external-calls.ts";
import { type Figure, unmeasured } from "../scripts/gas/figures.ts";

describe("figures of gas", () => {
  const { figures } = JSON.parse(readFileSync(join(root, "docs/gas.json"), "utf8")) as { figures: Figure[] };

  it("are there for every external call that can change something", () => {
    const calls = externalCalls(reachable(readBuild(), "artifacts"), LEFT_OUT);
    expect(calls).to.include.members(["RoyaltyVault.claim", "OpenGovernor.castVote", "TimelockController.schedule"]);
    expect(unmeasured(calls, figures)).to.deep.equal([]);
    const withoutTimelock = figures.filter(({ call }) => call !== "TimelockController.schedule");
    expect(unmeasured(calls, withoutTimelock)).to.deep.equal(["TimelockController.schedule"]);
  });
});
