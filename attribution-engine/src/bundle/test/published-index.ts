// An index whose every record follows from its place, published, for tests.
import type { Method } from "@tributary/protocol/typed-data/method-id";
import type { AttributionIndex } from "../../index/attribution-index.ts";
import { madeRecords } from "../../search/store/test/made-records.ts";
import { openBundle, type OpenBundle } from "../bundle-directory.ts";
import type { IndexManifest } from "@tributary/protocol/bundle-manifest";
import { writeIndexBundle } from "../index-bundle.ts";

const NONE = 0xffffffff;

export function madeIndex(count: number, k: number, start = 0): AttributionIndex {
  const { sketches, scales, novelties } = madeRecords(start, count, k);
  novelties[0] = 255;
  return {
    count,
    k,
    recordHashes: Uint8Array.from({ length: 32 * count }, (_, i) => i % 251),
    contentSignatures: new Uint8Array(32 * count),
    contributionIds: BigUint64Array.from({ length: count }, (_, i) => BigInt(1 + Math.floor(i / 50))),
    recordIndexes: Uint32Array.from({ length: count }, (_, i) => i % 50),
    scales: scales.map((scale) => Math.max(1, scale)),
    novelties,
    witnesses: Uint32Array.from(novelties, (novelty, i) => (novelty === 255 ? NONE : i - 1)),
    sketches,
  };
}

/** Publishes an index in `bundles`. */
export async function publish(bundles: string, index: AttributionIndex): Promise<OpenBundle<IndexManifest>> {
  const { k } = index;
  const method: Method = {
    k,
    topK: 8,
    debitFactor: 192,
    tau: 64_225,
    delta: 6_554,
    signatureMatch: 257,
    sketchSpec: `0x${"00".repeat(32)}`,
  };
  const modelRegistry = `0x${"00".repeat(20)}` as const;
  const { hash } = await writeIndexBundle(bundles, { chainId: 1n, modelRegistry, modelVersion: 1n, method }, index);
  return openBundle(bundles, hash, "index");
}
