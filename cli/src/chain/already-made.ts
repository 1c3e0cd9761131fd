// Finds what an account has made already, so that a command that is run again does not make and pay it a second time.
import { type Address, type Hex, isAddressEqual } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import type { Chain } from "../connection.ts";
import { UserError } from "../errors.ts";
import { readTerms } from "./contribution-view.ts";
import { someAtATime } from "./some-at-a-time.ts";

type Terms = Awaited<ReturnType<typeof readTerms>>;

/**
 * Read from the registry's state: a node's events may be pruned, or late.
 * @throws UserError naming the model version of the account that has the weights
 */
export async function refuseSameWeights(chain: Chain, account: Address, weightsHash: Hex): Promise<void> {
  const { client, deployment } = chain;
  const registry = { address: deployment.addresses.ModelRegistry, abi: modelRegistryAbi } as const;
  const count = await client.readContract({ ...registry, functionName: "versionCount" });
  const versions = await someAtATime(numbers(count), async (version) => ({
    version,
    ...(await client.readContract({ ...registry, functionName: "versionOf", args: [version] })),
  }));
  for (const { version, model, weightsHash: its } of versions.toReversed()) {
    if (its.toLowerCase() !== weightsHash.toLowerCase()) continue;
    const owner = await client.readContract({ ...registry, functionName: "ownerOf", args: [model] });
    if (!isAddressEqual(owner, account)) continue;
    throw new UserError(
      `version ${version} of model ${model}, of ${account}, has these weights already: nothing was sent; "tributary model show ${version}" shows it, and --another registers them once more and pays the licence fees once more`,
    );
  }
}

/** @throws UserError naming the datanet of the account that has the terms and the address */
export async function refuseSameDatanet(chain: Chain, account: Address, terms: Terms, uri: string): Promise<void> {
  const { client, deployment } = chain;
  const registry = { address: deployment.addresses.DatanetRegistry, abi: datanetRegistryAbi } as const;
  const count = await client.readContract({ ...registry, functionName: "datanetCount" });
  const curators = await someAtATime(numbers(count), async (datanet) => ({
    datanet,
    curator: await client.readContract({ ...registry, functionName: "ownerOf", args: [datanet] }),
  }));
  const own = curators.filter(({ curator }) => isAddressEqual(curator, account));
  const same = await someAtATime(own, async ({ datanet }) => {
    if ((await client.readContract({ ...registry, functionName: "tokenURI", args: [datanet] })) !== uri) return false;
    const its = await readTerms(chain, datanet);
    return (Object.keys(terms) as (keyof Terms)[]).every((name) => its[name] === terms[name]);
  });
  const found = own[same.lastIndexOf(true)];
  if (found === undefined) return;
  throw new UserError(
    `datanet ${found.datanet}, of ${account}, has these terms and this --uri already: nothing was sent; "tributary datanet show ${found.datanet}" shows it, and --another creates one more`,
  );
}

function numbers(count: bigint): bigint[] {
  return Array.from({ length: Number(count) }, (_, i) => BigInt(i + 1));
}
