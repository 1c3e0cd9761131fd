/** How much gas a transaction is allowed beyond its estimate. */
import type { Chain } from "viem";

const MULTIPLE = 2n;

/**
 * The chain, as clients that send to it should be given it: a transaction whose gas viem estimates may use twice as much. What it costs depends
 * on the second it is mined in, and the estimate was made in an earlier one: a second stake within one second costs 107,695, and 175,561 where
 * the second has changed, as both are noted then. With the estimate as its limit it would run out of gas. What is not used is not paid.
 */
export function withGasMargin<const C extends Chain>(chain: C): C {
  return {
    ...chain,
    prepareTransactionRequest: [
      (request) => Promise.resolve(request.gas === undefined ? request : { ...request, gas: request.gas * MULTIPLE }),
      { runAt: ["afterFillParameters"] },
    ],
  };
}
