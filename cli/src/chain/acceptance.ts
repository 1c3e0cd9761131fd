// Judges whether contributions can be accepted one after the other, before anything is sent.
import { type Address, BaseError, ContractFunctionRevertedError } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import type { Chain } from "../connection.ts";
import { UserError } from "../errors.ts";
import { readContribution } from "./contribution-view.ts";
import { revertReason } from "./revert-reason.ts";

interface Pending {
  readonly contribution: bigint;
  readonly datanet: bigint;
}

/**
 * Those of the contributions that are not accepted yet, in the order in which the registry accepts them.
 * @throws UserError naming the first that there is not, or that the registry would refuse
 */
export async function acceptableOf(
  chain: Chain,
  account: Address,
  contributions: readonly bigint[],
): Promise<readonly bigint[]> {
  const wanted: Pending[] = [];
  for (const contribution of [...new Set(contributions)].toSorted((a, b) => (a < b ? -1 : 1))) {
    const { status, datanet } = await readContribution(chain, contribution);
    if (status !== "accepted") wanted.push({ contribution, datanet });
  }
  const before = new Map<bigint, bigint>();
  for (const { contribution, datanet } of wanted) {
    await refuseUnacceptable(chain, account, contribution, before.get(datanet));
    before.set(datanet, contribution);
  }
  return wanted.map(({ contribution }) => contribution);
}

/** @param before the contribution of its datanet that is accepted right before it, if one is */
async function refuseUnacceptable(
  chain: Chain,
  account: Address,
  contribution: bigint,
  before: bigint | undefined,
): Promise<void> {
  const refused = (reason: string) => new UserError(`accept contribution ${contribution}: ${reason}; nothing was sent`);
  try {
    await chain.client.simulateContract({
      ...{ address: chain.deployment.addresses.DatanetRegistry, abi: datanetRegistryAbi, functionName: "accept" },
      ...{ args: [contribution], account, blockTag: "pending" },
    });
  } catch (error) {
    const revert =
      error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null;
    if (!(revert instanceof ContractFunctionRevertedError)) throw error;
    // The registry asks for the order last: all else holds.
    if (revert.data?.errorName !== "EarlierContributionPending" || before === undefined)
      throw refused(revertReason(error));
    const between = await unsettledBetween(chain, before, contribution);
    if (between !== undefined)
      throw refused(`contribution ${between} of its datanet is earlier and not settled; name it, too`);
  }
}

/** The first contribution of the datanet of `after` between the two that is neither accepted nor rejected. */
async function unsettledBetween(chain: Chain, before: bigint, after: bigint): Promise<bigint | undefined> {
  const { datanet } = await readContribution(chain, after);
  for (let each = before + 1n; each < after; ++each) {
    const { datanet: its, status } = await readContribution(chain, each);
    if (its === datanet && (status === "pending" || status === "under review")) return each;
  }
  return undefined;
}
