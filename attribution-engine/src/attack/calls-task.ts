/** Outcomes of attacks by calls: closing settlements cleverly, and crafted calls that the attacker pays. */
import { createRandom, type Random } from "../numerics/random.ts";
import { assignPoints } from "../attribution/map.ts";
import { rank } from "../search/rank.ts";
import type { Queries } from "../search/records.ts";
import { sketchRows } from "../sketch/sketch-rows.ts";
import { classifierGradients } from "../trials/classifier-vectors.ts";
import { chooseImages, joinImages, type LabelledImages } from "../trials/labelled-images.ts";
import { u128At, u128ColumnOf } from "../trees/u128-words.ts";
import type { Baseline } from "./baseline.ts";
import { closingGain } from "./closing.ts";
import { addCopies, attackerOf } from "./copying-task.ts";
import { buildEconomy, sketchCalls, type Economy } from "./economy.ts";
import { CALL_AMOUNT, earningsOf, type PointsRule } from "./payments.ts";
import { chooseRecords, pixelsAt, placesOf, type TrialRecords } from "./records.ts";
import { CALL_FACTORS, CLOSINGS, type AttackTask, type Copying, type Size } from "./tasks.ts";
import { OUR_METHOD, screenBy, type Trial } from "./trial.ts";

/** What a set of crafted calls is chosen for: points for own records, and points against others', in this proportion. */
const SPITES = [0, 1];
const CRAFTED_CALLS = [1, 8, 48];
/** Calls that are bred: kept, used as parents, and born in each round. */
const BRED = 48;
const BREEDING = 24;
const CHILDREN = 96;
const ROUNDS = 12;
/** What they pay to data, as a share of what honest calls pay. */
const STAKES = [0.02, 0.1, 0.3, 1];

function chooseCalls({ k, sketches }: Queries, chosen: readonly number[]): Queries {
  const some = new Int8Array(chosen.length * k);
  for (const [row, call] of chosen.entries()) some.set(sketches.subarray(call * k, (call + 1) * k), row * k);
  return { count: chosen.length, k, sketches: some };
}

/** Points by call that go to own records, and that are debited from others'; each call pays 1. */
async function pointsByCall(
  { index }: Economy,
  calls: Queries,
  rule: PointsRule,
  isOwn: (record: number) => boolean,
): Promise<{ own: Float64Array; against: Float64Array }> {
  const lists = await rank(index, calls, rule.topK);
  const amounts = u128ColumnOf(Array.from({ length: calls.count }, () => CALL_AMOUNT));
  const points = assignPoints(lists, amounts, rule.debitFactor);
  const own = new Float64Array(calls.count);
  const against = new Float64Array(calls.count);
  for (let list = 0; list < 2 * calls.count; list++) {
    const call = list >> 1;
    const isDebit = list % 2 === 1;
    for (let at = list * rule.topK; at < list * rule.topK + lists.counts[list]!; at++) {
      const value = Number(u128At(points, at)) / Number(CALL_AMOUNT);
      if (isOwn(lists.recordIndex[at]!)) own[call]! += isDebit ? -value : value;
      else if (isDebit) against[call]! += value;
    }
  }
  return { own, against };
}

/** Calls that an attacker who is also the gateway can book first: its own records and others' prompts, with right and wrong answers. */
function firstCalls({ records, prompts, spare, seed }: Trial, attacker: number): LabelledImages {
  const random = createRandom(seed, "crafted calls");
  const { contributors: _, ...own } = chooseRecords(records, placesOf(records, attacker));
  const images: LabelledImages = joinImages([own, prompts, spare, prompts, spare]);
  const asIs = own.count + prompts.count + spare.count;
  const labels = images.labels.map((label, row) =>
    row < asIs ? label : (label + 1 + random.below(images.classes - 1)) % images.classes,
  );
  return { ...images, labels };
}

/** Children of calls: noise on one, or a blend of two with the same answer. */
function mutate(parents: LabelledImages, random: Random): LabelledImages {
  const rows = Array.from({ length: CHILDREN }, () => random.below(parents.count));
  const children = chooseImages(parents, rows);
  for (let row = 0; row < CHILDREN; row++) {
    const pixels = pixelsAt(children, row);
    const other = random.below(parents.count);
    const isBlend = random.below(2) === 0 && parents.labels[other] === children.labels[row];
    const part = isBlend ? random.uniform() : 0;
    const noise = isBlend ? 0 : 0.03 * 10 ** random.uniform();
    const of = pixelsAt(parents, other);
    for (let i = 0; i < pixels.length; i++)
      pixels[i] = Math.min(1, Math.max(0, (1 - part) * pixels[i]! + part * of[i]! + noise * random.normal()));
  }
  return children;
}

/** The crafted calls that serve the attacker most, best first: of many tried and bred over {@link ROUNDS} rounds. */
async function breedCalls(
  { economy, trial }: Pick<Baseline, "economy" | "trial">,
  attacker: number,
  isOwn: (record: number) => boolean,
  rule: PointsRule,
  spite: number,
): Promise<Queries> {
  const random = createRandom(trial.seed, `bred calls ${spite}`);
  const sketch = (images: LabelledImages): Promise<Queries> =>
    sketchRows(
      classifierGradients(economy.classifier, images, economy.gradients),
      economy.basis,
      [...images.labels.keys()],
      {
        workers: 1,
      },
    );
  let images = firstCalls(trial, attacker);
  for (let round = 0; ; round++) {
    const calls = await sketch(images);
    const { own, against } = await pointsByCall(economy, calls, rule, isOwn);
    const worth = own.map((points, call) => points + spite * against[call]!);
    const order = [...worth.keys()].sort((a, b) => worth[b]! - worth[a]!).slice(0, BRED);
    if (round === ROUNDS) return chooseCalls(calls, order);
    const parents = chooseImages(images, order);
    images = joinImages([parents, mutate(chooseImages(parents, [...Array(BREEDING).keys()]), random)]);
  }
}

/** What the attacker's calls meet: an economy, and whose records are the attacker's. */
interface Setting {
  readonly economy: Economy;
  readonly records: TrialRecords;
  readonly attacker: number;
}

/** The honest economy, or what it is when the attacker's copies have come. */
async function settingOf(baseline: Baseline, size: Size, after: Copying | undefined): Promise<Setting> {
  const { trial, detector, economy } = baseline;
  if (after === undefined) return { economy, records: trial.records, attacker: attackerOf(trial.records, size) };
  const { all, attacker } = await addCopies(baseline, after, true);
  const screen = await screenBy(detector, all);
  return { economy: await buildEconomy(all, { ...OUR_METHOD, screen }, trial.seed), records: all, attacker };
}

/**
 * @returns closing: the gain in each of {@link CLOSINGS}; then for each of {@link CALL_FACTORS}: pool ÷ nets without crafted calls, and what the attacker gets back in all for each unit that its crafted calls pay to data: at most, with calls bred for own points alone, and with spite.
 */
export async function callsOutcome(
  { size, after }: AttackTask & { readonly kind: "calls" },
  baseline: Baseline,
): Promise<number[]> {
  const { trial } = baseline;
  const { prompts, seed } = trial;
  const { economy, records, attacker } = await settingOf(baseline, size, after);
  const isOwn = (record: number): boolean => records.contributors[record] === attacker;
  const calls = await sketchCalls(economy, prompts);
  const own = Uint8Array.from(records.contributors, (contributor) => (contributor === attacker ? 1 : 0));
  const outcome: number[] = [];
  for (const setting of CLOSINGS) outcome.push(await closingGain(economy, calls, OUR_METHOD, own, setting, seed));
  const pool = Number(CALL_AMOUNT) * calls.count;
  for (const debitFactor of CALL_FACTORS) {
    const rule = { topK: OUR_METHOD.topK, debitFactor };
    outcome.push(await poolOverNets(economy, calls, rule));
    const honest = await attackerIncome(economy, calls, undefined, 0, rule, isOwn);
    const best = [-Infinity, -Infinity];
    for (const spite of SPITES) {
      const bred = await breedCalls({ economy, trial: { ...trial, records } }, attacker, isOwn, rule, spite);
      for (const count of CRAFTED_CALLS)
        for (const stake of STAKES) {
          const crafted = chooseCalls(bred, [...Array(count).keys()]);
          const income = await attackerIncome(economy, calls, crafted, stake * pool, rule, isOwn);
          const side = spite === 0 ? 0 : 1;
          best[side] = Math.max(best[side]!, (income - honest) / (stake * pool));
        }
    }
    outcome.push(...best);
  }
  return outcome;
}

/** Income of the attacker's records when crafted calls pay `paid` in all beside the honest ones. */
async function attackerIncome(
  { index }: Economy,
  calls: Queries,
  crafted: Queries | undefined,
  paid: number,
  rule: PointsRule,
  isOwn: (record: number) => boolean,
): Promise<number> {
  const more = crafted?.count ?? 0;
  const sketches = new Int8Array((calls.count + more) * calls.k);
  sketches.set(calls.sketches);
  if (crafted !== undefined) sketches.set(crafted.sketches, calls.sketches.length);
  const amounts = [
    ...Array.from({ length: calls.count }, () => CALL_AMOUNT),
    ...Array.from({ length: more }, () => BigInt(Math.round(paid / more))),
  ];
  const earned = await earningsOf(index, { count: calls.count + more, k: calls.k, sketches }, amounts, rule);
  return earned.reduce((sum, one, record) => sum + (isOwn(record) ? one : 0), 0);
}

/** How much money a net point stands for. */
async function poolOverNets({ index }: Economy, calls: Queries, rule: PointsRule): Promise<number> {
  const lists = await rank(index, calls, rule.topK);
  const points = assignPoints(
    lists,
    u128ColumnOf(Array.from({ length: calls.count }, () => CALL_AMOUNT)),
    rule.debitFactor,
  );
  const nets = new Float64Array(index.count);
  for (let list = 0; list < 2 * calls.count; list++)
    for (let at = list * rule.topK; at < list * rule.topK + lists.counts[list]!; at++)
      nets[lists.recordIndex[at]!]! += (list % 2 === 0 ? 1 : -1) * Number(u128At(points, at));
  const total = nets.reduce((sum, net) => sum + Math.max(0, net), 0);
  return (Number(CALL_AMOUNT) * calls.count) / total;
}
