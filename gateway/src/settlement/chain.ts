// The chain as settling sees it: what is read, where, and whose key sends.
import type { ChannelSource } from "@tributary/protocol/channel-states";
import type { Address, LocalAccount, PublicClient } from "viem";

export interface SettlementContracts {
  readonly batchSettlement: Address;
  readonly token: Address;
  readonly ledger: Address;
  readonly settlementProofs: Address;
}

export interface SettlementChain {
  readonly reader: PublicClient;
  readonly chainId: number;
  readonly contracts: SettlementContracts;
  /** No event of the deployment is in an earlier block. */
  readonly fromBlock: bigint;
  /** Blocks after which a transaction counts as done, its own included. */
  readonly confirmations: number;
  /** Ends what is under way before its next step, and while a transaction is waited for: all of it goes on after the next start. */
  readonly stopping?: AbortSignal;
}

/**
 * Who signs for the gateway. Nothing else in the process may send from `gateway`, whose transactions are numbered here; the facilitator pays its gas
 * from an account of its own.
 */
export interface SettlementKeys {
  /** The tills' gateway, who alone closes them. */
  readonly gateway: LocalAccount;
  /** Those that channels name as `receiverAuthorizer`: the present one and the ones before it. */
  readonly authorizers: readonly LocalAccount[];
}

/** Where the states of channels are read. */
export function channelsOf({ reader, contracts: { batchSettlement } }: SettlementChain): ChannelSource {
  return { reader, batchSettlement };
}

/** Told what happens, for the log; nothing depends on it. */
export type Tell = (event: string, details: Readonly<Record<string, unknown>>) => void;
