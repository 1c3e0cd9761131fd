/** One search alone, for who wants one figure and not to wait for all. */
import { OURS } from "./baseline.ts";
import { splittingFigures, splittingRatios } from "./calls-figures.ts";
import { copyingRows, playSimple, simpleRatios, THIEF_SIZES, type Figures } from "./figures.ts";
import { junkByRule, junkRows } from "./junk-figures.ts";
import { searchJunk } from "./junk-search.ts";
import { HARM, INCOME, meanOf, searchPlans, type Extent, type RunTasks } from "./search.ts";
import type { Target } from "./tasks.ts";

const NOTHING = {
  ...{ copying: [], ramps: {}, junk: [], honest: {}, fairness: {}, sweep: [] },
  ...{ calls: [], callsAfterCopies: [], closings: [] },
} satisfies Omit<Figures["details"], "seeds">;

const copies =
  (target: Target, attack: string) =>
  async (extent: Extent, run: RunTasks): Promise<Figures> => {
    const { last, earlier } = await searchPlans(target, extent.sizes, INCOME, extent, run);
    const ratios = { [OURS]: { [attack]: meanOf(last[0]!, "ratios") } };
    return {
      ratios,
      details: { ...NOTHING, seeds: extent.seeds.length, copying: copyingRows([...last, ...earlier]) },
    };
  };

async function thief(extent: Extent, run: RunTasks): Promise<Figures> {
  const income = await searchPlans("thief", THIEF_SIZES, INCOME, extent, run);
  const harm = await searchPlans("thief", THIEF_SIZES, HARM, extent, run);
  const last = [...income.last, ...harm.last];
  const ours = {
    "thief, disguised, worst found": Math.max(...last.map((one) => meanOf(one, "ratios"))),
    "robbed keep, disguised": Math.min(...last.map((one) => meanOf(one, "kept"))),
  };
  const copying = copyingRows([...last, ...income.earlier, ...harm.earlier]);
  return { ratios: { [OURS]: ours }, details: { ...NOTHING, seeds: extent.seeds.length, copying } };
}

/** What needs no search: exact and near copies, and splitting. */
async function plain(extent: Extent, run: RunTasks): Promise<Figures> {
  const simple = await playSimple(extent, run);
  const splitting = await splittingFigures(extent, run);
  const ours = { ...simpleRatios(simple), ...splittingRatios(splitting) };
  const copying = copyingRows(Object.values(simple).flat());
  return { ratios: { [OURS]: ours }, details: { ...NOTHING, seeds: extent.seeds.length, copying } };
}

async function junk(extent: Extent, run: RunTasks): Promise<Figures> {
  const search = await searchJunk(extent, run);
  const ratios = await junkByRule(search, extent, run);
  return { ratios, details: { ...NOTHING, seeds: extent.seeds.length, junk: junkRows(search) } };
}

/** Searches by the name that `--only` has for them. */
export const SEARCHES: Readonly<Record<string, (extent: Extent, run: RunTasks) => Promise<Figures>>> = {
  copies: copies("own", "disguised copies, worst found"),
  crowding: copies("own best-paid", "crowding, disguised"),
  ...{ thief, junk, plain },
};
