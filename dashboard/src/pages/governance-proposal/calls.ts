// The calls that a proposal makes, in words where the function is known.
import { contributionReviewAbi } from "@tributary/protocol/abi/contribution-review";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { governanceOpenAbi } from "@tributary/protocol/abi/governance-open";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { openGovernorAbi } from "@tributary/protocol/abi/open-governor";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { sketchDisputesAbi } from "@tributary/protocol/abi/sketch-disputes";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import type { DeployedContract } from "@tributary/protocol/deployment";
import { type Abi, decodeFunctionData, type Hex, keccak256, parseAbi, stringToBytes, zeroHash } from "viem";

/** Of OpenZeppelin's timelock, what a vote can make it do to itself: the gravest calls that there are. */
const timelockAbi = parseAbi([
  "function grantRole(bytes32 role, address account)",
  "function revokeRole(bytes32 role, address account)",
  "function renounceRole(bytes32 role, address callerConfirmation)",
  "function updateDelay(uint256 newDelay)",
  "function cancel(bytes32 id)",
]);
const ROLES = new Map<string, string>([
  [zeroHash, "DEFAULT_ADMIN_ROLE"],
  ...["PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"].map(
    (role) => [keccak256(stringToBytes(role)), role] as const,
  ),
]);

const ABIS: Partial<Record<DeployedContract, Abi>> = {
  ContributionReview: contributionReviewAbi,
  DatanetRegistry: datanetRegistryAbi,
  GovernanceOpen: governanceOpenAbi,
  ModelRegistry: modelRegistryAbi,
  OpenGovernor: openGovernorAbi,
  OpenToken: openTokenAbi,
  OperatorStaking: operatorStakingAbi,
  RoyaltyLedger: royaltyLedgerAbi,
  RoyaltyPositions: royaltyPositionsAbi,
  RoyaltyVault: royaltyVaultAbi,
  SketchDisputes: sketchDisputesAbi,
  TillFactory: tillFactoryAbi,
  TimelockController: timelockAbi,
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
    return { contract, call: `${functionName}(${args.map(inWord).join(", ")})` };
  } catch {
    return { contract, call: undefined };
  }
}

function inWord(value: unknown): string {
  const text =
    typeof value === "object"
      ? JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each))
      : String(value);
  return ROLES.get(text) ?? text;
}
