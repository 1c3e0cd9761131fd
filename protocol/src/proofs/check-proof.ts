// Judges fault proofs as the contract does: the twin of FaultProofs.
import type { ChainFacts } from "./chain-facts.ts";
import { checkGap, checkGroup, checkMalformed, checkMisplaced, checkUnordered } from "./form-checks.ts";
import { checkBalance, checkEarning, checkFallback, checkMirror, checkNet, checkOwner } from "./payout-checks.ts";
import type { Proof } from "./proof.ts";
import { Refusal, type RefusalName } from "./refusal.ts";
import { checkInfluence, checkOmission, checkPoints, checkReceipt, checkSketchHash } from "./trace-checks.ts";

/** What the contract would do: end the proposal, revert with `NoFault`, or refuse the proof with the named error. */
export type ProofVerdict =
  { verdict: "fault" } | { verdict: "no fault" } | { verdict: "refused"; error: RefusalName; at: bigint };

/** Judges a proof. Never throws on hostile bytes. */
export function checkProof(facts: ChainFacts, proof: Proof): ProofVerdict {
  return judged(() => showsFault(facts, proof));
}

/** The verdict on a proof of any court: whether it shows a fault, or with which error it is refused. */
export function judged(isFault: () => boolean): ProofVerdict {
  try {
    return { verdict: isFault() ? "fault" : "no fault" };
  } catch (error) {
    if (error instanceof Refusal) return { verdict: "refused", error: error.refusal, at: error.at };
    throw error;
  }
}

function showsFault(facts: ChainFacts, proof: Proof): boolean {
  switch (proof.name) {
    case "proveReceipt":
      return checkReceipt(facts, proof);
    case "proveSketchHash":
      return checkSketchHash(facts, proof);
    case "proveInfluence":
      return checkInfluence(facts, proof);
    case "proveOmission":
      return checkOmission(facts, proof);
    case "provePoints":
      return checkPoints(facts, proof);
    case "proveMirror":
      return checkMirror(facts, proof);
    case "proveNet":
      return checkNet(facts, proof);
    case "proveOwner":
      return checkOwner(facts, proof);
    case "proveEarning":
      return checkEarning(facts, proof);
    case "proveFallback":
      return checkFallback(facts, proof);
    case "proveBalance":
      return checkBalance(facts, proof);
    case "proveMalformed":
      return checkMalformed(facts, proof);
    case "proveGroup":
      return checkGroup(facts, proof);
    case "proveMisplaced":
      return checkMisplaced(facts, proof);
    case "proveUnordered":
      return checkUnordered(facts, proof);
    case "proveGap":
      return checkGap(facts, proof);
  }
}
