// Checks that money is conserved to the unit: the splits are the formats' own, and every contract holds exactly what it still owes.
import type { Address } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { splitFee } from "@tributary/protocol/fee";
import type { Checks } from "./checks.ts";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import { SPLIT, type RegisteredModel } from "./model.ts";
import type { ClosedSettlement } from "./settlement.ts";

export async function balanceOf(chain: LocalChain, deployment: Deployment, holder: Address): Promise<bigint> {
  return chain.client.readContract({
    address: deployment.addresses.OpenToken,
    abi: openTokenAbi,
    functionName: "balanceOf",
    args: [holder],
  });
}

/** Each closed fee against the prefix-sum split computed here. */
export function checkSplits(checks: Checks, settlements: readonly ClosedSettlement[]): void {
  for (const { id, fee, parts } of settlements) {
    const expected = splitFee(fee, { ...SPLIT, ancestors: [] });
    const names = ["treasury", "gateway", "curators", "stakers", "developer", "data"] as const;
    const total = names.reduce((sum, name) => sum + parts[name], parts.ancestors);
    checks.add(
      `settlement ${id}: the fee is split by prefix sums, without dust`,
      total === fee && names.every((name) => parts[name] === expected[name]),
      `${fee} = ${names.map((name) => `${name} ${parts[name]}`).join(" + ")}`,
    );
  }
}

/** Balance of every contract against what it says it owes. */
export async function checkSolvency(
  checks: Checks,
  chain: LocalChain,
  deployment: Deployment,
  model: RegisteredModel,
  when: string,
): Promise<bigint> {
  const { DatanetRegistry, ModelRegistry, RoyaltyLedger } = deployment.addresses;
  const [pools, payouts, accrued, bonds] = await chain.client.readContract({
    address: RoyaltyLedger,
    abi: royaltyLedgerAbi,
    functionName: "owed",
  });
  const owed: [string, Address, bigint][] = [
    ["the ledger", RoyaltyLedger, pools + payouts + accrued + bonds],
    [
      "the datanet registry",
      DatanetRegistry,
      await chain.client.readContract({ address: DatanetRegistry, abi: datanetRegistryAbi, functionName: "owed" }),
    ],
    [
      "the model registry",
      ModelRegistry,
      await chain.client.readContract({ address: ModelRegistry, abi: modelRegistryAbi, functionName: "owed" }),
    ],
    ["the till", model.till, 0n],
  ];
  for (const [name, address, debt] of owed) {
    checks.equal(
      `${when}: ${name} holds exactly what it owes`,
      ["holds", await balanceOf(chain, deployment, address)],
      ["owes", debt],
    );
  }
  return pools + payouts + accrued;
}

/** What the datanet registry still holds once all bonds are returned: the part of licence fees that did not divide by the records. */
export async function licenceRemainder(chain: LocalChain, deployment: Deployment): Promise<bigint> {
  return chain.client.readContract({
    address: deployment.addresses.DatanetRegistry,
    abi: datanetRegistryAbi,
    functionName: "owed",
  });
}
