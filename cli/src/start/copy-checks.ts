// Checks that the simulated copier lost what the datanet's terms say, and gained neither place nor position.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import type { Checks } from "./checks.ts";
import { TERMS, type Datanets } from "./datanets.ts";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import type { RegisteredModel } from "./model.ts";
import type { RejectedCopy } from "./simulated-copier.ts";

const BPS = 10_000n;
/** DatanetRegistry's ContributionStatus. */
const REJECTED = 3;

/** What was accepted, indexed and burned in the run. */
export interface AroundCopy {
  datanets: Datanets;
  model: RegisteredModel;
  /** OPEN that there was at deployment and is not there any more. */
  missingSupply: bigint;
  /** Of that, burned from the bonds of wrong proposals. */
  burnedBonds: bigint;
}

export async function checkCopy(
  checks: Checks,
  chain: LocalChain,
  deployment: Deployment,
  copy: RejectedCopy,
  { datanets, model, missingSupply, burnedBonds }: AroundCopy,
): Promise<void> {
  const { bond, refund, reward, burned } = copy;
  const slashed = (bond * BigInt(TERMS.mistakeBps)) / BPS;
  checks.add(
    "the SIMULATED copier's bond = refund + reward + burned, slashed as the terms say",
    bond === refund + reward + burned && reward + burned === slashed && burned >= reward && reward > 0n,
    `bond ${bond} = refund ${refund} + reward ${reward} + burned ${burned}`,
  );
  checks.equal("nothing else was burned", ["missing from the supply", missingSupply], ["burned", burned + burnedBonds]);
  const registry = { address: deployment.addresses.DatanetRegistry, abi: datanetRegistryAbi } as const;
  const { status, position } = await chain.client.readContract({
    ...registry,
    functionName: "contributionOf",
    args: [copy.contribution],
  });
  const accepted = await Promise.all(
    datanets.ids.map((id) => chain.client.readContract({ ...registry, functionName: "acceptedOf", args: [id] })),
  );
  const { records } = await chain.client.readContract({
    address: deployment.addresses.ModelRegistry,
    abi: modelRegistryAbi,
    functionName: "versionOf",
    args: [model.version],
  });
  const contributed = datanets.contributions.reduce((sum, contribution) => sum + BigInt(contribution.records), 0n);
  const places = accepted.reduce((sum, [count]) => sum + Number(count), 0);
  checks.add(
    "the copy is rejected: no position, no place in the index",
    status === REJECTED && position === 0n && places === datanets.contributions.length && records === contributed,
    `contribution ${copy.contribution}: ${copy.records} records, of which the index's ${records} have none`,
  );
}
