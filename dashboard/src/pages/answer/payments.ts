// To whom a call's fee went: its shares of the settlement's parts, and of the data's part what each record brought its position.
import type { CheckedAnswer } from "../../check/check-answer.ts";

export interface Payment {
  readonly to: string;
  readonly position?: bigint;
  readonly account?: string;
  /** Of records: how many brought it. */
  readonly records?: number;
  readonly amount: bigint;
}

export interface Payments {
  /** What was charged for the call. */
  readonly price: bigint;
  /** Paid at once when the settlement was booked. */
  readonly direct: readonly Payment[];
  /** The data's part, by the call's place in the settlement's pool. */
  readonly data: bigint;
  /** Of the positions of records, by this call's part of what each record was paid; most first. */
  readonly byRecords: readonly Payment[];
  readonly toRecords: bigint;
}

const NAMES = {
  treasury: "treasury",
  gateway: "gateway",
  ancestor: "developer of a parent model",
  curator: "curator of a datanet",
  stakers: "stakers on the model",
  developer: "developer of the model",
  data: "data",
} as const;

export function paymentsOf({ call, shares }: CheckedAnswer): Payments {
  const direct = shares
    .filter(({ role }) => role !== "data")
    .map(({ role, amount, position, account }): Payment => {
      return { to: NAMES[role], amount, ...(position !== undefined && { position }), ...(account && { account }) };
    });
  const byPosition = new Map<bigint, { amount: bigint; records: number }>();
  for (const { position, paidByCall } of call.records) {
    if (position === undefined || paidByCall === 0n) continue;
    const { amount, records } = byPosition.get(position) ?? { amount: 0n, records: 0 };
    byPosition.set(position, { amount: amount + paidByCall, records: records + 1 });
  }
  const byRecords = Array.from(byPosition, ([position, { amount, records }]): Payment => {
    return { to: "contributor of records", position, records, amount };
  }).sort((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : 0));
  const toRecords = byRecords.reduce((sum, { amount }) => sum + amount, 0n);
  return { price: call.receipt.amount, direct, data: call.amount, byRecords, toRecords };
}
