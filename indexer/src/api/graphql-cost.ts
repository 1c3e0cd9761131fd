// What a GraphQL operation can cost at most, read from its text: lists in lists multiply, and what the database has no index for is looked through.
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from "graphql";
import { type ListTable, searchCost } from "./search-cost.ts";

/** What the schema says of fields. */
export interface Lists {
  /** The table of a list, by the type that has the field, and the field; undefined of what is no list. */
  tableOf(type: string, field: string): ListTable | undefined;
  /** The type that a field leads to. */
  typeOf(type: string, field: string): string | undefined;
}

/** Items of a list where a query names no `limit`, and the most that it can name; both are Ponder's. */
const DEFAULT_LIMIT = 50;
const MOST_LIMIT = 1_000;
/** A query of the database weighs as much as so many rows of its answer. */
const QUERY_COST = 10;
/** What a page has beside its rows. The rows count whichever of them is asked for, and `totalCount` is asked for once more. */
const PAGE_FIELDS = ["items", "totalCount", "pageInfo"];
/** Rows that are passed over in the time that one is given out in. */
const PASSED_OVER = 10;
const QUERY = "Query";
/** What tells the schema, which `/schema.graphql` does at no cost. */
const INTROSPECTION = ["__schema", "__type"];
/** Lists of it that are in a list of all types. */
const LISTS_OF_A_TYPE = ["fields", "args", "inputFields", "enumValues", "interfaces", "possibleTypes"];
/** About as many as there are, in the schema and in each of its types. */
const TYPES = 200;
const LISTED_OF_A_TYPE = 20;

/** The most rows that the dearest operation of a document can read, with {@link QUERY_COST} for each query that reads them, and with what finding them costs. */
export function costOf(document: DocumentNode, variables: Record<string, unknown>, lists: Lists): number {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return Math.max(
    0,
    ...operations.map((operation) =>
      new Cost(document, withDefaults(operation, variables), lists).of(operation.selectionSet, QUERY),
    ),
  );
}

/** What a variable is where none is given. */
function withDefaults(
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Record<string, unknown>,
): Record<string, unknown> {
  const defaults = variableDefinitions.flatMap(({ variable: { name }, defaultValue }) =>
    defaultValue === undefined || variables[name.value] !== undefined
      ? []
      : [[name.value, valueFromASTUntyped(defaultValue)] as const],
  );
  return defaults.length === 0 ? variables : { ...variables, ...Object.fromEntries(defaults) };
}

/** What is wrong with a document if it costs too much. */
export function refusalOf(
  document: DocumentNode,
  variables: Record<string, unknown>,
  lists: Lists,
  mostCost: number,
): string | undefined {
  const cost = costOf(document, variables, lists);
  if (Number.isNaN(cost)) return '"limit" and "offset" are whole numbers from 0.';
  if (cost <= mostCost) return undefined;
  return (
    `The query can cost ${cost}, which is more than ${mostCost}: give its lists a smaller "limit" (${DEFAULT_LIMIT} where none is given), those within lists most of all, ` +
    'filter and order them by columns that have an index, and go on by "after" rather than by a large "offset".'
  );
}

class Cost {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #known = new Map<string, number>();
  readonly #variables: Record<string, unknown>;
  readonly #lists: Lists;

  constructor(document: DocumentNode, variables: Record<string, unknown>, lists: Lists) {
    this.#variables = variables;
    this.#lists = lists;
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
  }

  /** Of what is selected of one row. @param type that it is selected of */
  of(selection: SelectionSetNode | undefined, type: string): number {
    let total = 0;
    for (const part of selection?.selections ?? []) {
      if (part.kind === Kind.FIELD) total += this.#ofField(part, type);
      else if (part.kind === Kind.INLINE_FRAGMENT)
        total += this.of(part.selectionSet, part.typeCondition?.name.value ?? type);
      else total += this.#ofFragment(part.name.value);
    }
    return total;
  }

  /** A field with fields is a page, one row, or a part of a page, which the page has counted. */
  #ofField({ name, selectionSet, arguments: args }: FieldNode, type: string): number {
    if (selectionSet === undefined) return 0;
    if (INTROSPECTION.includes(name.value)) return QUERY_COST + this.#ofIntrospection(selectionSet);
    const below = this.of(selectionSet, this.#lists.typeOf(type, name.value) ?? "");
    if (PAGE_FIELDS.includes(name.value)) return below;
    const names = this.#namesIn(selectionSet);
    const isPage =
      PAGE_FIELDS.some((field) => names.has(field)) || [...names].every((selected) => selected === "__typename");
    if (!isPage) return 1 + below;
    const counts = names.has("totalCount");
    const finding = this.#findingCost(this.#lists.tableOf(type, name.value), args, counts);
    return QUERY_COST * (counts ? 2 : 1) + finding + this.#limitOf(args) * (1 + below);
  }

  /** Of what the schema says of itself: objects that the answer can have. */
  #ofIntrospection(selection: SelectionSetNode): number {
    let total = 0;
    for (const part of selection.selections) {
      if (part.kind === Kind.FRAGMENT_SPREAD) total += this.#ofFragment(part.name.value, true);
      else if (part.selectionSet !== undefined) {
        const name = part.kind === Kind.FIELD ? part.name.value : "";
        const times = name === "types" ? TYPES : LISTS_OF_A_TYPE.includes(name) ? LISTED_OF_A_TYPE : 1;
        total += times * (1 + this.#ofIntrospection(part.selectionSet));
      }
    }
    return total;
  }

  /** What finding the rows of a list costs beside reading them. */
  #findingCost(table: ListTable | undefined, args: readonly ArgumentNode[] | undefined, counts: boolean): number {
    const value = (wanted: string): unknown => {
      const node = args?.find(({ name }) => name.value === wanted)?.value;
      return node && valueFromASTUntyped(node, this.#variables);
    };
    const [where, orderBy, offset] = [value("where"), value("orderBy"), value("offset")];
    if (typeof offset === "number" && offset < 0) return Number.NaN;
    const passedOver = typeof offset === "number" ? Math.ceil(offset / PASSED_OVER) : 0;
    return passedOver + (table === undefined ? 0 : searchCost(table, { where, orderBy, counts }));
  }

  /** The fields that are selected, by their own names, those of fragments too. */
  #namesIn(selection: SelectionSetNode, names = new Set<string>(), from = new Set<string>()): Set<string> {
    for (const part of selection.selections) {
      if (part.kind === Kind.FIELD) names.add(part.name.value);
      else if (part.kind === Kind.INLINE_FRAGMENT) this.#namesIn(part.selectionSet, names, from);
      else if (!from.has(part.name.value)) {
        from.add(part.name.value);
        const fragment = this.#fragments.get(part.name.value);
        if (fragment !== undefined) this.#namesIn(fragment.selectionSet, names, from);
      }
    }
    return names;
  }

  /** Each fragment is read once, however often it is used; one that contains itself is refused later, by its name. */
  #ofFragment(name: string, isIntrospection = false): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, 0);
    const fragment = this.#fragments.get(name);
    const cost =
      isIntrospection && fragment !== undefined
        ? this.#ofIntrospection(fragment.selectionSet)
        : this.of(fragment?.selectionSet, fragment?.typeCondition.name.value ?? "");
    this.#known.set(name, cost);
    return cost;
  }

  /** What cannot be a limit is refused later; until then it counts as the most. Of less than nothing there is no cost. */
  #limitOf(args: readonly ArgumentNode[] | undefined): number {
    const value = args?.find(({ name }) => name.value === "limit")?.value;
    if (value === undefined || value.kind === Kind.NULL) return DEFAULT_LIMIT;
    const limit =
      value.kind === Kind.INT
        ? Number(value.value)
        : value.kind === Kind.VARIABLE
          ? this.#variables[value.name.value]
          : undefined;
    if (typeof limit === "number" && limit < 0) return Number.NaN;
    const isLimit = typeof limit === "number" && limit >= 0 && limit <= MOST_LIMIT;
    return isLimit ? limit : MOST_LIMIT;
  }
}
