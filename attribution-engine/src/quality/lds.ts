/** The linear datamodelling score: do attributions predict what models make of a query when they are trained on subsets? (Park et al. 2023, TRAK.) */
import { createRandom } from "../numerics/random.ts";
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
  perQuery(predicted: Predictions, seeds = this.#allSeeds()): Float64Array {
    if (predicted.length !== this.queries)
      throw new Error(`predictions of ${predicted.length} queries, expected ${this.queries}`);
    const outcomes = this.#rankedOutcomes(seeds);
    return Float64Array.from(predicted, (row, query) => correlation(ranks(row), outcomes[query]!));
  }

  /** The score with its 95 % interval: queries and seeds are resampled. */
  score(predicted: Predictions): Estimate {
    return this.#resampled([ranked(predicted)], ([only]) => only!);
  }

  /** The score of `a` less that of `b`, with the 95 % interval of the difference: both on the same drawn queries and seeds. */
  difference(a: Predictions, b: Predictions): Estimate {
    return this.#resampled([ranked(a), ranked(b)], ([first, second]) => first! - second!);
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
   * Seeds that are drawn with replacement are fewer different ones, which lowers every drawn score; so the interval is moved by the difference
   * between the score and the draws' mean.
   */
  #resampled(predicted: readonly Predictions[], combine: (scores: readonly number[]) => number): Estimate {
    const seeds = this.#allSeeds();
    const random = createRandom(1, "bootstrap of queries and seeds");
    const perQuery = new Map<string, Float64Array[]>();
    const valuesOf = (drawn: readonly number[]): Float64Array[] => {
      const key = drawn.join();
      let values = perQuery.get(key);
      if (values === undefined) {
        const outcomes = this.#rankedOutcomes(drawn);
        values = predicted.map((rows) => Float64Array.from(rows, (row, query) => correlation(row, outcomes[query]!)));
        perQuery.set(key, values);
      }
      return values;
    };
    const statistic = (drawn: readonly number[], queries: readonly number[]): number =>
      combine(
        valuesOf(drawn).map((values) => queries.reduce((sum, query) => sum + values[query]!, 0) / queries.length),
      );
    const everything = Array.from({ length: this.queries }, (_, query) => query);
    const value = statistic(seeds, everything);
    const draws = Array.from({ length: ROUNDS }, () => {
      const drawn = seeds.map(() => random.below(seeds.length)).sort((a, b) => a - b);
      return statistic(
        drawn,
        everything.map(() => random.below(this.queries)),
      );
    }).sort((a, b) => a - b);
    const shift = value - draws.reduce((sum, draw) => sum + draw, 0) / ROUNDS;
    return { value, low: draws[Math.floor(0.025 * ROUNDS)]! + shift, high: draws[Math.floor(0.975 * ROUNDS)]! + shift };
  }

  #allSeeds(): number[] {
    return [...this.#outcomes.bySeed.keys()];
  }

  /** Per query, the ranks of the subsets by their outcome averaged over `seeds`. */
  #rankedOutcomes(seeds: readonly number[]): Float64Array[] {
    const key = seeds.join();
    let rows = this.#ranked.get(key);
    if (rows === undefined) {
      const { subsets, bySeed } = this.#outcomes;
      rows = Array.from({ length: this.queries }, (_, query) =>
        ranks(
          Float64Array.from(subsets, (_subset, index) =>
            seeds.reduce((sum, seed) => sum + bySeed[seed]![index]![query]!, 0),
          ),
        ),
      );
      this.#ranked.set(key, rows);
    }
    return rows;
  }
}

function ranked(predicted: Predictions): Float64Array[] {
  return predicted.map((row) => ranks(row));
}
