// Stage `publish-quality`: signs what was measured of the committed index, and publishes it beside the index's bundle.
import { join } from "node:path";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import type { Address, Hex } from "viem";
import {
  encodeQualityReport,
  qualityFile,
  qualityTypedData,
  type QualityReport,
} from "@tributary/protocol/quality-report";
import { methodId } from "@tributary/protocol/typed-data/method-id";
import { isAddressEqual } from "viem";
import { openBundle } from "../bundle/bundle-directory.ts";
import { writeFileAtomically } from "../numerics/atomic-file.ts";
import { type Connection, connectReader, signer } from "./connection.ts";
import { FILES, readJson } from "./files.ts";
import type { IndexFile } from "./index-file.ts";
import { readMeasured } from "./measured-file.ts";
import type { Stage } from "./stage.ts";

export const publishQualityStage: Stage = {
  about: "sign what leave-out measured as who committed the index, and publish it beside the index's bundle",
  async run(context) {
    const { work } = context;
    const account = signer();
    const { indexBundle, data, command, measuredAt, measures } = readMeasured(work);
    const { bundleHash } = readJson<IndexFile>(work, FILES.index, "index");
    if (indexBundle !== bundleHash)
      throw new Error(
        `${join(work, FILES.measured)}: measured with the index ${indexBundle}, the folder's is ${bundleHash}; run the stage leave-out again`,
      );
    const bundles = join(work, FILES.bundles);
    const { manifest } = await openBundle(bundles, bundleHash, "index");
    await expectCommitter(await connectReader(context), BigInt(manifest.modelVersion), bundleHash, account.address);
    const report: QualityReport = {
      version: 1,
      kind: "quality",
      chainId: manifest.chainId,
      modelRegistry: manifest.modelRegistry,
      modelVersion: manifest.modelVersion,
      indexRoot: manifest.root,
      methodId: methodId(manifest.method),
      ...{ data, command, measuredAt, measures },
    };
    const signature = await account.signTypedData(qualityTypedData(report));
    const file = join(bundles, qualityFile(bundleHash));
    writeFileAtomically(file, encodeQualityReport({ report, signature }));
    return { file, publisher: account.address, report };
  },
};

/** Readers take only what the index's committer has signed. */
async function expectCommitter(
  { reader, contracts }: Connection,
  modelVersion: bigint,
  bundleHash: Hex,
  account: Address,
): Promise<void> {
  const committed = await reader.readContract({
    ...{ address: contracts.modelRegistry, abi: modelRegistryAbi, functionName: "indexOf", args: [modelVersion] },
  });
  if (committed.bundleHash !== bundleHash)
    throw new Error(`model version ${modelVersion}: the index ${bundleHash} is not the committed one`);
  if (!isAddressEqual(committed.committer, account))
    throw new Error(
      `model version ${modelVersion}: ${committed.committer} committed the index, and its report must be signed by the same account, not by ${account}`,
    );
}
