// Refunds that are signed: written down before, and forgotten when the chain has used their number for good.
import type { AuthorizerSigner } from "@x402/evm/batch-settlement/server";
import type { Hex, PublicClient } from "viem";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { BATCH_SETTLEMENT_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import type { Books, SignedRefund } from "../books/books.ts";

/** A signer for which each refund is in the books before it is signed: what is signed may be sent by anybody, at any time. */
export function writesRefunds(signer: AuthorizerSigner, books: Pick<Books, "refunding">): AuthorizerSigner {
  return {
    address: signer.address,
    signTypedData: async (data) => {
      if (data.primaryType === "Refund") {
        const { channelId, nonce, amount } = data.message as { channelId: Hex; nonce: bigint; amount: bigint };
        await books.refunding({ channelId, nonce, amount });
      }
      return signer.signTypedData(data);
    },
  };
}

export interface RefundChain {
  readonly reader: Pick<PublicClient, "getBlockNumber" | "readContract">;
  /** Blocks after which a transaction counts as done, its own included. */
  readonly confirmations: number;
}

/**
 * Forgets a refund whose number was used so many blocks ago, be it paid or not.
 * @returns whether it is `done`; `mined`, and waits for more blocks; or `open`: nothing has used its number
 */
export async function liftRefund(
  books: Pick<Books, "refunded">,
  { reader, confirmations }: RefundChain,
  refund: SignedRefund,
): Promise<"done" | "mined" | "open"> {
  const latest = await reader.getBlockNumber({ cacheTime: 0 });
  const isUsedAt = async (blockNumber: bigint): Promise<boolean> => {
    const next = await reader.readContract({
      address: BATCH_SETTLEMENT_ADDRESS,
      abi: batchSettlementAbi,
      functionName: "refundNonce",
      args: [refund.channelId],
      blockNumber,
    });
    return next > refund.nonce;
  };
  if (!(await isUsedAt(latest))) return "open";
  const depth = BigInt(confirmations - 1);
  if (depth > 0n && (latest < depth || !(await isUsedAt(latest - depth)))) return "mined";
  await books.refunded(refund);
  return "done";
}
