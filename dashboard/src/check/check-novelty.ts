// Checks how new the records of a datanet are in the index of a model version: counted here over all of its places.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import type { Checks, TellStep } from "@tributary/protocol/check-steps";
import { FULL_NOVELTY } from "@tributary/protocol/kinds";
import { type OpenedPart, PART_RECORDS, verifyPart } from "@tributary/protocol/opened-part";
import { isWithdrawnForm } from "@tributary/protocol/payloads/index";
import type { CheckChain } from "./chain.ts";
import { type CheckKind, type CheckResult, runCheck } from "./result.ts";
import { usableIndex } from "./usable-index.ts";

export interface CheckedNovelty {
  readonly records: number;
  readonly withdrawn: number;
  readonly noveltySum: number;
  readonly copies: number;
  readonly full: number;
}

/** What the indexer counted, and the root of the index that it says it counted in. */
export interface StatedNovelty extends CheckedNovelty {
  readonly root: { readonly hash: string };
}

export const NOVELTY_CHECK: CheckKind = {
  status: "proven",
  attested: [{ what: "that the sketches which novelty is computed from are true gradients", by: "the model's owner" }],
  beyond: [
    {
      what: "that each novelty follows from the records before it",
      by: "the whole index; one that does not was a fault proof's matter until the index was usable",
    },
  ],
};

/**
 * @param datanet and version that are asked about
 * @param stated what is shown, which has to be what is counted
 * @param partOf the version's index, as served
 */
export function checkNovelty(
  chain: CheckChain,
  { datanet, version }: { readonly datanet: bigint; readonly version: bigint },
  stated: StatedNovelty,
  partOf: (part: number) => Promise<OpenedPart>,
  onStep?: TellStep,
): Promise<CheckResult<CheckedNovelty>> {
  return runCheck(NOVELTY_CHECK, onStep, async (checks) => {
    const index = await usableIndex(chain, version, checks);
    checks.same(stated.root.hash, index.root.hash, "the root of the index, as it is shown", "chain");
    const { first, records } = await placesOf(chain, datanet, version, checks);
    const counts = { records, withdrawn: 0, noveltySum: 0, copies: 0, full: 0 };
    const end = first + records;
    let seen = 0;
    for (let part = Math.floor(first / PART_RECORDS); part * PART_RECORDS < end; part++)
      for (const record of verifyPart(await partOf(part), part, index, checks)) {
        if (record.place < first || record.place >= end) continue;
        seen++;
        if (isWithdrawnForm(record)) counts.withdrawn++;
        else {
          counts.noveltySum += record.novelty;
          if (record.novelty === 0) counts.copies++;
          if (record.novelty === FULL_NOVELTY) counts.full++;
        }
      }
    checks.same(seen, records, `records of datanet ${datanet} in the index`, "chain");
    checks.same(textOf(stated), textOf(counts), "what the indexer counted, as it is shown", "computed");
    return counts;
  });
}

function textOf({ records, withdrawn, noveltySum, copies, full }: CheckedNovelty): string {
  return `${records} records, ${withdrawn} withdrawn, novelty ${noveltySum} together, ${copies} of 0, ${full} of ${FULL_NOVELTY}`;
}

/** Where a datanet's records stand, by the layout that the version was registered with. */
async function placesOf({ reader, addresses }: CheckChain, datanet: bigint, version: bigint, checks: Checks) {
  const layout = await reader.readContract({
    ...{ address: addresses.ModelRegistry, abi: modelRegistryAbi, functionName: "layoutOf", args: [version] },
  });
  const at = layout.findIndex((segment) => segment.datanet === datanet);
  const step = { what: `datanet ${datanet} in the layout of model version ${version}`, expected: "there" } as const;
  checks.step({ ...step, found: at < 0 ? "not there" : "there", holds: at >= 0, source: "chain" });
  const first = layout.slice(0, at).reduce((sum, { records }) => sum + Number(records), 0);
  return { first, records: Number(layout[at]!.records) };
}
