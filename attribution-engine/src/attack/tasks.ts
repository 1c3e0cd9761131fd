/** The trials that a run is made of: each is a pure function of its task, so that its outcome can be kept. */
import type { ClosingSetting } from "./closing.ts";
import type { CopyingPlan } from "./copying.ts";
import type { JunkPlan } from "./junk.ts";
import type { ImageSet } from "./trial.ts";

/** Whose records are copied; `thief`: the best-paid records of others, by somebody who has none of their own. */
export const TARGETS = ["own", "own best-paid", "thief"] as const;
export type Target = (typeof TARGETS)[number];

/** How large a contributor the attacker is, among the others; a thief has no records whatever it is called. */
export const SIZES = ["small", "median", "large"] as const;
export type Size = (typeof SIZES)[number];

/** Copies by somebody. */
export interface Copying {
  readonly target: Target;
  readonly size: Size;
  readonly plan: CopyingPlan;
}

/** What one worker does at a time. */
export type AttackTask = {
  readonly seed: number;
  /** Digits where it is absent. */
  readonly images?: ImageSet | undefined;
} & (
  | ({
      readonly kind: "copying";
      readonly rules: "ours" | "others";
      /** Under every ramp of novelty instead of our own alone. */
      readonly everyRamp?: true | undefined;
    } & Copying)
  | {
      readonly kind: "junk";
      readonly plan: JunkPlan;
      /** What is worked out beside the share under our rule and the main job's. */
      readonly also?: "sweep" | "others" | undefined;
    }
  | { readonly kind: "fairness" }
  | { readonly kind: "splitting"; readonly size: Size }
  /** On the honest economy, or on what it is after copies by the same attacker. */
  | { readonly kind: "calls"; readonly size: Size; readonly after?: Copying | undefined }
);

/** Versions of our rule that are measured in one economy. */
export const SWEEP: readonly { readonly topK: number; readonly debitFactor: number }[] = [8, 32, 128, 256].flatMap(
  (topK) => [0, 64, 128, 192, 256].map((debitFactor) => ({ topK, debitFactor })),
);

/** Debit factors that crafted calls are tried against. */
export const CALL_FACTORS = [0, 128, 192, 256] as const;

/** A league of a gateway and a contributor: how many epochs, what share of the calls is the gateway's, over how many channels. */
export const CLOSINGS: readonly ClosingSetting[] = [2, 4].flatMap((epochs) =>
  [0.25, 1].flatMap((share) => [1, 20, Infinity].map((channels) => ({ epochs, share, channels }))),
);
