// Step 9: the royalty ledger of OPEN; the same step makes the ledger of every further payment token.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import { zeroAddress } from "viem";
import type { Parameters, PaymentToken } from "../parameters.ts";
import type { Contract } from "./contract.ts";

/** What a ledger is given beside its vault, which knows the token and the positions. */
export type LedgerNeeds = { attributors: Contract; governance: Contract };

/** The amounts that differ from one payment token to the next. */
export type LedgerAmounts = Pick<PaymentToken, "bondFloor" | "mostBondFloor" | "proposerFee" | "mostProposerFee">;

export function royaltyLedger(
  m: IgnitionModuleBuilder,
  p: Parameters,
  vault: Contract,
  { attributors, governance }: LedgerNeeds,
  amounts: LedgerAmounts,
  step = "RoyaltyLedger",
): Contract {
  const parameters = {
    epochSeconds: p.epochSeconds,
    sketchWindowSeconds: p.sketchWindowSeconds,
    challengeWindowSeconds: p.challengeWindowSeconds,
    settlementLifetimeSeconds: p.settlementLifetimeSeconds,
    bondFloor: amounts.bondFloor,
    bondBps: p.bondBps,
    proposerFee: amounts.proposerFee,
    mostBondFloor: amounts.mostBondFloor,
    mostProposerFee: amounts.mostProposerFee,
  };
  return m.contract("RoyaltyLedger", [vault, attributors, governance, p.guardian ?? zeroAddress, parameters], {
    id: step,
  });
}
