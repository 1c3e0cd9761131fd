// Step 8: the vault of OPEN, which the positions made; the vault of every further payment token is deployed.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { PaymentToken } from "../parameters.ts";
import type { Contract } from "./contract.ts";

const CONTRACT = "RoyaltyVault";

/** The vault that the positions made, to call it and to name it to others. */
export function primaryVault(m: IgnitionModuleBuilder, positions: Contract): Contract {
  return m.contractAt(CONTRACT, m.staticCall(positions, "vault"));
}

export function royaltyVault(
  m: IgnitionModuleBuilder,
  token: PaymentToken["token"],
  positions: Contract,
  step: string,
): Contract {
  return m.contract(CONTRACT, [token, positions, m.getAccount(0)], { id: step });
}
