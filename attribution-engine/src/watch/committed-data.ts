// The contents behind what the chain committed, found by the hashes in its events.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import type { Method } from "@tributary/protocol/typed-data/method-id";
import { type Hex, zeroHash } from "viem";
import { buildPayoutsTree } from "../attribution/epoch-trees.ts";
import { openEpochBundle } from "../bundle/epoch-bundle.ts";
import { cumulativePayouts, readPayouts } from "../bundle/epoch-columns.ts";
import type { Reader } from "../chain/chain-access.ts";
import type { LocalData } from "../chain/read-epoch-inputs.ts";
import { readSettlement } from "../chain/settlement-view.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { readCommittedIndex, readCommittedSettlement } from "../watcher/committed-inputs.ts";
import type { CommittedTree, EpochContext } from "../watcher/honest-epoch.ts";
import type { BundleShelf } from "./bundle-shelf.ts";
import { indexInput, knownInput, readShown, receiptsInput, sketchesInput, takenInput } from "./committed-trees.ts";
import { readDemands } from "./demand-book.ts";
import type { WatchedLedger } from "./deployment.ts";
import { publishedIndex, publishedReceipts, publishedSketches } from "./input-trees.ts";
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

/** What an epoch is computed from, the tree of the payouts before it, and inputs that no table states, by the names of `EpochContext`. */
export interface CommittedData extends LocalData {
  readonly context: Pick<EpochContext, "previous" | "receiptsOf" | "sketchesOf" | "indexOf">;
}

/**
 * @param byTables whether tables with the committed roots are taken as they are; otherwise inputs are read leaf by leaf, so that what is malformed counts as
 * absent
 * @param before an epoch, to get the payouts that it adds to; the next one that is to be finalised by default
 * @throws BundleNotFound if the previous payouts are nowhere; the rest is looked for when it is asked for
 */
export async function committedData(source: DataSource, byTables: boolean, before?: bigint): Promise<CommittedData> {
  const { tree, ...previous } = await previousPayouts(source, await rootBefore(source, before));
  const settlements = new Map<bigint, { receipts: CommittedTree; sketches: CommittedTree }>();
  const indexes = new Map<bigint, CommittedTree>();
  return {
    previous,
    context: {
      previous: tree,
      receiptsOf: (id) => settlements.get(id)?.receipts,
      sketchesOf: (id) => settlements.get(id)?.sketches,
      indexOf: (version) => indexes.get(version),
    },
    async settlementOf(id) {
      const { view, k, receipts, sketches } = await knownSettlement(source, id);
      settlements.set(id, { receipts: receipts.tree, sketches: sketches.tree });
      const roots = { receipts: receipts.tree.root, sketches: sketches.tree.root };
      if (byTables && receipts.table !== undefined && sketches.table !== undefined)
        return { receipts: receipts.table, sketches: sketches.table, roots };
      const shown = [takenInput(receipts), takenInput(sketches)] as const;
      const contents = readShown([receipts, sketches], () =>
        readCommittedSettlement(id, view.pool, view.count, k, ...shown),
      );
      return { ...contents, roots };
    },
    async indexOf(version) {
      const input = await indexInput(source, version);
      const known = await knownInput(readDemands(source.logs), input, () => publishedIndex(source, version));
      indexes.set(version, known.tree);
      const index =
        byTables && known.table !== undefined
          ? known.table
          : readShown([known], () => readCommittedIndex(input.count, input.k, takenInput(known)));
      return { index, method: await readMethod(source, version), root: known.tree.root };
    },
  };
}

async function knownSettlement(source: DataSource, id: bigint) {
  const view = await readSettlement(source.reader, source.contracts.ledger, id);
  const { k } = await readMethod(source, view.modelVersion);
  const made = readDemands(source.logs);
  const sketches = sketchesInput(view, k);
  return {
    view,
    k,
    receipts: await knownInput(made, receiptsInput(view, k), () => publishedReceipts(source, id)),
    sketches: await knownInput(made, sketches, ({ sub }) => publishedSketches(source, id, sub)),
  };
}

function readMethod({ reader, contracts }: DataSource, version: bigint): Promise<Method> {
  return reader.readContract({
    address: contracts.modelRegistry,
    abi: modelRegistryAbi,
    functionName: "methodOf",
    args: [version],
  });
}

type PayoutsRoot = { readonly hash: Hex; readonly sum: bigint };

/** The root of the payouts that an epoch adds to: of the last one before it that was finalised. */
async function rootBefore({ reader, contracts, logs }: DataSource, epoch: bigint | undefined): Promise<PayoutsRoot> {
  if (epoch === undefined)
    return reader.readContract({ address: contracts.ledger, abi: royaltyLedgerAbi, functionName: "payoutsRoot" });
  return finalBefore(logs, epoch)?.payouts ?? { hash: zeroHash, sum: 0n };
}

/** The last epoch before one that was finalised, and its payouts. */
export function finalBefore(logs: LogBook, epoch: bigint): { epoch: bigint; payouts: PayoutsRoot } | undefined {
  return logs.last("Finalized", ({ args }) => args.epoch < epoch)?.args;
}

/** The payouts with a root that the ledger finalised, whoever published them. */
async function previousPayouts(
  source: DataSource,
  root: PayoutsRoot,
): Promise<LocalData["previous"] & { tree: PayloadTree | undefined }> {
  const { reader, contracts, logs, shelf } = source;
  const ledger = { address: contracts.ledger, abi: royaltyLedgerAbi } as const;
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
