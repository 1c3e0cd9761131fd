// The method that the main job's indexes are made by: every number that a root depends on.
import { readFileSync } from "node:fs";
import { bytesToHex } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import { sketchSpecOf, type Method } from "@tributary/protocol/typed-data/method-id";
import type { NoveltyRule } from "../index/novelty.ts";
import type { Repetition } from "../index/repetition.ts";
import { ADAPTER_RECIPE } from "../model/adapter.ts";
import type { SketchMethod } from "../sketch/own-model.ts";
import { loadBasis, type StoredBasis } from "../sketch/basis-file.ts";
import { CALL_CONTEXT } from "../sketch/sketch-texts.ts";

/** Description of how sketches are made, whose hash is part of the method's id (docs/formats.md §7.4). */
function sketchDescription({ basis: { method }, origin }: StoredBasis, basisHash: string) {
  const { k, seed, curvatureSamples, damping, sizeLimit } = method;
  // Canonical JSON of the protocol has no fractions.
  const whitening = {
    ...{ k, seed: String(seed), curvatureSamples, damping: String(damping), basis: basisHash },
    ...(sizeLimit === undefined ? {} : { sizeLimit: String(sizeLimit) }),
  };
  if (origin !== undefined) return { name: "whitened vectors", origin, ...whitening };
  return {
    name: "whitened projected Gauss-Newton gradients",
    ...whitening,
    projection: { ...(method as SketchMethod).widths },
    adapterRank: ADAPTER_RECIPE.rank,
    callContext: CALL_CONTEXT,
    // A record that repeats more of itself is not trained on, and has a zero sketch.
    repetition: { words: String(REPETITION_LIMIT.words), pairs: String(REPETITION_LIMIT.pairs) },
  };
}

/** Cosine from which a record is a copy, width of the ramp below it, and agreeing signature bits; calibrated in docs/incentives.md. */
export const NOVELTY_RULE: NoveltyRule = {
  tau: Math.round(0.9 * 65_536),
  delta: Math.round(0.3 * 65_536),
  signatureMatch: 192,
};
export const SIGNATURE_MATCH = NOVELTY_RULE.signatureMatch;
/** What a text that is trained on may repeat of itself; calibrated there too. */
export const REPETITION_LIMIT: Repetition = { words: 0.45, pairs: 0.25 };
/** Entries of each list, and share of a call that it can debit, in 1/256; chosen there by what junk is paid and honest records are not. */
export const POINTS_RULE = { topK: 64, debitFactor: 128 } as const;

/** @param path of the basis file, which belongs to one adapter, or one file of features. */
export function methodOf(path: string): Method {
  const stored = loadBasis(path);
  return {
    k: stored.basis.method.k,
    ...POINTS_RULE,
    ...NOVELTY_RULE,
    sketchSpec: sketchSpecOf(sketchDescription(stored, bytesToHex(keccak256(readFileSync(path))))),
  };
}
