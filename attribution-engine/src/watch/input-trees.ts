// The trees of an epoch's inputs, built from the bundles that the chain names.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { type Hex, parseEventLogs } from "viem";
import type { ReceiptTable } from "../attribution/receipt-table.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import { readIndexBundle } from "../bundle/index-bundle.ts";
import { readSettlementBundle, type SettlementContents } from "../bundle/settlement-bundle.ts";
import type { AttributionIndex } from "../index/attribution-index.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import type { DataSource } from "./committed-data.ts";

/** A tree with the table that it was built from. */
export interface Published<Table> {
  readonly tree: PayloadTree;
  readonly table: Table;
}

/** Whether a tree is the one that was committed is for the caller to compare. All throw BundleNotFound if it is nowhere. */
export async function publishedReceipts(source: DataSource, settlementId: bigint): Promise<Published<ReceiptTable>> {
  const hashes = [
    ...sketchCommits(source, settlementId).map(({ args }) => args.bundleHash),
    await receiptsBundle(source, settlementId),
  ].filter((hash) => hash !== undefined);
  let problem: unknown = new Error(`settlement ${settlementId}: no event names a bundle with its receipts`);
  for (const hash of hashes) {
    try {
      const { receipts } = await contentsOf(source, hash);
      return { tree: buildReceiptsTree(receipts), table: receipts };
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

/** @param sub number of the commit among the settlement's */
export async function publishedSketches(
  source: DataSource,
  settlementId: bigint,
  sub: number,
): Promise<Published<Int8Array>> {
  const commit = sketchCommits(source, settlementId)[sub];
  if (commit === undefined) throw new Error(`settlement ${settlementId}: no commit ${sub} of its sketches was seen`);
  const { receipts, sketches } = await contentsOf(source, commit.args.bundleHash);
  if (sketches === undefined) throw new Error(`bundle ${commit.args.bundleHash} has no sketches`);
  const tree = buildSketchesTree(hashReceipts(receipts), sketches.sketches, sketches.k);
  return { tree, table: sketches.sketches };
}

/** The index that is committed now. */
export async function publishedIndex(
  { reader, contracts, shelf }: DataSource,
  version: bigint,
): Promise<Published<AttributionIndex>> {
  const { bundleHash } = await reader.readContract({
    address: contracts.modelRegistry,
    abi: modelRegistryAbi,
    functionName: "indexOf",
    args: [version],
  });
  const { index } = await shelf.read("index", bundleHash, (bundles) => readIndexBundle(bundles, bundleHash));
  return { tree: buildIndexTree(index), table: index };
}

function sketchCommits({ logs }: DataSource, settlementId: bigint) {
  return logs.of("SketchesCommitted").filter(({ args }) => args.settlement === settlementId);
}

/** The bundle that the till named when it closed the settlement. */
async function receiptsBundle({ reader, logs }: DataSource, settlementId: bigint): Promise<Hex | undefined> {
  const opened = logs.last("SettlementOpened", ({ args }) => args.settlement === settlementId);
  if (opened === undefined) return undefined;
  const receipt = await reader.getTransactionReceipt({ hash: opened.transactionHash });
  const closed = parseEventLogs({ abi: modelTillAbi, eventName: "Closed", logs: receipt.logs });
  return closed.find(({ args }) => args.settlement === settlementId)?.args.bundleHash;
}

async function contentsOf({ shelf }: DataSource, hash: Hex): Promise<SettlementContents> {
  return (await shelf.read("settlement", hash, (bundles) => readSettlementBundle(bundles, hash, null))).contents;
}
