// Audits a proposal with nothing but the chain and published bundles, also of an epoch that was finalised long ago.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { finalProposalOf } from "@tributary/protocol/settlement-standing";
import { attributeEpoch } from "../attribution/epoch.ts";
import type { EpochInputs } from "../attribution/epoch-inputs.ts";
import { openEpochBundle } from "../bundle/epoch-bundle.ts";
import { rebuildEpoch } from "../bundle/rebuild-epoch.ts";
import { checkRowCounts } from "../bundle/row-limits.ts";
import { readEpochInputs } from "../chain/read-epoch-inputs.ts";
import type { RankOptions } from "../search/rank.ts";
import type { Node } from "@tributary/protocol/node";
import { BundleNotFound } from "./bundle-shelf.ts";
import { committedData, type DataSource, finalBefore } from "./committed-data.ts";
import { nextEpoch, type ProposalView, readProposal } from "./proposals.ts";

/** Epochs that an error names. */
const MOST_NAMED = 5;

export interface PublishedAudit {
  readonly proposal: ProposalView;
  /** The last epoch before it that was finalised, whose payouts it adds to; they are taken as they are. */
  readonly before: ReturnType<typeof finalBefore>;
  readonly settlements: number;
  readonly calls: number;
  /** What differs from what the inputs give; none where the proposal is right. */
  readonly faults: readonly string[];
  /** Why what it published could not be looked at, if so: its roots are judged without. */
  readonly unpublished: string | undefined;
}

/**
 * Computes an epoch from its committed inputs and compares it with a proposal.
 * @param number of the proposal; the final one by default, or where none is final the earliest that was not ended
 * @throws Error, which says what of the epoch, if it has no such proposal, or an input or the payouts before it are nowhere
 */
export async function auditPublished(
  source: DataSource,
  epoch: bigint,
  number: number | undefined,
  options: RankOptions,
): Promise<PublishedAudit> {
  const { reader, contracts } = source;
  const proposal = await chosenProposal(source, epoch, number);
  const data = await committedData(source, true, epoch);
  // Of the epoch, not of this proposal: once any is final, the ledger has the root after it.
  const isFinalized = (await finalProposalOf({ reader, ledger: contracts.ledger }, epoch)) !== undefined;
  const { inputs } = await readEpochInputs(reader, contracts, epoch, data, { isFinalized });
  const own = await attributeEpoch(inputs, options);
  const faults = [
    ...difference("groups", own.groupsTree.root, proposal.groups),
    ...difference("payouts", own.payoutsTree.root, proposal.payouts),
  ];
  const published = await readPublished(source, proposal, inputs);
  if ("faults" in published) faults.push(...published.faults);
  const settlements = inputs.groups.flatMap((group) => group.settlements);
  return {
    proposal,
    before: finalBefore(source.logs, epoch),
    settlements: settlements.length,
    calls: settlements.reduce((sum, { receipts }) => sum + receipts.count, 0),
    faults,
    unpublished: "unpublished" in published ? published.unpublished : undefined,
  };
}

async function chosenProposal(
  { reader, contracts, logs }: DataSource,
  epoch: bigint,
  number: number | undefined,
): Promise<ProposalView> {
  const count = await reader.readContract({
    ...{ address: contracts.ledger, abi: royaltyLedgerAbi },
    functionName: "proposalCount",
    args: [epoch],
  });
  if (count === 0) throw new Error(`it has no proposal; ${await whichHaveOne({ reader, contracts, logs })}`);
  if (number !== undefined && number >= count)
    throw new Error(`it has ${count} proposals: there is no number ${number}; they are numbered from 0`);
  if (number !== undefined) return readProposal(reader, contracts.ledger, epoch, number);
  const all = await Promise.all(
    Array.from({ length: count }, (_, each) => readProposal(reader, contracts.ledger, epoch, each)),
  );
  return (
    all.find(({ status }) => status === "finalized") ?? all.find(({ status }) => status === "pending") ?? all.at(-1)!
  );
}

/** Epochs are numbers of hours or days: a wrong one is seldom near a right one. */
async function whichHaveOne({ reader, contracts, logs }: Pick<DataSource, "reader" | "contracts" | "logs">) {
  const final = logs.of("Finalized").map(({ args }) => args.epoch);
  const next = await nextEpoch(reader, contracts.ledger);
  const last = final.slice(-MOST_NAMED).join(", ");
  return [
    final.length === 0
      ? "none is final"
      : `${final.length > MOST_NAMED ? "the last final ones are" : "final:"} ${last}`,
    next === undefined ? "none waits for a proposal" : `${next} is the next that can become final`,
  ].join("; ");
}

function difference(what: string, own: Node, proposed: Node): string[] {
  const [ours, theirs] = [manifestRoot(own), manifestRoot(proposed)];
  if (ours.hash === theirs.hash && ours.sum === theirs.sum) return [];
  return [`${what}: ${ours.hash} over ${ours.sum} rebuilt, ${theirs.hash} over ${theirs.sum} proposed`];
}

/** Whether the tables that the proposer published have the proposed roots: whoever claims opens from these. */
async function readPublished(
  { shelf }: DataSource,
  { bundleHash, groups, payouts }: ProposalView,
  inputs: EpochInputs,
): Promise<{ faults: string[] } | { unpublished: string }> {
  try {
    const rebuilt = await shelf.read(
      "epoch",
      bundleHash,
      async (folder) => rebuildEpoch(await openEpochBundle(folder, bundleHash), inputs),
      (manifest) => checkRowCounts(manifest, inputs),
    );
    return {
      faults: [
        ...difference("groups of the published tables", rebuilt.groupsTree.root, groups),
        ...difference("payouts of the published tables", rebuilt.payoutsTree.root, payouts),
      ],
    };
  } catch (error) {
    if (!(error instanceof BundleNotFound)) throw error;
    return { unpublished: error.message };
  }
}
