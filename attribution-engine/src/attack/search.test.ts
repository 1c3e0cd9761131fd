// The attacker's search goes towards what pays; the figures of fairness and the command's options.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { contentSignature } from "@tributary/protocol/content-signature";
import { createRandom } from "../numerics/random.ts";
import { gini } from "./fairness-task.ts";
import { OPEN_RULES } from "./baseline.ts";
import { playAttacks } from "./figures.ts";
import { searchJunk } from "./junk-search.ts";
import type { JunkPlan } from "./junk.ts";
import { OTHER_RULES } from "./other-rules.ts";
import { FULL } from "./search.ts";
import { CALL_FACTORS, CLOSINGS, SWEEP, type AttackTask, type Copying, type Size, type Target } from "./tasks.ts";
import { TEXT_DISGUISES } from "./text-disguises.ts";
import { attackJson, attackTables } from "./report.ts";
import { RAMP_NAMES } from "./trial.ts";

/** How much a disguise serves: most at strength 1. */
const near = (strength: number): number => 1 / (1 + Math.abs(Math.log(strength)));
const BEST: Readonly<Record<Target, string>> = { own: "shift", "own best-paid": "rotation", thief: "blend" };

/** Pays most for another disguise by target, for many copies chosen among many, by a large attacker; brightness pays little and harms most. */
function copying({ target, size, plan }: Copying): [number, number] {
  const { disguise, strength, times, tries } = plan;
  if (disguise === undefined) return [1, 1];
  const of = near(strength) * Math.sqrt(times) * (1 + Math.log2(tries)) * (size === "large" ? 1.2 : 1);
  return [disguise === BEST[target] ? of : of / 10, disguise === "brightness" ? 0.5 - of / 1000 : 0.9];
}

/** The judge lets through what is chosen to pass; without it noise half as bright is paid most. */
function junk({ label, choice, noise, amplitude }: JunkPlan): number[] {
  const liked = label === "likeliest wrong" ? 2 : 1;
  const open = (choice === "closest logits" ? 0.04 : 0.02) * liked * (1 + noise) * near(2 * amplitude);
  return [0.5, choice === "closest that pass" ? 0.01 * liked : 0.001, open, 2 * open];
}

/** Outcomes of tasks without any economy. */
function pretend(task: AttackTask): Float64Array {
  switch (task.kind) {
    case "copying": {
      const pair = copying(task);
      if (task.rules === "others") return Float64Array.from(OPEN_RULES.flatMap(() => pair));
      return Float64Array.from([0.5, ...(task.everyRamp === true ? RAMP_NAMES : [""]).flatMap(() => pair)]);
    }
    case "junk": {
      const more = { sweep: 2 * SWEEP.length, others: OTHER_RULES.length, none: 0 }[task.also ?? "none"];
      return Float64Array.from([...junk(task.plan), ...new Array<number>(more).fill(0.1)]);
    }
    case "fairness":
      return new Float64Array(3 + 4 * (2 * RAMP_NAMES.length + OPEN_RULES.length - 1 + SWEEP.length)).fill(0.5);
    case "splitting":
      return Float64Array.of(1, 0.9, task.size === "small" ? 1.3 : 1.1, 1);
    case "calls": {
      const share = task.after === undefined ? 0.3 : 0.7;
      return Float64Array.from([
        ...CLOSINGS.map(() => 1 + share),
        ...new Array<number>(3 * CALL_FACTORS.length).fill(share),
      ]);
    }
  }
}

describe("the search for the worst case", () => {
  it("finds the disguise, strength, choice and number of copies that pay best, for every attacker by itself", async () => {
    const asked: AttackTask[] = [];
    const figures = await playAttacks(FULL, (tasks) => {
      asked.push(...tasks);
      return Promise.resolve(tasks.map(pretend));
    });
    const { ratios } = figures;
    const paid = (target: Target, size: Size, strength: number, at = 0): number =>
      copying({ target, size, plan: { disguise: BEST[target], strength, times: 50, tries: 64 } })[at]!;
    const ours = ratios["ours"]!;
    expect(ours["disguised copies, worst found"]).to.be.at.least(paid("own", "large", 0.96));
    expect(ours["thief, disguised, worst found"]).to.be.at.least(paid("thief", "median", 1));
    expect(ours["crowding, disguised"]).to.be.at.least(paid("own best-paid", "large", 0.9));
    // The thief who pays least is the one who harms most.
    const harm = copying({
      ...{ target: "thief", size: "median" },
      plan: { disguise: "brightness", strength: 1, times: 50, tries: 64 },
    })[1];
    expect(ours["robbed keep, disguised"]).to.be.at.most(harm);
    expect(ours["arriving in another order"]).to.equal(1.3);
    expect([ours["self-dealing: back per unit paid"], ours["self-dealing, after the worst copies"]]).to.deep.equal([
      0.3, 0.7,
    ]);
    const after = asked.flatMap((task) => (task.kind === "calls" ? (task.after ?? []) : []));
    expect(after[0]!.plan).to.include({ disguise: "shift", times: 50, tries: 64 });
    expect(after[0]!.size).to.equal("large");
    expect(ours["exact copies"]).to.equal(1);
    const told = attackTables(figures);
    expect(told).to.contain("5 % mislabelled, worst found: share").and.to.contain(", after the worst copies");
    expect(told).not.to.match(/NaN|undefined|Infinity/);
    expect(told).to.contain("large, shift").and.to.contain("one a call");
  });

  it("finds the junk that passes the judge, and without a judge other junk", async () => {
    const { worst } = await searchJunk(FULL, (tasks) => Promise.resolve(tasks.map(pretend)));
    const [judged, open] = worst.mislabelled;
    expect(judged!.plan).to.include({ label: "likeliest wrong", choice: "closest that pass" });
    expect(open!.plan).to.include({ label: "likeliest wrong", choice: "closest logits" });
    expect(worst.noise[1]!.plan.noise).to.equal(1);
    expect(worst.noise[1]!.plan.amplitude).to.be.closeTo(0.5, 0.15);
    expect(worst.noise[1]!.shares[1]).to.be.above(worst.mislabelled[1]!.shares[1]!);
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
    const details = {
      ...{ seeds: 2, copying: [], ramps: {}, junk: [], honest: {}, fairness: {}, sweep: [] },
      ...{ calls: [], callsAfterCopies: [], closings: [] },
    };
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
    for (const options of [
      ["--slow"],
      ["--workers", "0"],
      ["--only", "constructor"],
      ["--text", ".", "--only", "junk"],
    ]) {
      const { status, stderr, stdout } = run(...options);
      expect([status, stdout]).to.deep.equal([2, ""]);
      expect(stderr).to.match(/--slow|give a whole number from 1|give one of copies|--text has no/);
    }
    expect(run("--help").stdout).to.contain("--quick");
  });
});
