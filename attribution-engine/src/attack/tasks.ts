/** The trials that a run is made of: each is a pure function of its task, so that its outcome can be kept. */
import type { ClosingSetting } from "./closing.ts";
import type { CopyingPlan } from "./copying.ts";
import type { ImageSet } from "./trial.ts";

/** Whose records are copied; `thief`: the best-paid records of others, by somebody who has none of their own. */
export const TARGETS = ["own", "own best-paid", "thief"] as const;
export type Target = (typeof TARGETS)[number];

/** What one worker does at a time. */
export type AttackTask = {
  readonly seed: number;
  /** Digits where it is absent. */
  readonly images?: ImageSet | undefined;
} & (
  | { readonly kind: "copying"; readonly rules: "ours" | "others"; readonly target: Target; readonly plan: CopyingPlan }
  | { readonly kind: "junk"; readonly rules: "ours" | "others"; readonly how: "mislabelled" | "noise" }
  | { readonly kind: "fairness" }
  | { readonly kind: "calls" }
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
