// Which fields of an object a query selects, those of its fragments too.
import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from "graphql";

/** Names of the fields below some fields; those that a directive leaves out may be among them. */
export function selectedNames(info: GraphQLResolveInfo, nodes: readonly FieldNode[]): Set<string> {
  return new Set(fieldsBelow(info, nodes).map(({ name }) => name.value));
}

/** The fields of one name that are selected below some fields. */
export function selectedNodes(info: GraphQLResolveInfo, nodes: readonly FieldNode[], wanted: string): FieldNode[] {
  return fieldsBelow(info, nodes).filter(({ name }) => name.value === wanted);
}

/** Keeps by field what is told from a query's text alone; fields that are merged are looked at anew. */
export function keptByField<T>(tell: (info: GraphQLResolveInfo) => T): (info: GraphQLResolveInfo) => T {
  const kept = new WeakMap<FieldNode, { told: T }>();
  return (info) => {
    if (info.fieldNodes.length !== 1) return tell(info);
    const [node] = info.fieldNodes as [FieldNode];
    let known = kept.get(node);
    if (known === undefined) kept.set(node, (known = { told: tell(info) }));
    return known.told;
  };
}

function fieldsBelow({ fragments }: GraphQLResolveInfo, nodes: readonly FieldNode[]): FieldNode[] {
  const fields: FieldNode[] = [];
  const spread = new Set<string>();
  const visit = (selection: SelectionSetNode | undefined): void => {
    for (const part of selection?.selections ?? []) {
      if (part.kind === Kind.FIELD) fields.push(part);
      else if (part.kind === Kind.INLINE_FRAGMENT) visit(part.selectionSet);
      else if (!spread.has(part.name.value)) {
        spread.add(part.name.value);
        visit(fragments[part.name.value]?.selectionSet);
      }
    }
  };
  for (const { selectionSet } of nodes) visit(selectionSet);
  return fields;
}
