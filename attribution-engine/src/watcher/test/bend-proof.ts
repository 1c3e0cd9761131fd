// Bends proofs at random, so that what they show, or whether they open at all, is another matter.
import { decodeOpening, encodeOpening } from "@tributary/protocol/opening";
import { type IndexProof, linksOfIndexProof } from "@tributary/protocol/proofs/index-proof";
import { type Link, unusedLink } from "@tributary/protocol/proofs/link";
import { linksOf, type Proof } from "@tributary/protocol/proofs/proof";
import { linksOfSettlementProof, type SettlementProof } from "@tributary/protocol/proofs/settlement-proof";
import type { Next } from "../../attribution/test/random-epoch.ts";

/** A copy of a proof in which something is different. */
export function bendProof(next: Next, proof: Proof): Proof {
  const bent = structuredClone(proof);
  const links = linksOf(bent);
  const chains = Object.values(bent).filter((value): value is Link[] => Array.isArray(value));
  const chain = chains[next(Math.max(1, chains.length))];
  const way = next(LINK_WAYS + 3);
  switch (way) {
    case LINK_WAYS:
      chain?.pop();
      break;
    case LINK_WAYS + 1:
      chain?.push(structuredClone(links[next(links.length)]!));
      break;
    case LINK_WAYS + 2:
      if ("settlement" in bent) bent.settlement += BigInt(next(3)) - 1n;
      else if ("inPayouts" in bent) bent.inPayouts = !bent.inPayouts;
      else chain?.reverse();
      break;
    default:
      bendLink(next, links, way);
  }
  return bent;
}

/** A copy of a proof of an index in which something is different. */
export function bendIndexProof(next: Next, proof: IndexProof): IndexProof {
  const bent = structuredClone(proof);
  const links = linksOfIndexProof(bent);
  const way = next(LINK_WAYS + 1);
  if (way < LINK_WAYS) bendLink(next, links, way);
  else if ("accepted" in bent) bent.accepted = [bent.accepted + 1n, 0n, 2n ** 64n - 1n][next(3)]!;
  else links[0]!.key = BigInt(next(20));
  return bent;
}

/** A copy of a proof against a settlement in one of whose links something is different, or whose path is shorter or longer. */
export function bendSettlementProof(next: Next, proof: SettlementProof): SettlementProof {
  const bent = structuredClone(proof);
  const links = linksOfSettlementProof(bent);
  if (next(3) > 0) bendLink(next, links);
  else bendPath(next, links[next(links.length)]!);
  return bent;
}

/** Takes siblings from the path of a link whose opening can be read, or adds some, at its top or at its end. */
function bendPath(next: Next, link: Link): void {
  const { siblings } = decodeOpening(link.opening);
  const strange = siblings.find((sibling) => sibling !== undefined);
  const some = Array.from({ length: 1 + next(3) }, () => (next(2) === 0 ? undefined : strange));
  const paths = [
    siblings.slice(0, next(siblings.length + 1)),
    siblings.slice(next(siblings.length + 1)),
    [...siblings, ...some],
    [...some, ...siblings],
  ];
  link.opening = encodeOpening(paths[next(paths.length)]!);
}

/** How many ways there are to bend a link. */
const LINK_WAYS = 9;

/** Changes something of one of the links. */
export function bendLink(next: Next, links: readonly Link[], way = next(LINK_WAYS)): void {
  const link = links[next(links.length)]!;
  switch (way) {
    case 0:
      link.key = [link.key + 1n, link.key ^ 1n, 0n, 2n ** 40n, 2n ** 64n - 1n][next(5)]! & (2n ** 64n - 1n);
      break;
    case 1:
      link.sum = [link.sum + 1n, 0n, 1n, 2n ** 128n - 1n][next(4)]! & (2n ** 128n - 1n);
      break;
    case 2:
      link.which = [1 - (link.which & 1), 2, 255][next(3)]!;
      break;
    case 3:
      link.payload = bendBytes(next, link.payload);
      break;
    case 4:
      link.opening = bendBytes(next, link.opening);
      break;
    case 5:
      [link.payload, link.preimage] = [link.preimage, link.payload];
      break;
    case 6:
      Object.assign(link, unusedLink());
      break;
    case 7:
      Object.assign(link, structuredClone(links[next(links.length)]!));
      break;
    default:
      link.preimage = bendBytes(next, link.payload);
  }
}

function bendBytes(next: Next, bytes: Uint8Array): Uint8Array {
  const bent = Uint8Array.from(bytes);
  if (next(4) === 0) return bent.slice(0, next(bent.length + 1));
  if (next(4) === 0) return Uint8Array.from([...bent, next(256)]);
  if (bent.length > 0) bent[next(bent.length)]! ^= 1 + next(255);
  return bent;
}
