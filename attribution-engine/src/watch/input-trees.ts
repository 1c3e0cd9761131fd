// The trees of an epoch's inputs, built from the bundles that the chain names.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { type ManifestRoot, manifestRoot } from "@tributary/protocol/bundle-manifest";
import { type Hex, parseEventLogs } from "viem";
import type { ReceiptTable } from "../attribution/receipt-table.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import { checkIndexRoot, readIndexBundle } from "../bundle/index-bundle.ts";
import { readEpochSettlement } from "../bundle/epoch-settlement.ts";
import { checkCount, readSettlementBundle } from "../bundle/settlement-bundle.ts";
import { type ChainRoot, expectRoot, readSettlement, type SettlementView } from "../chain/settlement-view.ts";
import type { AttributionIndex } from "../index/attribution-index.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import type { DataSource } from "./committed-data.ts";
import { isOfNetwork } from "./network-error.ts";

/** A tree with the table that it was built from. */
export interface Published<Table> {
  readonly tree: PayloadTree;
  readonly table: Table;
}

/** What one of the bundles that may have a settlement says of it. */
interface Candidate {
  readonly receipts: ReceiptTable;
  readonly sketches: { readonly k: number; readonly sketches: Int8Array } | undefined;
}

/**
 * The receipts that a settlement committed to, from whichever bundle has them: a name on the chain proves nothing, since anybody may commit sketches.
 * @throws BundleNotFound, or an Error that says why the last bundle is not it
 */
export async function publishedReceipts(source: DataSource, settlementId: bigint): Promise<Published<ReceiptTable>> {
  const view = await readSettlement(source.reader, source.contracts.ledger, settlementId);
  return withRoot(source, view, view.receipts, ({ receipts }) => ({
    tree: buildReceiptsTree(receipts),
    table: receipts,
  }));
}

/**
 * The sketches of a commit, from whichever bundle has them.
 * @param sub number of the commit among the settlement's
 * @throws BundleNotFound, or an Error that says why the last bundle is not it
 */
export async function publishedSketches(
  source: DataSource,
  settlementId: bigint,
  sub: number,
): Promise<Published<Int8Array>> {
  const commit = sketchCommits(source, settlementId)[sub];
  if (commit === undefined) throw new Error(`settlement ${settlementId}: no commit ${sub} of its sketches was seen`);
  const view = await readSettlement(source.reader, source.contracts.ledger, settlementId);
  return withRoot(source, view, commit.args.sketches, ({ receipts, sketches }) => {
    if (sketches === undefined) throw new Error("it has no sketches");
    return { tree: buildSketchesTree(hashReceipts(receipts), sketches.sketches, sketches.k), table: sketches.sketches };
  });
}

/** What the first candidate says that has a root. */
async function withRoot<Table>(
  source: DataSource,
  settlement: SettlementView,
  root: ChainRoot,
  build: (candidate: Candidate) => Published<Table>,
): Promise<Published<Table>> {
  let problem: unknown = new Error(`settlement ${settlement.settlementId}: no event names a bundle with its data`);
  const tried = new Set<Hex>();
  for await (const { hash, read } of candidates(source, settlement, root)) {
    if (tried.has(hash)) continue;
    tried.add(hash);
    try {
      const published = build(await read());
      expectRoot(`bundle ${hash}`, manifestRoot(published.tree.root), root);
      return published;
    } catch (error) {
      if (isOfNetwork(error)) throw error;
      problem = error;
    }
  }
  throw problem;
}

/** Bundles that may have a settlement: those that the till and its commits name, those with the root, and those of proposals that contain it. */
async function* candidates(
  source: DataSource,
  { settlementId, modelVersion, count }: SettlementView,
  root: ChainRoot,
): AsyncGenerator<{ hash: Hex; read: () => Promise<Candidate> }> {
  const { reader, contracts, shelf, logs } = source;
  const settlement = (hash: Hex) => ({ hash, read: () => contentsOf(source, hash, count) });
  const commits = sketchCommits(source, settlementId);
  for (const { args } of commits.toReversed()) yield settlement(args.bundleHash);
  const closed = await receiptsBundle(source, settlementId);
  if (closed !== undefined) yield settlement(closed);
  const isRoot = (stated: ManifestRoot | undefined): boolean => stated?.hash === root.hash;
  const listed = await shelf.find(
    "settlement",
    ({ receiptsRoot, sketchesRoot }) => isRoot(receiptsRoot) || isRoot(sketchesRoot),
  );
  yield* listed.map(settlement);
  const epochs = new Set(commits.map(({ args }) => args.epoch));
  const proposals = logs.of("Proposed").filter(({ args }) => epochs.has(args.epoch));
  if (proposals.length === 0) return;
  const { k } = await reader.readContract({
    address: contracts.modelRegistry,
    abi: modelRegistryAbi,
    functionName: "methodOf",
    args: [modelVersion],
  });
  for (const { args } of proposals) {
    const hash = args.bundleHash;
    const read = async (): Promise<Candidate> => {
      const found = await shelf.read("epoch", hash, (folder) => readEpochSettlement(folder, hash, settlementId, k));
      return { receipts: found.receipts, sketches: { k, sketches: found.sketches } };
    };
    yield { hash, read };
  }
}

/** The index that is committed now. */
export async function publishedIndex(
  { reader, contracts, shelf }: DataSource,
  version: bigint,
): Promise<Published<AttributionIndex>> {
  const { bundleHash, hash, sum } = await reader.readContract({
    address: contracts.modelRegistry,
    abi: modelRegistryAbi,
    functionName: "indexOf",
    args: [version],
  });
  const root = { hash, sum: sum.toString() };
  const { index } = await shelf.read(
    "index",
    bundleHash,
    (bundles) => readIndexBundle(bundles, bundleHash, root),
    (manifest) => checkIndexRoot(manifest, root),
  );
  return { tree: buildIndexTree(index), table: index };
}

function sketchCommits({ logs }: DataSource, settlementId: bigint) {
  return logs.of("SketchesCommitted").filter(({ args }) => args.settlement === settlementId);
}

/** The bundle that the till named when it closed the settlement. */
async function receiptsBundle({ reader, logs }: DataSource, settlementId: bigint): Promise<Hex | undefined> {
  const opened = logs.last("SettlementOpened", ({ args }) => args.settlement === settlementId);
  if (opened === undefined) return undefined;
  const receipt = await reader.getTransactionReceipt({ hash: opened.transactionHash }).catch((error: unknown) => {
    // Nodes forget old receipts.
    if (isOfNetwork(error)) throw error;
  });
  if (receipt === undefined) return undefined;
  const closed = parseEventLogs({ abi: modelTillAbi, eventName: "Closed", logs: receipt.logs });
  return closed.find(({ args }) => args.settlement === settlementId)?.args.bundleHash;
}

async function contentsOf({ shelf }: DataSource, hash: Hex, count: number): Promise<Candidate> {
  const { contents } = await shelf.read(
    "settlement",
    hash,
    (bundles) => readSettlementBundle(bundles, hash, null, count),
    (manifest) => checkCount(manifest, count),
  );
  return { receipts: contents.receipts, sketches: contents.sketches };
}
