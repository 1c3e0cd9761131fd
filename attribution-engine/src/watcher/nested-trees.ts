// The nested trees of an attributed epoch, built when they are asked for.
import { earningForest } from "../attribution/earning-forest.ts";
import { entryForest } from "../attribution/entry-forest.ts";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import { tallyForest } from "../attribution/tally-forest.ts";
import { treeOf } from "../trees/leaf-forest.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";

/** An epoch with all its trees; `undefined` where there is none. */
export interface EpochTrees {
  readonly epoch: AttributedEpoch;
  listOf(group: number, call: number, which: number): PayloadTree | undefined;
  talliesOf(group: number, record: number, which: number): PayloadTree | undefined;
  earningsOf(position: number): PayloadTree | undefined;
}

/** The trees of an epoch: of the honest one, or of one that was read from a bundle. */
export function epochTrees(epoch: AttributedEpoch): EpochTrees {
  const positions = new Map([...epoch.payouts.positions].map((position, i) => [position, i]));
  return {
    epoch,
    listOf(g, call, which) {
      const group = epoch.groups[g];
      if (group === undefined || call >= group.mapped.calls) return undefined;
      return treeOf(entryForest(group.mapped, group.shuffled.tallyIndices), 2 * call + which);
    },
    talliesOf(g, record, which) {
      const group = epoch.groups[g];
      if (group === undefined || record + 1 >= group.shuffled.credits.offsets.length) return undefined;
      return treeOf(tallyForest(group.mapped, which === 0 ? group.shuffled.credits : group.shuffled.debits), record);
    },
    earningsOf(position) {
      const i = positions.get(position);
      return i === undefined ? undefined : treeOf(earningForest(epoch.earnings, epoch.payouts), i);
    },
  };
}
