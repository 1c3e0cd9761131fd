// Proofs made of the links of a sound index: none of them shows a fault of it.
import { CONTENT, INDEX } from "@tributary/protocol/kinds";
import { decodeIndex } from "@tributary/protocol/payloads/index";
import { layoutAt } from "@tributary/protocol/proofs/index-facts";
import type { IndexProof } from "@tributary/protocol/proofs/index-proof";
import type { Link } from "@tributary/protocol/proofs/link";
import type { Next } from "../../attribution/test/random-epoch.ts";
import { standAt, wholeTree } from "../shown-tree.ts";
import type { DrawnIndex } from "./drawn-index.ts";

/** A proof of any name with honest links of an index, of a place or two that are drawn. */
export function honestIndexProof(next: Next, { facts, tree, contentTreeOf }: DrawnIndex): IndexProof {
  const shown = wholeTree(INDEX, tree, facts.k);
  const linkAt = (place: number): Link => standAt(shown, place).link;
  const place = next(facts.records);
  switch (next(4)) {
    case 0:
      return { name: "proveForm", node: linkAt(next(2) === 0 ? place : facts.records + next(40)) };
    case 1:
      return { name: "proveLayout", record: linkAt(place), accepted: BigInt(layoutAt(facts.layout, place)!.accepted) };
    case 2: {
      const { contributionId, recordIndex } = decodeIndex(tree.payload(place)!);
      const content = standAt(wholeTree(CONTENT, contentTreeOf(contributionId)!), recordIndex).link;
      return { name: "proveContent", record: linkAt(place), content };
    }
    default:
      return { name: "proveNovelty", record: linkAt(place), earlier: linkAt(next(place + 1)) };
  }
}
