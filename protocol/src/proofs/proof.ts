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

/** A proof's arguments behind the accused proposal, in the order of IFaultProofs. */
const ARGUMENTS: { readonly [Name in ProofName]: readonly Exclude<keyof ProofOf<Name>, "name">[] } = {
  proveReceipt: ["settlement", "call", "receipt"],
  proveSketchHash: ["settlement", "call", "sketch"],
  proveInfluence: ["settlement", "call", "entry", "sketch", "record"],
  proveOmission: ["settlement", "call", "before", "entry", "sketch", "record"],
  provePoints: ["call", "entry"],
  proveMirror: ["entry", "tally"],
  proveNet: ["points"],
  proveOwner: ["points", "record"],
  proveEarning: ["points", "earning"],
  proveFallback: ["group", "earning"],
  proveBalance: ["payout", "previous"],
  proveMalformed: ["inPayouts", "node"],
  proveGroup: ["group"],
  proveMisplaced: ["inPayouts", "leaf"],
  proveUnordered: ["inPayouts", "first", "second"],
  proveGap: ["inPayouts", "missing", "present"],
};

/** All names of proofs. */
export const PROOF_NAMES = Object.keys(ARGUMENTS) as ProofName[];

/** The values of a proof's arguments behind the accused proposal, in the order of IFaultProofs. */
export function proofArguments(proof: Proof): (boolean | bigint | Link | Link[])[] {
  const values: Record<string, boolean | bigint | Link | Link[] | string> = proof;
  return ARGUMENTS[proof.name].map((argument) => values[argument] as boolean | bigint | Link | Link[]);
}

/** All links of a proof, in the order in which refusals count them. */
export function linksOf(proof: Proof): Link[] {
  return proofArguments(proof).flatMap((value) => {
    if (Array.isArray(value)) return value;
    return typeof value === "object" ? [value] : [];
  });
}
