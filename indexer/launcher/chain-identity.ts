// Tells one life of a chain from another: a local chain that was reset has the same id and other blocks.
import { createHash } from "node:crypto";
import { type PublicClient, createPublicClient, http } from "viem";
import type { Deployment } from "./deployment.ts";
import { ChainMismatchError, ChainUnreachableError } from "./errors.ts";

export interface ChainIdentity {
  chainId: number;
  /** Digest of the chain's first block and of the one that the deployment starts at, as 16 hex digits. */
  fingerprint: string;
  /** Newest block when it was asked. */
  head: bigint;
}

/**
 * Throws a {@link ChainUnreachableError} if nothing answers at `rpcUrl`, and a {@link ChainMismatchError} if the
 * deployment cannot be of the chain that does.
 */
export async function identifyChain(rpcUrl: string, deployment: Deployment): Promise<ChainIdentity> {
  const client: PublicClient = createPublicClient({ transport: http(rpcUrl) });
  const [chainId, head] = await Promise.all([client.getChainId(), client.getBlockNumber({ cacheTime: 0 })]).catch(
    (cause: unknown) => {
      throw new ChainUnreachableError(rpcUrl, cause);
    },
  );
  if (chainId !== deployment.chainId) {
    throw new ChainMismatchError(
      `the deployment is of chain ${deployment.chainId}, but chain ${chainId} answers at the RPC address`,
    );
  }
  const code = await client.getCode({ address: deployment.addresses.RoyaltyLedger });
  if (head < BigInt(deployment.block) || code === undefined) {
    throw new ChainMismatchError(
      `chain ${chainId} has no contract at the ledger's address ${deployment.addresses.RoyaltyLedger}: ` +
        "it was reset since the deployment; deploy again",
    );
  }
  const [genesis, start] = await Promise.all([
    client.getBlock({ blockNumber: 0n }),
    client.getBlock({ blockNumber: BigInt(deployment.block) }),
  ]);
  const fingerprint = createHash("sha256").update(`${genesis.hash} ${start.hash}`).digest("hex").slice(0, 16);
  return { chainId, fingerprint, head };
}
