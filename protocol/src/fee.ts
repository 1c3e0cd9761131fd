// The split of a fee over those who are paid from it (docs/formats.md §6.2 and §7.8).
import { splitByWeights } from "./split.ts";

/** A developer up the lineage. */
export type Ancestor = { positionId: bigint; bps: number };

/** A model's split in basis points; 10,000 in all. */
export type Split = {
  treasury: number;
  gateway: number;
  curators: number;
  stakers: number;
  developer: number;
  data: number;
  /** At most 16. */
  ancestors: readonly Ancestor[];
};

/** Parts of a fee in base units; they add up to it. `data` is the settlement's pool. */
export type FeeParts = {
  treasury: bigint;
  gateway: bigint;
  /** In the model's order. */
  ancestors: bigint[];
  curators: bigint;
  stakers: bigint;
  developer: bigint;
  data: bigint;
};

const TOTAL_BPS = 10_000;
const MOST_ANCESTORS = 16;

/**
 * The parts of a fee.
 * @throws RangeError if the split does not total 10,000 or has more than 16 ancestors
 */
export function splitFee(fee: bigint, split: Split): FeeParts {
  const { treasury, gateway, ancestors, curators, stakers, developer, data } = split;
  if (ancestors.length > MOST_ANCESTORS)
    throw new RangeError(`${ancestors.length} ancestors; at most ${MOST_ANCESTORS}`);
  const order = [treasury, gateway, ...ancestors.map(({ bps }) => bps), curators, stakers, developer, data];
  const total = order.reduce((sum, bps) => sum + bps, 0);
  if (total !== TOTAL_BPS) throw new RangeError(`split of ${total} bps instead of ${TOTAL_BPS}`);
  const parts = splitByWeights(fee, order.map(BigInt));
  const rest = 2 + ancestors.length;
  return {
    treasury: parts[0]!,
    gateway: parts[1]!,
    ancestors: parts.slice(2, rest),
    curators: parts[rest]!,
    stakers: parts[rest + 1]!,
    developer: parts[rest + 2]!,
    data: parts[rest + 3]!,
  };
}
