// Amounts of OPEN: exact decimals of base units, written the same in every locale.
const DECIMALS = 18;
const UNIT = 10n ** BigInt(DECIMALS);
/** Between groups of three digits; a narrow no-break space is understood everywhere, a comma is not. */
const GROUP = "\u202f";

/** All decimals that there are, without zeros at the end: `1 234.5`. */
export function exactAmount(baseUnits: bigint): string {
  const { sign, whole, fraction } = parts(baseUnits);
  const decimals = fraction.replace(/0+$/, "");
  return `${sign}${grouped(whole)}${decimals === "" ? "" : `.${decimals}`}`;
}

/**
 * To read: four decimals, rounded towards zero so that no sum of parts is shown above what was paid; of less than 0.0001 the
 * first three digits that are not zero. An amount that is not zero is never shown as zero.
 */
export function readableAmount(baseUnits: bigint): string {
  const { sign, whole, fraction } = parts(baseUnits);
  if (whole !== "0" || /^0{0,3}[1-9]/.test(fraction)) return `${sign}${grouped(whole)}.${fraction.slice(0, 4)}`;
  if (baseUnits === 0n) return "0";
  const first = fraction.search(/[1-9]/);
  return `${sign}0.${fraction.slice(0, first + 3).replace(/0+$/, "")}`;
}

/** Without groups, as a file for machines holds it. */
export function plainAmount(baseUnits: bigint): string {
  const { sign, whole, fraction } = parts(baseUnits);
  const decimals = fraction.replace(/0+$/, "");
  return `${sign}${whole}${decimals === "" ? "" : `.${decimals}`}`;
}

/** A whole number in groups of three: `1 234`. */
export function count(value: bigint | number | string): string {
  const text = String(value);
  return text.startsWith("-") ? `-${grouped(text.slice(1))}` : grouped(text);
}

/** What a caption of a list adds where it is cut: `, the newest 25 of 31`. */
export function newestOf(shown: number, total: number): string {
  return shown < total ? `, the newest ${count(shown)} of ${count(total)}` : "";
}

/** A part of a whole in per cent with one decimal; a dash where there is no whole. */
export function percent(part: bigint, whole: bigint): string {
  if (whole === 0n) return "–";
  const tenths = (part * 1_000n) / whole;
  if (tenths === 0n && part !== 0n) return "< 0.1 %";
  return `${tenths / 10n}.${tenths % 10n} %`;
}

/** Basis points in per cent: 1250 is `12.5 %`. */
export function bpsPercent(bps: number): string {
  return `${bps / 100} %`;
}

function parts(baseUnits: bigint): { sign: string; whole: string; fraction: string } {
  const size = baseUnits < 0n ? -baseUnits : baseUnits;
  return {
    sign: baseUnits < 0n ? "-" : "",
    whole: String(size / UNIT),
    fraction: String(size % UNIT).padStart(DECIMALS, "0"),
  };
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, GROUP);
}
