/** Records of a trial economy: labelled images with who contributed them, in the order in which they came. */
import { chooseImages, joinImages, type LabelledImages } from "../trials/labelled-images.ts";

/** Images by place; the contributor of each. */
export interface TrialRecords extends LabelledImages {
  readonly contributors: Int32Array;
}

/** The records at some places, in that order. */
export function chooseRecords(records: TrialRecords, places: readonly number[]): TrialRecords {
  return { ...chooseImages(records, places), contributors: Int32Array.from(places, (at) => records.contributors[at]!) };
}

/** `later` behind `earlier`. */
export function appendRecords(earlier: TrialRecords, later: TrialRecords): TrialRecords {
  const contributors = new Int32Array(earlier.count + later.count);
  contributors.set(earlier.contributors);
  contributors.set(later.contributors, earlier.count);
  return { ...joinImages([earlier, later]), contributors };
}

/** Pixels of one record, not copied. */
export function pixelsAt({ size, pixels }: LabelledImages, place: number): Float32Array {
  return pixels.subarray(place * size, (place + 1) * size);
}

/** Places of the records of one contributor. */
export function placesOf({ contributors }: TrialRecords, contributor: number): number[] {
  return [...contributors.keys()].filter((place) => contributors[place] === contributor);
}
