// What is measured: one transaction on a prepared chain, or a library's arithmetic by itself.
import type { TransactionResponse } from "ethers";

export type Scenario = {
  /** `Contract.function` */
  call: string;
  /** What of the state before decides the figure. */
  given: string;
  /** Prepares the chain, and says what gas was used. */
  measure: () => Promise<number>;
};

/** @param send prepares the chain and sends the measured transaction last */
export function scenario(call: string, given: string, send: () => Promise<TransactionResponse>): Scenario {
  const measure = async (): Promise<number> => Number((await (await send()).wait())!.gasUsed);
  return { call, given, measure };
}
