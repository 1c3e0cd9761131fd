// What the gateway depends on: its books, its signers, the gas of its accounts, and that what follows the calls is done.
import type { Address } from "viem";
import type { GatewaySigner } from "../accounts/signer.ts";
import type { Books } from "../books/books.ts";
import type { SettlingStanding } from "../settlement/settling.ts";
import type { Check } from "./health.ts";

/** Accounts that pay gas, with what they held when they were last looked at, wei. */
export type Balances = Map<"operator" | "gateway", bigint>;

export function checkBooks(books: Pick<Books, "probe">): Check {
  return {
    failure: "the books take nothing",
    look: async () => {
      await books.probe();
      return [];
    },
  };
}

export function checkSigner({ address, check }: GatewaySigner, mostMilliseconds: number): Check {
  return {
    failure: `the signer of ${address} does not answer`,
    look: async () => {
      await check(mostMilliseconds);
      return [];
    },
  };
}

/**
 * Whether the accounts can pay for transactions.
 * @param least wei
 * @param balances where what is found is left
 */
export function checkGas(
  balanceOf: (address: Address) => Promise<bigint>,
  accounts: Readonly<Record<"operator" | "gateway", Address>>,
  least: bigint,
  balances: Balances,
): Check {
  const names = ["operator", "gateway"] as const;
  return {
    failure: "the balances that pay the gas can't be read",
    look: async () => {
      const found = await Promise.all(names.map((name) => balanceOf(accounts[name])));
      return names.flatMap((name, i) => {
        balances.set(name, found[i]!);
        if (found[i]! >= least) return [];
        return [`the ${name}'s account ${accounts[name]} holds ${found[i]} wei for gas, less than ${least}`];
      });
    },
  };
}

/** Why the gateway should sell nothing more, by how settling goes. */
export function settlingObstacles({ demandsOverdue, claimsRefused, failing }: SettlingStanding): string[] {
  return [
    ...(demandsOverdue > 0 ? [`demands for receipts that were not answered in time: ${demandsOverdue}`] : []),
    ...(claimsRefused > 0 ? [`channels whose claims the chain keeps refusing: ${claimsRefused}`] : []),
    ...failing.map((what) => `keeps failing: ${what}`),
  ];
}
