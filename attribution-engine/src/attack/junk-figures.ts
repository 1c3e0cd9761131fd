/** Figures of junk by rule, and by K and debit factor. */
import type { FairnessFigures } from "./fairness-figures.ts";
import {
  JUNK_KINDS,
  JUNK_RULES,
  junkBeside,
  kindOf,
  nameOf,
  PLAIN,
  type JunkKind,
  type JunkSearch,
} from "./junk-search.ts";
import { OTHER_RULES } from "./other-rules.ts";
import type { Extent, RunTasks } from "./search.ts";
import { SWEEP } from "./tasks.ts";

const shareName = (kind: JunkKind, how: "plain" | "worst found"): string => `5 % ${kind}, ${how}: share`;

/** Shares of all royalties, by name of the attack. @param rule place in JUNK_RULES */
function junkShares({ worst, tried }: JunkSearch, rule: number): Record<string, number> {
  return Object.fromEntries(
    JUNK_KINDS.flatMap((kind) => [
      [shareName(kind, "plain"), tried.find(({ plan }) => nameOf(plan) === nameOf(PLAIN[kind]))!.shares[rule]!],
      [shareName(kind, "worst found"), worst[kind][rule]!.shares[rule]!],
    ]),
  );
}

/** The same by rule of others: plain junk, and that which is worst for the main job's rule, which has no judge either: lower bounds. */
async function junkOfOthers(
  { worst }: JunkSearch,
  { seeds }: Extent,
  run: RunTasks,
): Promise<Record<string, Record<string, number>>> {
  const plans = JUNK_KINDS.flatMap((kind) => [PLAIN[kind], worst[kind].at(-1)!.plan]);
  const outcomes = await junkBeside(plans, "others", seeds, run);
  const of = (rule: number): [string, number][] =>
    JUNK_KINDS.flatMap((kind, k): [string, number][] => {
      const [plain, searched] = [outcomes[2 * k]![rule]!, outcomes[2 * k + 1]![rule]!];
      return [
        [shareName(kind, "plain"), plain],
        [shareName(kind, "worst found"), Math.max(plain, searched)],
      ];
    });
  return Object.fromEntries(OTHER_RULES.map((name, rule) => [name, Object.fromEntries(of(rule))]));
}

/** Shares of all royalties by rule and attack: ours with the judge and without, the main job's, and the others'. */
export async function junkByRule(
  search: JunkSearch,
  extent: Extent,
  run: RunTasks,
): Promise<Record<string, Record<string, number>>> {
  const searched = JUNK_RULES.map((name, rule) => [name, junkShares(search, rule)] as const);
  return { ...Object.fromEntries(searched), ...(await junkOfOthers(search, extent, run)) };
}

/** What was tried, as rows. */
export function junkRows({ tried }: JunkSearch): object[] {
  return tried.map(({ plan, ...rest }) => ({ ...plan, ...rest, kind: kindOf(plan) }));
}

/** By K and debit factor: shares of the junk that is worst for our rule with the judge and without it, and fairness. */
export async function sweepFigures(
  { worst }: JunkSearch,
  { sweep }: FairnessFigures,
  { seeds }: Extent,
  run: RunTasks,
): Promise<Record<string, number>[]> {
  const plans = JUNK_KINDS.flatMap((kind) => worst[kind].slice(0, 2).map(({ plan }) => plan));
  const outcomes = await junkBeside(plans, "sweep", seeds, run);
  return SWEEP.map(({ topK, debitFactor }, i) => ({
    ...{ topK, debitFactor },
    ...Object.fromEntries(
      JUNK_KINDS.flatMap((kind, k) => [
        [`${kind}, judge`, outcomes[2 * k]![SWEEP.length + i]!],
        [`${kind}, no judge`, outcomes[2 * k + 1]![i]!],
      ]),
    ),
    ...sweep[i]!,
  }));
}
