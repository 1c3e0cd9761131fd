// What a GraphQL operation can cost at most, read from its text: lists in lists multiply.
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from "graphql";

/** Items of a list where a query names no `limit`, and the most that it can name; both are Ponder's. */
const DEFAULT_LIMIT = 50;
const MOST_LIMIT = 1_000;
/** A query of the database weighs as much as so many rows of its answer. */
const QUERY_COST = 10;
/** What a page has beside its rows. The rows count whichever of them is asked for, and `totalCount` is asked for once more. */
const PAGE_FIELDS = ["items", "totalCount", "pageInfo"];

/** The most rows that the dearest operation of a document can read, with {@link QUERY_COST} for each query that reads them. */
export function costOf(document: DocumentNode, variables: Record<string, unknown>): number {
  const cost = new Cost(document, variables);
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return Math.max(0, ...operations.map(({ selectionSet }) => cost.of(selectionSet)));
}

/** What is wrong with a document if it costs too much. */
export function refusalOf(
  document: DocumentNode,
  variables: Record<string, unknown>,
  mostCost: number,
): string | undefined {
  const cost = costOf(document, variables);
  if (cost <= mostCost) return undefined;
  return `The query can cost ${cost}, which is more than ${mostCost}: give its lists a smaller "limit" (${DEFAULT_LIMIT} where none is given), those within lists most of all.`;
}

class Cost {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #known = new Map<string, number>();
  readonly #variables: Record<string, unknown>;

  constructor(document: DocumentNode, variables: Record<string, unknown>) {
    this.#variables = variables;
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
  }

  /** Of what is selected of one row. */
  of(selection: SelectionSetNode | undefined): number {
    let total = 0;
    for (const part of selection?.selections ?? []) {
      if (part.kind === Kind.FIELD) total += this.#ofField(part);
      else if (part.kind === Kind.INLINE_FRAGMENT) total += this.of(part.selectionSet);
      else total += this.#ofFragment(part.name.value);
    }
    return total;
  }

  /** A field with fields is a page, one row, or a part of a page, which the page has counted. */
  #ofField({ name, selectionSet, arguments: args }: FieldNode): number {
    if (selectionSet === undefined) return 0;
    const below = this.of(selectionSet);
    if (PAGE_FIELDS.includes(name.value)) return below;
    const names = this.#namesIn(selectionSet);
    const isPage =
      PAGE_FIELDS.some((field) => names.has(field)) || [...names].every((selected) => selected === "__typename");
    if (!isPage) return 1 + below;
    return QUERY_COST * (names.has("totalCount") ? 2 : 1) + this.#limitOf(args) * (1 + below);
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
  #ofFragment(name: string): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, 0);
    const cost = this.of(this.#fragments.get(name)?.selectionSet);
    this.#known.set(name, cost);
    return cost;
  }

  /** What cannot be a limit is refused later; until then it counts as the most. */
  #limitOf(args: readonly ArgumentNode[] | undefined): number {
    const value = args?.find(({ name }) => name.value === "limit")?.value;
    if (value === undefined || value.kind === Kind.NULL) return DEFAULT_LIMIT;
    const limit =
      value.kind === Kind.INT
        ? Number(value.value)
        : value.kind === Kind.VARIABLE
          ? this.#variables[value.name.value]
          : undefined;
    const isLimit = typeof limit === "number" && limit >= 0 && limit <= MOST_LIMIT;
    return isLimit ? limit : MOST_LIMIT;
  }
}
