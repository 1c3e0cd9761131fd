// Stages `explain`, `open-call` and `claims`: what each call paid to which records, the openings that show it, and those with which positions claim.
import { join } from "node:path";
import { explainCalls } from "../bundle/explain-call.ts";
import { openEpochBundle } from "../bundle/epoch-bundle.ts";
import { readPayouts } from "../bundle/epoch-columns.ts";
import { payoutOpening, readPayoutsTree } from "../bundle/payout-opening.ts";
import { rebuildEpoch } from "../bundle/rebuild-epoch.ts";
import { openCall } from "../bundle/open-call.ts";
import { readEpochInputs } from "../chain/read-epoch-inputs.ts";
import { isHash } from "viem";
import { epochOf } from "./attribute.ts";
import { connectReader } from "./connection.ts";
import { localData, readEpochFile } from "./epoch-files.ts";
import { readWorkIndex } from "./index-file.ts";
import { openEvidence } from "./evidence.ts";
import { FILES } from "./files.ts";
import { required, type Stage, type StageContext } from "./stage.ts";
import { UsageError } from "./usage-error.ts";

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

export const openCallStage: Stage = {
  about: "open the call of --receipt in --epoch, and what it paid to which records, from the roots on chain",
  async run(context) {
    const epoch = epochOf(context);
    const receipt = required(context.options.receipt, "--receipt");
    if (!isHash(receipt)) throw new UsageError(`--receipt is ${receipt}; it must be a receipt's hash`);
    const { reader, contracts } = await connectReader(context);
    const local = await localData(context.work, epoch, () => readWorkIndex(context.work));
    const { inputs } = await readEpochInputs(reader, contracts, epoch, local, { isFinalized: true });
    const { group, settlementId, opened } = openCall(
      inputs,
      await rebuildEpoch(await openBundleOf(context), inputs),
      receipt,
    );
    return { epoch: Number(epoch), group, settlementId: Number(settlementId), opened };
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
