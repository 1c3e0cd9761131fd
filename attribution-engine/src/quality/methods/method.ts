/** What a method of attribution is to the trials that measure it. */

/** A method, ready to score the records of one setting. */
export interface AttributionMethod {
  /** As it appears in the output. */
  readonly name: string;
  /** Coordinates that it keeps of a record. */
  readonly k: number;
  /** Bytes that it keeps of a record. */
  readonly bytes: number;
  /** Scores of all records on a query, positive where a record helps it. */
  scores(query: number): Float64Array;
}

/** Bytes of a 32-bit float. */
export const FLOAT_BYTES = 4;
