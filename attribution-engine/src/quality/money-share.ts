/** Who would be paid: the protocol's money rule in real numbers, as a measure of attribution quality. */

/** Calls whose money is netted together. */
export interface MoneyShareInput {
  readonly recordContributors: readonly string[];
  /** Whose each call is; undefined where it is nobody's: its money is netted with the others', and counts for no share. */
  readonly callContributors: readonly (string | undefined)[];
  /** What each call pays; 1 when absent. */
  readonly amounts?: ArrayLike<number>;
  /** Signed influence s of every record on call `call`. */
  readonly scores: (call: number) => ArrayLike<number>;
  /** 0 to 255 per record; all 255 when absent. */
  readonly novelty?: ArrayLike<number>;
  /** Helpful and harmful records per call. */
  readonly listLength?: number;
  /** In 1/256. */
  readonly debitFactor?: number;
}

/** The `count` records of largest weight among those of one sign, ties to the lower index. */
function strongest(
  scores: ArrayLike<number>,
  novelty: ArrayLike<number> | undefined,
  sign: 1 | -1,
  count: number,
): [record: number, weight: number][] {
  const list: [number, number][] = [];
  for (let record = 0; record < scores.length; record++) {
    const weight = scores[record]! * sign * (novelty?.[record] ?? 255);
    if (!(weight > 0) || (list.length === count && weight <= list[count - 1]![1])) continue;
    let place = list.length;
    while (place > 0 && list[place - 1]![1] < weight) place--;
    list.splice(place, 0, [record, weight]);
    if (list.length > count) list.pop();
  }
  return list;
}

/** Money of each (call, record) pair; sums to what the calls pay unless every net is zero. */
export function attributeMoney(input: MoneyShareInput): Map<number, number>[] {
  const { listLength = 32, debitFactor = 192, novelty } = input;
  const records = input.recordContributors.length;
  const credits = new Float64Array(records);
  const debits = new Float64Array(records);
  const credited = input.callContributors.map((_, call) => {
    const scores = input.scores(call);
    if (scores.length !== records) throw new Error(`call ${call}: ${scores.length} scores for ${records} records`);
    const helpful = strongest(scores, novelty, 1, listLength);
    const harmful = strongest(scores, novelty, -1, listLength);
    const total = (list: [number, number][]): number => list.reduce((sum, [, weight]) => sum + weight, 0);
    const [helpfulTotal, harmfulTotal] = [total(helpful), total(harmful)];
    if (helpfulTotal === 0) return new Map<number, number>();
    const amount = amountOf(input, call);
    for (const [record, weight] of harmful)
      debits[record]! += (debitFactor / 256) * amount * (weight / Math.max(helpfulTotal, harmfulTotal));
    const points = helpful.map(([record, weight]) => [record, (amount * weight) / helpfulTotal] as const);
    for (const [record, credit] of points) credits[record]! += credit;
    return new Map(points);
  });
  const nets = credits.map((credit, record) => Math.max(0, credit - debits[record]!));
  const netTotal = nets.reduce((sum, net) => sum + net, 0);
  const pool = input.callContributors.reduce((sum, _, call) => sum + amountOf(input, call), 0);
  return credited.map(
    (list) =>
      new Map(
        [...list].map(([record, credit]) => [
          record,
          netTotal === 0 ? 0 : ((pool * nets[record]!) / netTotal) * (credit / credits[record]!),
        ]),
      ),
  );
}

function amountOf({ amounts }: Pick<MoneyShareInput, "amounts">, call: number): number {
  return amounts === undefined ? 1 : amounts[call]!;
}

/** The share of the money of calls that are somebody's that goes to records of their own contributors. @param groups each netted by itself */
export function moneyShare(...groups: readonly MoneyShareInput[]): number {
  let own = 0;
  let all = 0;
  for (const group of groups) {
    attributeMoney(group).forEach((paid, call) => {
      const contributor = group.callContributors[call];
      if (contributor === undefined) return;
      for (const [record, money] of paid) {
        all += money;
        if (group.recordContributors[record] === contributor) own += money;
      }
    });
  }
  return all === 0 ? 0 : own / all;
}

/** What {@link moneyShare} is when money goes to records at random: each call's own contributor's share of the records, averaged by what calls pay. */
export function chanceShare({
  recordContributors,
  callContributors,
  amounts,
}: Pick<MoneyShareInput, "recordContributors" | "callContributors" | "amounts">): number {
  const counts = new Map<string, number>();
  for (const contributor of recordContributors) counts.set(contributor, (counts.get(contributor) ?? 0) + 1);
  let own = 0;
  let all = 0;
  callContributors.forEach((contributor, call) => {
    if (contributor === undefined) return;
    const amount = amountOf({ amounts }, call);
    own += (amount * (counts.get(contributor) ?? 0)) / recordContributors.length;
    all += amount;
  });
  return all === 0 ? 0 : own / all;
}
