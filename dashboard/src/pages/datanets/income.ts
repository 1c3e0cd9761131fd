// What the positions of a datanet came to, from rows of its days.
export interface DayOfIncome {
  accrued: string;
  claimedAttributed: string;
}

/** Direct income when it came, and attributed income when it was claimed, in base units. */
export function incomeOf(days: readonly DayOfIncome[]): bigint {
  return days.reduce((sum, { accrued, claimedAttributed }) => sum + BigInt(accrued) + BigInt(claimedAttributed), 0n);
}

/** Of the contributions that were decided, those that were accepted; undefined while none is decided. */
export function acceptance(accepted: bigint, rejected: bigint): { part: bigint; whole: bigint } | undefined {
  const whole = accepted + rejected;
  return whole === 0n ? undefined : { part: accepted, whole };
}
