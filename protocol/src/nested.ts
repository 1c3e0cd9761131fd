// The trees whose roots stand in a payload: which kinds they are and where their roots are (docs/formats.md §3).
import { ENTRY, EARNING, GROUP, type Kind, PAYOUT, POINTS, TALLY, TRACE } from "./kinds.ts";
import { readNode, type Root, ROOT_BYTES } from "./node.ts";

type Nested = { readonly offset: number; readonly kinds: readonly Kind[] };

/** Offset of the first nested root, and the kinds of the trees, in payload order. */
const NESTED: ReadonlyMap<Kind, Nested> = new Map([
  [GROUP, { offset: 9, kinds: [TRACE, POINTS] }],
  [TRACE, { offset: 65, kinds: [ENTRY, ENTRY] }],
  [POINTS, { offset: 1, kinds: [TALLY, TALLY] }],
  [PAYOUT, { offset: 1, kinds: [EARNING] }],
]);

/** The kind of the tree whose root is number `which` in payloads of `kind`, `undefined` if there is none. */
export function nestedKind(kind: Kind, which: number): Kind | undefined {
  return NESTED.get(kind)?.kinds[which];
}

/**
 * The nested root number `which` of a well-formed payload.
 * @throws RangeError if payloads of this kind have no such root
 */
export function nestedRoot(kind: Kind, payload: Uint8Array, which: number): Root {
  const nested = NESTED.get(kind);
  const of = nested?.kinds[which];
  if (nested === undefined || of === undefined)
    throw new RangeError(`kind ${kind.name} has no nested root number ${which}`);
  return { ...readNode(payload, nested.offset + ROOT_BYTES * which), depth: of.depth };
}
