// Holds a served report of quality against the index that stands on the chain, and against who committed it there.
import type { SignedQualityReport } from "@tributary/protocol/quality-report";
import type { Address } from "viem";
import type { CheckChain } from "../../check/chain.ts";

/** How the committer signed: by its key, as a contract by its rule (ERC-1271), or not at all. */
export type QualitySigner = "key" | "contract" | "nobody";

export interface HeldQuality {
  readonly signedBy: QualitySigner;
  /** As the chain has it. */
  readonly committer: Address;
}

/** @throws Error if the report is of another index, or the chain cannot be read */
export async function signsQuality(
  { report, signature }: SignedQualityReport,
  versionId: string,
  { reader, addresses, chainId }: CheckChain,
): Promise<HeldQuality> {
  // Loaded where there is a report: most of it is arithmetic of signatures.
  const [{ qualityTypedData, recoverQualitySigner }, { modelRegistryAbi }, { isSignedByContract }, { hashTypedData }] =
    await Promise.all([
      import("@tributary/protocol/quality-report"),
      import("@tributary/protocol/abi/model-registry"),
      import("../../check/contract-signature.ts"),
      import("viem"),
    ]);
  const { hash, sum, committer } = await reader.readContract({
    ...{ address: addresses.ModelRegistry, abi: modelRegistryAbi, functionName: "indexOf", args: [BigInt(versionId)] },
  });
  const isOfIndex =
    String(report.modelVersion) === versionId &&
    report.indexRoot.hash === hash &&
    report.indexRoot.sum === String(sum) &&
    report.chainId === chainId &&
    report.modelRegistry.toLowerCase() === addresses.ModelRegistry.toLowerCase();
  if (!isOfIndex) throw new Error("the indexer served a report of another index than the one on the chain");
  const signer = await recoverQualitySigner({ report, signature }).catch(() => undefined);
  if (signer?.toLowerCase() === committer.toLowerCase()) return { signedBy: "key", committer };
  const digest = hashTypedData(qualityTypedData(report));
  const isContracts = await isSignedByContract(reader, committer, digest, signature);
  return { signedBy: isContracts ? "contract" : "nobody", committer };
}
