// A statement as it is printed: its rows, their sums, and what they are without.
import { time, tokens } from "../amounts.ts";
import { csv } from "../csv.ts";
import type { Answer } from "../output.ts";
import type { Entry } from "./earnings.ts";

const COLUMNS = ["date", "position", "type", "epoch", "call", "amount", "unit", "label", "reason", "transaction"];
const NOT_KEPT_THERE =
  "not known: no bundle of this final epoch is kept there; what it paid the position is in no other row and in no sum";

/** A final epoch that the source does not keep. */
export interface MissingEpoch {
  readonly epoch: bigint;
  /** Unix seconds at which it became final. */
  readonly at: bigint;
  readonly position: bigint;
}

export interface Statement {
  readonly positions: readonly bigint[];
  readonly entries: readonly Entry[];
  readonly missing: readonly MissingEpoch[];
  readonly callsOpened: number;
}

/** Not `ok` where an epoch is missing: it is printed all the same. */
export function statementAnswer({ positions, entries, missing, callsOpened }: Statement): Answer {
  const sorted = entries.toSorted(byTime);
  return {
    ok: missing.length === 0,
    json: {
      positions,
      earned: total(entries, true),
      paid: total(entries, false),
      missingEpochs: epochsOf(missing),
      callsOpened,
      entries: sorted,
    },
    text: csv([COLUMNS, ...[...sorted, ...missing].toSorted(byTime).map(rowOf)]),
  };
}

/** What a statement is without, for people; nothing where it is whole. */
export function lackOf(missing: readonly MissingEpoch[]): string | undefined {
  if (missing.length === 0) return undefined;
  return `INCOMPLETE: of the final epochs ${epochsOf(missing).join(", ")} no bundle is kept there, and what they paid is in no sum: name another --indexer, or folders with --bundles`;
}

function epochsOf(missing: readonly MissingEpoch[]): bigint[] {
  return [...new Set(missing.map(({ epoch }) => epoch))].sort((a, b) => (a < b ? -1 : 1));
}

function byTime(a: Entry | MissingEpoch, b: Entry | MissingEpoch): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : Number(a.position - b.position);
}

function total(entries: readonly Entry[], isEarned: boolean): bigint {
  return entries.reduce((sum, { what, amount }) => ((what !== "paid") === isEarned ? sum + amount : sum), 0n);
}

/** Amounts in OPEN, exact; none where it is not known. */
function rowOf(row: Entry | MissingEpoch): string[] {
  if (!("what" in row))
    return [time(row.at), String(row.position), "missing", String(row.epoch), "", "", "", "", NOT_KEPT_THERE, ""];
  const { at, position, what, epoch, receipt, amount, label, reason, transaction } = row;
  return [
    ...[time(at), String(position), what, String(epoch ?? ""), receipt ?? "", tokens(amount), "OPEN", label, reason],
    transaction ?? "",
  ];
}
