// The stages of the engine's command, in the order in which the main job runs them.
import { answerStage } from "./answer.ts";
import { attributeStage, auditStage, proposeStage } from "./attribute.ts";
import { checkSketchesStage } from "./check-sketches.ts";
import { corpusStage } from "./corpus.ts";
import { claimsStage, explainStage, openCallStage } from "./explain.ts";
import { forgetWithdrawnStage } from "./forget-withdrawn.ts";
import { importFeaturesStage } from "./import-features.ts";
import { indexStage } from "./index-records.ts";
import { leaveOutStage } from "./leave-out.ts";
import { measureStage } from "./measure.ts";
import { publishQualityStage } from "./publish-quality.ts";
import { publishReceiptsStage } from "./publish-receipts.ts";
import { attestStage, commitSketchesStage, sketchCallsStage } from "./sketch-calls.ts";
import { sketchModelStage } from "./sketch-model.ts";
import { sketchRecordsStage } from "./sketch-records.ts";
import { findSpansStage, indexSpansStage } from "./spans.ts";
import type { Stage } from "./stage.ts";
import { trainStage } from "./train.ts";

export const stages: ReadonlyMap<string, Stage> = new Map([
  ["corpus", corpusStage],
  ["forget-withdrawn", forgetWithdrawnStage],
  ["index-spans", indexSpansStage],
  ["train", trainStage],
  ["sketch-records", sketchRecordsStage],
  ["sketch-model", sketchModelStage],
  ["import-features", importFeaturesStage],
  ["index", indexStage],
  ["answer", answerStage],
  ["publish-receipts", publishReceiptsStage],
  ["sketch-calls", sketchCallsStage],
  ["attest", attestStage],
  ["commit-sketches", commitSketchesStage],
  ["check-sketches", checkSketchesStage],
  ["attribute", attributeStage],
  ["propose", proposeStage],
  ["audit", auditStage],
  ["explain", explainStage],
  ["open-call", openCallStage],
  ["find-spans", findSpansStage],
  ["claims", claimsStage],
  ["measure", measureStage],
  ["leave-out", leaveOutStage],
  ["publish-quality", publishQualityStage],
]);
