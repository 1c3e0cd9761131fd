// Sorts the suffixes of a text of integers in linear time.
//
// SA-IS: G. Nong, S. Zhang, W. H. Chan, "Two Efficient Algorithms for Linear Time Suffix Array Construction", IEEE Transactions on Computers 60 (2011).
// A suffix is of type S if it is smaller than the next one, else of type L; the end of the text counts as a symbol smaller than all others. An LMS
// position is one of type S after one of type L. The types of neighbours follow from their symbols and from where the scan stands, so none are stored.

type Text = Uint16Array | Int32Array;

/** Takes an order of `count` suffixes from where it was kept, or makes it. */
type KeepOrder = (count: number, make: () => Int32Array) => Int32Array;

/** A suffix array's entries are signed 32-bit integers. */
const MOST_SYMBOLS = 2 ** 31 - 2;

/**
 * The starts of all suffixes of `text` in ascending order; a suffix that another one begins with comes before it.
 * Needs about 11 bytes of memory a symbol beside the text.
 * @param alphabet all symbols are smaller than this
 * @param onProgress called with the share that is done
 * @param keep takes the order of the LMS suffixes, of which there are `count`, from where it was kept, or makes it: more than half of the work
 */
export function suffixArray(
  text: Uint16Array,
  alphabet: number,
  onProgress?: (share: number) => void,
  keep?: KeepOrder,
): Int32Array {
  if (text.length > MOST_SYMBOLS) throw new Error(`a text of ${text.length} symbols is too long to sort`);
  const suffixes = new Int32Array(text.length);
  sortSuffixes(text, alphabet, suffixes, onProgress, keep);
  onProgress?.(1);
  return suffixes;
}

function sortSuffixes(
  text: Text,
  alphabet: number,
  suffixes: Int32Array,
  onProgress?: (share: number) => void,
  keep: KeepOrder = (_, make) => make(),
): void {
  const length = text.length;
  if (length < 2) return;
  const counts = new Int32Array(alphabet);
  for (let i = 0; i < length; i++) counts[text[i]!]!++;
  const lms = lmsPositions(text);
  const order = keep(lms.length, () => orderOfLms(text, counts, lms, suffixes, onProgress));
  onProgress?.(0.6);
  for (let i = 0; i < order.length; i++) order[i] = lms[order[i]!]!;
  induce(text, counts, order, suffixes);
}

/** The order of the LMS suffixes, by their numbers. @param suffixes overwritten */
function orderOfLms(
  text: Text,
  counts: Int32Array,
  lms: Int32Array,
  suffixes: Int32Array,
  onProgress?: (share: number) => void,
): Int32Array {
  // Two LMS positions are never neighbours, so half as many slots as there are positions do.
  const names = new Int32Array((text.length >> 1) + 1);
  induce(text, counts, lms, suffixes);
  onProgress?.(0.4);
  const distinct = nameLmsSubstrings(text, lms, suffixes, names);
  const reduced = new Int32Array(lms.length);
  for (let i = 0; i < lms.length; i++) reduced[i] = names[lms[i]! >> 1]! - 1;
  const order = new Int32Array(lms.length);
  if (distinct < lms.length) sortSuffixes(reduced, distinct, order);
  else for (let i = 0; i < lms.length; i++) order[reduced[i]!] = i;
  return order;
}

/** Calls back with every LMS position, from the last to the first. */
function scanLms(text: Text, onLms: (position: number) => void): void {
  let isS = false;
  for (let i = text.length - 2; i >= 0; i--) {
    const isSmaller: boolean = text[i]! < text[i + 1]! || (text[i] === text[i + 1] && isS);
    if (isS && !isSmaller) onLms(i + 1);
    isS = isSmaller;
  }
}

function lmsPositions(text: Text): Int32Array {
  let count = 0;
  scanLms(text, () => count++);
  const positions = new Int32Array(count);
  scanLms(text, (position) => (positions[--count] = position));
  return positions;
}

/**
 * Fills `suffixes` from the LMS suffixes in ascending order. Where these are given in any order, the LMS substrings come out sorted instead.
 */
function induce(text: Text, counts: Int32Array, lms: Int32Array, suffixes: Int32Array): void {
  const length = text.length;
  const ends = new Int32Array(counts.length);
  const starts = new Int32Array(counts.length);
  const reset = (): void => {
    let sum = 0;
    for (let symbol = 0; symbol < counts.length; symbol++) {
      starts[symbol] = sum;
      sum += counts[symbol]!;
      ends[symbol] = sum;
    }
  };
  reset();
  suffixes.fill(-1);
  for (let i = lms.length - 1; i >= 0; i--) suffixes[--ends[text[lms[i]!]!]!] = lms[i]!;
  // The end of the text sorts first of all, and what stands before it is of type L.
  suffixes[starts[text[length - 1]!]!++] = length - 1;
  for (let i = 0; i < length; i++) {
    const before = suffixes[i]! - 1;
    if (before < 0) continue;
    const symbol = text[before]!;
    if (symbol >= text[before + 1]!) suffixes[starts[symbol]!++] = before;
  }
  reset();
  for (let i = length - 1; i >= 0; i--) {
    const before = suffixes[i]! - 1;
    if (before < 0) continue;
    const symbol = text[before]!;
    const next = text[before + 1]!;
    // Equal symbols have equal types, and entry i is of type S if it is among those that this scan has placed.
    if (symbol < next || (symbol === next && i >= ends[symbol]!)) suffixes[--ends[symbol]!] = before;
  }
}

/**
 * Numbers the LMS substrings, of which `suffixes` has the order, from 1 in ascending order, equal ones alike.
 * @param names receives the number of position p at p >> 1
 * @returns how many numbers there are
 */
function nameLmsSubstrings(text: Text, lms: Int32Array, suffixes: Int32Array, names: Int32Array): number {
  const lengths = new Int32Array(names.length);
  for (let i = 0; i < lms.length; i++) {
    const position = lms[i]!;
    // Until it has a number, a slot says which of its two positions it stands for.
    names[position >> 1] = ~position;
    // The last one reaches to the end of the text and equals no other, so neither does its length.
    lengths[position >> 1] = i + 1 < lms.length ? lms[i + 1]! - position + 1 : 0;
  }
  let name = 0;
  let previous = -1;
  for (const position of suffixes) {
    if (names[position >> 1] !== ~position) continue;
    const size = lengths[position >> 1]!;
    if (previous < 0 || size !== lengths[previous >> 1] || !isSame(text, previous, position, size)) name++;
    names[position >> 1] = name;
    previous = position;
  }
  return name;
}

function isSame(text: Text, a: number, b: number, size: number): boolean {
  for (let i = 0; i < size; i++) {
    if (text[a + i] !== text[b + i]) return false;
  }
  return true;
}
