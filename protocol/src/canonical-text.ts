// Canonical bytes of a text record (docs/formats.md §8.1).

/** The canonical text: NFC, runs of Unicode white space as one space, none at the ends. Applying it twice changes nothing. */
export function canonicalText(text: string): string {
  if (!text.isWellFormed()) throw new Error("text with a lone surrogate has no UTF-8");
  return text
    .normalize("NFC")
    .replace(/\p{White_Space}+/gu, " ")
    .replace(/^ | $/g, "");
}

/**
 * The canonical record bytes.
 * @throws Error if nothing is left of the text, or it has a lone surrogate
 */
export function canonicalTextBytes(text: string): Uint8Array {
  const canonical = canonicalText(text);
  if (canonical === "") throw new Error("text record is empty");
  return new TextEncoder().encode(canonical);
}
