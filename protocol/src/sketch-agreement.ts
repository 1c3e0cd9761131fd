// Whether a re-executed sketch agrees with a committed one (docs/formats.md §7.7).

/** Most of its coordinates that may differ, in 1/100 of them. */
const MOST_DIFFERENT_PERCENT = 2;

/** Whether no coordinate differs by more than 1 and at most 2 % of them differ. False for sketches of different size. */
export function sketchesAgree(committed: Int8Array, reexecuted: Int8Array): boolean {
  if (committed.length !== reexecuted.length) return false;
  let different = 0;
  for (let i = 0; i < committed.length; i++) {
    const distance = Math.abs(committed[i]! - reexecuted[i]!);
    if (distance > 1) return false;
    different += distance;
  }
  return different * 100 <= MOST_DIFFERENT_PERCENT * committed.length;
}

/** Whether two scales of an index record differ by at most 1/4096 of the committed one, or by 1. */
export function scalesAgree(committed: number, reexecuted: number): boolean {
  const distance = Math.abs(committed - reexecuted);
  return distance <= 1 || distance * 4096 <= committed;
}
