// Why a contract refuses a transaction, in words: by its custom errors' names.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { governanceOpenAbi } from "@tributary/protocol/abi/governance-open";
import { openGovernorAbi } from "@tributary/protocol/abi/open-governor";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltySharesAbi } from "@tributary/protocol/abi/royalty-shares";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { type Abi, decodeErrorResult, type Hex, parseAbi } from "viem";
import { exactAmount } from "../format/amount.ts";
import { instant } from "../format/time.ts";

/** Of OpenZeppelin's timelock, which the governor calls. */
const timelockAbi = parseAbi([
  "error TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates)",
  "error TimelockInsufficientDelay(uint256 delay, uint256 minDelay)",
]);

/** Errors of all contracts that a page here lets a wallet call. One that is known by several is the same one. */
const ERRORS = (
  [
    datanetRegistryAbi,
    royaltyVaultAbi,
    royaltyLedgerAbi,
    royaltyPositionsAbi,
    royaltySharesAbi,
    operatorStakingAbi,
    openGovernorAbi,
    governanceOpenAbi,
    openTokenAbi,
    timelockAbi,
  ] as readonly Abi[]
).flatMap((abi) => abi.filter(({ type }) => type === "error"));

type Arguments = readonly unknown[];
const open = (amount: unknown): string => `${exactAmount(BigInt(amount as bigint))} OPEN`;

/** What the reader can do about it, where the name alone does not say. */
const SENTENCES: Record<string, (args: Arguments) => string> = {
  InvalidClaim: ([position]) =>
    `the opening for position ${position} does not lead to the payouts root that the vault pays by; a newer epoch may have become final: load the page again`,
  CumulativeBelowClaimed: ([position]) =>
    `position ${position} was already paid more than this opening states; a newer claim was mined: load the page again`,
  ClaimsExceedPayouts: () => "the vault holds less than these claims are worth, so one of them is wrong",
  NotClaimer: ([position]) => `this account may not decide where the income of position ${position} goes`,
  UnknownPosition: ([position]) => `there is no position ${position}`,
  PoolDepleted: ([pool]) => `slashes took almost all of pool ${pool}'s stake, so nobody can join it now`,
  UnknownPool: ([pool]) => `there is no pool ${pool}`,
  InsufficientShares: ([shares, held]) => `${shares} shares were asked for and the account holds ${held}`,
  SharesWorthNothing: () => "these shares are worth less than the smallest unit",
  UnbondingNotMature: ([, until]) => `the stake can be withdrawn from ${instant(until as bigint)} on`,
  UnknownUnbonding: () => "this stake was withdrawn already",
  ZeroAmount: () => "the amount is zero",
  ZeroShares: () => "the amount is too small for a share",
  ERC20InsufficientBalance: ([, balance, needed]) => `the account holds ${open(balance)} and ${open(needed)} is needed`,
  ERC20InsufficientAllowance: ([, allowance, needed]) => `${open(allowance)} is approved and ${open(needed)} is needed`,
  GovernorAlreadyCastVote: () => "this account has voted on it already",
  GovernorUnexpectedProposalState: () => "the proposal is not in the state for this: its vote may have ended",
  TimelockUnexpectedOperationState: () => "the timelock's delay is not over yet, or its calls were made already",
  GovernorInvalidVoteType: () => "there is no such vote",
  GovernorNonexistentProposal: () => "there is no such proposal",
  NotContributor: ([contribution]) => `only who made contribution ${contribution} can withdraw it`,
  AlreadyWithdrawn: ([contribution]) => `contribution ${contribution} was withdrawn already`,
  ContributionNotAccepted: ([contribution]) => `contribution ${contribution} is not accepted, so no model uses it`,
  AlreadyRedeemed: () => "the position was taken out of these shares",
};

/** A revert's data in words; undefined where it is none that is known. */
export function refusalOf(data: Hex): string | undefined {
  let decoded: ReturnType<typeof decodeErrorResult>;
  try {
    decoded = decodeErrorResult({ abi: ERRORS, data });
  } catch {
    return undefined;
  }
  const { errorName, args = [] } = decoded as { errorName: string; args?: Arguments };
  if (errorName === "Error" || errorName === "Panic") return String(args[0]);
  const sentence = SENTENCES[errorName]?.(args);
  if (sentence !== undefined) return `${sentence} (${errorName})`;
  const name = errorName.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return args.length === 0 ? `${name} (${errorName})` : `${name}: ${args.map(String).join(", ")} (${errorName})`;
}
