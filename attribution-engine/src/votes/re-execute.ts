// Makes a disputed sketch again and compares it with the committed one, by the published tolerance (docs/formats.md §7.7).
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { bytesToHex } from "@tributary/protocol/bytes";
import { INDEX, SKETCH } from "@tributary/protocol/kinds";
import { isWithdrawnForm } from "@tributary/protocol/payloads/index";
import { saltedHash } from "@tributary/protocol/salted-hash";
import { buildReceiptsTree } from "../attribution/settlement-trees.ts";
import { expectRoot, readSettlement } from "../chain/settlement-view.ts";
import { sliceIndex } from "../index/attribution-index.ts";
import { checkSketches, type FalseSketch, type SketchRows } from "../sketch/check-sketches.ts";
import type { DataSource } from "../watch/committed-data.ts";
import { publishedIndex, publishedSketches } from "../watch/input-trees.ts";
import type { DisputedSketch } from "./open-disputes.ts";
import type { Workshop } from "./workshop.ts";

/**
 * How the committed sketch differs from one's own by more than the tolerance; `undefined` where it does not, and the vote upholds it.
 * @throws Error that says what is missing where it cannot be made again, or what was committed cannot be had: no vote follows from that
 */
export async function reExecute(
  source: DataSource,
  workshops: readonly Workshop[],
  disputed: DisputedSketch,
): Promise<FalseSketch | undefined> {
  const { committed, own } = await rowsOf(source, workshops, disputed);
  return own === undefined ? undefined : checkSketches(committed, own)[0];
}

function rowsOf(
  source: DataSource,
  workshops: readonly Workshop[],
  disputed: DisputedSketch,
): Promise<{ committed: SketchRows; own: SketchRows | undefined }> {
  if (disputed.kind === INDEX.tag) return recordRows(source, workshops, disputed);
  if (disputed.kind === SKETCH.tag) return callRows(source, workshops, disputed);
  throw new Error(`commits of kind ${disputed.kind} have no sketches`);
}

async function callRows(source: DataSource, workshops: readonly Workshop[], { id, sub, place }: DisputedSketch) {
  const view = await readSettlement(source.reader, source.contracts.ledger, id);
  const workshop = await workshopOf(source, workshops, view.modelVersion);
  const { receipts, call } = workshop.handed(id, place);
  expectRoot(
    `settlement ${id}, receipts of ${workshop.name}`,
    manifestRoot(buildReceiptsTree(receipts).root),
    view.receipts,
  );
  for (const [what, text, hashes] of [
    ["prompt", call.prompt, receipts.requestHashes],
    ["answer", call.answer, receipts.responseHashes],
  ] as const)
    if (saltedHash(call.salt, text) !== bytesToHex(hashes.subarray(32 * place, 32 * (place + 1))))
      throw new Error(`settlement ${id}, call ${place}: the ${what} in ${workshop.name} is not the receipt's`);
  const { table } = await publishedSketches(source, id, sub);
  const k = table.length / view.count;
  const committed = { k, sketches: table.subarray(k * place, k * (place + 1)) };
  return { committed, own: await workshop.sketchCall(call) };
}

/** Nothing of its own for a record in withdrawn form: it has no gradient, and whether the form is right is for proofs. */
async function recordRows(source: DataSource, workshops: readonly Workshop[], { id, sub, place }: DisputedSketch) {
  const workshop = await workshopOf(source, workshops, id);
  const { tree, table } = await publishedIndex(source, id);
  const registry = { address: source.contracts.modelRegistry, abi: modelRegistryAbi } as const;
  const [index, commits] = await Promise.all([
    source.reader.readContract({ ...registry, functionName: "indexOf", args: [id] }),
    source.reader.readContract({ ...registry, functionName: "indexCommitsOf", args: [id] }),
  ]);
  // The registry has the present index alone.
  if (commits !== sub + 1) throw new Error(`version ${id}: index commit ${sub} has ended, and another is there`);
  expectRoot(`index of version ${id}, bundle ${index.bundleHash}`, manifestRoot(tree.root), index);
  const { k, sketches, scales, recordHashes, novelties, witnesses } = sliceIndex(table, place, place + 1);
  const isWithdrawn = isWithdrawnForm({ novelty: novelties[0]!, witness: witnesses[0]! });
  const own = isWithdrawn ? undefined : await workshop.sketchRecord(workshop.recordText(recordHashes));
  return { committed: { k, sketches, scales }, own };
}

async function workshopOf({ reader, contracts }: DataSource, workshops: readonly Workshop[], version: bigint) {
  const registry = { address: contracts.modelRegistry, abi: modelRegistryAbi } as const;
  const [{ weightsHash }, { sketchSpec }] = await Promise.all([
    reader.readContract({ ...registry, functionName: "versionOf", args: [version] }),
    reader.readContract({ ...registry, functionName: "methodOf", args: [version] }),
  ]);
  const workshop = workshops.find((one) => one.isOf(weightsHash, sketchSpec));
  if (workshop === undefined)
    throw new Error(`version ${version}: no folder has the adapter ${weightsHash} with the basis of its method`);
  return workshop;
}
