// Stages `explain` and `claims`: what each call paid to which records, and the openings with which positions claim.
import { join } from "node:path";
import { explainCalls } from "../bundle/explain-call.ts";
import { openEpochBundle } from "../bundle/epoch-bundle.ts";
import { readPayouts } from "../bundle/epoch-columns.ts";
import { payoutOpening, readPayoutsTree } from "../bundle/payout-opening.ts";
import { epochOf } from "./attribute.ts";
import { readEpochFile } from "./epoch-files.ts";
import { openEvidence } from "./evidence.ts";
import { FILES } from "./files.ts";
import type { Stage, StageContext } from "./stage.ts";

function openBundleOf(context: StageContext) {
  const { bundleHash } = readEpochFile(context.work, epochOf(context));
  return openEpochBundle(join(context.work, FILES.bundles), bundleHash);
}

export const explainStage: Stage = {
  about: "list, for every call of --epoch, the records that helped and hurt, what they were paid, and evidence",
  async run(context) {
    const calls = await explainCalls(await openBundleOf(context));
    const evidenceOf = openEvidence(context.work);
    return {
      calls: calls.map(({ receiptHash, amount, entries }) => ({
        receiptHash,
        amount: String(amount),
        evidence: evidenceOf(receiptHash),
        records: entries.map(({ record, harmful, s, w, points, earned }) => ({
          place: record,
          harmful,
          s: String(s),
          w: String(w),
          points: String(points),
          paid: String(earned),
        })),
      })),
    };
  },
};

export const claimsStage: Stage = {
  about: "give the opening of every position's payout after --epoch",
  async run(context) {
    const bundle = await openBundleOf(context);
    const tree = await readPayoutsTree(bundle);
    const { payouts } = await readPayouts(bundle);
    return {
      openings: Array.from(payouts.positions, (position) => {
        const { cumulative, payloadHash, opening } = payoutOpening(tree, BigInt(position));
        return { position: String(position), cumulative: String(cumulative), payloadHash, opening };
      }),
    };
  },
};
