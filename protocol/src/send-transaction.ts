// What a signer is asked for to send a transaction; a key of this process (key-sender.ts) or a signer elsewhere (signer-sender.ts) does it.
import type { Address, Hex } from "viem";

/** A transaction as it is to be sent; quantities are hexadecimal. */
export type TransactionRequest = {
  from: Address;
  to?: Address;
  data?: Hex;
  value?: Hex;
  nonce: Hex;
  gas: Hex;
  gasPrice?: Hex;
  maxFeePerGas?: Hex;
  maxPriorityFeePerGas?: Hex;
};

/** Signs a transaction and has it sent. @returns its hash */
export type Send = (transaction: TransactionRequest) => Promise<Hex>;
