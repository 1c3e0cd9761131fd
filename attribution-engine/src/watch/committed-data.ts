// The contents behind what the chain committed, found by the hashes in its events.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { type Hex, zeroHash } from "viem";
import { buildPayoutsTree } from "../attribution/epoch-trees.ts";
import { openEpochBundle } from "../bundle/epoch-bundle.ts";
import { cumulativePayouts, readPayouts } from "../bundle/epoch-columns.ts";
import { readIndexBundle } from "../bundle/index-bundle.ts";
import { readSettlementBundle } from "../bundle/settlement-bundle.ts";
import type { Reader } from "../chain/chain-access.ts";
import type { LocalData } from "../chain/read-epoch-inputs.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import type { BundleShelf } from "./bundle-shelf.ts";
import type { WatchedLedger } from "./deployment.ts";
import type { LogBook } from "./log-book.ts";

/** Where the contents of a ledger's inputs come from: the chain for what was committed, the shelf for what it is. */
export interface DataSource {
  readonly reader: Reader;
  readonly contracts: WatchedLedger;
  readonly logs: LogBook;
  readonly shelf: BundleShelf;
  /** The bundle in which the watcher itself keeps payouts with this root, if it does. */
  keptPayouts(root: Hex): Hex | undefined;
}

/** What an epoch is computed from, and the tree of the payouts before it. */
export interface CommittedData extends LocalData {
  readonly previousTree: PayloadTree | undefined;
}

/** @throws BundleNotFound if the previous payouts are nowhere; the rest is looked for when it is asked for */
export async function committedData(source: DataSource): Promise<CommittedData> {
  const { tree, ...previous } = await previousPayouts(source);
  return {
    previous,
    previousTree: tree,
    settlementOf: (id) => settlementOf(source, id),
    indexOf: (version) => indexOf(source, version),
  };
}

async function settlementOf({ logs, shelf }: DataSource, id: bigint) {
  const commit = logs.last("SketchesCommitted", ({ args }) => args.settlement === id);
  if (commit === undefined) throw new Error(`settlement ${id}: no commit of its sketches since the first block read`);
  const { bundleHash } = commit.args;
  const { contents } = await shelf.read("settlement", bundleHash, (bundles) =>
    readSettlementBundle(bundles, bundleHash),
  );
  if (contents.sketches === undefined) throw new Error(`settlement ${id}: bundle ${bundleHash} has no sketches`);
  return { receipts: contents.receipts, sketches: contents.sketches.sketches };
}

async function indexOf({ reader, contracts, shelf }: DataSource, version: bigint) {
  const { bundleHash } = await reader.readContract({
    address: contracts.modelRegistry,
    abi: modelRegistryAbi,
    functionName: "indexOf",
    args: [version],
  });
  const { index, manifest } = await shelf.read("index", bundleHash, (bundles) => readIndexBundle(bundles, bundleHash));
  return { index, method: manifest.method };
}

/** The payouts that the next epoch adds to. They have the root that the ledger finalised, whoever published them. */
async function previousPayouts(source: DataSource): Promise<LocalData["previous"] & { tree: PayloadTree | undefined }> {
  const { reader, contracts, logs, shelf } = source;
  const ledger = { address: contracts.ledger, abi: royaltyLedgerAbi } as const;
  const root = await reader.readContract({ ...ledger, functionName: "payoutsRoot" });
  if (root.hash === zeroHash) return { payouts: [], root: { hash: zeroHash, sum: "0" }, tree: undefined };
  const hashes = [source.keptPayouts(root.hash)];
  const finalized = logs.last("Finalized", ({ args }) => args.payouts.hash === root.hash);
  if (finalized !== undefined) {
    const { epoch, proposal } = finalized.args;
    const { bundleHash } = await reader.readContract({
      ...ledger,
      functionName: "proposalOf",
      args: [epoch, proposal],
    });
    hashes.push(bundleHash);
  }
  let problem: unknown = new Error(`previous payouts ${root.hash}: no event says who proposed them`);
  for (const hash of hashes.filter((candidate) => candidate !== undefined)) {
    try {
      return await shelf.read("epoch", hash, async (bundles) => {
        const { earnings, payouts } = await readPayouts(await openEpochBundle(bundles, hash));
        const tree = buildPayoutsTree(earnings, payouts);
        const built = manifestRoot(tree.root);
        if (built.hash !== root.hash || BigInt(built.sum) !== root.sum)
          throw new Error(`bundle ${hash}: its payouts have the root ${built.hash}, finalised is ${root.hash}`);
        return { payouts: cumulativePayouts(payouts), root: built, tree };
      });
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}
