// A statement as it is printed: its rows, their sums for who owns the positions, and what they are without.
import { isAddressEqual } from "viem";
import { time, tokens } from "../amounts.ts";
import type { PaymentToken } from "../chain/payment-token.ts";
import type { Position } from "../chain/positions.ts";
import { csv } from "../csv.ts";
import type { Answer } from "../output.ts";
import type { Entry } from "./earnings.ts";
import type { Handover } from "./owners.ts";

const COLUMNS = [
  ...["date", "position", "type", "epoch", "call", "amount", "unit", "label", "reason", "transaction", "owner"],
] as const;
const NOT_KEPT_THERE =
  "not known: no bundle of this final epoch is kept there; what it paid the position is in no other row and in no sum";

/** Of how many missing epochs it is said what is not there. */
const MOST_REASONS = 8;

/** A final epoch that the source does not keep. */
export interface MissingEpoch {
  readonly epoch: bigint;
  /** Unix seconds at which it became final. */
  readonly at: bigint;
  readonly position: bigint;
  /** What is not there, in the source's words. */
  readonly why: string;
}

export interface Statement {
  /** That amounts are in. */
  readonly token: PaymentToken;
  readonly positions: readonly Pick<Position, "position" | "owner">[];
  readonly entries: readonly Entry[];
  readonly handovers: readonly Handover[];
  readonly missing: readonly MissingEpoch[];
}

/** Base units, of what is in the statement. */
export interface Sums {
  /** While the positions were their present owner's. */
  readonly earned: bigint;
  readonly paid: bigint;
  /** Earned by earlier owners and not paid to them: it went to the present owner with the position, or the other way. */
  readonly takenOver: bigint;
  readonly handedOver: bigint;
  /** While the positions were others'. */
  readonly earlierOwners: { readonly earned: bigint; readonly paid: bigint };
}

type Row = Entry | Handover | MissingEpoch;

/** Not `ok` where an amount is missing: it is printed all the same. */
export function statementAnswer(statement: Statement, callsOpened: number): Answer {
  const { token, positions, missing } = statement;
  const [entries, handovers] = [statement.entries.toSorted(byTime), statement.handovers.toSorted(byTime)];
  return {
    ok: missing.length === 0 && handovers.every(({ amount }) => amount !== null),
    json: {
      token,
      positions: positions.map(({ position }) => position),
      ...sumsOf(statement),
      missingEpochs: epochsOf(missing),
      callsOpened,
      entries,
      transfers: handovers,
    },
    text: csv([COLUMNS, ...[...entries, ...handovers, ...missing].toSorted(byTime).map((row) => rowOf(row, token))]),
  };
}

/** What is to be known of a statement beside its rows. */
export function notesOf(statement: Statement): string[] {
  const { token, missing, handovers } = statement;
  const shown = (amount: bigint): string => tokens(amount, token.decimals);
  const notes: string[] = [];
  if (missing.length > 0) {
    notes.push(
      `INCOMPLETE: of the final epochs ${epochsOf(missing).join(", ")} no bundle is kept there, or not the files that payouts open from, and what they paid is in no sum: name another --indexer, or folders with --bundles`,
    );
    for (const epoch of epochsOf(missing).slice(0, MOST_REASONS))
      notes.push(`epoch ${epoch}: ${missing.find((each) => each.epoch === epoch)!.why}`);
  }
  for (const { position, epoch, amount } of handovers)
    if (amount === null)
      notes.push(
        `INCOMPLETE: what went with position ${position} when it changed hands is not known: no bundle of epoch ${epoch} is kept there`,
      );
  if (handovers.length > 0) {
    const { earned, paid, takenOver, handedOver, earlierOwners } = sumsOf(statement);
    notes.push(
      `positions changed hands: their present owner earned ${shown(earned)} ${token.symbol}, took over ${shown(takenOver)}, handed over ${shown(handedOver)} and was paid ${shown(paid)}; others earned ${shown(earlierOwners.earned)} and were paid ${shown(earlierOwners.paid)} while it was theirs`,
    );
  }
  return notes;
}

export function sumsOf({
  positions,
  entries,
  handovers,
}: Pick<Statement, "positions" | "entries" | "handovers">): Sums {
  const owners = new Map(positions.map(({ position, owner }) => [position, owner]));
  const total = (of: readonly { readonly amount: bigint | null }[]): bigint =>
    of.reduce((sum, { amount }) => sum + (amount ?? 0n), 0n);
  const isOwn = (position: bigint, account: Entry["owner"]): boolean => isAddressEqual(owners.get(position)!, account);
  const [own, others] = [true, false].map((wanted) =>
    entries.filter(({ position, owner }) => isOwn(position, owner) === wanted),
  ) as [Entry[], Entry[]];
  const earned = (of: readonly Entry[]): bigint => total(of.filter(({ what }) => what !== "paid"));
  const paid = (of: readonly Entry[]): bigint => total(of.filter(({ what }) => what === "paid"));
  return {
    ...{ earned: earned(own), paid: paid(own) },
    takenOver: total(handovers.filter(({ position, to }) => isOwn(position, to))),
    handedOver: total(handovers.filter(({ position, from }) => isOwn(position, from))),
    earlierOwners: { earned: earned(others), paid: paid(others) },
  };
}

function epochsOf(missing: readonly MissingEpoch[]): bigint[] {
  return [...new Set(missing.map(({ epoch }) => epoch))].sort((a, b) => (a < b ? -1 : 1));
}

function byTime(a: Row, b: Row): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : Number(a.position - b.position);
}

/** Exact amounts; none where it is not known. */
function rowOf(row: Row, token: PaymentToken): string[] {
  const when = [time(row.at), String(row.position)];
  if (!("what" in row)) return [...when, "missing", String(row.epoch), "", "", "", "", NOT_KEPT_THERE, "", ""];
  if (row.what === "transferred") return [...when, ...handoverCells(row, token)];
  const { what, epoch, receipt, amount, label, reason, transaction, owner } = row;
  return [
    ...[...when, what, String(epoch ?? ""), receipt ?? "", tokens(amount, token.decimals), token.symbol, label, reason],
    ...[transaction ?? "", owner],
  ];
}

function handoverCells({ epoch, amount, from, to, transaction }: Handover, token: PaymentToken): string[] {
  const reason =
    amount === null
      ? `from ${from}; what it had earned and was not paid went with the position, and is not known: no bundle of the epoch is kept there`
      : `from ${from}: what the position had earned and was not paid went with it`;
  // What was attributed opens from a root; direct income was booked, and payments made, by contracts.
  const label = amount === null ? "" : epoch === null ? "enforced" : "proven, enforced";
  const shown = amount === null ? ["", ""] : [tokens(amount, token.decimals), token.symbol];
  return ["transferred", String(epoch ?? ""), "", ...shown, label, reason, transaction, to];
}
