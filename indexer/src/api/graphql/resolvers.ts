// Resolvers of lists and rows: one query for all rows above, and of each row only what is selected.
import DataLoader from "dataloader";
import { and, type Column, eq, Placeholder } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/pg-core";
import type { FieldNode, GraphQLResolveInfo } from "graphql";
import type { PonderContext } from "./ponder-schema.ts";
import { ANY_ROW, type PonderResolver, type Recorded, recordStatements } from "./record-statements.ts";
import { selectedNames, selectedNodes } from "./selection.ts";
import { keysOf, read, readForEach, type Statement } from "./statement.ts";
import { driverValue, type Row, type TableShape } from "./table-shape.ts";

/** Ponder's, where a query names none. */
const DEFAULT_LIMIT = 50;
/** Keys of one query; more are asked in several. */
const MOST_KEYS = 1_000;
/** `count(*)` is one column. */
const COUNT = { width: 1, places: [0] };

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
export function listOfAll(shape: TableShape, ponders: PonderResolver): Resolver {
  return async (parent, args, context, info) => {
    if (isPonders(args, info)) return await ponders(parent, args, context, info);
    const { rows, count } = await recordStatements(ponders, parent, args, info);
    const { raw } = context.qb;
    const places = placesOfItems(shape, info);
    const [items, counted] = await Promise.all([
      places && read(raw, { ...rows, width: shape.width }, places),
      count && read(raw, { ...count, width: COUNT.width }, COUNT.places),
    ]);
    return pageOf(shape, args, places, items, counted);
  };
}

/** The list of a row. */
export function listOf(above: TableShape, shape: TableShape, ponders: PonderResolver): Resolver {
  return (parent, args, context, info) => {
    if (isPonders(args, info)) return ponders(parent, args, context, info);
    const keys = above.keys.get(info.fieldName)!;
    const load = loaderOf(context, info, () => {
      const places = placesOfItems(shape, info);
      const recorded = recordStatements(ponders, ANY_ROW, args, info);
      return async (values) => await pagesOf(shape, above, args, context, await recorded, places, values);
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
    count && readForEach(qb.raw, { ...count, width: COUNT.width }, COUNT.places, values, types),
  ]);
  return values.map((_, index) => pageOf(shape, args, places, items?.[index], counted?.[index]));
}

/** A row of the whole table by its key, which the arguments are. */
export function rowByKey(shape: TableShape): Resolver {
  return async (_parent, args, { qb }, info) => {
    const conditions = Object.entries(args).map(([name, value]) => eq(shape.column(name), value));
    const query = builder.select().from(shape.source).where(and(...conditions)).limit(1).toSQL();
    const places = shape.placesFor(selectedNames(info, info.fieldNodes));
    const [row] = await read(qb.raw, { ...query, width: shape.width }, places);
    return row === undefined ? null : shape.rowOf(places, row);
  };
}

/** The row that columns of a row, `keys`, name by their values in `references`. */
export function rowOf(
  shape: TableShape,
  keys: readonly string[],
  references: readonly Column[],
): Resolver {
  const conditions = references.map((column, place) => eq(column, new Placeholder(keys[place]!)));
  const query = builder.select().from(shape.source).where(and(...conditions)).limit(1).toSQL();
  const statement: Statement = { ...query, width: shape.width };
  const asked = keysOf(statement);
  const types = asked.map((name) => references[keys.indexOf(name)]!.getSQLType());
  return (parent, _args, context, info) => {
    const values = asked.map((name) => driverValue(references[keys.indexOf(name)]!, parent[name]));
    if (values.includes(null)) return null;
    const load = loaderOf(context, info, () => {
      const places = shape.placesFor(selectedNames(info, info.fieldNodes));
      return async (wanted) => {
        const found = await readForEach(context.qb.raw, statement, places, wanted, types);
        return found.map(([row]) => (row === undefined ? null : shape.rowOf(places, row)));
      };
    });
    return load(values);
  };
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

/** Cursors are Ponder's. */
function isPonders({ after, before }: Arguments, info: GraphQLResolveInfo): boolean {
  return (after ?? before ?? null) !== null || selectedNames(info, info.fieldNodes).has("pageInfo");
}

/** Nothing where no rows are asked for. */
function placesOfItems(shape: TableShape, info: GraphQLResolveInfo): number[] | undefined {
  const items = selectedNodes(info, info.fieldNodes, "items");
  return items.length === 0 ? undefined : shape.placesFor(selectedNames(info, items));
}

function pageOf(
  shape: TableShape,
  args: Arguments,
  places: readonly number[] | undefined,
  rows: readonly (readonly unknown[])[] = [],
  counted?: readonly (readonly unknown[])[],
): Page {
  // Ponder asks for one row more, to see whether there is one.
  const limit = (args["limit"] as number | undefined) ?? DEFAULT_LIMIT;
  return {
    items: places === undefined ? [] : rows.slice(0, limit).map((row) => shape.rowOf(places, row)),
    totalCount: counted === undefined ? null : Number(counted[0]?.[0]),
  };
}
