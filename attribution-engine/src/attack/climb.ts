/** Hill climbing: what every search of an attacker goes on with from the best plans that it knows. */

/** @typeParam Tried a plan with what came of it */
export interface Slope<Plan, Tried extends Plan> {
  /** Plans next to one. */
  around(one: Plan): readonly Plan[];
  /** Tells plans apart. */
  nameOf(one: Plan): string;
  /** What is to be large. */
  aim(one: Tried): number;
  tryThem(plans: readonly Plan[]): Promise<Tried[]>;
  readonly steps: number;
}

/** Goes from each of some plans to its best neighbour, as long as that one is better. @returns all that was tried, where it began included. */
export async function climb<Plan, Tried extends Plan>(
  from: readonly Tried[],
  { around, nameOf, aim, tryThem, steps }: Slope<Plan, Tried>,
): Promise<Tried[]> {
  const known = new Map(from.map((one) => [nameOf(one), one]));
  let climbers = [...from];
  for (let step = 0; step < steps && climbers.length > 0; step++) {
    const next = climbers.map((one) => around(one));
    const missing = new Map(next.flat().map((one) => [nameOf(one), one]));
    for (const name of known.keys()) missing.delete(name);
    for (const one of await tryThem([...missing.values()])) known.set(nameOf(one), one);
    climbers = climbers.flatMap((one, at) => {
      const best = next[at]!.map((plan) => known.get(nameOf(plan))!).reduce((a, b) => (aim(b) > aim(a) ? b : a));
      return aim(best) > aim(one) ? [best] : [];
    });
  }
  return [...known.values()];
}
