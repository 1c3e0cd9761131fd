// Reads an epoch's inputs from the ledger and checks the local data against what was committed.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { manifestRoot, type ManifestRoot } from "@tributary/protocol/bundle-manifest";
import type { Node } from "@tributary/protocol/node";
import { methodId, type Method } from "@tributary/protocol/typed-data/method-id";
import type { CommittedCalls, EpochInputs, GroupInputs, SettlementInputs } from "../attribution/epoch-inputs.ts";
import type { ReceiptTable } from "../attribution/receipt-table.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import type { AttributionIndex, SearchedIndex } from "../index/attribution-index.ts";
import { rootOfIndex } from "../index/index-tree.ts";
import type { EngineContracts, Reader } from "./chain-access.ts";
import { expectRoot, readSettlement } from "./settlement-view.ts";

const PARALLEL_READS = 32;

/** The roots of what was committed, where the tables are not all of it because it is malformed (docs/formats.md §6.3). */
export interface LocalSettlement {
  readonly receipts: ReceiptTable;
  readonly sketches: Int8Array;
  readonly calls?: CommittedCalls | undefined;
  readonly roots?: { readonly receipts: Node; readonly sketches: Node } | undefined;
}

/** What the chain does not have: contents, by id, and the payouts of the previous finalised epoch with the root of their tree. */
export interface LocalData<Index extends SearchedIndex = AttributionIndex> {
  settlementOf(settlementId: bigint): Promise<LocalSettlement>;
  indexOf(modelVersion: bigint): Promise<{ index: Index; method: Method; root?: Node | undefined }>;
  readonly previous: { readonly payouts: EpochInputs["previousPayouts"]; readonly root: ManifestRoot };
}

/**
 * The inputs of an epoch as the ledger fixes them (docs/formats.md §8.4): groups, settlements, offsets, pools and positions are read, receipts,
 * sketches, indexes and previous payouts are local and must have the committed roots. Throws an Error that names what differs.
 * `previousPayouts` is the root that `writeEpochBundle` takes. With `isFinalized` the previous payouts are taken as given.
 */
export async function readEpochInputs<Index extends SearchedIndex>(
  reader: Reader,
  contracts: EngineContracts,
  epoch: bigint,
  local: LocalData<Index>,
  { isFinalized = false }: { isFinalized?: boolean } = {},
): Promise<{ inputs: EpochInputs<Index>; previousPayouts: ManifestRoot }> {
  const ledger = { address: contracts.ledger, abi: royaltyLedgerAbi } as const;
  const [chainId, treasuryPosition, payoutsRoot, groupCount] = await Promise.all([
    reader.getChainId(),
    reader.readContract({ ...ledger, functionName: "treasuryPosition" }),
    reader.readContract({ ...ledger, functionName: "payoutsRoot" }),
    reader.readContract({ ...ledger, functionName: "groupCount", args: [epoch] }),
  ]);
  // Once the epoch is finalised the ledger has the root after it, and no longer the one before.
  if (!isFinalized) {
    expectRoot("previous payouts", local.previous.root, payoutsRoot);
    const paid = local.previous.payouts.reduce((sum, [, cumulative]) => sum + cumulative, 0n);
    if (paid !== payoutsRoot.sum)
      throw new Error(`previous payouts add up to ${paid}, the chain says ${payoutsRoot.sum}`);
  }
  const groups: GroupInputs<Index>[] = [];
  for (let g = 0; g < groupCount; g++) groups.push(await readGroup(reader, contracts, epoch, g, local));
  const epochEnd = await reader.readContract({ ...ledger, functionName: "epochEnd", args: [epoch] });
  const positions = await readEarners(reader, contracts, groups, { epochEnd, treasuryPosition });
  const inputs: EpochInputs<Index> = {
    chainId: BigInt(chainId),
    ledger: contracts.ledger,
    epoch,
    treasuryPosition,
    previousPayouts: local.previous.payouts,
    groups,
    positionOf(contributionId) {
      const position = positions.get(contributionId);
      if (position === undefined) throw new Error(`contribution ${contributionId} is in no index of the epoch`);
      return position;
    },
  };
  return { inputs, previousPayouts: local.previous.root };
}

async function readGroup<Index extends SearchedIndex>(
  reader: Reader,
  contracts: EngineContracts,
  epoch: bigint,
  g: number,
  local: LocalData<Index>,
): Promise<GroupInputs<Index>> {
  const group = await reader.readContract({
    address: contracts.ledger,
    abi: royaltyLedgerAbi,
    functionName: "groupOf",
    args: [epoch, g],
  });
  const { index, method, root } = await local.indexOf(group.version);
  const committed = await reader.readContract({
    address: contracts.modelRegistry,
    abi: modelRegistryAbi,
    functionName: "indexOf",
    args: [group.version],
  });
  expectRoot(`index of model version ${group.version}`, manifestRoot(root ?? rootOfIndex(index)), committed);
  if (methodId(method) !== committed.methodId) {
    throw new Error(
      `method of model version ${group.version}: ${methodId(method)} here, ${committed.methodId} on the chain`,
    );
  }
  const settlements: SettlementInputs[] = [];
  let offset = 0;
  for (const settlementId of group.settlements) {
    const chain = await readSettlement(reader, contracts.ledger, settlementId);
    const { receipts, sketches, calls, roots } = await local.settlementOf(settlementId);
    const what = `settlement ${settlementId}`;
    if (receipts.count !== chain.count)
      throw new Error(`${what}: ${receipts.count} receipts, the chain says ${chain.count}`);
    if (chain.offset !== offset)
      throw new Error(`${what}: offset ${chain.offset} on the chain, ${offset} by its order`);
    expectRoot(`${what}, receipts`, manifestRoot(roots?.receipts ?? buildReceiptsTree(receipts).root), chain.receipts);
    const sketchesRoot = roots?.sketches ?? buildSketchesTree(hashReceipts(receipts), sketches, method.k).root;
    expectRoot(`${what}, sketches`, manifestRoot(sketchesRoot), chain.sketches);
    settlements.push({ settlementId, pool: chain.pool, receipts, sketches, ...(calls && { calls }) });
    offset += chain.count;
  }
  const plainPool = settlements.reduce((rest, { pool }) => rest - pool, group.pool);
  return { modelVersion: group.version, method, index, plainPool, settlements };
}

/** Who earns for each contribution of all indexes: the treasury where it was not accepted before the epoch ended (docs/formats.md §6.3). */
async function readEarners(
  reader: Reader,
  contracts: EngineContracts,
  groups: readonly GroupInputs<SearchedIndex>[],
  { epochEnd, treasuryPosition }: { epochEnd: number; treasuryPosition: bigint },
): Promise<ReadonlyMap<bigint, bigint>> {
  const ids = [...new Set(groups.flatMap(({ index }) => [...new Set(index.contributionIds)]))];
  const positions = new Map<bigint, bigint>();
  for (let first = 0; first < ids.length; first += PARALLEL_READS) {
    const part = ids.slice(first, first + PARALLEL_READS);
    const found = await Promise.all(
      part.map((contributionId) =>
        reader.readContract({
          address: contracts.datanetRegistry,
          abi: datanetRegistryAbi,
          functionName: "earnerOf",
          args: [contributionId, epochEnd],
        }),
      ),
    );
    for (const [i, contributionId] of part.entries()) positions.set(contributionId, found[i]! || treasuryPosition);
  }
  return positions;
}
