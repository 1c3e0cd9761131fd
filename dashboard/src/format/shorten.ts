// Addresses and hashes, short enough to read.
/** `0x1234…abcd`; what is short stays. */
export function shorten(hex: string): string {
  return hex.length <= 14 ? hex : `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}

/** An enum member as words: `under_review` is `under review`. */
export function words(member: string): string {
  return member.replaceAll("_", " ");
}
