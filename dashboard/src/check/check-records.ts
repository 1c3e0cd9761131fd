// Checks contributed records: the text of each, its place in its contribution, and how new it is in each index, by roots that the browser reads from the chain.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { bytesToHex } from "@tributary/protocol/bytes";
import type { Checks, TellStep } from "@tributary/protocol/check-steps";
import { CONTENT, INDEX } from "@tributary/protocol/kinds";
import { leafIn, type LeafJson, type RootHex, treeAt } from "@tributary/protocol/opened-leaf";
import { decodeContent } from "@tributary/protocol/payloads/content";
import { decodeIndex, isWithdrawnForm } from "@tributary/protocol/payloads/index";
import type { CheckChain } from "./chain.ts";
import { wholeOf } from "./ids.ts";
import { NotServed } from "./not-served.ts";
import { checkRecordText } from "./record-text.ts";
import { type CheckKind, type CheckResult, runCheck } from "./result.ts";
import { usableIndex } from "./usable-index.ts";

/** What `/openings/record/:contribution/:record` serves, as far as it is checked. */
export interface ServedRecord {
  readonly text: string;
  readonly recordHash: string;
  /** In the contribution's content tree. */
  readonly leaf: LeafJson;
  /** Those that the operator could open; others say why not. */
  readonly indexes: readonly ({ readonly modelVersion: string | number } & (
    { readonly leaf: LeafJson; readonly novelty: number; readonly witness: number } | { readonly refused: string }
  ))[];
}

export interface CheckedRecord {
  readonly record: number;
  /** One for each index that has it. */
  readonly novelties: readonly { readonly version: bigint; readonly novelty: number; readonly isWithdrawn: boolean }[];
}

export const RECORD_CHECK: CheckKind = {
  status: "proven",
  attested: [
    { what: "that the sketch which its novelty is computed from is its true gradient", by: "the model's owner" },
  ],
  beyond: [
    {
      what: "that its novelty follows from the records before it",
      by: "the whole index; one that does not was a fault proof's matter until the index was usable",
    },
  ],
};

/** A record that is asked about, and what was served of it. */
export interface AskedRecord {
  readonly record: number;
  readonly served: ServedRecord;
}

/**
 * @param contribution and records that are asked about, whatever is served
 * @throws NotServed where nothing was: of nothing everything would hold
 */
export function checkRecords(
  chain: CheckChain,
  contribution: bigint,
  asked: readonly AskedRecord[],
  onStep?: TellStep,
): Promise<CheckResult<readonly CheckedRecord[]>> {
  return runCheck(RECORD_CHECK, onStep, async (checks) => {
    if (asked.length === 0) throw new NotServed("no text of these records is kept there: there is nothing to check");
    const { contentHash: hash, recordCount } = await chain.reader.readContract({
      ...{ address: chain.addresses.DatanetRegistry, abi: datanetRegistryAbi, functionName: "contributionOf" },
      args: [contribution],
    });
    const root = { hash, sum: BigInt(recordCount) };
    const found: CheckedRecord[] = [];
    for (const each of asked) found.push(await checkedRecord(chain, contribution, root, each, checks));
    return found;
  });
}

async function checkedRecord(
  chain: CheckChain,
  contribution: bigint,
  root: RootHex,
  { record, served }: AskedRecord,
  checks: Checks,
): Promise<CheckedRecord> {
  const what = `record ${record}`;
  const content = leafIn(treeAt(CONTENT, root), served.leaf, what, checks);
  checks.same(content.place, record, `${what}: its place in its contribution`, "viewer");
  const recordHash = bytesToHex(decodeContent(content.payload).recordHash);
  checks.same(served.recordHash, recordHash, `${what}: its hash, as it is shown`, "computed");
  checks.step(checkRecordText(served.text, recordHash));
  const novelties: { version: bigint; novelty: number; isWithdrawn: boolean }[] = [];
  for (const each of served.indexes) {
    if ("refused" in each) continue;
    const version = wholeOf(each.modelVersion, "modelVersion");
    const { root: indexRoot, k } = await usableIndex(chain, version, checks);
    const there = `${what} in the index of version ${version}`;
    expectLeaf(each.leaf, there, checks);
    const shown = decodeIndex(leafIn({ ...treeAt(INDEX, indexRoot), k }, each.leaf, there, checks).payload, k);
    checks.same(shown.contributionId, contribution, `${there}: its contribution`, "viewer");
    checks.same(shown.recordIndex, record, `${there}: its place in the contribution`, "viewer");
    checks.same(bytesToHex(shown.recordHash), recordHash, `${there}: its hash`, "opening");
    checks.same(each.novelty, shown.novelty, `${there}: its novelty, as it is shown`, "computed");
    checks.same(each.witness, shown.witness, `${there}: the record that it is most like, as it is shown`, "computed");
    novelties.push({ version, novelty: shown.novelty, isWithdrawn: isWithdrawnForm(shown) });
  }
  return { record, novelties };
}

/** A novelty that nothing opens is shown all the same, so it is not passed over. */
function expectLeaf(leaf: LeafJson | undefined, there: string, checks: Checks): void {
  const holds = leaf !== undefined;
  const found = holds ? "served" : "not served";
  checks.step({ what: `${there}: its opening`, expected: "served", found, holds, source: "opening" });
}
