// What contributing costs: the bond, and about what gas.
import type { Address } from "viem";
import { balanceOf } from "../chain/open-tokens.ts";
import type { Chain } from "../connection.ts";

/** Gas of an approval, and of a contribution with its reservation, as measured on the local chain, rounded up. */
const APPROVAL_GAS = 50_000n;
const CONTRIBUTION_GAS = 330_000n;

export function gasOf(contributions: number): bigint {
  return contributions === 0 ? 0n : APPROVAL_GAS + BigInt(contributions) * CONTRIBUTION_GAS;
}

/** Bond and balance in base units of OPEN, the rest in wei. */
export async function readCost(chain: Chain, account: Address, bond: bigint, gas: bigint) {
  const [balance, gasPrice, etherBalance] = await Promise.all([
    balanceOf(chain, account),
    chain.client.getGasPrice(),
    chain.client.getBalance({ address: account }),
  ]);
  return { bond, balance, gas, gasCost: gas * gasPrice, etherBalance };
}
