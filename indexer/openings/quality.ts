// Serves what an index's publisher says of its measured quality: compared with the index on chain and with who committed it, and attested by them alone.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  decodeQualityReport,
  MOST_QUALITY_BYTES,
  qualityFile,
  type SignedQualityReport,
} from "@tributary/protocol/quality-report";
import { isAddressEqual } from "viem";
import type { Catalogue } from "./catalogue.ts";
import type { CommittedIndex, OpeningChain } from "./chain.ts";
import { notKept, Refusal, unknown, unverified, verified } from "./refusal.ts";

export class Quality {
  readonly #chain: OpeningChain;
  readonly #catalogue: Pick<Catalogue, "indexes">;
  readonly #folders: readonly string[];

  /** @param folders of bundles; a report stands beside the bundle of its index */
  constructor(chain: OpeningChain, catalogue: Pick<Catalogue, "indexes">, folders: readonly string[]) {
    this.#chain = chain;
    this.#catalogue = catalogue;
    this.#folders = folders;
  }

  /** What was measured of the index of a model version. */
  async ofVersion(version: bigint) {
    const index = await this.#chain.indexOf(version);
    if (index === undefined) {
      if (!(await this.#chain.has("version", version)))
        throw unknown("unknown_version", `there is no model version ${version}`);
      throw notPublished(version, "it has no index that is usable");
    }
    const bytes = await this.#read(index);
    if (bytes === undefined) {
      if (await this.#isKept(index))
        throw notPublished(version, "nobody published a measurement beside its index here");
      throw notKept(
        `the index of model version ${version}, beside which its measurement would stand, is not kept here`,
      );
    }
    const signed = verified(() => decodeQualityReport(bytes));
    await this.#verify(signed, index);
    const { root, bundleHash: bundle, committer: publisher } = index;
    return { modelVersion: version, root, bundle, publisher, ...signed };
  }

  async #isKept({ root }: CommittedIndex): Promise<boolean> {
    return (await this.#catalogue.indexes()).some(
      ({ manifest }) => manifest.root.hash === root.hash && manifest.root.sum === String(root.sum),
    );
  }

  async #read({ bundleHash }: CommittedIndex): Promise<Uint8Array | undefined> {
    for (const folder of this.#folders) {
      const file = join(folder, qualityFile(bundleHash));
      const found = await stat(file).catch(() => undefined);
      if (found === undefined) continue;
      if (found.size > MOST_QUALITY_BYTES) throw unverified(`${qualityFile(bundleHash)} has ${found.size} bytes`);
      return readFile(file);
    }
    return undefined;
  }

  /** @throws Refusal 502 if it is of another index, or not signed by who committed this one */
  async #verify(signed: SignedQualityReport, { version, root, methodId, committer }: CommittedIndex): Promise<void> {
    const { report } = signed;
    const isOfIndex =
      BigInt(report.modelVersion) === version &&
      report.indexRoot.hash === root.hash &&
      report.indexRoot.sum === String(root.sum) &&
      report.methodId === methodId;
    const isHere =
      report.chainId === (await this.#chain.chainId()) &&
      isAddressEqual(report.modelRegistry, this.#chain.contracts.modelRegistry);
    if (!isOfIndex || !isHere)
      throw unverified(`the report beside the index of model version ${version} is of another index`);
    if (!(await this.#chain.hasSigned(committer, signed)))
      throw unverified(`the report of model version ${version} is not signed by ${committer}, who committed its index`);
  }
}

function notPublished(version: bigint, why: string): Refusal {
  return new Refusal(
    404,
    "quality_not_published",
    `model version ${version}: ${why}`,
    "Who commits an index can measure it and publish that beside its bundle: leave-out, then publish-quality.",
  );
}
