// How the report writes amounts and draws tables.
import { formatUnits } from "viem";

const DECIMALS = 18;
/** Of tables: no colours, so that a log can be read too, and no rules between rows. */
export const PLAIN = {
  style: { head: [], border: [] },
  chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
};

/** An amount in OPEN, cut to 4 decimals. */
export function open(amount: bigint): string {
  const [whole = "0", fraction = ""] = formatUnits(amount, DECIMALS).split(".");
  return `${whole}.${fraction.padEnd(4, "0").slice(0, 4)}`;
}

/** An amount in OPEN to three digits, however small it is. */
export function significant(amount: bigint): string {
  return Number(formatUnits(amount, DECIMALS)).toPrecision(3);
}

/** A share with one decimal. */
export function percent(part: bigint, whole: bigint): string {
  return whole === 0n ? "–" : `${(Number((part * 100_000n) / whole) / 1000).toFixed(1)} %`;
}

/** Breaks a text between words into lines of at most `width` characters. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line.length + word.length + 1 > width && line !== "") {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
