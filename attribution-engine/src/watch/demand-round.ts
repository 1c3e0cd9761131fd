// On what terms demands are made: how long a round of them takes at most, and what the first ones cost.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import type { Address } from "viem";
import type { Reader } from "../chain/chain-access.ts";

/** @param roundSeconds to answer a demand and to act upon the answer @param deposit for each of the first demands of a commit, in base units */
export interface DemandTerms {
  readonly roundSeconds: number;
  readonly deposit: bigint;
}

/** The terms, as the contract has them. */
export async function readDemandTerms(reader: Reader, demands: Address): Promise<DemandTerms> {
  const { answerSeconds, reactionSeconds, deposit } = await reader.readContract({
    address: demands,
    abi: demandsAbi,
    functionName: "parameters",
  });
  return { roundSeconds: answerSeconds + reactionSeconds, deposit };
}

/** Seconds to answer a demand and to act upon the answer, as the contract has them. */
export async function readRoundSeconds(reader: Reader, demands: Address): Promise<number> {
  return (await readDemandTerms(reader, demands)).roundSeconds;
}
