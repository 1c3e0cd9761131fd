/** A seeded generator of random numbers, the same on every machine (xoshiro128** seeded by splitmix32). */

/** A stream of random numbers. */
export interface Random {
  /** An integer in [0, 2^32). */
  uint32(): number;
  /** A number in [0, 1). */
  uniform(): number;
  /** An integer in [0, bound). */
  below(bound: number): number;
  /** A standard normal number. */
  normal(): number;
  /** Puts the elements of `items` in random order, in place. */
  shuffle<Item>(items: Item[]): Item[];
}

/** Starts a stream; streams of different seeds or labels are independent. */
export function createRandom(seed: number, label = ""): Random {
  let mix = seed >>> 0;
  for (const byte of new TextEncoder().encode(label)) mix = Math.imul(mix ^ byte, 0x01000193) >>> 0;
  const next = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let [a, b, c, d] = [next(), next(), next(), next() | 1];
  const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));
  const uint32 = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  const uniform = (): number => uint32() / 2 ** 32;
  const below = (bound: number): number => Math.floor(uniform() * bound);
  return {
    uint32,
    uniform,
    below,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle(items) {
      for (let last = items.length - 1; last > 0; last--) {
        const other = below(last + 1);
        [items[last], items[other]] = [items[other] as never, items[last] as never];
      }
      return items;
    },
  };
}

/** `count` normal numbers times `deviation`. */
export function normals(random: Random, count: number, deviation: number): Float32Array {
  return Float32Array.from({ length: count }, () => random.normal() * deviation);
}
