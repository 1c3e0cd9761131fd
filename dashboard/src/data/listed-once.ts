// Lists of an indexer in which each entry has to stand once: what stands twice would be added up, and claimed, twice.

/** Those that are there, each once in the order of its first place, and how many stood there again. Ids that are the same number are the same. */
export function listedOnce<Item extends { id: string }>(items: readonly Item[]): { items: Item[]; again: number } {
  const first = new Map<bigint, Item>();
  for (const item of items) {
    const id = BigInt(item.id);
    if (!first.has(id)) first.set(id, item);
  }
  return { items: [...first.values()], again: items.length - first.size };
}
