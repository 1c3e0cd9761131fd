/** The lexical baseline: BM25 with tuned parameters. */

/** BM25's two parameters. */
export interface Bm25Parameters {
  readonly k1: number;
  readonly b: number;
}

export const BM25_GRID: readonly Bm25Parameters[] = [0.3, 0.6, 0.9, 1.2, 1.6, 2, 3].flatMap((k1) =>
  [0, 0.25, 0.5, 0.75, 1].map((b) => ({ k1, b })),
);

/** Lower-case words and numbers. */
export function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The words of a text, and, where `longest` is more than 1, every run of 2 … `longest` of them. */
export function wordRuns(text: string, longest: number): string[] {
  const single = words(text);
  const runs = [...single];
  for (let length = 2; length <= longest; length++)
    for (let at = 0; at + length <= single.length; at++) runs.push(single.slice(at, at + length).join(" "));
  return runs;
}

/** An inverted index over documents, whose terms are words, or runs of words too. */
export class Bm25Index {
  readonly #postings = new Map<string, [document: number, count: number][]>();
  readonly #lengths: number[];
  readonly #meanLength: number;
  readonly #longest: number;

  /** @param longest words that a term has at most */
  constructor(documents: readonly string[], longest = 1) {
    this.#longest = longest;
    if (documents.length === 0) throw new Error("BM25 over an empty set of documents");
    this.#lengths = documents.map((text, document) => {
      const counts = new Map<string, number>();
      const list = wordRuns(text, longest);
      for (const term of list) counts.set(term, (counts.get(term) ?? 0) + 1);
      for (const [term, count] of counts) {
        const postings = this.#postings.get(term);
        if (postings === undefined) this.#postings.set(term, [[document, count]]);
        else postings.push([document, count]);
      }
      return list.length;
    });
    this.#meanLength = this.#lengths.reduce((total, length) => total + length, 0) / documents.length;
  }

  /** Different terms of each document, over all documents. */
  get postings(): number {
    return [...this.#postings.values()].reduce((sum, list) => sum + list.length, 0);
  }

  /** Robertson and Zaragoza (2009), with the non-negative ln(1 + …) form of the inverse document frequency. */
  scores(query: string, { k1, b }: Bm25Parameters): Float64Array {
    const scores = new Float64Array(this.#lengths.length);
    for (const term of wordRuns(query, this.#longest)) {
      const postings = this.#postings.get(term) ?? [];
      const rarity = Math.log(1 + (this.#lengths.length - postings.length + 0.5) / (postings.length + 0.5));
      for (const [document, count] of postings) {
        const norm = 1 - b + (b * this.#lengths[document]!) / this.#meanLength;
        scores[document]! += (rarity * count * (k1 + 1)) / (count + k1 * norm);
      }
    }
    return scores;
  }
}

/** The parameters of {@link BM25_GRID} that `quality` likes best. */
export function tuneBm25(quality: (parameters: Bm25Parameters) => number): Bm25Parameters {
  let best = BM25_GRID[0]!;
  let bestQuality = -Infinity;
  for (const parameters of BM25_GRID) {
    const value = quality(parameters);
    if (value > bestQuality) [best, bestQuality] = [parameters, value];
  }
  return best;
}
