// Faults of a call: its trace leaf against receipt and sketch, and its two lists against the honest ones.
import type { Link } from "@tributary/protocol/proofs/link";
import type { Proof } from "@tributary/protocol/proofs/proof";
import { findListFault } from "./list-faults.ts";
import type { Search } from "./search.ts";
import { standAt } from "./shown-tree.ts";
import { chainOf, isLeaf, malformedAt, wayToCall } from "./ways.ts";

/** The proof against the call at a place where the trace differs. */
export function findCallFault(search: Search, group: number, call: number): Proof | undefined {
  const way = wayToCall(search, group, call);
  const malformed = malformedAt(search, way);
  if (malformed !== undefined) return malformed;
  const chain = chainOf(way);
  const settled = search.honest.callAt(group, call);
  if (settled === undefined) return search.cheapest({ name: "proveMisplaced", inPayouts: false, leaf: chain });
  const { settlementId: settlement, place, receipts, sketches } = settled;
  const receipt: Link = standAt(receipts, place).link;
  const leafFault = search.cheapest(
    { name: "proveReceipt", settlement, call: chain, receipt },
    isLeaf(way)
      ? { name: "proveSketchHash", settlement, call: chain, sketch: standAt(sketches, place).link }
      : undefined,
  );
  if (leafFault !== undefined || !isLeaf(way)) return leafFault;
  return findListFault(search, group, call, way, 0) ?? findListFault(search, group, call, way, 1);
}
