// A payer's side of one payment channel: the official x402 client, with a spend limit and the deposits that it may make.
import { BatchSettlementEvmScheme, InMemoryClientChannelStorage } from "@x402/evm/batch-settlement/client";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";
import type { Address, Hex, LocalAccount, PublicClient } from "viem";

/** Times the spend limit of a call that the official client deposits at most. */
export const DEPOSIT_CALLS = 5n;

export interface ChannelOptions {
  /** Whose tokens are deposited. */
  readonly account: LocalAccount;
  /** Who signs in its place, where that is somebody else. */
  readonly signer?: Pick<LocalAccount, "signTypedData">;
  readonly reader: PublicClient;
  readonly chainId: number;
  readonly token: Address;
  /** Base units: no call may cost more, and no deposit more than five times that. */
  readonly mostPerCall: bigint;
  /** Of which the payer has a channel each. */
  readonly salt?: Hex;
  /** Only passed on: what is sent and answered may be looked at. */
  readonly fetch?: typeof globalThis.fetch;
}

/** What the client signed last. */
export interface Signed {
  readonly channelId: Hex;
  /** What the channel's receiver may claim, all in all. */
  readonly ceiling: bigint;
  /** What the terms asked for the call. */
  readonly most: bigint;
}

export interface Channel {
  /** Pays for what it fetches where it is asked to. */
  readonly fetch: typeof globalThis.fetch;
  /** The last voucher; undefined before the first. */
  readonly signed: Signed | undefined;
  /** Has what is left of the channel paid back. @param url where the gateway takes the model's refunds */
  refund(url: string): Promise<{ readonly amount: bigint }>;
}

/** A channel with whichever gateway asks to be paid; it is opened by the first paid call, with an ERC-3009 deposit. */
export function openChannel(options: ChannelOptions): Channel {
  const { account, signer = account, reader, chainId, token, mostPerCall, salt, fetch = globalThis.fetch } = options;
  const scheme = new BatchSettlementEvmScheme(
    {
      address: account.address,
      signTypedData: (message) => signer.signTypedData(message),
      readContract: (call) => reader.readContract(call),
    },
    // As much as it may, at each deposit: every one waits for a transaction.
    {
      storage: new InMemoryClientChannelStorage(),
      depositStrategy: () => DEPOSIT_CALLS * mostPerCall,
      ...(salt === undefined ? {} : { salt }),
    },
  );
  const network = `eip155:${chainId}` as const;
  const client = new x402Client()
    .register(network, scheme)
    .setSpendControls({ allowedAssets: [{ network, asset: token, maxAmountPerPayment: String(mostPerCall) }] });
  let signed: Signed | undefined;
  client.onAfterPaymentCreation(({ paymentPayload, selectedRequirements }) => {
    const { voucher } = paymentPayload.payload as { voucher: { channelId: Hex; maxClaimableAmount: string } };
    const ceiling = BigInt(voucher.maxClaimableAmount);
    signed = { channelId: voucher.channelId, ceiling, most: BigInt(selectedRequirements.amount) };
    return Promise.resolve();
  });
  return {
    get signed() {
      return signed;
    },
    fetch: wrapFetchWithPayment(fetch, client),
    async refund(url) {
      const { success, amount, errorReason } = await scheme.refund(url, { fetch });
      if (!success || amount === undefined) throw new Error(`the refund failed: ${errorReason ?? "no amount"}`);
      return { amount: BigInt(amount) };
    },
  };
}
