// Says why a transaction failed, with the protocol's own errors by name.
import { type Abi, BaseError, decodeErrorResult, type Hex, HttpRequestError, TimeoutError } from "viem";
import { contributionReviewAbi } from "@tributary/protocol/abi/contribution-review";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import { withOriginsOnly } from "@tributary/protocol/reason";

// Widened: inferring the arguments of every error of all of them takes the compiler seconds.
const ALL_ABIS: readonly Abi[] = [
  contributionReviewAbi,
  datanetRegistryAbi,
  modelRegistryAbi,
  modelTillAbi,
  openTokenAbi,
  operatorStakingAbi,
  royaltyLedgerAbi,
  royaltyVaultAbi,
  tillFactoryAbi,
];

/** The contract's error with its arguments, or what viem says. */
export function revertReason(error: unknown): string {
  const data = revertData(error);
  if (data !== undefined) {
    for (const abi of ALL_ABIS) {
      try {
        const decoded = decodeErrorResult({ abi, data });
        return `${decoded.errorName}(${(decoded.args ?? []).map(String).join(", ")})`;
      } catch {
        continue;
      }
    }
  }
  // A node's URL may hold a key.
  return withOriginsOnly(
    error instanceof BaseError ? wordsOf(error) : String(error instanceof Error ? error.message : error),
  );
}

/** What viem says in short, and the node's own words, without which that may be "creation failed" and no more. */
function wordsOf({ shortMessage, details }: BaseError): string {
  return details === "" || shortMessage.includes(details) ? shortMessage : `${shortMessage} (${details.slice(0, 200)})`;
}

/** Whether the account cannot pay for the transaction, in whichever words of the nodes. */
export function isUnpaid(error: unknown): boolean {
  return /insufficient funds|insufficient balance for transfer|exceeds transaction sender account balance/iu.test(
    error instanceof BaseError ? `${error.message} ${error.details}` : String(error),
  );
}

/** Whether a node may have taken a transaction all the same: its answer was lost, or it says that it knows the transaction, or one of its number, from an answer that was. */
export function isMaybeSent(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  const isLost = error.walk((cause) => cause instanceof HttpRequestError || cause instanceof TimeoutError) !== null;
  return (
    isLost ||
    /already (known|imported|exists)|known transaction|nonce too low/iu.test(`${error.message} ${error.details}`)
  );
}

/** Whether a contract refused, with an error of its own. */
export function isRevert(error: unknown): boolean {
  return revertData(error) !== undefined;
}

function revertData(error: unknown): Hex | undefined {
  let current: unknown = error;
  while (typeof current === "object" && current !== null) {
    const data = (current as { data?: unknown }).data;
    if (typeof data === "string" && data.startsWith("0x") && data.length >= 10) return data as Hex;
    current = (current as { cause?: unknown }).cause;
  }
  return undefined;
}
