// Addresses, hashes and words, as they are read.
import { count } from "./amount.ts";

/** `0x1234…abcd`; what is short stays. */
export function shorten(hex: string): string {
  return hex.length <= 14 ? hex : `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}

/** An enum member as words: `under_review` is `under review`. */
export function words(member: string): string {
  return member.replaceAll("_", " ");
}

/** `1 epoch`, `3 epochs`. */
export function plural(number: bigint | number | string, noun: string): string {
  return `${count(number)} ${noun}${String(number) === "1" ? "" : "s"}`;
}
