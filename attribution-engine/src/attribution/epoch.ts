// Attributes an epoch: from its inputs to the two roots of a proposal, with every table between them.
import type { KeptRuns } from "../search/rank-runs.ts";
import type { RankOptions } from "../search/rank.ts";
import { indexDigest, type SearchedIndex } from "../index/attribution-index.ts";
import { callCount, checkEpochInputs, poolOf, type EpochInputs } from "./epoch-inputs.ts";
import { buildGroupsTree, buildPayoutsTree } from "./epoch-trees.ts";
import { buildPointsTree, buildTraceTree, isTouched } from "./group-trees.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { mapGroup, type MappedGroup } from "./map.ts";
import { reduceEpoch, type Earnings, type Payouts, type ReducedGroup } from "./reduce.ts";
import { shuffleGroup, type ShuffledGroup } from "./shuffle.ts";

/** A group after all stages. */
export interface AttributedGroup {
  readonly modelVersion: bigint;
  readonly pool: bigint;
  readonly mapped: MappedGroup;
  readonly shuffled: ShuffledGroup;
  readonly reduced: ReducedGroup;
  readonly trace: PayloadTree;
  readonly points: PayloadTree;
}

/** An epoch after all stages; `groupsTree.root` and `payoutsTree.root` are what a proposal commits. */
export interface AttributedEpoch {
  readonly groups: readonly AttributedGroup[];
  readonly earnings: Earnings;
  readonly payouts: Payouts;
  readonly groupsTree: PayloadTree;
  readonly payoutsTree: PayloadTree;
}

/** Choices that change no byte of the result. */
export interface AttributeOptions extends Omit<RankOptions, "kept"> {
  /** Folder where lists are kept while there are more to come, so that an epoch that was interrupted goes on; its user removes it. */
  readonly keptIn?: string | undefined;
}

/**
 * Attributes an epoch (docs/formats.md §6.3, §8): a pure function of `inputs`, the same to the byte for any options. Progress counts
 * calls. Holds about 50 bytes per list place (2 · topK a call), nothing else that grows with calls × entries.
 * Throws an Error that names the settlement and row of an input that is not well-formed.
 */
export async function attributeEpoch(
  inputs: EpochInputs<SearchedIndex>,
  options: AttributeOptions = {},
): Promise<AttributedEpoch> {
  checkEpochInputs(inputs);
  const total = inputs.groups.reduce((sum, group) => sum + callCount(group), 0);
  const staged: { mapped: MappedGroup; shuffled: ShuffledGroup }[] = [];
  let before = 0;
  for (const group of inputs.groups) {
    const start = before;
    const onProgress = (done: number): void => options.onProgress?.(start + done, total);
    const mapped = await mapGroup(group, { ...options, kept: keptRuns(options.keptIn, group.index), onProgress });
    staged.push({ mapped, shuffled: shuffleGroup(mapped.lists, mapped.points, group.index.count) });
    before += mapped.calls;
  }
  const reduction = reduceEpoch(
    inputs.groups.map((group, g) => ({
      pool: poolOf(group),
      nets: staged[g]!.shuffled.nets,
      contributionIds: group.index.contributionIds,
      touched: (record) => isTouched(staged[g]!.shuffled, record),
    })),
    inputs,
  );
  const groups = inputs.groups.map((group, g): AttributedGroup => {
    const { mapped, shuffled } = staged[g]!;
    const reduced = reduction.groups[g]!;
    return {
      modelVersion: group.modelVersion,
      pool: poolOf(group),
      mapped,
      shuffled,
      reduced,
      trace: buildTraceTree(mapped, shuffled.tallyIndices),
      points: buildPointsTree(mapped, shuffled, reduced),
    };
  });
  const { earnings, payouts } = reduction;
  const groupsTree = buildGroupsTree(
    groups.map(({ modelVersion, pool, trace, points, reduced }) => ({
      modelVersion,
      pool,
      trace: trace.root,
      points: points.root,
      fallbackEarningIndex: reduced.fallbackEarningIndex,
    })),
  );
  return { groups, earnings, payouts, groupsTree, payoutsTree: buildPayoutsTree(earnings, payouts) };
}

function keptRuns(folder: string | undefined, index: SearchedIndex): KeptRuns | undefined {
  return folder === undefined ? undefined : { folder, recordsDigest: indexDigest(index) };
}
