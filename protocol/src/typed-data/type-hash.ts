// Hashes of EIP-712 type strings (docs/formats.md §7).
import type { Hex } from "viem";
import { bytesToHex } from "../bytes.ts";
import { keccak256 } from "../keccak.ts";

/** `H` of a type string exactly as printed. */
export function typeHash(type: string): Hex {
  return bytesToHex(keccak256(new TextEncoder().encode(type)));
}
