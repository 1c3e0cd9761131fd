// Checks how many calls of an epoch a contribution helped and hurt: counted here out of all tallies of its records.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { TellStep } from "@tributary/protocol/check-steps";
import { GROUP, placesOf } from "@tributary/protocol/kinds";
import { type OpenedUse, type ShownUse, verifyOpenedUse } from "@tributary/protocol/opened-use";
import { finalProposalOf } from "@tributary/protocol/settlement-standing";
import type { CheckChain } from "./chain.ts";
import { wholeOf } from "./ids.ts";
import { type CheckKind, type CheckResult, runCheck } from "./result.ts";
import { usableIndex } from "./usable-index.ts";

/** What `/openings/contribution/:contribution/epoch/:epoch` serves, as far as it is checked. */
export interface ServedUse {
  readonly groups: readonly OpenedUse[];
}

const GROUPS = BigInt(placesOf(GROUP));

export interface UseInGroup extends ShownUse {
  readonly version: bigint;
  /** All calls of the group. */
  readonly calls: number;
}

export interface CheckedUse {
  readonly contribution: bigint;
  readonly epoch: bigint;
  readonly groups: readonly UseInGroup[];
}

export const USE_CHECK: CheckKind = {
  status: "proven",
  attested: [
    {
      what: "that the sketches of the calls and of the records are their true gradients",
      by: "attributors with stake, and the model's owner; each can be disputed, and a vote decides",
    },
  ],
  beyond: [
    {
      what: "that no index of another group of the epoch has its records, and that no list lacks one",
      by: "the whole bundle, which the command tributary audit rebuilds; a wrong one was a fault proof's matter within the window",
    },
  ],
};

/** What the indexer counted in a group, as `/openings/contribution/:contribution` serves it. */
export interface StatedUse {
  readonly group: number;
  readonly modelVersion: string;
  readonly calls: number;
  readonly helped: number;
  readonly hurt: number;
  /** Calls that it helped or hurt. */
  readonly used: number;
  readonly paid: string;
}

/**
 * @param contribution and epoch that are asked about, whatever is served
 * @param stated what is shown of the epoch, which has to be what is counted
 */
export function checkUse(
  chain: CheckChain,
  contribution: bigint,
  epoch: bigint,
  { served, stated }: { readonly served: ServedUse; readonly stated: readonly StatedUse[] },
  onStep?: TellStep,
): Promise<CheckResult<CheckedUse>> {
  return runCheck(USE_CHECK, onStep, async (checks) => {
    const { reader, addresses } = chain;
    const ledger = { address: addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
    const final = await finalProposalOf({ reader, ledger: addresses.RoyaltyLedger }, epoch);
    const isFinal = final !== undefined;
    const step = { what: `epoch ${epoch} on the chain`, expected: "final", source: "chain" } as const;
    checks.step({ ...step, found: isFinal ? "final" : "no proposal that is final", holds: isFinal });
    const datanets = { address: addresses.DatanetRegistry, abi: datanetRegistryAbi } as const;
    const { recordCount } = await reader.readContract({
      ...{ ...datanets, functionName: "contributionOf", args: [contribution] },
    });
    const groups: UseInGroup[] = [];
    for (const opened of served.groups) {
      const group = wholeOf(opened.group.key, "group.key");
      if (group >= GROUPS) throw new Error(`group.key: ${group} is no place of a group`);
      const [version, calls] = await reader.readContract({
        ...{ ...ledger, functionName: "groupHeadOf", args: [epoch, Number(group)] },
      });
      const { root: index, k } = await usableIndex(chain, version, checks);
      const roots = { groups: final!.groups, payouts: final!.payouts, index, k, version, contribution, recordCount };
      groups.push({ version, calls, ...verifyOpenedUse(opened, roots, checks) });
    }
    const isOnce = new Set(groups.map(({ group }) => group)).size === groups.length;
    checks.same(isOnce, true, "each group is counted once", "computed");
    const counted = groups.map(({ version, ...group }) => ({ ...group, modelVersion: String(version) }));
    checks.same(textOf(stated), textOf(counted), "what the indexer counted, as it is shown", "computed");
    return { contribution, epoch, groups };
  });
}

/** In the order of groups. */
function textOf(groups: readonly (Omit<StatedUse, "paid"> & { readonly paid: string | bigint })[]): string {
  return groups
    .toSorted((a, b) => a.group - b.group)
    .map(
      ({ group, modelVersion, calls, helped, hurt, used, paid }) =>
        `group ${group} of model version ${modelVersion}: ${calls} calls, ${helped} helped, ${hurt} hurt, ${used} either, ${paid} earned`,
    )
    .join("; ");
}
