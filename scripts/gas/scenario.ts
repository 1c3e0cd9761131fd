// What is measured: one transaction on a prepared chain.
import type { ContractTransactionResponse } from "ethers";

export type Scenario = {
  /** `Contract.function` */
  call: string;
  /** What of the state before decides the figure. */
  given: string;
  /** Prepares the chain and sends the measured transaction last. */
  send: () => Promise<ContractTransactionResponse>;
};

export function scenario(call: string, given: string, send: Scenario["send"]): Scenario {
  return { call, given, send };
}
