// The statement of what positions earned and were paid, as CSV for a spreadsheet (RFC 4180).
import { plainAmount } from "../../format/amount.ts";
import { instant } from "../../format/time.ts";
import { isBefore, isSame, type Owned, ownerOf, type Transferred } from "./owned.ts";

export interface Accrued {
  /** Its transaction and the number of its event in the block. */
  id: string;
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
  /** Of the first of its events, in the block. */
  logIndex: number;
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

/** Base units; what is not known is in none of them. Of the positions' present owners, but for what was paid to earlier ones. */
export interface Totals {
  /** Direct and attributed income, claimed or not, with what came with the position. */
  readonly earned: bigint;
  /** Of it what came with the position: earned before, and not claimed then. */
  readonly tookOver: bigint;
  /** Paid while the positions were others'. */
  readonly paidBefore: bigint;
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
  kind:
    | "direct income"
    | "attributed income claimed"
    | "attributed income not claimed"
    | "payment"
    | typeof WENT
    | typeof CAME;
  /** Undefined where it is not known. */
  amount: bigint | undefined;
  counterpart: string;
  transaction: string;
  /** Whose the position was. */
  owner: string;
}

/** Direct income that was not claimed when the position changed hands. */
const WENT = "went with the position";
const CAME = "came with the position";

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
  "owner",
];

/**
 * Income as positive amounts, payments to a recipient as negative ones, so that the amounts add up to what still waits. Attributed income is booked when it was
 * claimed, as whose position it was then; what is not claimed yet, when the payouts root became final that it is opened from. Direct income that was not claimed
 * when a position changed hands went with it: two lines take it from one owner to the other.
 */
export function statement(
  accruals: readonly Accrued[],
  claims: readonly Paid[],
  unclaimed: readonly Unclaimed[],
  owned: Owned,
): { csv: string; totals: Totals } {
  const lines = [
    ...accruals.map((each) => incomeLine(each, ownerOf(owned, each))),
    ...owned.transfers.flatMap((transfer) => handoverLines(transfer, accruals, claims)),
    ...claims.flatMap((each) => claimLines(each, ownerOf(owned, each))),
    ...unclaimed
      .filter(({ amount }) => amount !== 0n)
      .map((each) => unclaimedLine(each, owned.owners.get(each.positionId) ?? "")),
  ].toSorted((a, b) => Number(a.at) - Number(b.at) || Number(a.block) - Number(b.block));
  const rows = lines.map(({ at, block, position, kind, amount, counterpart, transaction, owner }) => [
    ...[at === "" ? "" : instant(at), at, position, kind],
    ...(amount === undefined ? ["", ""] : [plainAmount(amount), String(amount)]),
    ...[counterpart, block, transaction, owner],
  ]);
  const csv = [HEADER, ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
  return { csv, totals: totalsOf(lines, owned) };
}

/** Of the lines themselves, so that what is said of a statement is what stands in it. */
function totalsOf(lines: readonly Line[], { owners }: Owned): Totals {
  const isOwn = ({ position, owner }: Line): boolean => isSame(owner, owners.get(position) ?? "");
  const sum = (of: (line: Line) => boolean): bigint =>
    lines.filter(of).reduce((total, { amount = 0n }) => total + amount, 0n);
  return {
    earned: sum((line) => isOwn(line) && line.kind !== "payment"),
    tookOver: sum((line) => isOwn(line) && (line.kind === CAME || line.kind === WENT)),
    unclaimed: sum(({ kind }) => kind === "attributed income not claimed"),
    paid: -sum((line) => isOwn(line) && line.kind === "payment"),
    paidBefore: -sum((line) => !isOwn(line) && line.kind === "payment"),
    unknown: lines.filter(({ amount }) => amount === undefined).length,
  };
}

function unclaimedLine({ positionId, transactionHash, ...rest }: Unclaimed, owner: string): Line {
  return { ...rest, position: positionId, kind: "attributed income not claimed", transaction: transactionHash, owner };
}

function handoverLines(transfer: Transferred, accruals: readonly Accrued[], claims: readonly Paid[]): Line[] {
  const { positionId: position, from, to, at, block, transactionHash: transaction } = transfer;
  const isEarlier = (booked: Accrued | Paid): boolean => booked.positionId === position && !isBefore(transfer, booked);
  const accrued = accruals.filter(isEarlier).reduce((sum, { amount }) => sum + BigInt(amount), 0n);
  const unpaid = claims.filter(isEarlier).reduce((rest, claim) => rest - BigInt(claim.accrued), accrued);
  if (unpaid === 0n || isSame(from, to)) return [];
  const place = { at, block, position, transaction };
  return [
    { ...place, kind: WENT, amount: -unpaid, counterpart: to, owner: from },
    { ...place, kind: CAME, amount: unpaid, counterpart: from, owner: to },
  ];
}

function incomeLine({ positionId, from, amount, at, block, transactionHash }: Accrued, owner: string): Line {
  const place = { at, block, position: positionId, transaction: transactionHash, owner };
  return { ...place, kind: "direct income", amount: BigInt(amount), counterpart: from };
}

function claimLines(
  { positionId, recipient, attributed, accrued, at, block, transactionHash }: Paid,
  owner: string,
): Line[] {
  const place = { at, block, position: positionId, transaction: transactionHash, owner };
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
