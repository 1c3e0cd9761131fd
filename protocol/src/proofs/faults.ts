// The faults of docs/faults.md by name.

/** In the order of `IFaultProofs.Fault`. */
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
