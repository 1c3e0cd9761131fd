// The newest block, as a look at the chain takes it.

export interface Head {
  readonly number: bigint;
  /** In seconds. */
  readonly timestamp: number;
}
