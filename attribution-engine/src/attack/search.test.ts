// The attacker's search goes towards what pays; the figures of fairness and the command's options.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { contentSignature } from "@tributary/protocol/content-signature";
import { createRandom } from "../numerics/random.ts";
import { gini } from "./fairness-task.ts";
import { searchDisguises, type Extent } from "./search.ts";
import type { AttackTask } from "./tasks.ts";
import { TEXT_DISGUISES } from "./text-disguises.ts";
import { attackJson } from "./report.ts";
import { OUR_RAMP } from "./trial.ts";

const EXTENT: Extent = { seeds: [1, 2], firstTimes: 5, times: [1, 9], every: 1, finalists: 2, tries: 4 };

/** Pays most for a shift of one pixel, chosen against the detector, in as many copies as can be. */
function outcome(task: AttackTask): Float64Array {
  if (task.kind !== "copying") throw new Error(task.kind);
  const { disguise, strength, times, tries } = task.plan;
  const values = new Float64Array(9);
  const near = disguise === "shift" ? 3 / (1 + Math.abs(Math.log(strength))) : 0.5;
  values[1 + 2 * OUR_RAMP] = near * Math.sqrt(times) * (tries > 1 ? 1.5 : 1);
  return values;
}

describe("the search for the worst case", () => {
  it("finds the disguise, strength and number of copies that pay best, on all seeds", async () => {
    const tried = await searchDisguises("own", EXTENT, (tasks) => Promise.resolve(tasks.map(outcome)));
    const { plan, ratios } = tried[0]!;
    expect(plan).to.deep.equal({ disguise: "shift", strength: 1, times: 9, tries: 4 });
    expect(ratios).to.deep.equal([13.5, 13.5]);
  });
});

describe("fairness", () => {
  it("measures inequality from 0 to nearly 1", () => {
    expect(gini([5, 5, 5, 5])).to.be.closeTo(0, 1e-12);
    expect(gini([0, 0, 0, 8])).to.be.closeTo(0.75, 1e-12);
    expect(gini([0, 0])).to.equal(0);
  });
});

describe("disguises of text", () => {
  it("are the same for a seed; case and punctuation change no signature", () => {
    const words = "We hold these truths to be self evident, that all men are created equal".split(" ");
    for (const { name, strengths, apply } of TEXT_DISGUISES) {
      const [a, b] = [1, 1].map(() => apply(words, strengths.at(-1)!, createRandom(1, name), words).join(" "));
      expect(a, name).to.equal(b);
      expect(a, name).not.to.equal(words.join(" "));
      if (name === "upper case") expect(contentSignature(a!)).to.deep.equal(contentSignature(words.join(" ")));
    }
  });
});

describe("the figures of attacks", () => {
  it("are rules by name and attacks by name, and what was not tried says why", () => {
    const ratios = { ours: { copies: 1, closing: 1.2 }, cosine: { copies: 9, closing: null } };
    const details = { seeds: 2, copying: [], ramps: {}, honest: {}, fairness: {}, sweep: [], calls: [], closings: [] };
    const { details: told, ...rules } = JSON.parse(attackJson({ ratios, details }, true)) as Record<string, unknown>;
    expect(rules).to.deep.equal(ratios);
    expect(told).to.deep.include({ quick: true, seeds: 2 });
    expect((told as { notTried: object }).notTried).to.have.keys("closing");
  });
});

describe("npm run attack", () => {
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const run = (...options: string[]) => spawnSync(process.execPath, [main, ...options], { encoding: "utf8" });
  it("says what to do where an option is unknown or wrong", () => {
    for (const options of [["--slow"], ["--workers", "0"]]) {
      const { status, stderr, stdout } = run(...options);
      expect([status, stdout]).to.deep.equal([2, ""]);
      expect(stderr).to.match(/--slow|give a whole number from 1/);
    }
    expect(run("--help").stdout).to.contain("--quick");
  });
});
