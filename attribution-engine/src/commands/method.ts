// The method that the main job's indexes are made by: every number that a root depends on.
import { bytesToHex } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import { sketchSpecOf, type Method } from "@tributary/protocol/typed-data/method-id";
import { ADAPTER_RECIPE } from "../model/adapter.ts";
import { SKETCH_METHOD, type SketchMethod } from "../sketch/basis.ts";
import { CALL_CONTEXT } from "../sketch/sketch-texts.ts";

/** Description of how sketches are made, whose hash is part of the method's id (docs/formats.md §7.4). */
function sketchDescription(basisHash: string, made: SketchMethod) {
  const { k, seed, widths, curvatureSamples, damping } = made;
  return {
    name: "whitened projected Gauss-Newton gradients",
    k,
    seed: String(seed),
    projection: { ...widths },
    curvatureSamples,
    // Canonical JSON of the protocol has no fractions.
    damping: String(damping),
    adapterRank: ADAPTER_RECIPE.rank,
    callContext: CALL_CONTEXT,
    basis: basisHash,
  };
}

/** Cosine from which a record is a copy, width of the ramp below it, and agreeing signature bits, as docs/attribution-method.md explains. */
const TAU = Math.round(0.98 * 65_536);
const DELTA = Math.round(0.1 * 65_536);
export const SIGNATURE_MATCH = 192;
const TOP_K = 32;
const DEBIT_FACTOR = 192;

/** @param basis bytes of the basis file, which belongs to one adapter @param made how that basis was made */
export function methodOf(basis: Uint8Array, made: SketchMethod = SKETCH_METHOD): Method {
  return {
    k: made.k,
    topK: TOP_K,
    debitFactor: DEBIT_FACTOR,
    tau: TAU,
    delta: DELTA,
    signatureMatch: SIGNATURE_MATCH,
    sketchSpec: sketchSpecOf(sketchDescription(bytesToHex(keccak256(basis)), made)),
  };
}
