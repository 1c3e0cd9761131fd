// Where the suffixes that begin with given two tokens stand in their order: a search in these alone touches far less memory than one in all of them.
import { START_TOKEN } from "../model/tokenizer.ts";

/** Vocabularies whose pairs are counted; of a larger one single tokens are. */
const MOST_PAIRED = 4_096;

/** Suffixes by how they begin. */
export interface PrefixRanges {
  /** Tokens that a range is of: 2, or 1 where there would be too many pairs. */
  readonly depth: number;
  readonly vocabulary: number;
  /** The number of the first suffix that begins with the prefix or with a greater one, by prefix; one entry more at the end. */
  readonly firsts: Uint32Array;
}

/**
 * Counts prefixes; the order of the suffixes is not looked at.
 * @param tokens of all records, a start token before each and at the end; the suffixes are those that do not begin with one
 */
export function prefixRanges(tokens: Uint16Array, vocabulary: number): PrefixRanges {
  const depth = vocabulary <= MOST_PAIRED ? 2 : 1;
  const firsts = new Uint32Array(vocabulary ** depth + 1);
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token === START_TOKEN) continue;
    // A suffix is never the last token: a start token follows.
    firsts[(depth === 2 ? token * vocabulary + tokens[at + 1]! : token) + 1]!++;
  }
  for (let prefix = 1; prefix < firsts.length; prefix++) firsts[prefix]! += firsts[prefix - 1]!;
  return { depth, vocabulary, firsts };
}

/** Suffixes `first … end − 1`, which all agree with the query in `agree` tokens from `from` on, and no other suffix in more. */
export interface PrefixRange {
  readonly first: number;
  readonly end: number;
  readonly agree: number;
}

/** The suffixes among which those lie that agree longest with `query` from token `from`. */
export function rangeOf({ depth, vocabulary, firsts }: PrefixRanges, query: Uint16Array, from: number): PrefixRange {
  const token = query[from]!;
  if (depth === 2) {
    if (from + 1 < query.length) {
      const pair = token * vocabulary + query[from + 1]!;
      const [first, end] = [firsts[pair]!, firsts[pair + 1]!];
      if (end > first) return { first, end, agree: 2 };
    }
    return range(firsts[token * vocabulary]!, firsts[(token + 1) * vocabulary]!);
  }
  return range(firsts[token]!, firsts[token + 1]!);
}

function range(first: number, end: number): PrefixRange {
  return { first, end, agree: end > first ? 1 : 0 };
}
