/** Keeps what was used last. */

export interface Shelf {
  /** What was made under this key, if it is still there, or what `make` makes now; a failure is not kept. */
  keep<Value>(key: string, make: () => Promise<Value>): Promise<Value>;
}

/** @param places values that are kept at a time. */
export function createShelf(places: number): Shelf {
  // Oldest use first.
  const kept = new Map<string, Promise<unknown>>();
  return {
    keep<Value>(key: string, make: () => Promise<Value>) {
      const value = (kept.get(key) ?? make()) as Promise<Value>;
      kept.delete(key);
      kept.set(key, value);
      value.catch(() => kept.delete(key));
      if (kept.size > places) kept.delete(kept.keys().next().value!);
      return value;
    },
  };
}
