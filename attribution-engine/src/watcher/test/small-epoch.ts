// Small epochs with every feature that a lie can touch: several groups, harmful entries, copies, a fallback, previous payouts.
import { EARNING, PAYOUT } from "@tributary/protocol/kinds";
import { encodePayout } from "@tributary/protocol/payloads/payout";
import { emptyRoot } from "@tributary/protocol/node";
import { attributeEpoch } from "../../attribution/epoch.ts";
import type { EpochInputs } from "../../attribution/epoch-inputs.ts";
import { engineInputs } from "../../attribution/test/engine-inputs.ts";
import { randomEpoch } from "../../attribution/test/random-epoch.ts";
import { buildPayloadTree, type PayloadTree } from "../../trees/payload-tree.ts";
import { u128ColumnOf } from "../../trees/u128-words.ts";
import { honestEpoch, type HonestEpoch } from "../honest-epoch.ts";

/** The highest position that the tests' epochs may name. */
export const POSITIONS = 2n ** 28n - 1n;

/** Inputs of a random epoch whose indexes are well-formed. */
export function smallInputs(seed: number): EpochInputs {
  const plain = randomEpoch(seed);
  for (const { records } of plain.groups) {
    for (const [place, record] of records.entries()) {
      if (place === 0) record.novelty = 255n;
      if (record.scale === 0n) record.scale = 1n;
    }
  }
  return engineInputs(plain);
}

/** Attributes inputs and puts together what `findFault` takes. */
export async function honestOf(inputs: EpochInputs): Promise<HonestEpoch> {
  const epoch = await attributeEpoch(inputs);
  return honestEpoch(inputs, epoch, { previous: previousTree(inputs), positionCount: POSITIONS });
}

/** A payouts tree with the previous payouts of the inputs; what they were earned with has passed. */
export function previousTree({ previousPayouts }: EpochInputs): PayloadTree {
  return buildPayloadTree({
    depth: PAYOUT.depth,
    payloadBytes: PAYOUT.bytes,
    keys: Uint32Array.from(previousPayouts.map(([position]) => Number(position))),
    sums: u128ColumnOf(previousPayouts.map(([, cumulative]) => cumulative)),
    encode: (first, end) => {
      const payload = encodePayout({ earnings: emptyRoot(EARNING.depth) });
      return Uint8Array.from({ length: (end - first) * PAYOUT.bytes }, (_, i) => payload[i % PAYOUT.bytes]!);
    },
  });
}
