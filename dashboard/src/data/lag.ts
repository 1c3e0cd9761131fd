// From which distance on the indexer counts as behind the chain.

/** More than this many blocks. */
export const LAG_BLOCKS = 5;
