// Inputs of an epoch as their committed trees show them, also where those are malformed (docs/formats.md §6.3).
import { keccak256 } from "@tributary/protocol/keccak";
import { decodeIndex, type IndexPayload } from "@tributary/protocol/payloads/index";
import { decodeReceipt } from "@tributary/protocol/payloads/receipt";
import { decodeSketch } from "@tributary/protocol/payloads/sketch";
import { amountOfCall, settledReceiptHash } from "@tributary/protocol/proofs/calls";
import { openInput, type OpenedInput } from "@tributary/protocol/proofs/openings";
import type { SettlementInputs } from "../attribution/epoch-inputs.ts";
import { emptyReceiptTable, receiptTableOf, type ReceiptTable } from "../attribution/receipt-table.ts";
import type { AttributionIndex } from "../index/attribution-index.ts";
import { setU128, u128Column } from "../trees/u128-words.ts";
import { contentsOf, MissingNode, type ShownTree, standAt } from "./shown-tree.ts";

/**
 * A settlement from its trees. What counts as absent is a row of zeros.
 * @param count calls, as the ledger has it
 * @param k coordinates of the method's sketches
 * @throws MissingNode if a node that is needed was not shown
 */
export function readCommittedSettlement(
  settlementId: bigint,
  pool: bigint,
  count: number,
  k: number,
  receipts: ShownTree,
  sketches: ShownTree,
): SettlementInputs {
  const table = emptyReceiptTable(count);
  const coordinates = new Int8Array(k * count);
  const calls = {
    receiptHashes: new Uint8Array(32 * count),
    sketchHashes: new Uint8Array(32 * count),
    amounts: u128Column(count),
  };
  for (let place = 0; place < count; place++) {
    const receipt = inputAt(receipts, place);
    calls.receiptHashes.set(settledReceiptHash(receipt), 32 * place);
    setU128(calls.amounts, place, amountOfCall(receipt, { pool, receipts: receipts.tree.root }));
    setReceipt(table, place, receipt);
    const sketch = inputAt(sketches, place);
    if (!sketch.isPresent) continue;
    calls.sketchHashes.set(keccak256(sketch.payload), 32 * place);
    coordinates.set(decodeSketch(sketch.payload, k).sketch, k * place);
  }
  return { settlementId, pool, receipts: table, sketches: coordinates, calls };
}

/**
 * An index from its tree. A record that counts as absent has scale and novelty 0, and so no influence.
 * @param count records, as the model registry has it
 * @throws MissingNode if a node that is needed was not shown
 */
export function readCommittedIndex(count: number, k: number, shown: ShownTree): AttributionIndex {
  for (const found of contentsOf(shown)) if (found instanceof MissingNode && found.from < count) throw found;
  const index = emptyIndex(count, k);
  for (let place = 0; place < count; place++) {
    const record = inputAt(shown, place);
    if (record.isPresent) setRecord(index, place, decodeIndex(record.payload, k));
  }
  return index;
}

/** An index of which every record is there and can be read, `undefined` if any is not: whoever commits states how many there are, so room is made only then. */
export function wholeIndex(count: number, k: number, shown: ShownTree): AttributionIndex | undefined {
  let leaves = 0;
  for (const found of contentsOf(shown)) {
    const place = found instanceof MissingNode ? found.from : found.place;
    // Of what is there, places ascend.
    if (place >= count) break;
    if (found instanceof MissingNode || found.what !== "leaf") return undefined;
    leaves++;
  }
  if (leaves !== count) return undefined;
  const index = emptyIndex(count, k);
  for (const found of contentsOf(shown)) {
    if (found instanceof MissingNode || found.what !== "leaf" || found.place >= count) break;
    setRecord(index, found.place, decodeIndex(found.payload, k));
  }
  return index;
}

/** An index of rows of zeros. */
function emptyIndex(count: number, k: number): AttributionIndex {
  return {
    count,
    k,
    recordHashes: new Uint8Array(32 * count),
    contentSignatures: new Uint8Array(32 * count),
    contributionIds: new BigUint64Array(count),
    recordIndexes: new Uint32Array(count),
    scales: new Uint32Array(count),
    novelties: new Uint8Array(count),
    witnesses: new Uint32Array(count),
    sketches: new Int8Array(k * count),
  };
}

/** Sets the row of a place. */
function setRecord(index: AttributionIndex, place: number, fields: IndexPayload): void {
  index.recordHashes.set(fields.recordHash, 32 * place);
  index.contentSignatures.set(fields.contentSignature, 32 * place);
  index.contributionIds[place] = fields.contributionId;
  index.recordIndexes[place] = fields.recordIndex;
  index.scales[place] = fields.scale;
  index.novelties[place] = fields.novelty;
  index.witnesses[place] = fields.witness;
  index.sketches.set(fields.sketch, index.k * place);
}

function inputAt(shown: ShownTree, place: number): OpenedInput {
  return openInput(shown.tree, standAt(shown, place).link, place, 0);
}

function setReceipt(table: ReceiptTable, place: number, { isPresent, payload, sum }: OpenedInput): void {
  if (!isPresent) {
    setU128(table.amounts, place, sum);
    return;
  }
  const row = receiptTableOf([{ ...decodeReceipt(payload), amount: sum }]);
  table.tills.set(row.tills, 20 * place);
  table.modelVersions.set(row.modelVersions, place);
  table.channelIds.set(row.channelIds, 32 * place);
  table.sequences.set(row.sequences, place);
  table.amounts.set(row.amounts, 2 * place);
  table.cumulatives.set(row.cumulatives, 2 * place);
  table.agentRegistries.set(row.agentRegistries, 20 * place);
  table.agentIds.set(row.agentIds, 32 * place);
  table.requestHashes.set(row.requestHashes, 32 * place);
  table.responseHashes.set(row.responseHashes, 32 * place);
  table.issuedAts.set(row.issuedAts, place);
}
