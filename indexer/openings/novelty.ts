// Serves how new the records of a datanet are in the indexes of model versions that are kept here, each counted over an index whose root is the one on chain.
import type { IndexManifest } from "@tributary/protocol/bundle-manifest";
import { isAddressEqual } from "viem";
import type { Listed } from "./catalogue.ts";
import type { OpeningParts } from "./openings.ts";
import { notKept, Refusal, unknown, unverified } from "./refusal.ts";

/** Indexes that are counted, the newest versions first. */
const MOST_INDEXES = 4;

export class Novelty {
  readonly #parts: OpeningParts;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /** @param version of the model whose index is counted; the newest few by default */
  async ofDatanet(datanet: bigint, version: bigint | undefined) {
    const { chain, catalogue } = this.#parts;
    if (!(await chain.has("datanet", datanet))) throw unknown("unknown_datanet", `there is no datanet ${datanet}`);
    const kept = (await catalogue.indexes())
      .filter(({ manifest }) => isAddressEqual(manifest.modelRegistry, chain.contracts.modelRegistry))
      .filter(({ manifest }) => version === undefined || BigInt(manifest.modelVersion) === version)
      .sort((a, b) => b.manifest.modelVersion - a.manifest.modelVersion);
    const indexes: object[] = [];
    let failure: Refusal | undefined;
    for (const bundle of kept) {
      if (indexes.length === MOST_INDEXES) break;
      try {
        const counted = await this.#counted(bundle, datanet);
        if (counted !== undefined) indexes.push(counted);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        failure ??= error;
      }
    }
    // One index that is damaged takes nothing from the others.
    if (indexes.length === 0)
      throw failure ?? notKept(`no index that is kept here and usable has records of datanet ${datanet}`);
    return { datanet, indexes };
  }

  /** Nothing of an index that is not the committed one, or has no records of the datanet. */
  async #counted({ hash: bundle, manifest }: Listed<IndexManifest>, datanet: bigint) {
    const { chain, desk } = this.#parts;
    const modelVersion = BigInt(manifest.modelVersion);
    const committed = await chain.indexOf(modelVersion);
    if (committed === undefined) return undefined;
    const { root } = committed;
    if (manifest.root.hash !== root.hash || manifest.root.sum !== String(root.sum)) return undefined;
    let first = 0;
    for (const segment of await chain.layoutOf(modelVersion)) {
      const records = Number(segment.records);
      if (segment.datanet !== datanet) {
        first += records;
        continue;
      }
      const { root: found, counts } = await desk.ask("novelty", { bundle, ranges: [{ first, records }] });
      if (found.hash !== root.hash || found.sum !== String(root.sum))
        throw unverified(`the index of model version ${modelVersion}: its root is ${found.hash}`);
      const { withdrawn, sum, copies, full } = counts[0]!;
      return { modelVersion, root, bundle, first, records, withdrawn, noveltySum: sum, copies, full };
    }
    return undefined;
  }
}
