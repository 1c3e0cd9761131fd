// Why a proof is refused before it is judged: the errors of IFaultProofs, IIndexProofs and ISettlementProofs, by name.

export type RefusalName =
  | "InvalidOpening"
  | "NotAccusable"
  | "UnknownContribution"
  | "UnknownGroup"
  | "WrongChain"
  | "WrongChannel"
  | "WrongContribution"
  | "WrongPlace"
  | "WrongSettlement";

/** A proof that shows nothing: `at` is the link, the number of links, the settlement, the commit, the channel, the group or the contribution that the error names. */
export class Refusal extends Error {
  readonly refusal: RefusalName;
  readonly at: bigint;

  constructor(refusal: RefusalName, at: number | bigint) {
    super(`${refusal}(${at})`);
    this.refusal = refusal;
    this.at = BigInt(at);
  }
}

/** Refuses the proof with an error of its interface. */
export function refuse(refusal: RefusalName, at: number | bigint): never {
  throw new Refusal(refusal, at);
}
