// Puts the sketches of the records that have texts at their places in the index.
import type { Sketches } from "../sketch/quantise.ts";
import { placedRecords, textRecords, type CorpusFile } from "./files.ts";

/** A sketch for every record of the corpus: zero, with scale 0, of one whose text is not there. @throws Error if they are not one for each text */
export function atPlaces(sketches: Sketches, corpus: CorpusFile): Sketches {
  const { k } = sketches;
  const records = textRecords(corpus);
  if (records.length !== sketches.count)
    throw new Error(`${sketches.count} sketches of ${records.length} records that have texts`);
  const count = placedRecords(corpus).length;
  if (count === sketches.count) return sketches;
  const spread = { count, k, sketches: new Int8Array(count * k), scales: new Uint32Array(count) };
  for (const [row, { place }] of records.entries()) {
    spread.sketches.set(sketches.sketches.subarray(row * k, (row + 1) * k), place * k);
    spread.scales[place] = sketches.scales[row]!;
  }
  return spread;
}
