// Resolvers of lists and rows: one query for all rows above, and of each row only what is selected.
import DataLoader from "dataloader";
import { and, type Column, eq, is, Placeholder } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/pg-core";
import type { FieldNode, GraphQLResolveInfo } from "graphql";
import { Counts } from "./counts.ts";
import { listArguments } from "./list-arguments.ts";
import type { PonderContext } from "./ponder-schema.ts";
import type { PonderResolver, Recorded, RecordStatements } from "./record-statements.ts";
import { keptByField, selectedNames, selectedNodes } from "./selection.ts";
import type { Snapshots } from "./snapshots.ts";
import { keysOf, read, readForEach, type Statement } from "./statement.ts";
import { driverValue, type Row, type TableShape } from "./table-shape.ts";

/** Ponder's, where a query names none. */
const DEFAULT_LIMIT = 50;
/** Keys of one query; more are asked in several. */
const MOST_KEYS = 1_000;

/** Of one request: what reads the same field of several rows, by its place in the query. */
export interface BatchContext extends PonderContext {
  loaders: Map<FieldNode, DataLoader<readonly unknown[], unknown, string>>;
}

type Arguments = Record<string, unknown>;
type Resolver = (parent: Row, args: Arguments, context: BatchContext, info: GraphQLResolveInfo) => unknown;

interface Page {
  items: Row[];
  totalCount: number | null;
}

const builder = new QueryBuilder({ casing: "snake_case" });

export function batchContext(context: PonderContext): BatchContext {
  return { ...context, loaders: new Map() };
}

/** A list of the whole table. */
export function listOfAll(
  shape: TableShape,
  ponders: PonderResolver,
  record: RecordStatements,
  snapshots: Snapshots,
): Resolver {
  const wantedOf = listSelection(shape);
  const counts = new Counts(snapshots);
  return async (parent, given, context, info) => {
    const args = listArguments(shape, given);
    const wanted = wantedOf(info);
    if (isPonders(args, wanted)) return await ponders(parent, args, context, info);
    const { rows, count } = await record(args, wanted.countsRows);
    const { places } = wanted;
    const [items, totalCount] = await Promise.all([
      places && read(context.qb.raw, { ...rows, width: shape.width }, places),
      count ? counts.of(context.qb.raw, count) : null,
    ]);
    return { items: itemsOf(shape, args, places, items), totalCount };
  };
}

/** The list of a row. */
export function listOf(
  above: TableShape,
  shape: TableShape,
  ponders: PonderResolver,
  record: RecordStatements,
): Resolver {
  const wantedOf = listSelection(shape);
  return (parent, given, context, info) => {
    const args = listArguments(shape, given);
    const wanted = wantedOf(info);
    if (isPonders(args, wanted)) return ponders(parent, args, context, info);
    const keys = above.keys.get(info.fieldName)!;
    const load = loaderOf(context, info, () => {
      const recorded = record(args, wanted.countsRows);
      return async (values) => await pagesOf(shape, above, args, context, await recorded, wanted.places, values);
    });
    return load(keys.map((name) => above.valueOf(parent, name)));
  };
}

async function pagesOf(
  shape: TableShape,
  above: TableShape,
  args: Arguments,
  { qb }: BatchContext,
  { rows, count }: Recorded,
  places: number[] | undefined,
  values: readonly (readonly unknown[])[],
): Promise<Page[]> {
  const types = keysOf(rows).map((name) => above.column(name).getSQLType());
  const [items, counted] = await Promise.all([
    places && readForEach(qb.raw, { ...rows, width: shape.width }, places, values, types),
    count && readForEach(qb.raw, { ...count, width: 1 }, [0], values, types),
  ]);
  return values.map((_, index) => ({
    items: itemsOf(shape, args, places, items?.[index]),
    totalCount: counted === undefined ? null : Number(counted[index]?.[0]?.[0]),
  }));
}

/** A row of the whole table by its key, which the arguments are. */
export function rowByKey(shape: TableShape, keys: readonly string[]): Resolver {
  const placesOf = rowSelection(shape);
  const statement = rowStatement(
    shape,
    keys.map((name) => shape.column(name)),
    keys,
  );
  return async (_parent, args, { qb }, info) => {
    const params = statement.params.map((param) =>
      is(param, Placeholder) ? shape.valueOf(args, param.name as string) : param,
    );
    const places = placesOf(info);
    const [row] = await read(qb.raw, { ...statement, params }, places);
    return row === undefined ? null : shape.rowOf(places, row);
  };
}

/** The row that columns of a row, `keys`, name by their values in `references`. */
export function rowOf(shape: TableShape, keys: readonly string[], references: readonly Column[]): Resolver {
  const placesOf = rowSelection(shape);
  const statement = rowStatement(shape, references, keys);
  const columns = keysOf(statement).map((name) => ({ name, column: references[keys.indexOf(name)]! }));
  const types = columns.map(({ column }) => column.getSQLType());
  return (parent, _args, context, info) => {
    const values = columns.map(({ name, column }) => driverValue(column, parent[name]));
    if (values.includes(null)) return null;
    const load = loaderOf(context, info, () => {
      const places = placesOf(info);
      return async (wanted) => {
        const found = await readForEach(context.qb.raw, statement, places, wanted, types);
        return found.map(([row]) => (row === undefined ? null : shape.rowOf(places, row)));
      };
    });
    return load(values);
  };
}

/** The row whose columns have the values of the placeholders `names`. */
function rowStatement(shape: TableShape, columns: readonly Column[], names: readonly string[]): Statement {
  const conditions = columns.map((column, place) => eq(column, new Placeholder(names[place]!)));
  const query = builder
    .select()
    .from(shape.source)
    .where(and(...conditions))
    .limit(1);
  return { ...query.toSQL(), width: shape.width };
}

type ReadBatch = (keys: readonly (readonly unknown[])[]) => Promise<unknown[]>;

/** Fields that are merged select together: they have no one place in the query, and are read for each row. */
function loaderOf({ loaders }: BatchContext, { fieldNodes }: GraphQLResolveInfo, make: () => ReadBatch) {
  const [node] = fieldNodes as [FieldNode, ...FieldNode[]];
  let loader = fieldNodes.length === 1 ? loaders.get(node) : undefined;
  if (loader === undefined) {
    loader = new DataLoader(make(), { maxBatchSize: MOST_KEYS, cacheKeyFn: (key) => JSON.stringify(key) });
    if (fieldNodes.length === 1) loaders.set(node, loader);
  }
  const known = loader;
  return (key: readonly unknown[]): Promise<unknown> => known.load(key);
}

/** What a query wants of a list. */
interface ListSelection {
  hasPageInfo: boolean;
  countsRows: boolean;
  /** Columns of its rows; nothing where no rows are asked for. */
  places: number[] | undefined;
}

function listSelection(shape: TableShape): (info: GraphQLResolveInfo) => ListSelection {
  return keptByField((info) => {
    const names = selectedNames(info, info.fieldNodes);
    const items = selectedNodes(info, info.fieldNodes, "items");
    return {
      hasPageInfo: names.has("pageInfo"),
      countsRows: names.has("totalCount"),
      places: items.length === 0 ? undefined : shape.placesFor(selectedNames(info, items)),
    };
  });
}

function rowSelection(shape: TableShape): (info: GraphQLResolveInfo) => number[] {
  return keptByField((info) => shape.placesFor(selectedNames(info, info.fieldNodes)));
}

/** Cursors are left to Ponder. */
function isPonders({ after, before }: Arguments, { hasPageInfo }: ListSelection): boolean {
  return hasPageInfo || (after ?? before ?? null) !== null;
}

function itemsOf(
  shape: TableShape,
  args: Arguments,
  places: readonly number[] | undefined,
  rows: readonly (readonly unknown[])[] = [],
): Row[] {
  if (places === undefined) return [];
  // Ponder asks for one row more, to see whether there is one.
  const limit = (args["limit"] as number | null | undefined) ?? DEFAULT_LIMIT;
  return rows.slice(0, limit).map((row) => shape.rowOf(places, row));
}
