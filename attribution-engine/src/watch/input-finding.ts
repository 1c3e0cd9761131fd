// What was found about an input, and the proof that ends it.
import type { Commitment } from "@tributary/protocol/demand";
import type { Address, Hex } from "viem";
import type { Duty } from "./duty.ts";

/** A proof as it is sent. */
export interface InputProof {
  readonly court: Address;
  /** What it accuses. */
  readonly accused: Commitment;
  /** The function that it calls, and the whole call. */
  readonly name: string;
  readonly data: Hex;
}

/** Nothing provable is wrong, or a proof of what is, or it is wrong and no proof can be made, or not enough was shown to say. */
export type InputFinding =
  | { readonly what: "sound"; readonly unchecked: readonly string[] }
  | { readonly what: "proof"; readonly proof: InputProof }
  | { readonly what: "unproven"; readonly why: readonly string[] }
  | { readonly what: "unshown" };

/** The name of a commit in lines: kind, id, and number among those of the id. */
export function titleOf({ kind, id, sub }: Commitment): string {
  return `${kind.name} ${id}/${sub}`;
}

/** What a call notes of the input that it is about. */
export function aboutInput(ledger: Address, { kind, id, sub }: Commitment): NonNullable<Duty["input"]> {
  return { ledger, kind: kind.tag, id: id.toString(), sub };
}
