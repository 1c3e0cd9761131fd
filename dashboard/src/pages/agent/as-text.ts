// Bytes that anyone may have set, as text where they are text.
import { bytesToString, hexToBytes, type Hex, stringToBytes, bytesToHex } from "viem";

const MOST = 2_000;
/** Control characters, and those that turn the direction of what stands beside them. */
const UNSEEN = /[\p{Cc}\p{Cf}]/u;

/** The bytes as UTF-8; undefined where they are no text, or are more than a page can show. */
export function asText(value: string): string | undefined {
  const bytes = hexToBytes(value as Hex);
  if (bytes.length === 0 || bytes.length > MOST) return undefined;
  const text = bytesToString(bytes);
  return bytesToHex(stringToBytes(text)) === value.toLowerCase() && !UNSEEN.test(text) ? text : undefined;
}
