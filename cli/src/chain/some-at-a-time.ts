// Reads many things of a node that takes few requests at a time.

/** Requests that are under way at a time, unless an item makes several. */
const AT_A_TIME = 16;

/** What `read` gives of each item, in their order. @throws what the first of them throws; none is begun after it */
export async function someAtATime<Item, Value>(
  items: readonly Item[],
  read: (item: Item) => Promise<Value>,
  atATime = AT_A_TIME,
): Promise<Value[]> {
  const values = new Array<Value>(items.length);
  const next = items.entries();
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (const [i, item] of next) {
      if (hasFailed) return;
      try {
        values[i] = await read(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, worker));
  return values;
}
