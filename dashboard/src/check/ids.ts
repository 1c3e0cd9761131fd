// Numbers as JSON holds them.
/** A whole number out of a decimal string or a JSON number. @throws Error naming the field */
export function wholeOf(value: unknown, field: string): bigint {
  const isWhole = typeof value === "number" ? Number.isSafeInteger(value) && value >= 0 : isDecimal(value);
  if (!isWhole) throw new Error(`${field}: ${JSON.stringify(value)} is not a whole number`);
  return BigInt(value as string | number);
}

function isDecimal(value: unknown): boolean {
  return typeof value === "string" && /^(?:0|[1-9][0-9]{0,77})$/.test(value);
}
