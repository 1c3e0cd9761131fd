/** Attacks by copies: of own records or of others', disguised in one way, as they are or chosen to get past the detector. */
import { createRandom, type Random } from "../numerics/random.ts";
import { scoresOf, type CopyDetector } from "./copy-detector.ts";
import { DISGUISES, type Disguise } from "./disguises.ts";
import { chooseRecords, pixelsAt, type TrialRecords } from "./records.ts";

/** How an attacker copies. */
export interface CopyingPlan {
  /** Name of a disguise; none: exact copies. */
  readonly disguise?: string | undefined;
  readonly strength: number;
  /** Copies of each source. */
  readonly times: number;
  /** Of so many disguises of a source the attacker takes the one that the detector, which is public, is least sure of. */
  readonly tries: number;
}

function disguiseNamed(name: string): Disguise {
  const disguise = DISGUISES.find((one) => one.name === name);
  if (disguise === undefined)
    throw new Error(`no disguise ${name}; there are ${DISGUISES.map((one) => one.name).join(", ")}`);
  return disguise;
}

/** Records at `sources` copied `times` over, all by `attacker`. */
export async function copyRecords(
  records: TrialRecords,
  sources: readonly number[],
  plan: CopyingPlan,
  attacker: number,
  detector: CopyDetector | undefined,
  seed: number,
): Promise<TrialRecords> {
  const places = Array.from({ length: plan.times }, () => sources).flat();
  const exact = {
    ...chooseRecords(records, places),
    contributors: new Int32Array(places.length).fill(attacker),
  };
  if (plan.disguise === undefined) return exact;
  const disguise = disguiseNamed(plan.disguise);
  const random = createRandom(seed, `${plan.disguise} ${plan.strength} ${plan.times}`);
  const one = (): Float32Array => disguiseEach(records, places, disguise, plan.strength, random);
  const best = one();
  if (plan.tries > 1 && detector !== undefined) {
    const scores = await scoresOf(detector, { ...exact, pixels: best }, records);
    for (let again = 1; again < plan.tries; again++) {
      const pixels = one();
      const other = await scoresOf(detector, { ...exact, pixels }, records);
      for (let row = 0; row < places.length; row++) {
        if (other[row]! >= scores[row]!) continue;
        scores[row] = other[row]!;
        best.set(pixels.subarray(row * records.size, (row + 1) * records.size), row * records.size);
      }
    }
  }
  return { ...exact, pixels: best };
}

function disguiseEach(
  records: TrialRecords,
  places: readonly number[],
  disguise: Disguise,
  strength: number,
  random: Random,
): Float32Array {
  const pixels = new Float32Array(places.length * records.size);
  for (const [row, place] of places.entries()) {
    let other = place;
    while (other === place || records.labels[other] !== records.labels[place]) other = random.below(records.count);
    pixels.set(
      disguise.apply(pixelsAt(records, place), strength, random, pixelsAt(records, other)),
      row * records.size,
    );
  }
  return pixels;
}
