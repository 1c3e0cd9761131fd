// One check that does not hold is enough for `ok` to be false; each limit of the model's and the attribution's quality is tried on both sides.
import { expect } from "chai";
import { Checks } from "./checks.ts";
import type { Corpus } from "./corpus-file.ts";
import type { LeaveOutResult, MeasureResult, TrainResult } from "./engine-results.ts";
import { checkQuality } from "./quality.ts";

interface Figures {
  records: number;
  calls: number;
  training: Partial<TrainResult>;
  measure: Partial<MeasureResult>;
  leaveOut: Partial<LeaveOutResult>;
}

const SPEAKERS = Array.from({ length: 8 }, (_, speaker) => `speaker ${speaker}`);
const GOOD: Figures = {
  records: 5_000,
  calls: 300,
  training: { basePerplexity: 50, perplexity: 30, bigramPerplexity: 40 },
  measure: { speakerShare: 0.06, chanceShare: 0.03, bm25Share: 0.09, gradDotShare: 0.05 },
  leaveOut: {
    correlation: 0.5,
    low: 0.01,
    high: 0.9,
    perPassage: { value: 0.3, low: 0.01, high: 0.4 },
    contributors: SPEAKERS,
  },
};

function judge(changes: Partial<Figures>): Checks {
  const { records, calls } = { ...GOOD, ...changes };
  const checks = new Checks();
  checkQuality(
    checks,
    { datanets: [{ contributors: [{ records: { length: records } }] }] } as unknown as Corpus,
    calls,
    { ...GOOD.training, ...changes.training } as TrainResult,
    { ...GOOD.measure, ...changes.measure } as MeasureResult,
    { ...GOOD.leaveOut, ...changes.leaveOut } as LeaveOutResult,
  );
  return checks;
}

describe("the checks of quality", () => {
  it("hold at their limits", () => {
    const checks = judge({});
    expect(checks.list.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect(checks.list).to.have.length(7);
    expect(checks.ok).to.equal(true);
  });

  const beyond: [string, Partial<Figures>, RegExp][] = [
    ["records are too few", { records: 4_999 }, /5000 training records/],
    ["calls are too few", { calls: 299 }, /300 paid calls/],
    ["the bigram model is as good", { training: { bigramPerplexity: 30 } }, /tuned bigram model/],
    ["training did not help", { training: { basePerplexity: 30 } }, /training on the datanets/],
    ["the speakers' share is below twice chance", { measure: { chanceShare: 0.0301 } }, /at least 2× chance/],
    ["gradient dot products do as well", { measure: { gradDotShare: 0.06 } }, /above gradient dot products/],
    ["the interval of the agreement reaches zero", { leaveOut: { low: 0 } }, /agrees in rank/],
    [
      "the interval of the agreement by passage reaches zero",
      { leaveOut: { perPassage: { value: 0.1, low: 0, high: 0.2 } } },
      /agrees in rank/,
    ],
    ["fewer than 8 speakers were left out", { leaveOut: { contributors: SPEAKERS.slice(1) } }, /agrees in rank/],
  ];
  for (const [name, changes, check] of beyond) {
    it(`make the run fail where ${name}`, () => {
      const checks = judge(changes);
      const failed = checks.list.filter(({ ok }) => !ok).map((item) => item.name);
      expect(failed).to.have.length(1);
      expect(failed[0]).to.match(check);
      expect(checks.ok).to.equal(false);
    });
  }
});

describe("an equation of two sums", () => {
  it("fails where they differ by one unit, and shows both", () => {
    const checks = new Checks();
    checks.equal("fees in = splits out + pools", ["fees", 10n ** 24n], ["splits", 10n ** 24n - 1n]);
    expect(checks.ok).to.equal(false);
    expect(checks.list[0]?.detail).to.equal(`fees ${10n ** 24n} ≠ splits ${10n ** 24n - 1n}`);
  });
});
