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

interface Line {
  at: string;
  block: string;
  position: string;
  kind: "direct income" | "attributed income claimed" | "payment";
  amount: bigint;
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
 * Income as positive amounts, payments to a recipient as negative ones, so that the amounts add up to what still waits of direct
 * income. Attributed income is booked when it is claimed: until then it stands in an epoch's bundle.
 */
export function statement(accruals: readonly Accrued[], claims: readonly Paid[]): string {
  const lines = [...accruals.map(incomeLine), ...claims.flatMap(claimLines)].toSorted(
    (a, b) => Number(a.at) - Number(b.at) || Number(a.block) - Number(b.block),
  );
  const rows = lines.map(({ at, block, position, kind, amount, counterpart, transaction }) => [
    ...[instant(at), at, position, kind, plainAmount(amount), String(amount), counterpart, block, transaction],
  ]);
  return [HEADER, ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
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
