// Holds a served report of quality against the index that the page shows, and against who committed it.
import type { SignedQualityReport } from "@tributary/protocol/quality-report";
import type { MeasuredIndex } from "./MeasuredQuality.tsx";

/**
 * Whether the index's committer signed it with a key; a contract's signature is not asked for here.
 * @throws Error if the report is of another index
 */
export async function signsQuality(
  { report, signature }: SignedQualityReport,
  { versionId, rootHash, committer }: MeasuredIndex,
): Promise<boolean> {
  if (String(report.modelVersion) !== versionId || report.indexRoot.hash !== rootHash.toLowerCase())
    throw new Error("the indexer served a report of another index");
  // Loaded where there is a report: most of it is arithmetic of signatures.
  const { recoverQualitySigner } = await import("@tributary/protocol/quality-report");
  const signer = await recoverQualitySigner({ report, signature }).catch(() => undefined);
  return signer?.toLowerCase() === committer.toLowerCase();
}
