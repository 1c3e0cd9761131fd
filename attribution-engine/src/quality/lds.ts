/** The linear datamodelling score: do attributions predict what models make of a query when they are trained on subsets? (Park et al. 2023, TRAK.) */
import { createRandom, type Random } from "../numerics/random.ts";
import { drawnCorrelation, drawnRanks, orderOf, type ItemOrder } from "./drawn-ranks.ts";
import { correlation, ranks, type Estimate } from "./statistics.ts";

/** What was measured by retraining. */
export interface SubsetOutcomes {
  /** Records that each model was trained on. */
  readonly subsets: readonly Uint32Array[];
  /** `bySeed[seed][subset][query]`: the model's output (a margin, or the loss with its sign reversed: more is better). */
  readonly bySeed: readonly (readonly Float64Array[])[];
}

/** A method's prediction: `predicted[query][subset]`. */
export type Predictions = readonly Float64Array[];

const ROUNDS = 1000;
/** Half the width of a normal distribution's 95 % interval, in standard errors. */
const NORMAL = 1.96;

/** `count` subsets of `size` of the records, each in ascending order. */
export function drawSubsets(records: number, size: number, count: number, seed: number): Uint32Array[] {
  const random = createRandom(seed, "subsets");
  return Array.from({ length: count }, () =>
    Uint32Array.from(random.shuffle(Array.from({ length: records }, (_, record) => record)).slice(0, size)).sort(),
  );
}

/** Each subset's sum of its records' scores. @param scores of all records on a query, positive where they help it. */
export function predictOutcomes(
  subsets: readonly Uint32Array[],
  queries: number,
  scores: (query: number) => ArrayLike<number>,
): Float64Array[] {
  return Array.from({ length: queries }, (_, query) => {
    const row = scores(query);
    return Float64Array.from(subsets, (subset) => {
      let sum = 0;
      for (const record of subset) {
        const score = row[record]!;
        if (!Number.isFinite(score)) throw new Error(`query ${query}: the score of record ${record} is ${score}`);
        sum += score;
      }
      return sum;
    });
  });
}

/**
 * Compares predictions with outcomes. Per query: Spearman's correlation over the subsets of the prediction with the outcome averaged over the
 * seeds; then the mean over the queries.
 */
export class LdsMeasure {
  readonly #outcomes: SubsetOutcomes;
  readonly queries: number;
  /** Ranks of the mean outcomes of drawn seeds, per query; by the seeds. */
  readonly #ranked = new Map<string, Float64Array[]>();

  /** @throws Error if outcomes are missing, or are not as many everywhere. */
  constructor(outcomes: SubsetOutcomes) {
    const { subsets, bySeed } = outcomes;
    this.queries = bySeed[0]?.[0]?.length ?? 0;
    if (this.queries === 0) throw new Error("no outcomes to compare with");
    bySeed.forEach((rows, seed) => {
      if (rows.length !== subsets.length)
        throw new Error(`seed ${seed}: ${rows.length} outcomes of ${subsets.length} subsets`);
      rows.forEach((row, subset) => {
        const query = row.findIndex((value) => !Number.isFinite(value));
        if (row.length !== this.queries)
          throw new Error(`seed ${seed}, subset ${subset}: ${row.length} queries, expected ${this.queries}`);
        if (query >= 0)
          throw new Error(`seed ${seed}, subset ${subset}: the outcome of query ${query} is ${row[query]}`);
      });
    });
    this.#outcomes = outcomes;
  }

  /** The score of each query against the mean outcome of some seeds, all by default. */
  perQuery(predicted: Predictions, seeds: readonly number[] = this.#allSeeds()): Float64Array {
    if (predicted.length !== this.queries)
      throw new Error(`predictions of ${predicted.length} queries, expected ${this.queries}`);
    const outcomes = this.#rankedOutcomes(seeds);
    return Float64Array.from(predicted, (row, query) => correlation(ranks(row), outcomes[query]!));
  }

  /** The score with its 95 % interval over other draws of subsets, queries and seeds. @param rounds draws of the bootstrap. */
  score(predicted: Predictions, rounds = ROUNDS): Estimate {
    return this.#estimate([predicted], rounds);
  }

  /** The score of `a` less that of `b`, with the 95 % interval of the difference: both on the same draws. @param rounds draws of the bootstrap. */
  difference(a: Predictions, b: Predictions, rounds = ROUNDS): Estimate {
    return this.#estimate([a, b], rounds);
  }

  /**
   * The score that a perfect prediction of the mean over infinitely many seeds is expected to get: the root of the outcomes' reliability. The mean
   * correlation r of two seeds' outcomes gives it by the formula of Spearman and Brown, n·r / (1 + (n − 1)·r). 1 for a single seed, of which it is not known.
   */
  ceiling(): number {
    const seeds = this.#allSeeds();
    if (seeds.length === 1) return 1;
    const single = seeds.map((seed) => this.#rankedOutcomes([seed]));
    let sum = 0;
    for (let query = 0; query < this.queries; query++) {
      let pairs = 0;
      for (const a of seeds)
        for (const b of seeds) if (a < b) pairs += correlation(single[a]![query]!, single[b]![query]!);
      const r = Math.max(0, pairs / ((seeds.length * (seeds.length - 1)) / 2));
      sum += Math.sqrt((seeds.length * r) / (1 + (seeds.length - 1) * r));
    }
    return sum / this.queries;
  }

  /**
   * The interval is 1.96 standard errors to either side. Their square is the sum of two: the variance over a bootstrap that draws subsets and
   * queries, with the subsets ranked again in each draw, since all queries share the subsets and chance in them does not average out over
   * queries; and the jackknife's variance over the seeds, since seeds drawn with replacement are fewer different ones, which lowers every
   * score. A single seed adds none.
   */
  #estimate(predicted: readonly Predictions[], rounds: number): Estimate {
    const statistic = (seeds: readonly number[]): number =>
      difference(predicted.map((rows) => mean(this.perQuery(rows, seeds))));
    const seeds = this.#allSeeds();
    const value = statistic(seeds);
    const without = seeds.length === 1 ? [] : seeds.map((seed) => statistic(seeds.filter((other) => other !== seed)));
    const error = Math.sqrt(
      variance(this.#drawn(predicted, rounds)) + Math.max(0, seeds.length - 1) * variance(without),
    );
    return { value, low: value - NORMAL * error, high: value + NORMAL * error };
  }

  /** The score, or the difference of two, on subsets and queries drawn with replacement. */
  #drawn(predicted: readonly Predictions[], rounds: number): number[] {
    const random = createRandom(1, "bootstrap of subsets and queries");
    const count = this.#outcomes.subsets.length;
    const outcomes = this.#summedOutcomes(this.#allSeeds()).map(orderOf);
    const orders = predicted.map((rows) => rows.map(orderOf));
    const [ofOutcome, ofPrediction] = [new Float64Array(count), new Float64Array(count)];
    const correlationsOf = (query: number, counts: Uint32Array): number[] => {
      const squares = drawnRanks(outcomes[query]!, counts, ofOutcome);
      return orders.map((rows: readonly ItemOrder[]) =>
        drawnCorrelation(counts, ofOutcome, squares, ofPrediction, drawnRanks(rows[query]!, counts, ofPrediction)),
      );
    };
    return Array.from({ length: rounds }, () => {
      const subsets = drawCounts(random, count);
      let sum = 0;
      drawCounts(random, this.queries).forEach((times, query) => {
        if (times > 0) sum += times * difference(correlationsOf(query, subsets));
      });
      return sum / this.queries;
    });
  }

  #allSeeds(): number[] {
    return [...this.#outcomes.bySeed.keys()];
  }

  /** Per query, the ranks of the subsets by their outcome averaged over `seeds`. */
  #rankedOutcomes(seeds: readonly number[]): Float64Array[] {
    const key = seeds.join();
    const rows = this.#ranked.get(key) ?? this.#summedOutcomes(seeds).map((row) => ranks(row));
    this.#ranked.set(key, rows);
    return rows;
  }

  /** Per query, the subsets' outcomes added up over `seeds`. */
  #summedOutcomes(seeds: readonly number[]): Float64Array[] {
    const { subsets, bySeed } = this.#outcomes;
    return Array.from({ length: this.queries }, (_, query) =>
      Float64Array.from(subsets, (_subset, index) =>
        seeds.reduce((sum, seed) => sum + bySeed[seed]![index]![query]!, 0),
      ),
    );
  }
}

/** How often each of `count` items is drawn when as many are drawn with replacement. */
function drawCounts(random: Random, count: number): Uint32Array {
  const counts = new Uint32Array(count);
  for (let draw = 0; draw < count; draw++) counts[random.below(count)]!++;
  return counts;
}

/** A single score as it is, or the first less the second. */
function difference([first, second = 0]: readonly number[]): number {
  return first! - second;
}

function mean(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The mean squared distance from the mean; 0 of nothing. */
function variance(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
}
