// How a proposal was ended: by which call, what it cost, and who was paid what.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { faultProofsAbi } from "@tributary/protocol/abi/fault-proofs";
import { FAULTS, type FaultName } from "@tributary/protocol/proofs/faults";
import { type Abi, type Address, decodeFunctionData, type Hash, type Hex, parseEventLogs } from "viem";
import type { Reader } from "../chain/chain-access.ts";
import type { KeptLogOf } from "./log-book.ts";

/** The end of a proposal; amounts in base units. */
export interface Ending {
  readonly fault: FaultName;
  /** The function that was called, "unknown" where another contract called it. */
  readonly function: string;
  readonly tx: Hash;
  readonly block: bigint;
  readonly gas: bigint;
  readonly reward: bigint;
  readonly burned: bigint;
  /** Who is paid the reward. */
  readonly paid: Address;
  /** Last block for which the reward is held back for reservations; `undefined` if it was paid at once. */
  readonly heldUntil: number | undefined;
}

/** Reads the transaction that ended a proposal. */
export async function readEnding(reader: Reader, log: KeptLogOf<"ProposalEnded">): Promise<Ending> {
  const { transactionHash: hash, args } = log;
  const [receipt, { input }] = await Promise.all([
    reader.getTransactionReceipt({ hash }),
    reader.getTransaction({ hash }),
  ]);
  const isThis = (event: { args: { epoch?: bigint; proposal?: number } }): boolean =>
    event.args.epoch === args.epoch && event.args.proposal === args.proposal;
  const proven = parseEventLogs({ abi: faultProofsAbi, eventName: "FaultProven", logs: receipt.logs }).find(isThis);
  const held = parseEventLogs({ abi: faultProofsAbi, eventName: "RewardHeld", logs: receipt.logs }).find(isThis);
  return {
    fault: proven === undefined ? "availability" : FAULTS[proven.args.fault]!,
    function: functionOf([faultProofsAbi, demandsAbi] as Abi[], input),
    tx: hash,
    block: log.blockNumber,
    gas: receipt.gasUsed,
    reward: args.reward,
    burned: args.burned,
    paid: proven?.args.prover ?? args.prover,
    heldUntil: held?.args.heldUntil,
  };
}

/** The function of the first contract that has it, "unknown" where another contract was called. */
export function functionOf(abis: readonly Abi[], input: Hex): string {
  for (const abi of abis) {
    try {
      return decodeFunctionData({ abi, data: input }).functionName;
    } catch {
      // Not a function of this contract.
    }
  }
  return "unknown";
}
