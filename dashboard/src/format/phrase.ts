// What an error says, made to stand in a sentence of a page.

/** Its first paragraph (libraries add addresses and versions below it), without the full stop that the sentence brings itself. */
export function phrase(message: string): string {
  const [paragraph = ""] = message.trim().split(/\n\s*\n/, 1);
  return paragraph.replace(/[\s.]+$/, "");
}
