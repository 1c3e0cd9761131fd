// What the registry says of datanets and contributions, by the names of its enumerations.
import { ContractFunctionRevertedError, BaseError } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import type { Chain } from "../connection.ts";
import { UserError } from "../errors.ts";

/** `IDatanetRegistry.ContributionKind`, by number. */
export const KINDS = ["data", "feedback", "synthetic", "adapter", "evaluation"] as const;
/** `IDatanetRegistry.ContributionStatus`, by number. */
const STATUSES = ["none", "pending", "accepted", "rejected", "under review"] as const;
/** Bits of the uses that a datanet allows. */
export const USES = { training: 1, evaluation: 2, retrieval: 4 } as const;

/** @throws UserError if there is no such datanet */
export async function readTerms({ client, deployment }: Chain, datanet: bigint) {
  return orUnknown(`datanet ${datanet}`, "tributary datanet list", () =>
    client.readContract({
      ...{ address: deployment.addresses.DatanetRegistry, abi: datanetRegistryAbi },
      functionName: "termsOf",
      args: [datanet],
    }),
  );
}

/** @throws UserError if there is no such contribution */
export async function readContribution({ client, deployment }: Chain, contribution: bigint) {
  const read = await orUnknown(`contribution ${contribution}`, "tributary datanet show", () =>
    client.readContract({
      ...{ address: deployment.addresses.DatanetRegistry, abi: datanetRegistryAbi },
      functionName: "contributionOf",
      args: [contribution],
    }),
  );
  return { ...read, kind: KINDS[read.kind]!, status: STATUSES[read.status]! };
}

/** The uses of a bit set, by name. */
export function usesOf(allowed: number): string[] {
  return Object.entries(USES)
    .filter(([, bit]) => (allowed & bit) !== 0)
    .map(([name]) => name);
}

/** What `read` gives. @throws UserError where the contract refuses, which views do of what there is not */
export async function orUnknown<Value>(what: string, lister: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    const refused =
      error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError) !== null;
    if (!refused) throw error;
    throw new UserError(`there is no ${what} on this chain; "${lister}" says what there is`);
  }
}
