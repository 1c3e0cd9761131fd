// Which contributions were withdrawn from future models, as the chain says.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import type { EngineContracts, Reader } from "./chain-access.ts";
import { readInBatches } from "../watch/in-batches.ts";

type Registries = Pick<EngineContracts, "datanetRegistry" | "modelRegistry">;

/** Those of the contributions that were withdrawn in an earlier second than `time`; of a time that has passed the answer never changes. */
export async function withdrawnBefore(
  reader: Reader,
  { datanetRegistry }: Pick<Registries, "datanetRegistry">,
  contributions: Iterable<bigint>,
  time: number,
): Promise<Set<bigint>> {
  const named = [...new Set(contributions)];
  const answers = await readInBatches(named, (contribution) =>
    reader.readContract({
      address: datanetRegistry,
      abi: datanetRegistryAbi,
      functionName: "isWithdrawn",
      args: [contribution, time],
    }),
  );
  return new Set(named.filter((_, i) => answers[i]));
}

/** Those of the contributions whose records the index of a model version has in the withdrawn form: withdrawn before the version was registered. */
export async function withdrawnFrom(
  reader: Reader,
  contracts: Registries,
  version: bigint,
  contributions: Iterable<bigint>,
): Promise<Set<bigint>> {
  const { registeredAt } = await reader.readContract({
    address: contracts.modelRegistry,
    abi: modelRegistryAbi,
    functionName: "versionOf",
    args: [version],
  });
  return withdrawnBefore(reader, contracts, contributions, registeredAt);
}
