// The statement of what positions earned and were paid, as CSV for a spreadsheet (RFC 4180).
import { plainAmount } from "../../format/amount.ts";
import { instant } from "../../format/time.ts";

export interface Accrued {
  positionId: string;
  from: string;
  amount: string;
  at: string;
  block: string;
  transactionHash: string;
}

export interface Paid {
  positionId: string;
  recipient: string;
  attributed: string;
  accrued: string;
  at: string;
  block: string;
  transactionHash: string;
}

/** What was attributed to a position and not claimed yet, as it was checked against the chain. */
export interface Unclaimed {
  positionId: string;
  /** Base units; undefined where no opening of it could be had. */
  amount: bigint | undefined;
  /** The payouts root that it was opened from, or why it could not be. */
  counterpart: string;
  /** Since when that root is final. */
  at: string;
  block: string;
  transactionHash: string;
}

/** Base units; what is not known is in none of them. */
export interface Totals {
  /** Direct and attributed income, claimed or not. */
  readonly earned: bigint;
  /** Of it attributed and not claimed yet. */
  readonly unclaimed: bigint;
  readonly paid: bigint;
  /** Positions of which it is not known what they have not claimed. */
  readonly unknown: number;
}

interface Line {
  at: string;
  block: string;
  position: string;
  kind: "direct income" | "attributed income claimed" | "attributed income not claimed" | "payment";
  /** Undefined where it is not known. */
  amount: bigint | undefined;
  counterpart: string;
  transaction: string;
}

const HEADER = [
  "time (UTC)",
  "unix seconds",
  "position",
  "entry",
  "amount (OPEN)",
  "amount (base units)",
  "counterpart",
  "block",
  "transaction",
];

/**
 * Income as positive amounts, payments to a recipient as negative ones, so that the amounts add up to what still waits. Attributed income is booked when it was
 * claimed; what is not claimed yet, when the payouts root became final that it is opened from.
 */
export function statement(
  accruals: readonly Accrued[],
  claims: readonly Paid[],
  unclaimed: readonly Unclaimed[],
): { csv: string; totals: Totals } {
  const lines = [
    ...accruals.map(incomeLine),
    ...claims.flatMap(claimLines),
    ...unclaimed.filter(({ amount }) => amount !== 0n).map(unclaimedLine),
  ].toSorted((a, b) => Number(a.at) - Number(b.at) || Number(a.block) - Number(b.block));
  const rows = lines.map(({ at, block, position, kind, amount, counterpart, transaction }) => [
    ...[at === "" ? "" : instant(at), at, position, kind],
    ...(amount === undefined ? ["", ""] : [plainAmount(amount), String(amount)]),
    ...[counterpart, block, transaction],
  ]);
  const csv = [HEADER, ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
  return { csv, totals: totalsOf(lines) };
}

/** Of the lines themselves, so that what is said of a statement is what stands in it. */
function totalsOf(lines: readonly Line[]): Totals {
  const sum = (of: (line: Line) => boolean): bigint =>
    lines.filter(of).reduce((total, { amount = 0n }) => total + amount, 0n);
  return {
    earned: sum(({ kind }) => kind !== "payment"),
    unclaimed: sum(({ kind }) => kind === "attributed income not claimed"),
    paid: -sum(({ kind }) => kind === "payment"),
    unknown: lines.filter(({ amount }) => amount === undefined).length,
  };
}

function unclaimedLine({ positionId, transactionHash, ...rest }: Unclaimed): Line {
  return { ...rest, position: positionId, kind: "attributed income not claimed", transaction: transactionHash };
}

function incomeLine({ positionId, from, amount, at, block, transactionHash }: Accrued): Line {
  const place = { at, block, position: positionId, transaction: transactionHash };
  return { ...place, kind: "direct income", amount: BigInt(amount), counterpart: from };
}

function claimLines({ positionId, recipient, attributed, accrued, at, block, transactionHash }: Paid): Line[] {
  const place = { at, block, position: positionId, transaction: transactionHash };
  const income: Line[] =
    BigInt(attributed) === 0n
      ? []
      : [{ ...place, kind: "attributed income claimed", amount: BigInt(attributed), counterpart: "payouts root" }];
  const paid = BigInt(attributed) + BigInt(accrued);
  return paid === 0n ? income : [...income, { ...place, kind: "payment", amount: -paid, counterpart: recipient }];
}

/** Quoted where it has to be. A spreadsheet would run a text that begins like a formula, so such a text is shown as text. */
function quoted(field: string): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(field);
  const text = !isNumber && /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
