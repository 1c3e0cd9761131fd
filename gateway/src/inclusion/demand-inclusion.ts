// The payer's side of "my receipt was left out": demands that it be settled, and has the gateway slashed that does not answer.
import {
  type Account,
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  type PublicClient,
  type WalletClient,
} from "viem";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { refusedBeforePayment } from "@tributary/protocol/refused-before-payment";
import { type Receipt, receiptHash } from "@tributary/protocol/typed-data/receipt";

export interface InclusionAccess {
  readonly reader: PublicClient;
  readonly sender: WalletClient;
  readonly account: Account;
  readonly settlementProofs: Address;
  /** The ledger's token, in which the deposit is. */
  readonly token: Address;
}

const PENALTY_ABI = [...settlementProofsAbi, ...operatorStakingAbi] as const;

/** What the contract says of a demand, in words. */
export const INCLUSION_STATES = ["none", "open", "answered", "unanswered"] as const;
export type InclusionState = (typeof INCLUSION_STATES)[number];

export interface InclusionReport {
  readonly receiptHash: Hex;
  readonly state: InclusionState;
  /** Last second in which the gateway can answer; 0 where nothing was demanded. */
  readonly deadline: number;
}

/**
 * Demands a receipt, unless it was demanded before; the deposit is allowed first where it is not.
 * @param signature the gateway's
 * @throws Error of the contract, by name, where it may not be demanded
 */
export async function demandInclusion(
  access: InclusionAccess,
  receipt: Receipt,
  signature: Hex,
): Promise<InclusionReport> {
  const before = await inclusionState(access, receipt);
  if (before.state !== "none") return before;
  const { reader, account, settlementProofs, token } = access;
  const proofs = { address: settlementProofs, abi: settlementProofsAbi } as const;
  const { deposit } = await reader.readContract({ ...proofs, functionName: "inclusionTerms" });
  const call = { abi: settlementProofsAbi, functionName: "demandInclusion", args: [receipt, signature] } as const;
  await refusedBeforePayment(reader.simulateContract({ ...call, ...proofs, account }));
  const args = [account.address, settlementProofs] as const;
  const allowed = await reader.readContract({ address: token, abi: erc20Abi, functionName: "allowance", args });
  if (allowed < deposit) {
    const data = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [settlementProofs, deposit] });
    await send(access, token, data, "the allowance of the deposit");
  }
  await reader.simulateContract({ ...call, ...proofs, account });
  await send(access, settlementProofs, encodeFunctionData(call), "the demand");
  return inclusionState(access, receipt);
}

/**
 * Ends a demand that was not answered in time, which returns the deposit, and has the gateway slashed. What is done already is left as it is, so this may be repeated after either step.
 * @throws Error if it was not demanded, or was answered; of the contract, by name, while it can still be answered
 */
export async function endInclusion(access: InclusionAccess, receipt: Receipt): Promise<InclusionReport> {
  const hash = receiptHash(receipt);
  const { reader, account, settlementProofs } = access;
  const { state } = await inclusionState(access, receipt);
  if (state === "none") throw new Error(`receipt ${hash} was not demanded: demand it first, without --end`);
  if (state === "answered") throw new Error(`the demand of receipt ${hash} was answered: there is nothing to end`);
  if (state === "open") {
    const end = { abi: settlementProofsAbi, functionName: "endInclusion", args: [hash] } as const;
    await reader.simulateContract({ ...end, address: settlementProofs, account });
    await send(access, settlementProofs, encodeFunctionData(end), "ending the demand");
  }
  // The staking's errors come through.
  const slash = { abi: PENALTY_ABI, functionName: "penalizeGateway", args: [BigInt(hash)] } as const;
  const isSlashed = await reader.simulateContract({ ...slash, address: settlementProofs, account }).then(
    () => false,
    (error: unknown) => {
      if (errorNameOf(error) === "CaseAlreadySlashed") return true;
      throw error;
    },
  );
  if (!isSlashed) await send(access, settlementProofs, encodeFunctionData(slash), "slashing the gateway");
  return inclusionState(access, receipt);
}

function errorNameOf(error: unknown): string | undefined {
  const found = error instanceof BaseError && error.walk((each) => each instanceof ContractFunctionRevertedError);
  return found instanceof ContractFunctionRevertedError ? found.data?.errorName : undefined;
}

export async function inclusionState(
  { reader, settlementProofs }: Pick<InclusionAccess, "reader" | "settlementProofs">,
  receipt: Receipt,
): Promise<InclusionReport> {
  const hash = receiptHash(receipt);
  const { status, deadline } = await reader.readContract({
    address: settlementProofs,
    abi: settlementProofsAbi,
    functionName: "inclusionOf",
    args: [hash],
  });
  return { receiptHash: hash, state: INCLUSION_STATES[status]!, deadline };
}

async function send({ reader, sender, account }: InclusionAccess, to: Address, data: Hex, what: string): Promise<void> {
  const hash = await sender.sendTransaction({ account, chain: sender.chain ?? null, to, data });
  const { status } = await reader.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error(`${what}: transaction ${hash} was reverted`);
}
