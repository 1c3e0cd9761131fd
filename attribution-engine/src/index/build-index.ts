// Builds the attribution index of a model version from its records and their sketches.
import { NONE } from "@tributary/protocol/bytes";
import { checkMethod, type Method } from "@tributary/protocol/typed-data/method-id";
import type { SketchColumn, SketchRows } from "../sketch/sketch-column.ts";
import type { BuiltIndex } from "./attribution-index.ts";
import { placesOf } from "./withdrawn-form.ts";
import { computeNovelty, type NoveltyOptions } from "./novelty.ts";

/** Signatures above this are never asked for: `signatureMatch` then switches the rule off. */
const SIGNATURE_BITS = 256;

/** Sketches of `k` coordinates −127 … 127 and scales below 2^24, by record. */
export interface RecordSketches<Column extends SketchColumn = SketchColumn> extends SketchRows<Column> {
  readonly scales: Uint32Array;
}

/** The records of an index in the order of its layout (docs/formats.md §8.3); hashes and signatures have 32 bytes each. */
export interface IndexRecords {
  readonly recordHashes: Uint8Array;
  readonly contentSignatures: Uint8Array;
  readonly contributionIds: BigUint64Array;
  readonly recordIndexes: Uint32Array;
  /** Contributions whose records get the withdrawn form; their sketches must be zero. */
  readonly withdrawn?: ReadonlySet<bigint>;
}

/**
 * The index: records, sketches, and novelty with witness of each (docs/formats.md §6.4). Content signatures are dropped where the method
 * does not use them. What was withdrawn keeps its place and its hash, of which later copies are copies. Throws if a number of the method or a shape is out of range. Options change no byte. Sketches that are in a file stay there.
 */
export async function buildIndex<Column extends SketchColumn>(
  records: IndexRecords,
  sketches: RecordSketches<Column>,
  method: Method,
  options: NoveltyOptions = {},
): Promise<BuiltIndex<Column>> {
  checkMethod(method);
  const { count, k } = sketches;
  const name = sketches.sketches instanceof Int8Array ? "the sketches" : sketches.sketches.path;
  if (k !== method.k) throw new Error(`${name}: ${k} dimensions, the method uses ${method.k}`);
  if (records.recordIndexes.length !== count || records.contributionIds.length !== count) {
    throw new Error(`${name}: ${count} sketches for ${records.recordIndexes.length} records`);
  }
  if (sketches.scales.length !== count) throw new Error(`${sketches.scales.length} scales for ${count} sketches`);
  const usesSignatures = method.signatureMatch <= SIGNATURE_BITS;
  const contentSignatures = usesSignatures ? records.contentSignatures.slice() : new Uint8Array(32 * count);
  const scales = sketches.scales.slice();
  const withdrawn = placesOf(records.contributionIds, records.withdrawn ?? new Set());
  for (const place of withdrawn) {
    contentSignatures.fill(0, 32 * place, 32 * (place + 1));
    scales[place] = 0;
  }
  const input = { count, k, sketches: sketches.sketches, recordHashes: records.recordHashes, contentSignatures };
  const { novelties, witnesses } = await computeNovelty(input, method, options);
  for (const place of withdrawn) {
    novelties[place] = 0;
    witnesses[place] = NONE;
  }
  return {
    count,
    k,
    recordHashes: records.recordHashes,
    contentSignatures,
    contributionIds: records.contributionIds,
    recordIndexes: records.recordIndexes,
    scales,
    novelties,
    witnesses,
    sketches: sketches.sketches,
  };
}
