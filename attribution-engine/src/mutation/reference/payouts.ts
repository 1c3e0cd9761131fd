// What every position is owed, written from docs/formats.md §6 as plainly as can be: maps, lists and bigints, no batches, no typed arrays, no trees.
// It judges mutants, so it shares no code with the engine or the protocol package; slow is fine.

/** A call as the inputs state it; `sketch` is undefined where the sketch counts as absent (docs/formats.md §6.7). */
export interface ReferenceCall {
  readonly amount: bigint;
  readonly sketch: readonly number[] | undefined;
}

export interface ReferenceRecord {
  readonly contributionId: bigint;
  readonly scale: number;
  readonly novelty: number;
  readonly sketch: readonly number[];
}

export interface ReferenceGroup {
  /** Income without receipts, part of the group's pool. */
  readonly plainPool: bigint;
  readonly topK: number;
  /** In 1/256. */
  readonly debitFactor: number;
  /** By place; undefined where the record counts as absent. */
  readonly records: readonly (ReferenceRecord | undefined)[];
  readonly settlements: readonly ReferenceSettlement[];
}

export interface ReferenceSettlement {
  readonly pool: bigint;
  readonly calls: readonly ReferenceCall[];
  /** What the receipts state before the call at `place` and of no call: of a malformed node, whose calls have an amount of 0 (docs/formats.md §6.7). */
  readonly lost?: { readonly place: number; readonly amount: bigint } | undefined;
}

export interface ReferenceEpoch {
  readonly treasury: bigint;
  /** Cumulative payouts of the epoch before, by position. */
  readonly previous: ReadonlyMap<bigint, bigint>;
  readonly ownerOf: (contributionId: bigint) => bigint;
  readonly groups: readonly ReferenceGroup[];
}

/** Cumulative payouts by position, those of 0 left out. */
export function referencePayouts(epoch: ReferenceEpoch): Map<bigint, bigint> {
  const payouts = new Map(epoch.previous);
  for (const group of epoch.groups) {
    for (const [position, amount] of earningsOf(group, epoch)) {
      payouts.set(position, (payouts.get(position) ?? 0n) + amount);
    }
  }
  for (const [position, amount] of payouts) if (amount === 0n) payouts.delete(position);
  return payouts;
}

/** What a group's pool brings to each position. */
function earningsOf(group: ReferenceGroup, epoch: ReferenceEpoch): [position: bigint, amount: bigint][] {
  const pool = group.settlements.reduce((sum, settlement) => sum + settlement.pool, group.plainPool);
  const balances = group.records.map(() => ({ credits: 0n, debits: 0n }));
  for (const settlement of group.settlements) {
    const amounts = amountsOf(settlement);
    settlement.calls.forEach((call, i) => {
      bookCall(group, call, amounts[i]!, balances);
    });
  }
  const nets = balances.map(({ credits, debits }) => (credits > debits ? credits - debits : 0n));
  if (nets.every((net) => net === 0n)) return [[epoch.treasury, pool]];
  return divide(pool, nets).flatMap((amount, place): [bigint, bigint][] =>
    amount === 0n ? [] : [[epoch.ownerOf(group.records[place]!.contributionId), amount]],
  );
}

/** What of a settlement's pool each call pays. */
function amountsOf({ pool, calls, lost }: ReferenceSettlement): bigint[] {
  const stated = calls.map((call) => call.amount);
  if (lost === undefined) return divide(pool, stated);
  return divide(pool, stated.toSpliced(lost.place, 0, lost.amount)).toSpliced(lost.place, 1);
}

/** Adds what one call credits and debits to its records. */
function bookCall(
  group: ReferenceGroup,
  call: ReferenceCall,
  amount: bigint,
  balances: { credits: bigint; debits: bigint }[],
): void {
  const { sketch } = call;
  if (sketch === undefined) return;
  const influences = group.records.flatMap((record, place) => {
    if (record === undefined) return [];
    const product = record.sketch.reduce((sum, x, i) => sum + x * sketch[i]!, 0);
    const s = BigInt(product) * BigInt(record.scale);
    return [{ place, s, w: (s < 0n ? -s : s) * BigInt(record.novelty) }];
  });
  const listOf = (isListed: (s: bigint) => boolean) =>
    influences
      .filter(({ s, w }) => w > 0n && isListed(s))
      .sort((a, b) => (a.w === b.w ? a.place - b.place : a.w > b.w ? -1 : 1))
      .slice(0, group.topK);
  const helpful = listOf((s) => s > 0n);
  const harmful = listOf((s) => s < 0n);
  const W = helpful.reduce((sum, { w }) => sum + w, 0n);
  const H = harmful.reduce((sum, { w }) => sum + w, 0n);
  if (W === 0n) return;
  const debited = (amount * BigInt(group.debitFactor)) / 256n;
  let before = 0n;
  for (const { place, w } of helpful) {
    balances[place]!.credits += (amount * (before + w)) / W - (amount * before) / W;
    before += w;
  }
  const denominator = W > H ? W : H;
  before = 0n;
  for (const { place, w } of harmful) {
    balances[place]!.debits += (debited * (before + w)) / denominator - (debited * before) / denominator;
    before += w;
  }
}

/** Parts of `amount` by prefix sums; all 0 where there is no weight. */
function divide(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  let before = 0n;
  return weights.map((weight) => {
    if (total === 0n) return 0n;
    const part = (amount * (before + weight)) / total - (amount * before) / total;
    before += weight;
    return part;
  });
}
