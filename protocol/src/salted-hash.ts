// Hashes of what a call asked and answered, hidden by the call's salt (docs/formats.md §7.1).
import type { Hex } from "viem";
import { bytesToHex, concatBytes, hexToBytes } from "./bytes.ts";
import { keccak256 } from "./keccak.ts";

/** `requestHash` or `responseHash` of a receipt: of a request or a response in UTF-8, under the 32-byte salt of its call. */
export function saltedHash(salt: Hex, text: string): Hex {
  return bytesToHex(keccak256(concatBytes(hexToBytes(salt), new TextEncoder().encode(text))));
}
