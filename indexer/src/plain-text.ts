// Text that anybody may write on the chain, as a database can hold it.

/** PostgreSQL has no text with the character 0; it becomes the one that stands for what cannot be shown. */
export function plain(text: string): string {
  return text.replaceAll("\u0000", "\ufffd");
}
