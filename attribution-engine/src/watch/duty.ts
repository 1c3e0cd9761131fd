// What a watcher wants to be done on the chain: one call, named by what it achieves.
import type { Address, Hex } from "viem";

/** What a call is for. */
export type DutyKind =
  | "approval"
  | "reservation"
  | "proof"
  | "demand"
  | "ending"
  | "penalty"
  | "answer"
  | "refund"
  | "reward"
  | "vote"
  | "reveal";

/** A call that is still to be made. It is wanted for as long as it is found again at each look at the chain. */
export interface Duty {
  readonly kind: DutyKind;
  /** What it achieves; there is at most one transaction for it at a time. */
  readonly key: string;
  readonly to: Address;
  readonly data: Hex;
  /** What it does, in words. */
  readonly says: string;
  /** The proposal that it is about; of what is about inputs, there is none. */
  readonly about?: { readonly ledger: Address; readonly epoch: string; readonly proposal: number } | undefined;
  /** The input that it is about, with the tag of its kind. */
  readonly input?:
    { readonly ledger: Address; readonly kind: number; readonly id: string; readonly sub: number } | undefined;
  /** The function that it calls, of proofs and endings. */
  readonly calls?: string | undefined;
  /** Base units, in decimal, that whoever makes the call is to be paid. */
  readonly reward?: string | undefined;
  /** The tag of the kind, and the ids, of the commit that a demand takes a deposit for. */
  readonly deposit?: { readonly kind: number; readonly id: string; readonly sub: number } | undefined;
}
