// The layout of a work folder: which contribution's records stand at which places of the index.
import { join } from "node:path";
import type { IndexRecords } from "../index/build-index.ts";
import { FILES, readJson } from "./files.ts";

interface LayoutFile {
  contributions: { id: string; firstPlace: number; records: number }[];
}

/**
 * Contribution and number in it of each record, by place.
 * @param count records of the corpus
 * @throws Error that names the file and the contribution where it leaves places out, or has others than the corpus
 */
export function readLayout(work: string, count: number): Pick<IndexRecords, "contributionIds" | "recordIndexes"> {
  const { contributions } = readJson<LayoutFile>(work, FILES.layout, "of the contributions");
  const path = join(work, FILES.layout);
  const contributionIds = new BigUint64Array(count);
  const recordIndexes = new Uint32Array(count);
  let place = 0;
  for (const { id, firstPlace, records } of contributions) {
    if (firstPlace !== place || place + records > count) {
      throw new Error(
        `${path}: contribution ${id} has ${records} records from place ${firstPlace}; expected place ${place} of ${count}`,
      );
    }
    for (let record = 0; record < records; record++) {
      contributionIds[place] = BigInt(id);
      recordIndexes[place++] = record;
    }
  }
  if (place !== count) throw new Error(`${path}: ${place} records, the corpus has ${count}`);
  return { contributionIds, recordIndexes };
}
