// Who signs for the gateway: receipts, claims, refunds.
import type { AuthorizerSigner } from "@x402/evm/batch-settlement/server";
import type { Address, Hex } from "viem";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";

export interface GatewaySigner extends AuthorizerSigner {
  readonly address: Address;
  /** Whether it could sign, as far as can be told without a signature. @throws Error if not, or not in time */
  check(mostMilliseconds: number): Promise<void>;
  /**
   * The gateway's signature over a receipt's typed data.
   * @param hash its struct hash, where it is known
   */
  signReceipt(receipt: Receipt, hash?: Hex): Promise<Hex>;
}
