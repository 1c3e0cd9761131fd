// Serves contributed records: the text as long as its operator keeps it, and where it stands in the contribution and in indexes, verified against the chain.
import { readFile, stat } from "node:fs/promises";
import { type LeafJson, type RootHex, verifyLeafJson } from "@tributary/protocol/attribution-opening";
import type { IndexManifest } from "@tributary/protocol/bundle-manifest";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import { canonicalTextBytes } from "@tributary/protocol/canonical-text";
import { hashesFile, textFile } from "@tributary/protocol/content-folder";
import { keccak256 } from "@tributary/protocol/keccak";
import { CONTENT, INDEX } from "@tributary/protocol/kinds";
import { decodeContent } from "@tributary/protocol/payloads/content";
import { decodeIndex } from "@tributary/protocol/payloads/index";
import { type Hex, isAddressEqual } from "viem";
import type { Listed } from "./catalogue.ts";
import type { OpeningParts } from "./openings.ts";
import { Refusal, unknown, unverified, verified } from "./refusal.ts";

/** The longest text of a record that is served. */
const MOST_TEXT_BYTES = 4 * 2 ** 20;
/** Indexes that a record is looked for in, the newest versions first. */
const MOST_INDEXES = 4;

/** A record's place in an index that is final, or why it is not shown. */
export type Indexed =
  | {
      readonly modelVersion: bigint;
      readonly place: number;
      readonly root: RootHex;
      readonly leaf: LeafJson;
      readonly scale: number;
      readonly novelty: number;
      readonly witness: number;
    }
  | { readonly modelVersion: bigint; readonly refused: string };

export class Records {
  readonly #parts: OpeningParts;
  readonly #content: string | undefined;

  /** @param content folder of contributed records, where the operator keeps one (protocol/src/content-folder.ts) */
  constructor(parts: OpeningParts, content: string | undefined) {
    this.#parts = parts;
    this.#content = content;
  }

  /** @param version of the model in whose index it is looked for; the newest few by default */
  async record(contribution: bigint, record: number, version: bigint | undefined) {
    const known = await this.#parts.chain.contributionOf(contribution);
    if (known === undefined) throw unknown("unknown_contribution", `there is no contribution ${contribution}`);
    const { contentHash, recordCount, contributor, datanet } = known;
    if (record >= recordCount)
      throw new Refusal(
        404,
        "unknown_record",
        `contribution ${contribution} has ${recordCount} records, no record ${record}`,
        "Records are numbered from 0.",
      );
    const root = { hash: contentHash, sum: BigInt(recordCount) };
    const leaf = await this.#leaf(contribution, record, root);
    const recordHash = bytesToHex(decodeContent(hexToBytes(leaf.payload)).recordHash);
    const text = await this.#text(contribution, record, { recordHash, root, leaf });
    const { indexes, lookedIn } = await this.#indexes(contribution, record, recordHash, version);
    return { contribution, index: record, contributor, datanet, recordHash, text, root, leaf, indexes, lookedIn };
  }

  async #leaf(contribution: bigint, record: number, root: RootHex): Promise<LeafJson> {
    const file = this.#content === undefined ? undefined : hashesFile(this.#content, contribution);
    if (file === undefined || (await stat(file).catch(() => undefined)) === undefined)
      throw new Refusal(
        404,
        "content_not_kept",
        `this operator keeps no content of contribution ${contribution}`,
        "Its datanet's URI, or another operator, may have it.",
      );
    const { leaf } = await this.#parts.desk.ask("content", { file, record });
    if (leaf === null) throw unverified(`the hashes that are kept of contribution ${contribution} are too few`);
    verified(() => verifyLeafJson(CONTENT, root, leaf, `record ${record} of contribution ${contribution}`));
    if (leaf.key !== record) throw unverified(`record ${record} of contribution ${contribution}: opened ${leaf.key}`);
    return leaf;
  }

  /** @throws Refusal 410 if the text was erased, with what stays of the record */
  async #text(
    contribution: bigint,
    record: number,
    stays: { readonly recordHash: Hex; readonly root: RootHex; readonly leaf: LeafJson },
  ): Promise<string> {
    const file = textFile(this.#content!, contribution, record);
    const found = await stat(file).catch(() => undefined);
    if (found === undefined)
      throw new Refusal(
        410,
        "content_erased",
        `record ${record} of contribution ${contribution} was erased by its operator`,
        "Its hash and all that was paid for it stay as they are; who has the text can still show that it is this one.",
        { record: stays },
      );
    if (found.size > MOST_TEXT_BYTES)
      throw new Refusal(
        503,
        "record_too_large",
        `record ${record} of contribution ${contribution} has ${found.size} bytes, ${MOST_TEXT_BYTES} are served`,
        "Ask its operator for the file.",
      );
    const text = await readFile(file, "utf8");
    if (hashOf(text) !== stays.recordHash)
      throw unverified(
        `the text that is kept of record ${record} of contribution ${contribution} is not the one that was contributed`,
        "content_altered",
      );
    return text;
  }

  /** `lookedIn`: versions whose index is kept here and could be read. Of all others it is not known whether they have the record. */
  async #indexes(contribution: bigint, record: number, hash: Hex, version: bigint | undefined) {
    const { chain, catalogue } = this.#parts;
    const indexes: Indexed[] = [];
    const lookedIn: bigint[] = [];
    const kept = (await catalogue.indexes())
      .filter(({ manifest }) => isAddressEqual(manifest.modelRegistry, chain.contracts.modelRegistry))
      .filter(({ manifest }) => version === undefined || BigInt(manifest.modelVersion) === version)
      .sort((a, b) => b.manifest.modelVersion - a.manifest.modelVersion);
    for (const bundle of kept) {
      if (indexes.length === MOST_INDEXES) break;
      const indexed = await this.#indexed(bundle, contribution, record, hash);
      if (indexed === "not_usable") continue;
      if (indexed !== "absent") indexes.push(indexed);
      if (indexed === "absent" || !("refused" in indexed)) lookedIn.push(BigInt(bundle.manifest.modelVersion));
    }
    return { indexes, lookedIn };
  }

  /** `not_usable` of an index that is not the committed one, `absent` of one that does not have the record. */
  async #indexed(
    { hash: bundle, manifest }: Listed<IndexManifest>,
    contribution: bigint,
    record: number,
    recordHash: Hex,
  ): Promise<Indexed | "not_usable" | "absent"> {
    const modelVersion = BigInt(manifest.modelVersion);
    const committed = await this.#parts.chain.indexOf(modelVersion);
    if (committed === undefined) return "not_usable";
    const { root, k } = committed;
    if (manifest.root.hash !== root.hash || manifest.root.sum !== String(root.sum)) return "not_usable";
    try {
      const asked = { bundle, contribution: String(contribution), record };
      const { leaf } = await this.#parts.desk.ask("record", asked);
      if (leaf === null) return "absent";
      const what = `record in the index of model version ${modelVersion}`;
      const { place, payload } = verified(() => verifyLeafJson(INDEX, root, leaf, what, k));
      const { scale, novelty, witness, ...shown } = decodeIndex(payload, k);
      if (shown.contributionId !== contribution || shown.recordIndex !== record)
        throw unverified(`${what}: it is of another record`);
      if (bytesToHex(shown.recordHash) !== recordHash) throw unverified(`${what}: it has another hash`);
      return { modelVersion, place, root, leaf, scale, novelty, witness };
    } catch (error) {
      // What is wrong with an index takes nothing from the text.
      if (error instanceof Refusal) return { modelVersion, refused: error.message };
      throw error;
    }
  }
}

/** Nothing of what has no canonical form. */
function hashOf(text: string): Hex | undefined {
  try {
    return bytesToHex(keccak256(canonicalTextBytes(text)));
  } catch {
    return undefined;
  }
}
