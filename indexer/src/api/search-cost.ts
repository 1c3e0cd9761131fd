// What finding a list's rows costs the database beside reading them: told from its filter, its order, and the table's indexes.

/** Where the rows of a list lie. */
export interface ListTable {
  /** Columns of each index, the primary key's among them, in their order. */
  readonly indexes: readonly (readonly string[])[];
  /** Columns that the row above has the values of; none of a list of the whole table. */
  readonly keys: readonly string[];
}

/** How the database comes to the rows. */
export type Search =
  /** An index has them in their order, and nothing else lies between. */
  | "walk"
  /** An index has those that a part of the filter leaves; these are looked through, or sorted. */
  | "narrow"
  /** All of the table is looked through, or sorted. */
  | "scan";

/**
 * What each costs, in rows of an answer, of which the database looks through many in the time that the server gives one out in: sorting the 120,000 rows of a table took it
 * 31 ms, and a query of some 60 rows the server 2 ms (docs/indexing.md).
 */
const COSTS: Readonly<Record<Search, number>> = { walk: 0, narrow: 100, scan: 10_000 };
/** Of a list within a row, whose rows are the others' no more: all of them together are at most the table. */
const NARROW_WITHIN_COST = 10;

/** Ponder's, for other comparisons than "is". */
const RANGES = ["_gt", "_lt", "_gte", "_lte"];
const ANY_OF = "_in";

interface Conditions {
  /** Columns with one value. */
  readonly equal: Set<string>;
  /** Columns with one of several values, or within bounds: an index finds them, but not in another column's order. */
  readonly bounded: Set<string>;
  /** Those within bounds, which may be as wide as the table. */
  readonly ranged: Set<string>;
  /** Columns that an index helps nothing with, and alternatives. */
  readonly others: number;
  /** Values that are named in lists. */
  readonly values: number;
}

/** @param where Ponder's filter @param orderBy a column; without, rows come in the order of the primary key */
export function searchOf({ indexes, keys }: ListTable, where: unknown, orderBy: unknown): Search {
  const { equal, bounded, ranged, others } = conditionsOf(where);
  for (const key of keys) equal.add(key);
  const filtered = new Set([...equal, ...bounded]);
  let best: Search = "scan";
  for (const index of indexes) {
    let place = 0;
    while (place < index.length && equal.has(index[place]!)) place++;
    const next = index[place];
    const isBounded = next !== undefined && bounded.has(next);
    const served = new Set([...index.slice(0, place), ...(isBounded ? [next] : [])]);
    const order = orderBy ?? indexes[0]?.find((column) => !equal.has(column));
    const isOrdered = order === undefined || order === next || equal.has(String(order));
    if (isOrdered && others === 0 && [...filtered].every((column) => served.has(column))) return "walk";
    if (place > 0 || (isBounded && !ranged.has(next))) best = "narrow";
  }
  return best;
}

/**
 * What it costs to find a list's rows, with one for each value that its filter names in lists: each is looked for by itself.
 * @param counts whether its length is asked for too: of a filtered list all rows are found for that, the others' is known
 */
export function searchCost(
  table: ListTable,
  { where, orderBy, counts }: { where: unknown; orderBy: unknown; counts: boolean },
): number {
  const { values, ranged } = conditionsOf(where);
  const priceOf = (search: Search): number =>
    search === "narrow" && table.keys.length > 0 ? NARROW_WITHIN_COST : COSTS[search];
  const rows = priceOf(searchOf(table, where, orderBy));
  if (!counts || !isFiltered(where)) return rows + values;
  // Counted are all that the filter leaves, in any order.
  const counted = searchOf(table, where, undefined);
  return rows + values + (counted === "walk" ? priceOf(ranged.size > 0 ? "scan" : "narrow") : priceOf(counted));
}

function isFiltered(where: unknown): boolean {
  return typeof where === "object" && where !== null && Object.values(where).some((value) => value !== undefined);
}

function conditionsOf(where: unknown): Conditions {
  const equal = new Set<string>();
  const bounded = new Set<string>();
  const ranged = new Set<string>();
  let [others, values] = [0, 0];
  const left: [filter: unknown, isAlternative: boolean][] = [[where, false]];
  while (left.length > 0) {
    const [filter, isAlternative] = left.pop()!;
    if (typeof filter !== "object" || filter === null) continue;
    for (const [name, value] of Object.entries(filter)) {
      if (value === undefined) continue;
      if (Array.isArray(value)) values += value.length;
      if (name === "AND" || name === "OR") {
        if (name === "OR") others++;
        for (const inner of Array.isArray(value) ? (value as unknown[]) : [value])
          left.push([inner, isAlternative || name === "OR"]);
        continue;
      }
      const range = RANGES.find((end) => name.endsWith(end));
      if (isAlternative) others++;
      else if (range !== undefined) {
        ranged.add(name.slice(0, -range.length));
        bounded.add(name.slice(0, -range.length));
      } else if (name.endsWith(ANY_OF) && !name.endsWith("_not_in")) bounded.add(name.slice(0, -ANY_OF.length));
      else if (name.includes("_")) others++;
      else equal.add(name);
    }
  }
  return { equal, bounded, ranged, others, values };
}
