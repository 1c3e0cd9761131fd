// How long a round of demands takes at most.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import type { Address } from "viem";
import type { Reader } from "../chain/chain-access.ts";

/** Seconds to answer a demand and to act upon the answer, as the contract has them. */
export async function readRoundSeconds(reader: Reader, demands: Address): Promise<number> {
  const { answerSeconds, reactionSeconds } = await reader.readContract({
    address: demands,
    abi: demandsAbi,
    functionName: "parameters",
  });
  return answerSeconds + reactionSeconds;
}
