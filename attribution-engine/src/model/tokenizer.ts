/** A byte-level byte-pair tokenizer: token 0 starts a text, 1 to 256 are bytes, the rest are merges. */
import { readFileSync } from "node:fs";
import { writeFileAtomically } from "../numerics/atomic-file.ts";

/** The token that starts every text. */
export const START_TOKEN = 0;
const FIRST_BYTE = 1;
const FIRST_MERGE = FIRST_BYTE + 256;
const PIECES = / ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s+/gu;

interface TokenizerFile {
  readonly format: "tributary-bpe-1";
  readonly merges: readonly (readonly [number, number])[];
}

const pairKey = (left: number, right: number): number => left * 65536 + right;

/** Splits text in word-like pieces; a text counts as if a space stood before it, so first words are like others. */
function pieces(text: string): string[] {
  return ` ${text}`.match(PIECES) ?? [];
}

function mergePair(symbols: number[], left: number, right: number, merged: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === left && symbols[i + 1] === right) {
      result.push(merged);
      i++;
    } else {
      result.push(symbols[i] as number);
    }
  }
  return result;
}

/** Encodes text to tokens and back. */
export class Tokenizer {
  readonly merges: readonly (readonly [number, number])[];
  readonly #ranks: ReadonlyMap<number, number>;
  readonly #bytes: readonly Uint8Array[];
  readonly #cache = new Map<string, readonly number[]>();

  constructor(merges: readonly (readonly [number, number])[]) {
    this.merges = merges;
    this.#ranks = new Map(merges.map(([left, right], index) => [pairKey(left, right), FIRST_MERGE + index]));
    const bytes: Uint8Array[] = [new Uint8Array(0)];
    for (let byte = 0; byte < 256; byte++) bytes.push(Uint8Array.of(byte));
    for (const [left, right] of merges) {
      const [a, b] = [bytes[left], bytes[right]];
      if (a === undefined || b === undefined)
        throw new Error(`tokenizer: merge ${bytes.length - FIRST_MERGE} uses a later token`);
      bytes.push(Uint8Array.from([...a, ...b]));
    }
    this.#bytes = bytes;
  }

  /** The number of distinct tokens. */
  get size(): number {
    return FIRST_MERGE + this.merges.length;
  }

  /** Tokens of `text`, without the start token. */
  encode(text: string): number[] {
    return pieces(text).flatMap((piece) => this.#encodePiece(piece));
  }

  /** The bytes of one token, none for the start token. Those of a text's tokens are a space and the text's UTF-8. */
  bytesOf(token: number): Uint8Array {
    const bytes = this.#bytes[token];
    if (bytes === undefined) throw new Error(`token ${token} is outside the vocabulary of ${this.size}`);
    return bytes;
  }

  /** Text of tokens; the start token is skipped, bytes that are no UTF-8 become U+FFFD. */
  decode(tokens: readonly number[]): string {
    const bytes = tokens.flatMap((token) => [...this.bytesOf(token)]);
    return new TextDecoder().decode(Uint8Array.from(bytes)).replace(/^ /, "");
  }

  #encodePiece(piece: string): readonly number[] {
    const known = this.#cache.get(piece);
    if (known !== undefined) return known;
    let symbols = [...new TextEncoder().encode(piece)].map((byte) => FIRST_BYTE + byte);
    for (;;) {
      let best = Infinity;
      for (let i = 0; i + 1 < symbols.length; i++) {
        best = Math.min(best, this.#ranks.get(pairKey(symbols[i] as number, symbols[i + 1] as number)) ?? Infinity);
      }
      if (best === Infinity) break;
      const [left, right] = this.merges[best - FIRST_MERGE] as readonly [number, number];
      symbols = mergePair(symbols, left, right, best);
    }
    this.#cache.set(piece, symbols);
    return symbols;
  }
}

/** Learns merges from `texts` until there are `size` tokens; the most frequent pair first, ties to the lower pair. */
export function trainTokenizer(texts: Iterable<string>, size: number): Tokenizer {
  const counts = new Map<string, number>();
  for (const text of texts) for (const piece of pieces(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  const words = [...counts].map(([piece, count]) => ({
    symbols: [...new TextEncoder().encode(piece)].map((byte) => FIRST_BYTE + byte),
    count,
  }));
  const pairs = new Map<number, number>();
  const tally = (symbols: readonly number[], count: number): void => {
    for (let i = 0; i + 1 < symbols.length; i++) {
      const key = pairKey(symbols[i] as number, symbols[i + 1] as number);
      pairs.set(key, (pairs.get(key) ?? 0) + count);
    }
  };
  for (const word of words) tally(word.symbols, word.count);
  const merges: [number, number][] = [];
  while (FIRST_MERGE + merges.length < size) {
    let best = -1;
    let bestCount = 1;
    for (const [key, count] of pairs) {
      if (count > bestCount || (count === bestCount && best >= 0 && key < best)) [best, bestCount] = [key, count];
    }
    if (best < 0) break;
    const [left, right] = [Math.floor(best / 65536), best % 65536];
    const merged = FIRST_MERGE + merges.length;
    merges.push([left, right]);
    for (const word of words) {
      if (!word.symbols.some((symbol, i) => symbol === left && word.symbols[i + 1] === right)) continue;
      tally(word.symbols, -word.count);
      word.symbols = mergePair(word.symbols, left, right, merged);
      tally(word.symbols, word.count);
    }
  }
  return new Tokenizer(merges);
}

/** Writes a tokenizer as JSON. */
export function saveTokenizer(path: string, tokenizer: Tokenizer): void {
  const file: TokenizerFile = { format: "tributary-bpe-1", merges: tokenizer.merges };
  writeFileAtomically(path, `${JSON.stringify(file)}\n`);
}

/** Reads a tokenizer. */
export function loadTokenizer(path: string): Tokenizer {
  let file: TokenizerFile;
  try {
    file = JSON.parse(readFileSync(path, "utf8")) as TokenizerFile;
  } catch (cause) {
    throw new Error(`${path}: not a readable tokenizer; run train:base or restore the file`, { cause });
  }
  if (file.format !== "tributary-bpe-1")
    throw new Error(`${path}: format ${String(file.format)}, expected tributary-bpe-1`);
  return new Tokenizer(file.merges);
}
