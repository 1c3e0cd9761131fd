// Keeps what making a span index takes long for, the records' tokens and the order of some suffixes, so that one that was killed goes on.
import { join } from "node:path";
import { START_TOKEN, type Tokenizer } from "../model/tokenizer.ts";
import { readSealed, writeSealed } from "../numerics/sealed-file.ts";
import { digestOf } from "../numerics/value-digest.ts";

/** Of the code that tokens and order depend on. */
const VERSION = "spans 1";

/** Takes what is kept, or makes and keeps it; what is damaged is made again. */
export interface SpanKeeper {
  /** Tokens of a run of records, a start token before each. @param digest of the texts, of which there are `count` */
  tokens(digest: Uint8Array, count: number, make: () => Uint16Array): Uint16Array;
  /** A permutation of `0 … count − 1` that the tokens alone decide. @param digest of all texts */
  order(digest: Uint8Array, count: number, make: () => Int32Array): Int32Array;
}

/** Keeps nothing. */
export const NO_SPAN_KEEPER: SpanKeeper = { tokens: (_, __, make) => make(), order: (_, __, make) => make() };

/** @param folder for such files alone; its user removes it once the index is written */
export function keepSpansIn(folder: string, { merges }: Tokenizer): SpanKeeper {
  const common = digestOf([VERSION, merges]);
  const pathOf = (digest: Uint8Array, ending: string): string =>
    join(folder, `${digestOf([common, digest])}.${ending}`);
  return {
    tokens(digest, count, make) {
      const path = pathOf(digest, "tokens");
      const kept = readSealed(path);
      if (kept !== undefined) {
        const tokens = new Uint16Array(Uint8Array.from(kept).buffer);
        if (tokens.reduce((sum, token) => (token === START_TOKEN ? sum + 1 : sum), 0) === count) return tokens;
      }
      return keeping(path, make());
    },
    order(digest, count, make) {
      const path = pathOf(digest, "order");
      const kept = readSealed(path);
      if (kept?.length === 4 * count) return new Int32Array(Uint8Array.from(kept).buffer);
      return keeping(path, make());
    },
  };
}

function keeping<Column extends Uint16Array | Int32Array>(path: string, column: Column): Column {
  writeSealed(path, new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return column;
}
