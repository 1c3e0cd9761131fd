/** Means of trials over draws. */

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Means over outcomes, place by place. */
export function means(outcomes: readonly Float64Array[]): number[] {
  return Array.from(outcomes[0]!, (_, at) => mean(outcomes.map((outcome) => outcome[at]!)));
}
