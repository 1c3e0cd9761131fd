// The kinds of trees: tags, depths and payload sizes (docs/formats.md §3).

/** One kind of tree. */
export type Kind = {
  readonly name: string;
  /** First byte of every payload. */
  readonly tag: number;
  /** Levels below the root. */
  readonly depth: number;
  /** Bytes of a payload, tag included; without the sketch where there is one. */
  readonly bytes: number;
  /** Whether a sketch of `k` bytes ends the payload. */
  readonly hasSketch: boolean;
  /** Whether every leaf's sum is 1. */
  readonly countsLeaves: boolean;
  /** Whether no leaf's sum is 0: there is a leaf only where there is an amount. */
  readonly needsSum: boolean;
};

export const CONTENT = kind({ name: "content", tag: 0x01, depth: 24, bytes: 33, countsLeaves: true });
export const INDEX = kind({ name: "index", tag: 0x02, depth: 32, bytes: 94, hasSketch: true, countsLeaves: true });
export const RECEIPT = kind({ name: "receipt", tag: 0x03, depth: 24, bytes: 211 });
export const SKETCH = kind({ name: "sketch", tag: 0x04, depth: 24, bytes: 37, hasSketch: true, countsLeaves: true });
export const ENTRY = kind({ name: "entry", tag: 0x05, depth: 8, bytes: 33, needsSum: true });
export const TRACE = kind({ name: "trace", tag: 0x06, depth: 28, bytes: 163 });
export const TALLY = kind({ name: "tally", tag: 0x07, depth: 28, bytes: 7, needsSum: true });
export const POINTS = kind({ name: "points", tag: 0x08, depth: 32, bytes: 111 });
export const GROUP = kind({ name: "group", tag: 0x09, depth: 16, bytes: 111 });
export const EARNING = kind({ name: "earning", tag: 0x0a, depth: 32, bytes: 9, needsSum: true });
export const PAYOUT = kind({ name: "payout", tag: 0x0b, depth: 28, bytes: 50, needsSum: true });

/** All kinds, by tag. */
export const KINDS: readonly Kind[] = [
  CONTENT,
  INDEX,
  RECEIPT,
  SKETCH,
  ENTRY,
  TRACE,
  TALLY,
  POINTS,
  GROUP,
  EARNING,
  PAYOUT,
];

/** Coordinates of a sketch: a multiple of 32, 32 … 4096. */
export const MIN_SKETCH_SIZE = 32;
export const MAX_SKETCH_SIZE = 4096;
/** A record's `scale` is below this. */
export const SCALE_LIMIT = 2 ** 24;
/** Novelty of a record that resembles no earlier one. */
export const FULL_NOVELTY = 255;
/** Most entries of a list (`K`). */
export const MAX_TOP_K = 256;

function kind(fields: { name: string; tag: number; depth: number; bytes: number } & Partial<Kind>): Kind {
  return Object.freeze({ hasSketch: false, countsLeaves: false, needsSum: false, ...fields });
}

/** Whether a method may have sketches of `k` coordinates. */
export function isSketchSize(k: number): boolean {
  return Number.isInteger(k) && k >= MIN_SKETCH_SIZE && k <= MAX_SKETCH_SIZE && k % 32 === 0;
}

/** Places of a tree of a kind; what points at it is below. */
export function placesOf(of: Kind): number {
  return 2 ** of.depth;
}

/**
 * Bytes of a payload.
 * @param k coordinates of the method's sketches; needed where the kind has one
 */
export function payloadBytes(of: Kind, k = 0): number {
  return of.hasSketch ? of.bytes + k : of.bytes;
}

/** Bytes of the longest payload of any kind; no answer to a demand has a longer one (docs/formats.md §9). */
export const MOST_PAYLOAD = Math.max(...KINDS.map((of) => payloadBytes(of, MAX_SKETCH_SIZE)));
