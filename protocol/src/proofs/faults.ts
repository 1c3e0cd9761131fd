// The faults of a proposal, by name.

/** The faults of docs/faults.md, in the order of `IFaultProofs.Fault`. */
export const FAULTS = [
  "receipt",
  "form",
  "influence",
  "omission",
  "points",
  "earning",
  "balance",
  "availability",
] as const;
export type FaultName = (typeof FAULTS)[number];
