// The calls that a proposal makes, in words where the function is known.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { openGovernorAbi } from "@tributary/protocol/abi/open-governor";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { DeployedContract } from "@tributary/protocol/deployment";
import { type Abi, decodeFunctionData, type Hex } from "viem";

const ABIS: Partial<Record<DeployedContract, Abi>> = {
  ModelRegistry: modelRegistryAbi,
  OpenGovernor: openGovernorAbi,
  OpenToken: openTokenAbi,
  OperatorStaking: operatorStakingAbi,
  RoyaltyLedger: royaltyLedgerAbi,
};

/** The contract's name and the function with its arguments; what is not known is undefined. */
export function inWords(
  target: string,
  data: string,
  addresses: Readonly<Partial<Record<DeployedContract, string>>>,
): { contract: string | undefined; call: string | undefined } {
  const contract = Object.entries(addresses).find(([, address]) => address.toLowerCase() === target.toLowerCase())?.[0];
  const abi = contract === undefined ? undefined : ABIS[contract as DeployedContract];
  if (abi === undefined) return { contract, call: undefined };
  try {
    const { functionName, args = [] } = decodeFunctionData({ abi, data: data as Hex });
    return { contract, call: `${functionName}(${args.map(String).join(", ")})` };
  } catch {
    return { contract, call: undefined };
  }
}
