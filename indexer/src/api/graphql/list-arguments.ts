// Refuses orders and cursors that Ponder would take for something else, or fail at in words of its own.
import type { Column } from "drizzle-orm";
import { getTableConfig } from "drizzle-orm/pg-core";
import { GraphQLError } from "graphql";
import type { TableShape } from "./table-shape.ts";

const CURSORS = ["after", "before"] as const;
const MOST_INTEGER = 2 ** 31;

/**
 * @returns a list's arguments without those that are null, which say no more than those that are absent
 * @throws GraphQLError saying which argument is wrong, and what to give instead
 */
export function listArguments(shape: TableShape, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const args = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const { orderBy } = args;
  if (orderBy !== undefined && !shape.names.includes(orderBy as string))
    throw new GraphQLError(
      `"orderBy" is no column of the list: ${JSON.stringify(orderBy).slice(0, 60)}. Its columns: ${shape.names.join(", ")}.`,
    );
  for (const name of CURSORS) {
    const cursor = args[name];
    if (cursor !== undefined && !isCursorOf(shape, orderBy as string | undefined, String(cursor)))
      throw new GraphQLError(
        `"${name}" is no cursor of this list in this order: take "startCursor" or "endCursor" of the "pageInfo" of a page of the same list, asked with the same "orderBy".`,
      );
  }
  return args;
}

/** A cursor is the row's columns of the order in JSON (superjson's, which tells bigints beside it), by base64. */
function isCursorOf(shape: TableShape, orderBy: string | undefined, cursor: string): boolean {
  let told: unknown;
  try {
    told = JSON.parse(Buffer.from(cursor, "base64").toString("utf8"));
  } catch {
    return false;
  }
  const { json, meta } = (told ?? {}) as { json?: unknown; meta?: { values?: unknown } };
  if (!isObject(json)) return false;
  const bigints = meta?.values ?? {};
  if (!isObject(bigints) || !Object.entries(bigints).every(([name, type]) => isBigint(shape, name, type))) return false;
  const columns = new Set([...(orderBy === undefined ? [] : [orderBy]), ...primaryKeyOf(shape)]);
  return [...columns].every((name) => Object.hasOwn(json, name) && isValueOf(shape.column(name), json[name]));
}

function isBigint(shape: TableShape, name: string, type: unknown): boolean {
  return shape.names.includes(name) && shape.column(name).dataType === "bigint" && String(type) === "bigint";
}

function isValueOf({ dataType, enumValues }: Column, value: unknown): boolean {
  if (value === null) return true;
  if (dataType === "bigint") return typeof value === "string" && /^-?\d{1,78}$/.test(value);
  if (dataType === "number")
    return Number.isInteger(value) && (value as number) < MOST_INTEGER && (value as number) >= -MOST_INTEGER;
  if (dataType === "boolean") return typeof value === "boolean";
  if (dataType !== "string") return true;
  return typeof value === "string" && (enumValues === undefined || enumValues.includes(value));
}

function primaryKeyOf(shape: TableShape): string[] {
  const { primaryKeys } = getTableConfig(shape.source);
  const composite = primaryKeys.flatMap(({ columns }) => columns.map((column) => shape.nameOf(column as Column)));
  return composite.length > 0 ? composite : shape.names.filter((name) => shape.column(name).primary);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
