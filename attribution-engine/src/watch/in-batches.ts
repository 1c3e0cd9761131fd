// Many reads of a node, some of them at the same time.

const PARALLEL_READS = 32;

/** What `read` gives for each item, in their order. */
export async function readInBatches<Item, Result>(
  items: readonly Item[],
  read: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += PARALLEL_READS)
    results.push(...(await Promise.all(items.slice(from, from + PARALLEL_READS).map(read))));
  return results;
}
