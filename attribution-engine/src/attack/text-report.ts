/** The figures of copies of text, as ratios by rule and as tables for people. */
import { formatTable } from "../../../scripts/table.ts";
import type { TextRuleFigures } from "./text-junk-trial.ts";
import type { JunkWay } from "./text-junk.ts";
import type { TextFigures } from "./text-trial.ts";

const rulesOf = ({ outcomes }: TextFigures): string[] => Object.keys(outcomes[0]!.ratios);

/** By rule: income with exact copies ÷ without, and with the disguise that pays best; the largest of what was tried. */
export function textRatios(figures: TextFigures): Record<string, Record<string, number>> {
  const largest = (rule: string, isExact: boolean): number =>
    Math.max(
      ...figures.outcomes
        .filter(({ disguise }) => (disguise === undefined) === isExact)
        .map(({ ratios }) => ratios[rule]!),
    );
  return Object.fromEntries(
    rulesOf(figures).map((rule) => [
      rule,
      { "exact copies": largest(rule, true), "disguised copies, worst found": largest(rule, false) },
    ]),
  );
}

/** What junk is paid, and how fair the rule is without it, by K and debit factor. */
export function textJunkTable(rules: readonly TextRuleFigures[]): string {
  const ways = Object.keys(rules[0]!.junk) as JunkWay[];
  const rows = [
    ["K, factor, size limit", ...ways, "leave-out", "records unpaid", "contributors unpaid", "Gini"],
    ...rules.map(({ topK, debitFactor, sizeLimit, junk, leaveOut, recordsUnpaid, contributorsUnpaid, gini }) => [
      `${topK}, ${debitFactor}, ${sizeLimit}`,
      ...ways.map((way) => junk[way].toFixed(4)),
      ...[leaveOut, recordsUnpaid, contributorsUnpaid, gini].map((value) => value.toFixed(3)),
    ]),
  ];
  return `5 % of the records are junk: its share of royalties by kind; without junk: rank correlation of contributors' payouts with leaving each out, shares paid nothing, Gini of contributors\n\n${formatTable(rows)}`;
}

export function textTables(figures: TextFigures): string {
  const { honestCosines, honestBits, honestLoss, outcomes } = figures;
  const rules = rulesOf(figures);
  const quantiles = [
    ["largest likeness to an earlier record", "50 %", "90 %", "99 %", "99.9 %", "all"],
    ["cosine of sketches", ...honestCosines.map((value) => value.toFixed(2))],
    ["agreeing bits of signatures", ...honestBits.map(String)],
  ];
  const losses = [
    ["τ/δ/bits", "novelty that honest records lose", "honest records of novelty 0"],
    ...Object.entries(honestLoss).map(([rule, [lost, zero]]) => [rule, lost.toFixed(4), zero.toFixed(4)]),
  ];
  const copies = [
    ["attacker (records), disguise", "strength", "times", "bits", "cosine", ...rules],
    ...outcomes.map(({ size, records, disguise, strength, times, bits, cosine, ratios }) => [
      `${size} (${records}), ${disguise ?? "exact"}`,
      ...[strength, times].map(String),
      bits.toFixed(0),
      cosine.toFixed(2),
      ...rules.map((rule) => ratios[rule]!.toFixed(2)),
    ]),
  ];
  return [
    `Honest records\n\n${formatTable(quantiles)}`,
    formatTable(losses),
    `Copies of all records of one contributor, largest income under the main job's rule first: income ÷ honest income, by τ/δ/agreeing bits and by lexical search\n\n${formatTable(copies)}`,
  ].join("\n\n");
}
