// How many blocks make a transaction count: as many as the operator says, or as make it final on the chain.
import { blocksToFinality, finalityOf } from "@tributary/protocol/finality";
import { ConfigError } from "../config/config.ts";

export interface NeededDepth {
  /** Blocks, a transaction's own included. */
  readonly confirmations: number;
  /** Where fewer are asked for than make it final. */
  readonly warning?: string;
}

/**
 * @param configured `settlement.confirmations`
 * @throws ConfigError if it is left out, and the chain's finality is not known
 */
export function neededDepth(configured: number | undefined, chainId: number): NeededDepth {
  const finality = finalityOf(chainId);
  if (finality === undefined) {
    if (configured !== undefined) return { confirmations: configured };
    throw new ConfigError(
      `settlement.confirmations is not set, and nothing is known of the finality of chain ${chainId}: set it to the blocks after which none is replaced there`,
    );
  }
  const final = blocksToFinality(finality);
  const confirmations = configured ?? final;
  if (confirmations >= final) return { confirmations };
  const { blockSeconds, finalSeconds } = finality;
  return {
    confirmations,
    warning: `settlement.confirmations is ${confirmations}, and blocks of chain ${chainId} are final after about ${final} (${finalSeconds / 60} minutes at ${blockSeconds} s): what a reorganisation takes back after ${confirmations} is not claimed, answered or closed again`,
  };
}
