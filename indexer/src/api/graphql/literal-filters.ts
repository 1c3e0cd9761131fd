// Has filters of texts look for what they are given: Ponder makes patterns of them for LIKE, in which %, _ and \ mean something else.
import type { PonderResolver } from "./record-statements.ts";

const PATTERN_FILTER = /_(not_)?(contains|starts_with|ends_with)(_nocase)?$/;

type Where = Readonly<Record<string, unknown>>;

/** Ponder's resolver of a list, with the texts of such filters taken to the letter. */
export function withLiteralFilters(resolve: PonderResolver): PonderResolver {
  return (parent, args, context, info) => {
    const { where } = args;
    return resolve(parent, isWhere(where) ? { ...args, where: literal(where) } : args, context, info);
  };
}

function literal(where: Where): Where {
  return Object.fromEntries(Object.entries(where).map(([name, value]) => [name, literalValue(name, value)]));
}

function literalValue(name: string, value: unknown): unknown {
  if (name === "AND" || name === "OR")
    return Array.isArray(value) ? value.map((each: unknown) => (isWhere(each) ? literal(each) : each)) : value;
  return typeof value === "string" && PATTERN_FILTER.test(name) ? value.replace(/[\\%_]/g, "\\$&") : value;
}

function isWhere(value: unknown): value is Where {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
