// A statement about a deployment, and whether the chain says the same.

export type Statement = {
  /** What it is about: a contract, or an account. */
  subject: string;
  /** What should hold. */
  claim: string;
  holds: boolean;
  /** What the chain says, where it does not hold. */
  found?: string;
};

/** A statement whose truth is read from the chain; an error while reading counts against it. */
export async function state(
  subject: string,
  claim: string,
  read: () => Promise<string | undefined>,
): Promise<Statement> {
  try {
    const found = await read();
    return found === undefined ? { subject, claim, holds: true } : { subject, claim, holds: false, found };
  } catch (error) {
    return { subject, claim, holds: false, found: firstLine(error) };
  }
}

/** `undefined` where both are equal, otherwise what was found. */
export function differs(found: unknown, expected: unknown): string | undefined {
  const text = textOf(found);
  return text.toLowerCase() === textOf(expected).toLowerCase() ? undefined : text;
}

export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? part.toString() : part)) ?? "nothing";
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
