// Opens what published bundles and files of record hashes hold. What it says is for the asker to compare with the chain; here only a bundle's own name and manifest are.
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { leafJson, type LeafJson } from "@tributary/protocol/attribution-opening";
import { decodeManifest, manifestRoot, type Manifest, type ManifestRoot } from "@tributary/protocol/bundle-manifest";
import { hexToBytes } from "@tributary/protocol/bytes";
import { CONTENT, INDEX, PAYOUT } from "@tributary/protocol/kinds";
import type { OpeningQuestions, QuestionName } from "@tributary/protocol/opening-questions";
import { leafLink } from "@tributary/protocol/proofs/link";
import { reasonOf } from "@tributary/protocol/reason";
import { receiptHash } from "@tributary/protocol/typed-data/receipt";
import { type Hex, isHash } from "viem";
import { readInputs } from "../bundle/audit-epoch.ts";
import { FileAbsent, MANIFEST, openBundle } from "../bundle/bundle-directory.ts";
import { EARNINGS_FILE, PAYOUTS_FILE, TRACE_FILE } from "../bundle/bundle-files.ts";
import { openEpochBundle, readEpochTable } from "../bundle/epoch-bundle.ts";
import { TRACE_TABLE } from "../bundle/epoch-tables.ts";
import { readIndexBundle } from "../bundle/index-bundle.ts";
import { CallOpener, leafAt, placeOfHash } from "../bundle/open-call.ts";
import { readPayoutsTree } from "../bundle/payout-opening.ts";
import { rebuildEpoch } from "../bundle/rebuild-epoch.ts";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import type { EpochInputs } from "../attribution/epoch-inputs.ts";
import { receiptAt } from "../attribution/receipt-table.ts";
import { buildContentTree } from "../index/content-tree.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import type { AttributionIndex } from "../index/attribution-index.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { BundleShelf } from "../watch/bundle-shelf.ts";
import { agentCalls } from "./agent-calls.ts";
import { KeptValues } from "./kept-values.ts";
import { noveltyOf } from "./novelty-of.ts";
import { openPart } from "./open-part.ts";
import { openUse } from "./open-use.ts";
import { payersOf } from "./payers.ts";
import { receiptLeaves } from "./receipt-leaves.ts";
import { useOf } from "./use-of.ts";

/** Nothing is there under that name. */
export class Missing extends Error {}

/** The files of an epoch's bundle that payouts open from. */
const PAYOUT_FILES = [EARNINGS_FILE, PAYOUTS_FILE];
/** The file that says which calls an epoch has. */
const CALL_FILES = [TRACE_FILE];

/** What a tree takes beside its columns. */
const BYTES_PER_LEAF = 128;
/** An epoch's tables are there as columns, as lists with room for `topK`, and as trees. */
const TIMES_TABLES = 4;
const HASH_LINE_BYTES = 67;

interface OpenEpoch {
  readonly inputs: EpochInputs<AttributionIndex>;
  readonly epoch: AttributedEpoch;
  readonly calls: CallOpener;
}

interface OpenIndex {
  readonly index: AttributionIndex;
  readonly tree: PayloadTree;
}

type Answers = {
  readonly [Name in QuestionName]: (
    asked: OpeningQuestions[Name]["asked"],
  ) => Promise<OpeningQuestions[Name]["answer"]>;
};

export class BundleDesk implements Answers {
  readonly #folders: readonly string[];
  readonly #kept: KeptValues;

  /**
   * @param folders of bundles, a folder each
   * @param mostBytes that what is kept takes together
   */
  constructor(folders: readonly string[], mostBytes: number) {
    this.#folders = folders;
    this.#kept = new KeptValues(mostBytes);
  }

  async payout({ bundle, position }: OpeningQuestions["payout"]["asked"]) {
    const tree = await this.#ofBundle(
      "payouts",
      bundle,
      "epoch",
      1,
      (folder) => openEpochBundle(folder, bundle, undefined, PAYOUT_FILES).then(readPayoutsTree),
      PAYOUT_FILES,
    );
    const absent = (): LeafJson =>
      leafJson(leafLink(position, 0n, new Uint8Array(), tree.open(PAYOUT.depth, position)));
    return { leaf: leafOrNull(tree, PAYOUT.depth, position) ?? absent() };
  }

  /** A bundle that is damaged hides no call of another; where none has the call, it might have. */
  async whereabouts({ bundles, receipt }: OpeningQuestions["whereabouts"]["asked"]) {
    let failure: Error | undefined;
    for (const bundle of bundles)
      try {
        if (placeOfHash(await this.#receiptHashes(bundle), receipt) !== undefined) return { bundle };
      } catch (error) {
        failure ??= error as Error;
      }
    if (failure !== undefined) throw failure;
    return { bundle: null };
  }

  async call({ bundle, receipt }: OpeningQuestions["call"]["asked"]) {
    const found = (await this.#epoch(bundle)).calls.open(receipt);
    if (found === undefined) return { settlement: null, opened: null };
    return { settlement: String(found.settlementId), opened: found.opened };
  }

  async payers({ bundle, position, most }: OpeningQuestions["payers"]["asked"]) {
    const { epoch } = await this.#epoch(bundle);
    const { total, calls } = payersOf(epoch, position, most);
    return { total, calls: calls.map(({ receipt, paid }) => ({ receipt, paid: String(paid) })) };
  }

  async record({ bundle, contribution, record }: OpeningQuestions["record"]["asked"]) {
    const { index, tree } = await this.#index(bundle);
    const id = BigInt(contribution);
    for (let place = index.contributionIds.indexOf(id); place >= 0;) {
      if (index.recordIndexes[place] === record) return { leaf: leafAt(tree, INDEX.depth, place) };
      place = index.contributionIds.indexOf(id, place + 1);
    }
    return { leaf: null };
  }

  async novelty({ bundle, ranges }: OpeningQuestions["novelty"]["asked"]) {
    const { index, tree } = await this.#index(bundle);
    return { root: manifestRoot(tree.root), counts: ranges.map((range) => noveltyOf(index, range)) };
  }

  async use({ bundle, contribution }: OpeningQuestions["use"]["asked"]) {
    const { inputs, epoch } = await this.#epoch(bundle);
    const groups = inputs.groups.map(({ modelVersion, index }, group) => {
      const { credits, debits, paid, ...counts } = useOf(epoch, group, index.contributionIds, BigInt(contribution));
      const amounts = { credits: String(credits), debits: String(debits), paid: String(paid) };
      return { group, modelVersion: String(modelVersion), ...counts, ...amounts };
    });
    return { groups: groups.filter(({ records }) => records > 0) };
  }

  async openUse({ bundle, contribution, mostRecords, mostTallies }: OpeningQuestions["openUse"]["asked"]) {
    const { inputs, epoch } = await this.#epoch(bundle);
    return openUse(inputs, epoch, BigInt(contribution), { mostRecords, mostTallies });
  }

  async receipts({ bundle, settlement }: OpeningQuestions["receipts"]["asked"]) {
    const { inputs } = await this.#epoch(bundle);
    const settled = inputs.groups
      .flatMap(({ settlements }) => settlements)
      .find(({ settlementId }) => String(settlementId) === settlement);
    return { receipts: settled === undefined ? null : receiptLeaves(settled.receipts) };
  }

  async part({ bundle, part }: OpeningQuestions["part"]["asked"]) {
    const { index, tree } = await this.#index(bundle);
    return openPart(index.count, tree, part);
  }

  async agent({ bundle, registry, agent, most }: OpeningQuestions["agent"]["asked"]) {
    const { inputs } = await this.#epoch(bundle);
    const settlements: { settlement: string; modelVersion: string; calls: number; fees: string }[] = [];
    const named: { receipt: Hex; settlement: string; amount: string; issuedAt: number }[] = [];
    for (const { modelVersion, settlements: settled } of inputs.groups)
      for (const { settlementId, receipts } of settled) {
        const { calls, fees, places } = agentCalls(receipts, registry, BigInt(agent));
        if (calls === 0) continue;
        const settlement = String(settlementId);
        settlements.push({ settlement, modelVersion: String(modelVersion), calls, fees: String(fees) });
        for (const place of places) {
          const receipt = receiptAt(receipts, place);
          const { amount, issuedAt } = receipt;
          named.push({ receipt: receiptHash(receipt), settlement, amount: String(amount), issuedAt });
        }
      }
    const newest = named.sort((a, b) => b.issuedAt - a.issuedAt || (a.receipt < b.receipt ? -1 : 1)).slice(0, most);
    return { settlements, newest };
  }

  async content({ file, record }: OpeningQuestions["content"]["asked"]) {
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) throw new Missing(`${file}: no such file`);
    const records = Math.ceil(found.size / HASH_LINE_BYTES);
    const tree = await this.#kept.get(file, stateOf(found), records * 2 * BYTES_PER_LEAF, async () => {
      const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
      const wrong = lines.findIndex((line) => !isHash(line));
      if (wrong >= 0) throw new Error(`${file}, line ${wrong + 1}: not the hash of a record, 0x and 64 hex digits`);
      return buildContentTree(hexToBytes(`0x${lines.map((line) => line.slice(2)).join("")}`));
    });
    return { leaf: leafOrNull(tree, CONTENT.depth, record) };
  }

  async files({ bundle, kind }: OpeningQuestions["files"]["asked"]) {
    const problems = await this.#ofBundle("files", bundle, kind, 0, async (folder) => {
      const found: string[] = [];
      await openBundle(folder, bundle, kind, (problem) => found.push(problem));
      return found;
    });
    return { problems };
  }

  #receiptHashes(bundle: Hex): Promise<Uint8Array> {
    const read = async (folder: string): Promise<Uint8Array> => {
      const opened = await openEpochBundle(folder, bundle, undefined, CALL_FILES);
      const { columns } = await readEpochTable(opened, TRACE_TABLE);
      return columns.receiptHash;
    };
    return this.#ofBundle("receipts", bundle, "epoch", 1, read, CALL_FILES);
  }

  #epoch(bundle: Hex): Promise<OpenEpoch> {
    return this.#ofBundle("epoch", bundle, "epoch", TIMES_TABLES, async (folder) => {
      const opened = await openEpochBundle(folder, bundle);
      const inputs = await readInputs(
        opened,
        {
          treasuryPosition: 0n,
          positionOf: () => 0n,
          indexOf: async (version) => {
            const stated = opened.manifest.groups.find(({ modelVersion }) => BigInt(modelVersion) === version)!;
            const hash = await this.#indexBundle(stated.indexRoot);
            const { index, manifest } = await readIndexBundle(this.#folderOf(hash), hash, stated.indexRoot);
            return { index, method: manifest.method };
          },
        },
        expectRoot,
        [],
      );
      const epoch = await rebuildEpoch(opened, inputs);
      expectRoot("groups", manifestRoot(epoch.groupsTree.root), opened.manifest.groupsRoot);
      expectRoot("payouts", manifestRoot(epoch.payoutsTree.root), opened.manifest.payoutsRoot);
      return { inputs, epoch, calls: new CallOpener(inputs, epoch) };
    });
  }

  #index(bundle: Hex): Promise<OpenIndex> {
    return this.#ofBundle("index", bundle, "index", 2, async (folder) => {
      const { index } = await readIndexBundle(folder, bundle);
      return { index, tree: buildIndexTree(index) };
    });
  }

  /** The bundle of the index with a root. */
  async #indexBundle(root: ManifestRoot): Promise<Hex> {
    const [folder] = this.#folders;
    const shelf = new BundleShelf(this.#folders, folder!);
    const [hash] = await shelf.find("index", (manifest) => manifest.root.hash === root.hash);
    if (hash === undefined)
      throw new Missing(`the index with the root ${root.hash} is in none of the folders of bundles`);
    return hash;
  }

  #folderOf(bundle: Hex): string {
    const folder = this.#folders.find((each) => existsSync(join(each, bundle, MANIFEST)));
    if (folder === undefined) throw new Missing(`bundle ${bundle} is in none of the folders of bundles`);
    return folder;
  }

  /** The first folder that has the bundle with all files of some names, or else that has it at all. */
  #folderWith(bundle: Hex, names: readonly string[]): string {
    const isThere = (folder: string): boolean => names.every((name) => existsSync(join(folder, bundle, name)));
    return (
      this.#folders.find((each) => isThere(each) && existsSync(join(each, bundle, MANIFEST))) ?? this.#folderOf(bundle)
    );
  }

  async #manifest(folder: string, bundle: Hex, kind: Manifest["kind"]): Promise<Pick<Manifest, "files">> {
    const bytes = await readFile(join(folder, bundle, MANIFEST));
    try {
      return decodeManifest(bytes, kind);
    } catch (error) {
      throw new Error(`bundle ${bundle}: its ${MANIFEST} is damaged: ${reasonOf(error)}`, { cause: error });
    }
  }

  /**
   * What is made of a bundle: made anew if one of its files has changed.
   * @param times what it takes, in sizes of the files that are needed; 0 for nothing of note
   * @param needed the files that it is made of, where it is not made of all
   */
  async #ofBundle<Value>(
    what: string,
    bundle: Hex,
    kind: Manifest["kind"],
    times: number,
    make: (folder: string) => Promise<Value>,
    needed?: readonly string[],
  ): Promise<Value> {
    const { files: stated } = await this.#manifest(this.#folderOf(bundle), bundle, kind);
    const files = stated.filter(({ name }) => needed?.includes(name) ?? true);
    const folder = this.#folderWith(
      bundle,
      files.map(({ name }) => name),
    );
    const names = [MANIFEST, ...files.map(({ name }) => name)];
    const states = await Promise.all(
      names.map(async (name) => stateOf(await stat(join(folder, bundle, name)).catch(() => undefined))),
    );
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    const size = files.reduce((sum, file) => sum + file.bytes, 0);
    const bytes = times === 0 ? 0 : times * size + BYTES_PER_LEAF * rows;
    return this.#kept.get(`${what} of bundle ${bundle}`, states.join(), bytes, () => make(folder).catch(missingFile));
  }
}

/** What is not there may be elsewhere; what is damaged is told as that. */
function missingFile(error: unknown): never {
  if (error instanceof FileAbsent) throw new Missing(error.message, { cause: error });
  throw error as Error;
}

function leafOrNull(tree: PayloadTree, depth: number, place: number): LeafJson | null {
  return tree.payload(place) === undefined ? null : leafAt(tree, depth, place);
}

/** Another one where a file was written again, or exchanged. */
function stateOf(found: { ino: number; size: number; mtimeMs: number; ctimeMs: number } | undefined): string {
  return found === undefined ? "gone" : [found.ino, found.size, found.mtimeMs, found.ctimeMs].join(" ");
}

function expectRoot(what: string, found: ManifestRoot, stated: ManifestRoot): void {
  if (found.hash !== stated.hash || found.sum !== stated.sum)
    throw new Error(
      `${what}: its root is ${found.hash} over ${found.sum}, the manifest says ${stated.hash} over ${stated.sum}`,
    );
}
