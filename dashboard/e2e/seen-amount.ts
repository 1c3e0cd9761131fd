// What a reader makes of an amount that a page shows, worked out without the page's own code.
const DECIMALS = 18;
/** Fewer are shown only of 0. */
const LEAST_DECIMALS = 4;
const AMOUNT = /^(-?)(\d{1,3}(?:\u202f\d{3})*)(?:\.(\d+))?\s+\S+$/u;

/**
 * @param text as it is to be seen, such as `1 234.5678 OPEN`
 * @throws Error if a reader would not take it for `exact`, base units of 18 decimals, cut towards zero after four decimals or more
 */
export function expectCutOf(exact: bigint, text: string): void {
  const [, sign, whole, fraction = ""] = AMOUNT.exec(text.trim()) ?? [];
  if (whole === undefined) throw new Error(`${JSON.stringify(text)} is no amount`);
  const digits = BigInt(`${whole.replaceAll("\u202f", "")}${fraction}`);
  const size = exact < 0n ? -exact : exact;
  const isCut = digits === size / 10n ** BigInt(DECIMALS - fraction.length);
  const isNone = exact === 0n ? digits === 0n : digits !== 0n && fraction.length >= LEAST_DECIMALS;
  if (!isCut || !isNone || (sign === "-") !== exact < 0n)
    throw new Error(`${JSON.stringify(text)} is shown for ${exact} base units`);
}
