// What is said of an error to the operator, in the log and on standard error: never a URL's credentials, path or query, where providers put keys.
const URL_IN_TEXT = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>`]+/giu;
const PUNCTUATION_AFTER = /[.,:;)\]}]+$/u;

/** The error's own words; of viem's errors the short ones, as the long ones quote the request, and the contract's error by name. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return withOriginsOnly(String(error));
  const { code, shortMessage } = error as NodeJS.ErrnoException & { shortMessage?: unknown };
  // Node's AggregateError of a refused connection has a code and no message.
  const text = typeof shortMessage === "string" ? shortMessage : error.message || code || error.name;
  const refusal = refusalIn(error);
  return withOriginsOnly(
    refusal === undefined || text.includes(refusal) ? text : `${text.replace(/\.$/u, "")}: ${refusal}`,
  );
}

/** The contract's own error, where viem has decoded one on the way. */
function refusalIn(error: Error): string | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { data } = cause as { data?: { errorName?: unknown; args?: readonly unknown[] } };
    if (typeof data === "object" && typeof data.errorName === "string" && data.errorName !== "Error")
      return `${data.errorName}(${(data.args ?? []).map(String).join(", ")})`;
  }
  return undefined;
}

/** A text whose URLs are cut down to scheme, host and port; those of this program's files stay. */
export function withOriginsOnly(text: string): string {
  return text.replace(URL_IN_TEXT, (found) => {
    if (/^file:/iu.test(found)) return found;
    const after = PUNCTUATION_AFTER.exec(found)?.[0] ?? "";
    const url = found.slice(0, found.length - after.length);
    return `${originOf(url)}${after}`;
  });
}

/** Scheme, host and port of a URL. */
export function originOf(url: string): string {
  if (!URL.canParse(url)) return "[a URL]";
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
