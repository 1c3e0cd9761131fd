// When a transaction can no longer be undone on the networks that can be deployed to.
import { LOCAL_CHAIN_IDS } from "./local-keys.ts";

export type Finality = {
  blockSeconds: number;
  /** Usual time from a transaction to its block being final, which the block tag `finalized` shows. */
  finalSeconds: number;
  /** Where that is stated. */
  source: string;
};

export const LOCAL_FINALITY: Finality = { blockSeconds: 1, finalSeconds: 0, source: "nobody else builds blocks" };

/** Two epochs of 32 slots of 12 s behind the head. */
export const ETHEREUM_FINALITY: Finality = {
  blockSeconds: 12,
  finalSeconds: 13 * 60,
  source: "https://ethereum.org/en/developers/docs/consensus-mechanisms/pos/ (finality)",
};

/** The sequencer's blocks are final once their data is in a final block of Ethereum. */
export const OP_STACK_FINALITY: Finality = {
  blockSeconds: 2,
  finalSeconds: 30 * 60,
  source: "https://docs.optimism.io/stack/transactions/transaction-finality (20 to 30 minutes)",
};

const BY_CHAIN_ID: Readonly<Record<number, Finality>> = {
  11155111: ETHEREUM_FINALITY,
  84532: OP_STACK_FINALITY,
  8453: OP_STACK_FINALITY,
  10: OP_STACK_FINALITY,
};

/** Of a chain that can be deployed to; `undefined` of any other. */
export function finalityOf(chainId: number): Finality | undefined {
  return LOCAL_CHAIN_IDS.includes(chainId) ? LOCAL_FINALITY : BY_CHAIN_ID[chainId];
}

/** Blocks after which a transaction is usually final, its own included. */
export function blocksToFinality({ blockSeconds, finalSeconds }: Finality): number {
  return Math.max(1, Math.ceil(finalSeconds / blockSeconds));
}
