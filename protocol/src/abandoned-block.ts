// Tells an index of a chain that is no more from one that is a moment ahead of its node.

/** As an index names the newest block that it holds: it knows no hash. */
export interface IndexedBlock {
  readonly number: number;
  /** Unix seconds. */
  readonly timestamp: number;
}

export interface Suspicion {
  readonly indexed: IndexedBlock;
  readonly sinceMilliseconds: number;
}

/** An index that follows a reorganisation takes the block back before; so does a node that lags behind another one. */
export const GRACE_MILLISECONDS = 10_000;

/**
 * Whether the node has another block, or none, in the place of the indexed one.
 * @param former what this returned when it was called before
 * @param nodeTimestamp Unix seconds of the node's block of that number; undefined where it has none
 */
export function suspect(
  former: Suspicion | undefined,
  indexed: IndexedBlock,
  nodeTimestamp: number | undefined,
  nowMilliseconds: number,
): Suspicion | undefined {
  // Before the first block nothing is held.
  if (indexed.number === 0 || indexed.timestamp === nodeTimestamp) return undefined;
  const isSame = former?.indexed.number === indexed.number && former.indexed.timestamp === indexed.timestamp;
  return { indexed, sinceMilliseconds: isSame ? former.sinceMilliseconds : nowMilliseconds };
}

/** The same block has been held, and been missing from the node's chain, for longer than a node or an index may be late. */
export function isAbandoned(suspicion: Suspicion | undefined, nowMilliseconds: number): boolean {
  return suspicion !== undefined && nowMilliseconds - suspicion.sinceMilliseconds >= GRACE_MILLISECONDS;
}
