// Which of several models answers a call best, by price, latency, stake and errors.

/** What is known of a model for one call. */
export interface Candidate {
  readonly name: string;
  /** What the call may cost at it at most, base units. */
  readonly ceiling: bigint;
  /** Undefined if it was not measured yet: it counts as the fastest, so that it is. */
  readonly latencyMs: number | undefined;
  /** On the model, whole OPEN. */
  readonly stake: number;
  /** 0 … 1. */
  readonly errors: number;
}

/** How much each counts. */
export interface Weights {
  readonly price: number;
  readonly latency: number;
  readonly stake: number;
  readonly errors: number;
}

export type Ground = keyof Weights;
export const GROUNDS: readonly Ground[] = ["price", "latency", "stake", "errors"];

export interface Scored {
  readonly candidate: Candidate;
  readonly parts: Readonly<Record<Ground, number>>;
  readonly score: number;
}

/** An upstream that always fails keeps a finite score. */
const LEAST_SUCCESS = 0.01;

/**
 * Scores candidates against the best of them, the best first; equal scores by name.
 *
 * `score = − w_price · ln(ceiling / least ceiling) − w_latency · ln(latency / least latency)
 *          + w_stake · ln((1 + stake) / (1 + most stake)) + w_errors · ln(max(0.01, 1 − errors))`
 *
 * Each part is 0 at best, and ratios rather than differences decide, so that no part depends on a unit.
 */
export function rank(candidates: readonly Candidate[], weights: Weights): Scored[] {
  const leastCeiling = Math.min(...candidates.map(({ ceiling }) => Number(ceiling)));
  const measured = candidates.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [Math.max(1, latencyMs)]));
  const leastLatency = measured.length === 0 ? 1 : Math.min(...measured);
  const mostStake = Math.max(...candidates.map(({ stake }) => stake));
  return candidates
    .map((candidate): Scored => {
      const latency = Math.max(1, candidate.latencyMs ?? leastLatency);
      const parts = {
        price: weights.price * -Math.log(Number(candidate.ceiling) / leastCeiling),
        latency: weights.latency * -Math.log(latency / leastLatency),
        stake: weights.stake * Math.log((1 + candidate.stake) / (1 + mostStake)),
        errors: weights.errors * Math.log(Math.max(LEAST_SUCCESS, 1 - candidate.errors)),
      };
      return { candidate, parts, score: parts.price + parts.latency + parts.stake + parts.errors };
    })
    .sort((a, b) => b.score - a.score || (a.candidate.name < b.candidate.name ? -1 : 1));
}

/** On what the first is furthest ahead of the second; "only" if there is no second, "name" if nothing tells them apart. */
export function reasonOf(ranked: readonly Scored[]): Ground | "only" | "name" {
  const [first, second] = ranked;
  if (first === undefined || second === undefined) return "only";
  const leads = GROUNDS.map((ground) => ({ ground, lead: first.parts[ground] - second.parts[ground] }));
  const most = leads.reduce((best, each) => (each.lead > best.lead ? each : best));
  return most.lead > 0 ? most.ground : "name";
}
