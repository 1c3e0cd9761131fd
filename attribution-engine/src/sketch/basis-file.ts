/** Stores a basis with what its vectors are made of. */
import type { JsonValue } from "@tributary/protocol/canonical-json";
import { loadTensors, saveTensors } from "../numerics/safetensors.ts";
import type { BasisMethod, SketchBasis } from "./basis.ts";

/** What the vectors of a basis are made of; its other fields are those of its kind, and the whole is published. */
export type Origin = { readonly kind: string; readonly [field: string]: JsonValue };

/** A basis as stored. */
export interface StoredBasis {
  readonly basis: SketchBasis;
  /** Absent for the engine's own model. */
  readonly origin: Origin | undefined;
}

/** Writes a basis as safetensors. */
export function saveBasis(path: string, basis: SketchBasis, origin?: Origin): void {
  const { k } = basis.method;
  saveTensors(path, {
    tensors: new Map([
      ["map", { shape: [basis.map.length / k, k], data: basis.map }],
      ["eigenvalues", { shape: [k], data: Float32Array.from(basis.eigenvalues) }],
    ]),
    metadata: {
      method: JSON.stringify(basis.method),
      unit: String(basis.unit),
      ...(basis.largestScale === undefined ? {} : { largestScale: String(basis.largestScale) }),
      ...(origin === undefined ? {} : { origin: JSON.stringify(origin) }),
    },
  });
}

/** Reads a basis; throws, naming the file, where it is truncated or none. */
export function loadBasis(path: string): StoredBasis {
  const { tensors, metadata } = loadTensors(path);
  const [map, eigenvalues] = [tensors.get("map"), tensors.get("eigenvalues")];
  const { method: methodText, unit, largestScale, origin } = metadata;
  if (map === undefined || eigenvalues === undefined || methodText === undefined)
    throw new Error(`${path}: no sketch basis`);
  const method = JSON.parse(methodText) as BasisMethod;
  return {
    basis: {
      ...{ method, eigenvalues: Float64Array.from(eigenvalues.data), map: map.data, unit: Number(unit) },
      ...(largestScale === undefined ? {} : { largestScale: Number(largestScale) }),
    },
    origin: origin === undefined ? undefined : (JSON.parse(origin) as Origin),
  };
}
