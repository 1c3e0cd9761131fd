// The clients and addresses that everything here reads and writes the chain with.
import type { Account, Address, Chain, PublicClient, Transport, WalletClient } from "viem";

/** A client that reads. */
export type Reader = PublicClient;

/** A client that signs and sends for one account. */
export type Sender = WalletClient<Transport, Chain, Account>;

/** A reader and a sender of the same chain. */
export interface ChainAccess {
  readonly reader: Reader;
  readonly sender: Sender;
}

/** The contracts that the engine reads. */
export interface EngineContracts {
  readonly ledger: Address;
  readonly modelRegistry: Address;
  readonly datanetRegistry: Address;
}
