// Texts that anyone may have written, cut to what is read at a glance.
/** How much of an address out of metadata is shown at once. */
export const MOST_OF_ADDRESS = 160;
/** How much of a text that is meant to be read. */
export const MOST_OF_TEXT = 1_500;

/** The text, or its beginning and an ellipsis; a character is never cut in two. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const isHalf = /[\uD800-\uDBFF]/.test(text[most - 1]!);
  return `${text.slice(0, isHalf ? most - 1 : most)}…`;
}
