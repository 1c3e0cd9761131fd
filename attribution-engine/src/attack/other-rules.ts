/** The payment rules that others use: the influence of each call is paid as it is, and nothing is netted. */
import type { Economy } from "./economy.ts";
import { answersOf } from "./economy.ts";
import { dataInf } from "../quality/methods/datainf.ts";
import { gradientDot } from "../quality/methods/gradient-dot.ts";
import type { AttributionMethod } from "../quality/methods/method.ts";
import { representationSimilarity } from "../quality/methods/representation.ts";
import { classifierGradients, classifierRepresentations, gradientBlocks } from "../trials/classifier-vectors.ts";
import type { LabelledImages } from "../trials/labelled-images.ts";
import type { TrialRecords } from "./records.ts";

/** Records that a call pays. */
const TOP_K = 32;
/** Representations this alike share one royalty. */
const COPY_COSINE = 0.98;

export const OTHER_RULES = [
  "gradient dot, top K",
  "DataInf, top K",
  "representation cosine, top K",
  "equal split per record",
  "gradient dot, shared among copies",
] as const;

/** Each call pays 1 to the `TOP_K` records of largest positive score, in proportion. */
function payTopK(scores: (call: number) => Float64Array, calls: number, count: number): Float64Array {
  const earned = new Float64Array(count);
  for (let call = 0; call < calls; call++) {
    const of = scores(call);
    const best = [...of.keys()]
      .filter((record) => of[record]! > 0)
      .sort((a, b) => of[b]! - of[a]! || a - b)
      .slice(0, TOP_K);
    const total = best.reduce((sum, record) => sum + of[record]!, 0);
    for (const record of best) earned[record]! += of[record]! / total;
  }
  return earned;
}

/** Every record's income is divided among itself and its copies: the first of a group and what is alike to it. */
function shareAmongCopies(earned: Float64Array, groups: Int32Array): Float64Array {
  const totals = new Map<number, { sum: number; members: number }>();
  for (const [record, group] of groups.entries()) {
    const total = totals.get(group) ?? { sum: 0, members: 0 };
    totals.set(group, { sum: total.sum + earned[record]!, members: total.members + 1 });
  }
  return earned.map((_, record) => totals.get(groups[record]!)!.sum / totals.get(groups[record]!)!.members);
}

/** By record, the earliest record of the same label whose representation has a cosine of {@link COPY_COSINE} or more with its own. */
function groupsOf(cosines: (record: number) => Float64Array, labels: Uint8Array): Int32Array {
  const groups = new Int32Array(labels.length);
  for (let record = 0; record < labels.length; record++) {
    const of = cosines(record);
    groups[record] = record;
    for (let earlier = 0; earlier < record; earlier++)
      if (groups[earlier] === earlier && of[earlier]! >= COPY_COSINE && labels[earlier] === labels[record]) {
        groups[record] = earlier;
        break;
      }
  }
  return groups;
}

/** Income of every record under each of {@link OTHER_RULES}, in an economy that left nothing out. */
export async function payByOtherRules(
  { classifier, gradients }: Economy,
  records: TrialRecords,
  prompts: LabelledImages,
): Promise<Float64Array[]> {
  const work = { workers: 1 };
  const everyRow = (images: LabelledImages): number[] => [...images.labels.keys()];
  const answered = { ...prompts, labels: await answersOf(classifier, prompts) };
  const rowsOf = (images: LabelledImages) =>
    classifierGradients(classifier, images, gradients).rows(everyRow(images), "own", undefined, work);
  const [ofRecords, ofCalls] = [await rowsOf(records), await rowsOf(answered)];
  const [hiddenOfRecords, hiddenOfCalls] = [
    await classifierRepresentations(classifier, records),
    await classifierRepresentations(classifier, answered),
  ];
  const pay = ({ scores }: AttributionMethod): Float64Array => payTopK(scores, prompts.count, records.count);
  const dots = pay(await gradientDot(ofRecords, ofCalls));
  const classes = { records: records.labels, queries: answered.labels };
  const likeness = await representationSimilarity(hiddenOfRecords, hiddenOfRecords);
  return [
    dots,
    pay(await dataInf(ofRecords, ofCalls, gradientBlocks(classifier.shape, gradients.width))),
    pay(await representationSimilarity(hiddenOfRecords, hiddenOfCalls, classes)),
    new Float64Array(records.count).fill(1),
    shareAmongCopies(dots, groupsOf(likeness.scores, records.labels)),
  ];
}
