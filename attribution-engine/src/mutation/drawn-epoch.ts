// Draws small epochs at random, rich in ties, zeros, copies and flawed inputs, and brings each into the forms that the engine and the reference take.
import { attributeEpoch } from "../attribution/epoch.ts";
import { engineInputs } from "../attribution/test/engine-inputs.ts";
import { DIMENSIONS, generator, type Next } from "../attribution/test/random-epoch.ts";
import type { PlainCall, PlainEpoch, PlainGroup, PlainRecord } from "../attribution/test/reference-epoch.ts";
import { honestEpoch, type HonestEpoch } from "../watcher/honest-epoch.ts";
import { recommit } from "../watcher/test/malformed-inputs.ts";
import { previousTree } from "../watcher/test/small-epoch.ts";
import { commitFlawed, countsAsAbsent, drawFlaws, type Flaws, statedReceipts } from "./input-flaws.ts";
import { pick } from "./mutant.ts";
import type { ReferenceEpoch } from "./reference/payouts.ts";

/** The treasury's position on every ledger. */
export const TREASURY = 1n;
/** Positions that exist, the treasury's included. */
export const POSITION_COUNT = 12n;
const MOST_CONTRIBUTIONS = 8;

/** What the chain has to say of an epoch before it can hold it. */
export interface Placement {
  readonly chainId: bigint;
  readonly ledger: `0x${string}`;
  readonly epoch: bigint;
  /** Id of the next settlement that is opened. */
  readonly nextSettlement: bigint;
}

export interface DrawnEpoch {
  readonly seed: number;
  readonly plain: PlainEpoch;
  readonly honest: HonestEpoch;
  readonly reference: ReferenceEpoch;
  /** Whether an input counts as absent somewhere. */
  readonly hasFlaws: boolean;
}

/** Draws an epoch, the same for the same seed and placement, and attributes it. */
export async function drawEpoch(seed: number, at: Placement): Promise<DrawnEpoch> {
  const next = generator(seed);
  const plain = drawPlain(next, at.nextSettlement);
  const flaws: Flaws = next(4) === 0 ? drawFlaws(next, plain) : new Map();
  const drawn = { ...engineInputs(plain), chainId: at.chainId, ledger: at.ledger, epoch: at.epoch };
  /** Trees are committed group by group: the index, then each settlement's receipts and sketches. */
  const names = plain.groups.flatMap(({ modelVersion, settlements }) => [
    `index ${modelVersion}`,
    ...settlements.flatMap(({ settlementId }) => [`receipts ${settlementId}`, `sketches ${settlementId}`]),
  ]);
  const { inputs, trees } = recommit(drawn, (kind, tree, count) =>
    commitFlawed(kind, tree, count, flaws, names.shift()!),
  );
  const epoch = await attributeEpoch(inputs);
  const honest = honestEpoch(inputs, epoch, {
    previous: previousTree(inputs),
    positionCount: POSITION_COUNT,
    receiptsOf: (id) => trees.get(`receipts ${id}`),
    sketchesOf: (id) => trees.get(`sketches ${id}`),
    indexOf: (version) => trees.get(`index ${version}`),
  });
  return { seed, plain, honest, reference: referenceOf(plain, flaws), hasFlaws: flaws.size > 0 };
}

function referenceOf(plain: PlainEpoch, flaws: Flaws): ReferenceEpoch {
  return {
    treasury: plain.treasury,
    previous: new Map(plain.previous),
    ownerOf: (contributionId) => plain.positions[String(contributionId)] ?? plain.treasury,
    groups: plain.groups.map((group) => ({
      plainPool: group.plainPool,
      topK: group.topK,
      debitFactor: Number(group.debitFactor),
      records: group.records.map(({ contributionId, scale, novelty, sketch }, place) =>
        countsAsAbsent(flaws, `index ${group.modelVersion}`, place)
          ? undefined
          : { contributionId, scale: Number(scale), novelty: Number(novelty), sketch: sketch.map(Number) },
      ),
      settlements: group.settlements.map(({ settlementId, pool, calls }) => {
        const { amounts, lost } = statedReceipts(
          flaws,
          `receipts ${settlementId}`,
          calls.map(({ amount }) => amount),
        );
        return {
          pool,
          lost,
          calls: calls.map(({ sketch }, place) => ({
            amount: amounts[place]!,
            sketch: countsAsAbsent(flaws, `sketches ${settlementId}`, place) ? undefined : sketch.map(Number),
          })),
        };
      }),
    })),
  };
}

// --- drawing ---

function drawPlain(next: Next, firstSettlement: bigint): PlainEpoch {
  const contributions = 1 + next(MOST_CONTRIBUTIONS);
  const positions: Record<string, bigint> = {};
  // Several contributions of one position, and now and then one that was not accepted in time.
  for (let id = 1; id <= contributions; id++)
    if (next(10) > 0) positions[String(id)] = BigInt(2 + next(next(2) === 0 ? 3 : Number(POSITION_COUNT) - 1));
  const previous = new Map<bigint, bigint>();
  for (let left = next(6); left > 0; left--) previous.set(BigInt(1 + next(8)), 1n + drawAmount(next));
  let settlementId = firstSettlement + (previous.size > 0 ? 1n : 0n);
  let version = 0n;
  const groups = Array.from({ length: 1 + next(3) }, (): PlainGroup => {
    version += BigInt(1 + next(3));
    const coarse = next(3) > 0;
    /** Calls without influence make W = 0; where all of a group's are, its nets are 0 and the treasury gets its pool. */
    const mute = next(8) === 0 ? 1 : next(6);
    const settlements = Array.from({ length: 1 + next(3) }, () => ({
      settlementId: settlementId++,
      pool: next(8) === 0 ? 0n : drawAmount(next),
      calls: drawCalls(next, coarse, mute),
    }));
    return {
      modelVersion: version,
      topK: 1 + next(8),
      debitFactor: BigInt([0, 192, 256, next(257)][next(4)]!),
      records: drawRecords(next, coarse, contributions),
      plainPool: next(3) === 0 ? drawAmount(next) : 0n,
      settlements,
    };
  });
  shuffleIds(next, groups);
  return {
    treasury: TREASURY,
    previous: [...previous].sort((a, b) => (a[0] < b[0] ? -1 : 1)),
    positions,
    groups,
  };
}

/** Settlements are opened in another order than they are committed in. */
function shuffleIds(next: Next, groups: readonly PlainGroup[]): void {
  const settlements = groups.flatMap((group) => group.settlements);
  for (const settlement of settlements) {
    const other = pick(next, settlements)!;
    [settlement.settlementId, other.settlementId] = [other.settlementId, settlement.settlementId];
  }
}

function drawAmount(next: Next): bigint {
  const kind = next(8);
  if (kind === 0) return 0n;
  if (kind === 1) return BigInt(1 + next(3));
  if (kind === 2) return BigInt(1 + next(2 ** 30)) << 46n;
  return BigInt(1 + next(1_000_000));
}

function drawSketch(next: Next, coarse: boolean): bigint[] {
  return Array.from({ length: DIMENSIONS }, () => BigInt(coarse ? next(3) - 1 : next(255) - 127));
}

function drawRecords(next: Next, coarse: boolean, contributions: number): PlainRecord[] {
  const records: PlainRecord[] = [];
  for (let place = 0, count = 3 + next(next(4) === 0 ? 38 : 10); place < count; place++) {
    const isCopy = place > 0 && next(5) === 0;
    const record = {
      contributionId: BigInt(1 + next(contributions)),
      scale: BigInt(1 + next(next(4) === 0 ? 2 ** 24 : 3)),
      novelty: place === 0 || next(3) > 0 ? 255n : BigInt(isCopy ? 0 : next(256)),
      sketch: isCopy ? [...records[next(place)]!.sketch] : drawSketch(next, coarse),
    };
    // Of the copies that weigh nothing, every other one is a withdrawn record instead.
    const isWithdrawn = isCopy && record.novelty === 0n && place % 2 === 1;
    records.push(isWithdrawn ? { ...record, scale: 0n, sketch: record.sketch.map(() => 0n) } : record);
  }
  return records;
}

function drawCalls(next: Next, coarse: boolean, mute: number): PlainCall[] {
  const hex = (bytes: number): string =>
    Array.from({ length: bytes }, () => next(256).toString(16).padStart(2, "0")).join("");
  const [till, channelId] = [hex(20), hex(32)];
  let cumulative = 0n;
  return Array.from({ length: 1 + next(next(3) === 0 ? 8 : 4) }, (_, i) => {
    const amount = drawAmount(next);
    cumulative += amount;
    return {
      till,
      channelId,
      sequence: BigInt(1 + i),
      amount,
      cumulative,
      agentRegistry: "00".repeat(20),
      agentId: 0n,
      requestHash: hex(32),
      responseHash: hex(32),
      issuedAt: BigInt(next(2 ** 31)),
      sketch:
        mute === 1 || (mute === 2 && next(2) === 0)
          ? Array.from({ length: DIMENSIONS }, () => 0n)
          : drawSketch(next, coarse),
    };
  });
}
