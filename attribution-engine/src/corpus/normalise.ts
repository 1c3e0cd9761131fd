/** The canonical form of text: NFC, plain spaces, no control characters. */

/** Brings `text` to canonical form; applying it twice changes nothing. */
export function normaliseText(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
}
