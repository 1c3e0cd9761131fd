// Stages `attribute`, `propose` and `audit`: an epoch's result is computed and published, proposed under a bond, and checked from chain and bundle.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { isStored, type SearchedIndex } from "../index/attribution-index.ts";
import type { RankOptions } from "../search/rank.ts";
import { DEFAULT_MEMORY } from "../search/searcher.ts";
import { attributeEpoch } from "../attribution/epoch.ts";
import type { EpochInputs } from "../attribution/epoch-inputs.ts";
import { auditEpoch } from "../bundle/audit-epoch.ts";
import { openEpochBundle, writeEpochBundle } from "../bundle/epoch-bundle.ts";
import { proposeEpoch } from "../chain/propose-epoch.ts";
import { readEpochInputs } from "../chain/read-epoch-inputs.ts";
import { requireSettlements } from "../chain/require-settlements.ts";
import { connectReader, connectSender } from "./connection.ts";
import { localData, readEpochFile, writeEpochFile } from "./epoch-files.ts";
import { FILES } from "./files.ts";
import { openWorkIndex, openWorkStore, type WorkIndex } from "./index-file.ts";
import { searchOf } from "./search-options.ts";
import type { Stage, StageContext } from "./stage.ts";
import { UsageError } from "./usage-error.ts";

export function epochOf({ options }: StageContext): bigint {
  if (options.epoch === undefined || !/^\d+$/.test(options.epoch))
    throw new UsageError(`--epoch is ${options.epoch ?? "missing"}; must be a number from 0`);
  return BigInt(options.epoch);
}

/** `ProposalStatus.Finalized` of the ledger. */
const FINALIZED = 2;

/** Choices that must change no byte: WebAssembly in one thread, more threads than cores, small blocks in reverse order, small shards out of the record store. */
const VARIANTS: (RankOptions & { readonly fromStore?: boolean })[] = [
  { backend: "wasm", threads: 1 },
  { threads: 3, blockQueries: 7, arrange: (tasks) => [...tasks].reverse() },
  { threads: 2, blockQueries: 1, memoryBytes: 16_384, fromStore: true },
];

/** Folder of an epoch's lists that are kept while there are more to come, in the work folder. */
const partsOf = (epoch: bigint): string => `attribute-parts-${epoch}`;
/** The same of an audit. */
const auditPartsOf = (epoch: bigint, proposal: number): string => `audit-parts-${epoch}-${proposal}`;

export const attributeStage: Stage = {
  about: "compute --epoch in three stages (map, shuffle, reduce) and publish it",
  spreads: true,
  async run(context) {
    const epoch = epochOf(context);
    const search = searchOf(context);
    const { reader, contracts } = await connectReader(context);
    const local = await localData(context.work, epoch, () => openIndex(context));
    await requireSettlements(reader, contracts.ledger, epoch);
    const { inputs, previousPayouts } = await readEpochInputs(reader, contracts, epoch, local);
    const parts = join(context.work, partsOf(epoch));
    const attributed = await attributeEpoch(inputs, {
      ...search,
      shards: context.shards,
      keptIn: parts,
      onProgress: context.onProgress,
    });
    const roots = {
      groupsRoot: manifestRoot(attributed.groupsTree.root),
      payoutsRoot: manifestRoot(attributed.payoutsTree.root),
    };
    let variantsAgree = true;
    // An epoch that is given to other machines is not one to be computed here three times more.
    const variants = context.shards === undefined ? VARIANTS : [];
    for (const { fromStore, ...variant } of variants) {
      const again = await attributeEpoch(fromStore === true ? await storedInputs(context, inputs) : inputs, variant);
      variantsAgree &&=
        manifestRoot(again.groupsTree.root).hash === roots.groupsRoot.hash &&
        manifestRoot(again.payoutsTree.root).hash === roots.payoutsRoot.hash;
    }
    const { hash: bundleHash } = await writeEpochBundle(
      join(context.work, FILES.bundles),
      inputs,
      attributed,
      previousPayouts,
    );
    writeEpochFile(context.work, epoch, { bundleHash, ...roots });
    rmSync(parts, { recursive: true, force: true });
    return { bundleHash, ...roots, variants: variants.length, variantsAgree };
  },
};

/** The folder's index: in memory where `--memory` has room for its sketches, otherwise in its record store. */
function openIndex(context: StageContext): Promise<WorkIndex<SearchedIndex>> {
  const { memoryBytes = DEFAULT_MEMORY } = searchOf(context);
  return openWorkIndex(context.work, memoryBytes, { onProgress: context.onProgress });
}

/** The inputs with their records in the store. */
async function storedInputs(
  { work }: StageContext,
  inputs: EpochInputs<SearchedIndex>,
): Promise<EpochInputs<SearchedIndex>> {
  if (inputs.groups.every(({ index }) => isStored(index))) return inputs;
  const { index } = await openWorkStore(work);
  return { ...inputs, groups: inputs.groups.map((group) => ({ ...group, index })) };
}

export const proposeStage: Stage = {
  about: "propose the published result of --epoch under the ledger's bond",
  async run(context) {
    const epoch = epochOf(context);
    const { access, contracts } = await connectSender(context);
    const outcome = await proposeEpoch(access, contracts.ledger, { epoch, ...readEpochFile(context.work, epoch) });
    return { ...outcome };
  },
};

export const auditStage: Stage = {
  about: "rebuild --epoch from chain and bundle and say whether the proposal is right, the first or number --proposal",
  async run(context) {
    const epoch = epochOf(context);
    const search = searchOf(context);
    const number = Number(context.options.proposal ?? 0);
    if (!Number.isInteger(number) || number < 0)
      throw new UsageError(`--proposal is ${context.options.proposal}; must be a whole number from 0`);
    const { reader, contracts } = await connectReader(context);
    const proposal = await reader.readContract({
      address: contracts.ledger,
      abi: royaltyLedgerAbi,
      functionName: "proposalOf",
      args: [epoch, number],
    });
    const local = await localData(context.work, epoch, () => openIndex(context));
    // What the chain committed, and the local contents checked against it; none of it comes from the proposer.
    const isFinalized = proposal.status === FINALIZED;
    const { inputs } = await readEpochInputs(reader, contracts, epoch, local, { isFinalized });
    const bundle = await openEpochBundle(join(context.work, FILES.bundles), proposal.bundleHash);
    const parts = join(context.work, auditPartsOf(epoch, number));
    const report = await auditEpoch(
      bundle,
      {
        treasuryPosition: inputs.treasuryPosition,
        positionOf: inputs.positionOf,
        indexOf: (version) => local.indexOf(version),
        previous: local.previous,
      },
      { ...search, keptIn: join(parts, "proposed"), onProgress: context.onProgress },
    );
    // Searched for itself, not taken from what the proposal's inputs gave.
    const own = await attributeEpoch(inputs, { ...search, keptIn: join(parts, "own") });
    rmSync(parts, { recursive: true, force: true });
    const faults = [...report.faults];
    for (const [what, root, proposed] of [
      ["groups", own.groupsTree.root, proposal.groups],
      ["payouts", own.payoutsTree.root, proposal.payouts],
    ] as const) {
      const { hash } = manifestRoot(root);
      if (hash !== proposed.hash || root.sum !== proposed.sum)
        faults.push(`${what} root: ${hash} rebuilt, ${proposed.hash} proposed`);
    }
    const reason =
      faults.length === 0
        ? `right: payouts ${proposal.payouts.hash.slice(0, 10)}… over ${proposal.payouts.sum}`
        : `WRONG: ${faults.join("; ")}`;
    return { ok: faults.length === 0, reason };
  },
};
