/** The methods that sketches are compared with on the language model, each with the settings that are tried on tuning passages. */
import type { PoolOptions } from "../../numerics/worker-pool.ts";
import type { Rows } from "../../sketch/vector-source.ts";
import { dataInf } from "../methods/datainf.ts";
import { gradientDot } from "../methods/gradient-dot.ts";
import { lexicalSimilarity } from "../methods/lexical.ts";
import type { AttributionMethod } from "../methods/method.ts";
import { representationSimilarity } from "../methods/representation.ts";
import type { TrialMaterial } from "./material.ts";
import { everyRow } from "./remembered-vectors.ts";
import { centred } from "./representations.ts";

/** A method with one choice of its settings. */
export interface Variant {
  readonly tuned: Readonly<Record<string, number | boolean>>;
  make(): Promise<AttributionMethod>;
}

/** Settings that each gradient baseline is tried with: as many for the one as for the other. */
const LENGTH_POWERS = [0, 0.2, 0.4, 0.6, 0.8, 1];
const DATAINF_DAMPINGS = [0.001, 0.01, 0.1, 1, 10, 100];
const BM25_SETTINGS = [0.6, 1.2, 2].flatMap((k1) => [0.25, 0.75].map((b) => ({ k1, b })));

/** Most words of a term, where terms are n-grams. */
const LONGEST_TERMS = [2, 3];

/** By name, in the same order for any material. */
export async function baselines(material: TrialMaterial, work: PoolOptions): Promise<ReadonlyMap<string, Variant[]>> {
  const { recordVectors, queryVectors, recordStates, queryStates } = material;
  const records = await recordVectors.rows(everyRow(recordVectors), "own", undefined, work);
  const queries = await queryVectors.rows(everyRow(queryVectors), "own", undefined, work);
  return new Map<string, Variant[]>([
    [
      "gradient-dot",
      LENGTH_POWERS.map((power) => ({
        tuned: { power },
        make: () => gradientDot(dividedByLength(records, power), queries),
      })),
    ],
    [
      "datainf",
      DATAINF_DAMPINGS.map((damping) => ({
        tuned: { damping },
        make: () => dataInf(records, queries, material.blocks, damping),
      })),
    ],
    [
      "representation",
      [false, true].map((isCentred) => ({
        tuned: { centred: isCentred },
        make: () =>
          isCentred
            ? representationSimilarity(centred(recordStates, recordStates), centred(queryStates, recordStates))
            : representationSimilarity(recordStates, queryStates),
      })),
    ],
    [
      "lexical",
      BM25_SETTINGS.map((parameters) => ({
        tuned: parameters,
        make: () => Promise.resolve(lexicalSimilarity(material.records.texts, material.queries.texts, parameters)),
      })),
    ],
    [
      "lexical-n-gram",
      LONGEST_TERMS.flatMap((longest) =>
        BM25_SETTINGS.map((parameters) => ({
          tuned: { longest, ...parameters },
          make: () =>
            Promise.resolve(lexicalSimilarity(material.records.texts, material.queries.texts, parameters, longest)),
        })),
      ),
    ],
  ]);
}

/** Each row divided by its length to the power: 0 leaves it as it is, 1 makes it a unit vector. */
export function dividedByLength({ count, size, values }: Rows, power: number): Rows {
  const scaled = values.slice();
  for (let row = 0; row < count; row++) {
    const vector = scaled.subarray(row * size, (row + 1) * size);
    const square = vector.reduce((sum, value) => sum + value * value, 0);
    if (square === 0) continue;
    const factor = square ** (-power / 2);
    for (let i = 0; i < size; i++) vector[i]! *= factor;
  }
  return { count, size, values: scaled };
}
