// Claims the income of every position in batches: what the finalised epoch attributed and what accrued directly.
import { encodeFunctionData, type Hex } from "viem";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { type Payment, paymentsIn } from "../chain/payments.ts";
import { roleAccount } from "./accounts.ts";
import type { PayoutOpening } from "./engine-results.ts";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import { transact } from "./transact.ts";

const BATCH = 16;

/** Pays all `positions` (ids 1 to `count`); those without an opening claim only what accrued. */
export async function claimAll(
  chain: LocalChain,
  deployment: Deployment,
  count: number,
  openings: readonly PayoutOpening[],
  onProgress: (done: number, total: number) => void,
): Promise<Payment[]> {
  const byPosition = new Map(openings.map((opening) => [BigInt(opening.position), opening]));
  const claims = Array.from({ length: count }, (_, index) => {
    const position = BigInt(index + 1);
    const opening = byPosition.get(position);
    return {
      position,
      cumulative: BigInt(opening?.cumulative ?? 0),
      payloadHash: opening?.payloadHash ?? (`0x${"00".repeat(32)}` as Hex),
      opening: opening?.opening ?? ("0x" as Hex),
    };
  });
  const payments: Payment[] = [];
  for (let from = 0; from < claims.length; from += BATCH) {
    const batch = claims.slice(from, from + BATCH);
    const receipt = await transact(chain, roleAccount("deployer"), {
      what: `claim for positions ${batch[0]?.position} to ${batch.at(-1)?.position}`,
      to: deployment.addresses.RoyaltyVault,
      data: encodeFunctionData({ abi: royaltyVaultAbi, functionName: "claim", args: [batch] }),
    });
    payments.push(...paymentsIn(receipt.logs));
    onProgress(Math.min(from + BATCH, claims.length), claims.length);
  }
  return payments;
}
