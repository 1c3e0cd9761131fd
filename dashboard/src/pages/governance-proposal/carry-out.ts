// What carries a proposal on after its vote: queueing it in the timelock, and having its calls made once the timelock's delay is over.
import { openGovernorAbi } from "@tributary/protocol/abi/open-governor";
import { type Address, encodeFunctionData, type Hex, keccak256, stringToBytes } from "viem";
import { isProposalOf, type ProposedCalls } from "../../check/proposal-id.ts";
import type { Call } from "../../wallet/call.ts";
import { QUEUED, SUCCEEDED } from "../governance/proposal-state.ts";

export type CarryOut = "queue" | "execute";

/** What anyone may do with a proposal next, and in how many seconds; undefined where nothing. */
export function nextStep(
  state: number | undefined,
  /** When its calls can be made, in Unix seconds; of a queued proposal. */
  eta: bigint,
  /** Unix seconds. */
  now: number,
): { action: CarryOut; secondsLeft: number } | undefined {
  if (state === SUCCEEDED) return { action: "queue", secondsLeft: 0 };
  if (state === QUEUED) return { action: "execute", secondsLeft: Math.max(0, Number(eta) - now) };
  return undefined;
}

/** Throws where the calls and the text are not those of the id: the governor would take them for another proposal. */
export function carryOutCall(action: CarryOut, id: string, proposal: ProposedCalls, governor: Address): Call {
  if (!isProposalOf(id, proposal))
    throw new Error("what the indexer says of the proposal is not what was voted on, so nothing was sent");
  const { targets, values, calldatas, description } = proposal;
  return {
    what: `${action} the proposal`,
    to: governor,
    data: encodeFunctionData({
      ...{ abi: openGovernorAbi, functionName: action },
      args: [
        targets as readonly Address[],
        values.map(BigInt),
        calldatas as readonly Hex[],
        keccak256(stringToBytes(description)),
      ],
    }),
  };
}
