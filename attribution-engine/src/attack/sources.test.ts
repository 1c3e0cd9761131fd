// Which records attackers copy, what junk they make, in which orders their records arrive, and what outcomes are kept by.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { NOVELTY_RULE, POINTS_RULE } from "../commands/method.ts";
import { sourcesDigest } from "../quality/sources-digest.ts";
import { logitsOf, trainClassifier } from "../trials/classifier.ts";
import { loadDigits } from "../trials/digits.ts";
import { splitImages } from "../trials/labelled-images.ts";
import { scoresOf, teachDetector } from "./copy-detector.ts";
import { MAIN_JOB_METHOD } from "./baseline.ts";
import type { Economy } from "./economy.ts";
import { copyRecords } from "./copying.ts";
import { attackerOf, sourcesOf } from "./copying-task.ts";
import { JUNK_CHOICES, makeJunk, type JunkPlan } from "./junk.ts";
import { appendRecords, placesOf } from "./records.ts";
import { arrivals } from "./splitting-task.ts";
import { SIZES } from "./tasks.ts";
import { CONTRIBUTORS, drawTrial } from "./trial.ts";

const { records } = drawTrial(1);
const earned = Float64Array.from(records.labels, (_, place) => (place * 7919) % 1000);

describe("copiers", () => {
  it("copy every one of their records as often as they say, whether they have few or many", async () => {
    const counts: number[] = [];
    for (const size of SIZES) {
      const attacker = attackerOf(records, size);
      const own = placesOf(records, attacker);
      const sources = sourcesOf(records, "own", attacker, earned);
      expect(sources).to.deep.equal(own);
      const copies = await copyRecords(records, sources, { strength: 0, times: 50, tries: 1 }, attacker, undefined, 1);
      expect(placesOf(appendRecords(records, copies), attacker).length).to.equal(51 * own.length);
      counts.push(own.length);
    }
    const all = Array.from({ length: CONTRIBUTORS }, (_, c) => placesOf(records, c).length).sort((a, b) => a - b);
    expect(counts).to.deep.equal([all[2], all[10], all[17]]);
    expect(sourcesOf(records, "thief", CONTRIBUTORS, earned)).to.have.length(20);
  });
});

describe("who splits records over wallets", () => {
  it("changes the order of arrival of no others", () => {
    const own = placesOf(records, attackerOf(records, "median"));
    for (const order of arrivals(records, own, earned)) {
      expect([...order].sort((a, b) => a - b)).to.deep.equal([...records.labels.keys()]);
      expect(order).not.to.deep.equal([...records.labels.keys()]);
      for (const [place, record] of order.entries()) if (!own.includes(place)) expect(record).to.equal(place);
    }
  });
});

describe("junk", () => {
  it("is wrong throughout, and chosen by what the model and the judge say", async () => {
    const [first, prompts, spare] = splitImages(loadDigits(), [190, 10, 60], 4);
    const trusted = { ...first!, contributors: new Int32Array(190) };
    const trial = { seed: 4, records: trusted, prompts: prompts!, spare: spare! };
    const detector = await teachDetector(trusted, 0.05, 0.03, 1);
    const classifier = await trainClassifier(trusted, { hidden: [16], decay: 1e-2, steps: 60, rate: 0.03 }, 1);
    const of = async (plan: Partial<JunkPlan>) => {
      const made = { label: "likeliest wrong", choice: "any", noise: 0, amplitude: 1, ...plan } as const;
      const junk = await makeJunk({ trial, detector, economy: { classifier } as Economy }, made);
      expect(junk.count).to.equal(10);
      const scores = await scoresOf(detector, junk, trusted);
      const logits = await logitsOf(classifier, junk);
      const worst = Array.from(junk.labels, (label, row) => {
        const own = logits.subarray(10 * row, 10 * row + 10);
        return Math.max(...own) - own[label]!;
      });
      const passed = [...scores].filter((score) => score <= detector.threshold).length;
      return { junk, passed, gap: worst.reduce((sum, one) => sum + one, 0) };
    };
    const spareAs = new Map(
      Array.from(spare!.labels, (label, row) => [spare!.pixels.subarray(64 * row, 64 * row + 64).join(), label]),
    );
    for (const choice of JUNK_CHOICES) {
      const { junk } = await of({ choice, label: "any wrong" });
      for (let row = 0; row < junk.count; row++)
        expect(spareAs.get(junk.pixels.subarray(64 * row, 64 * row + 64).join())).not.to.be.oneOf([
          undefined,
          junk.labels[row],
        ]);
    }
    const [any, closest, passing] = [
      await of({}),
      await of({ choice: "closest logits" }),
      await of({ choice: "closest that pass" }),
    ];
    expect(closest.gap).to.be.lessThan(any.gap);
    expect(passing.passed).to.be.greaterThan(any.passed);
    const noise = await of({ noise: 1, amplitude: 0.5 });
    expect(Math.max(...noise.junk.pixels)).to.be.within(0.45, 0.5);
  });
});

describe("the main job's rule among the trial's", () => {
  it("has the numbers of the main job", () => {
    const { topK, debitFactor, tau, delta } = MAIN_JOB_METHOD;
    expect({ topK, debitFactor }).to.deep.equal(POINTS_RULE);
    expect({ tau, delta }).to.deep.equal({ tau: NOVELTY_RULE.tau, delta: NOVELTY_RULE.delta });
  });
});

describe("what kept outcomes are kept by", () => {
  it("changes with every file that a worker's code imports or reads, and with no other", () => {
    const folder = mkdtempSync(join(tmpdir(), "sources-"));
    try {
      const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
      const digest = (): string => sourcesDigest(pathToFileURL(join(folder, "worker.ts")));
      write("worker.ts", 'import { a } from "./a.ts";\nimport type { T } from "./types.ts";\nimport "node:fs";\n');
      write("a.ts", 'export {\n  b,\n} from "./b.ts";\nconst data = new URL("./data.csv", import.meta.url);\n');
      write("b.ts", "export const b = 1;\n");
      write("data.csv", "1\n");
      write("other.ts", "");
      const before = digest();
      write("other.ts", "export {};");
      expect(digest()).to.equal(before);
      const seen = new Set([before]);
      for (const name of ["b.ts", "data.csv", "a.ts", "worker.ts"]) {
        write(name, `// ${name}\n${name === "a.ts" ? 'import "./b.ts";' : ""}`);
        seen.add(digest());
      }
      expect(seen.size).to.equal(5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
