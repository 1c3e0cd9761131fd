// What a proof costs, estimated from its calldata: to choose the cheapest of several.
import type { Link } from "./link.ts";
import { linksOf, type Proof } from "./proof.ts";

/** Of any transaction. */
export const BASE_GAS = 21_000;
const ZERO_BYTE_GAS = 4;
const BYTE_GAS = 16;
/** Head and lengths of a link in ABI encoding: 9 words, mostly zeros. */
const LINK_GAS = 1_500;
/** Folding one level of an opening. */
const LEVEL_GAS = 250;
/** Two sketches: form of both, and their product. */
const INFLUENCE_GAS = 60_000;

/** Estimated gas of a proof, without what ending the proposal costs. */
export function costOfProof(proof: Proof): number {
  return costOfLinks(linksOf(proof)) + ("record" in proof && "sketch" in proof ? INFLUENCE_GAS : 0);
}

/** Estimated gas of a transaction with these links, before they are judged. */
export function costOfLinks(links: readonly Link[]): number {
  return links.reduce((gas, link) => gas + costOfLink(link), BASE_GAS);
}

/** Estimated gas of sending a link and folding its opening. */
export function costOfLink({ payload, preimage, opening }: Link): number {
  const levels = opening[0] ?? 0;
  return (
    LINK_GAS + levels * LEVEL_GAS + [payload, preimage, opening].reduce((gas, bytes) => gas + costOfBytes(bytes), 0)
  );
}

function costOfBytes(bytes: Uint8Array): number {
  return bytes.reduce((gas, byte) => gas + (byte === 0 ? ZERO_BYTE_GAS : BYTE_GAS), 0);
}
