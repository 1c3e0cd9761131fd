/** Merges lists of some records into lists of others: the best of both, whatever the order of merging. */
import type { RankedLists } from "./ranked-lists.ts";

/**
 * Merges the lists `part` into those of the queries from number `first` on (docs/formats.md §6.3: larger `w` first, then the lower place).
 * @param base place of the record that is number 0 in `part`.
 */
export function mergeLists(lists: RankedLists, first: number, part: RankedLists, base: number): void {
  const { topK } = lists;
  if (part.topK !== topK) throw new Error(`lists of top ${part.topK} do not fit lists of top ${topK}`);
  const recordIndex = new Uint32Array(topK);
  const s = new BigInt64Array(topK);
  const w = new BigUint64Array(topK);
  for (let list = 0; list < 2 * part.queries; list++) {
    const into = 2 * first + list;
    const [own, other] = [into * topK, list * topK];
    const [ownCount, otherCount] = [lists.counts[into]!, part.counts[list]!];
    let [o, p, count] = [0, 0, 0];
    while (count < topK && (o < ownCount || p < otherCount)) {
      const place = base + part.recordIndex[other + p]!;
      const takesOwn =
        p === otherCount ||
        (o < ownCount &&
          (lists.w[own + o]! > part.w[other + p]! ||
            (lists.w[own + o] === part.w[other + p] && lists.recordIndex[own + o]! < place)));
      recordIndex[count] = takesOwn ? lists.recordIndex[own + o]! : place;
      s[count] = takesOwn ? lists.s[own + o]! : part.s[other + p]!;
      w[count] = takesOwn ? lists.w[own + o]! : part.w[other + p]!;
      if (takesOwn) o++;
      else p++;
      count++;
    }
    lists.counts[into] = count;
    lists.recordIndex.set(recordIndex.subarray(0, count), own);
    lists.s.set(s.subarray(0, count), own);
    lists.w.set(w.subarray(0, count), own);
  }
}
