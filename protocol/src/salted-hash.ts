// Hashes of what a call asked and answered, hidden by the call's salt (docs/formats.md §7.1).
import { concat, type Hex, keccak256, stringToBytes, toHex } from "viem";

/** `requestHash` or `responseHash` of a receipt: of a request or a response in UTF-8, under the 32-byte salt of its call. */
export function saltedHash(salt: Hex, text: string): Hex {
  return keccak256(concat([salt, toHex(stringToBytes(text))]));
}
