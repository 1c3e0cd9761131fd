// What the epoch in docs/vectors/epoch.json holds of a contribution, of an index and of a settlement's receipts, opened for tests.
import { NONE } from "../bytes.ts";
import type { OpenedUse, UseRoots } from "../opened-use.ts";
import type { OpenedPart } from "../opened-part.ts";
import { PART_LEVEL } from "../opened-part.ts";
import type { ReceiptLeaf } from "../opened-receipts.ts";
import { type VectorEpoch, rootHex } from "./vector-epoch.ts";

export interface VectorUse {
  readonly opened: OpenedUse;
  readonly roots: UseRoots;
}

/** A contribution in a group, with what a chain would say of both. */
export function vectorUse(epoch: VectorEpoch, group: number, contribution: bigint): VectorUse {
  const { input, output } = epoch.vector;
  const { records, modelVersion, method } = input.groups[group]!;
  const [points, index] = [epoch.pointsOf(group), epoch.indexOf(group)];
  const places = records.flatMap(({ contributionId }, place) =>
    BigInt(contributionId) === contribution ? [place] : [],
  );
  const position = Number(epoch.earnerOf(contribution) || epoch.treasury);
  const opened = places.map((place) => {
    const of = output.groups[group]!.points.find(({ record }) => record === place);
    const { credits = [], debits = [], earningIndex = NONE } = of ?? {};
    return {
      ...{ record: index.leaf(place), credits, debits },
      points:
        of === undefined
          ? ({ key: place, sum: "0", payload: "0x", opening: points.absence(place) } as const)
          : points.leaf(place),
      ...(earningIndex !== NONE && { earning: epoch.earningsOf(position).leaf(earningIndex) }),
    };
  });
  const isPaid = opened.some(({ earning }) => earning !== undefined);
  return {
    opened: {
      group: epoch.groups.leaf(group),
      ...(isPaid && { payout: epoch.payouts.leaf(position) }),
      records: opened,
    },
    roots: {
      ...{ groups: rootHex(epoch.groups.root), payouts: epoch.payouts.root, index: rootHex(index.root) },
      ...{ k: method.k, version: BigInt(modelVersion), contribution, recordCount: places.length },
    },
  };
}

/** The whole index of a group, which is one part. */
export function vectorPart(epoch: VectorEpoch, group: number): OpenedPart {
  const index = epoch.indexOf(group);
  const payloads = epoch.vector.input.groups[group]!.records.map((_, place) => index.leaf(place).payload);
  return { part: 0, payloads, opening: index.open(PART_LEVEL, 0) };
}

/** All receipts of a settlement. */
export function vectorReceipts(epoch: VectorEpoch, settlement: bigint): ReceiptLeaf[] {
  return epoch.calls
    .filter((call) => call.settlement === settlement)
    .map(({ opened: { receipt } }) => ({ sum: receipt.sum, payload: receipt.payload }));
}
