// Fault proofs as values: the functions of IFaultProofs with their arguments.
import type { Link } from "./link.ts";

/** A call of IFaultProofs without the accused proposal. */
export type Proof =
  | { name: "proveReceipt"; settlement: bigint; call: Link[]; receipt: Link }
  | { name: "proveSketchHash"; settlement: bigint; call: Link[]; sketch: Link }
  | { name: "proveInfluence"; settlement: bigint; call: Link[]; entry: Link; sketch: Link; record: Link }
  | { name: "proveOmission"; settlement: bigint; call: Link[]; before: Link; entry: Link; sketch: Link; record: Link }
  | { name: "provePoints"; call: Link[]; entry: Link }
  | { name: "proveMirror"; entry: Link[]; tally: Link[] }
  | { name: "proveNet"; points: Link[] }
  | { name: "proveOwner"; points: Link[]; record: Link }
  | { name: "proveEarning"; points: Link[]; earning: Link[] }
  | { name: "proveFallback"; group: Link; earning: Link[] }
  | { name: "proveBalance"; payout: Link; previous: Link }
  | { name: "proveMalformed"; inPayouts: boolean; node: Link[] }
  | { name: "proveGroup"; group: Link }
  | { name: "proveMisplaced"; inPayouts: boolean; leaf: Link[] }
  | { name: "proveUnordered"; inPayouts: boolean; first: Link[]; second: Link }
  | { name: "proveGap"; inPayouts: boolean; missing: Link[]; present: Link };

export type ProofName = Proof["name"];

/** The proof of a name. */
export type ProofOf<Name extends ProofName> = Extract<Proof, { name: Name }>;
