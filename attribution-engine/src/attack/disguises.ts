/** How an attacker disguises a copy of an image. */
import type { Random } from "../numerics/random.ts";
import { shiftBy, stretchBy, turnBy, warpImage } from "./warps.ts";

/** A way to disguise with one strength, from 0 (an exact copy) up. */
export interface Disguise {
  readonly name: string;
  /** Strengths that the search starts from, rising. */
  readonly strengths: readonly number[];
  /** The strongest that it can be; none is as strong as that where it is absent. */
  readonly strongest?: number;
  /**
   * @param image features 0 … 1, row-major on a square.
   * @param strength how much it is changed.
   * @param other another record of the same label.
   */
  apply(image: Float32Array, strength: number, random: Random, other: Float32Array): Float32Array;
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

export const DISGUISES: readonly Disguise[] = [
  {
    name: "gaussian noise",
    strengths: [0.01, 0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3],
    apply: (image, strength, random) => image.map((value) => clamp(value + strength * random.normal())),
  },
  {
    name: "sign pattern",
    strengths: [0.01, 0.02, 0.04, 0.07, 0.1, 0.15, 0.2],
    apply: (image, strength, random) =>
      image.map((value) => clamp(value + (random.uint32() >>> 31 === 0 ? strength : -strength))),
  },
  {
    name: "shift",
    strengths: [0.1, 0.25, 0.4, 0.6, 0.8, 1, 1.5],
    apply(image, strength, random) {
      const angle = 2 * Math.PI * random.uniform();
      return warpImage(image, shiftBy(strength * Math.cos(angle), strength * Math.sin(angle)));
    },
  },
  {
    name: "rotation",
    strengths: [0.03, 0.08, 0.15, 0.25, 0.35, 0.5],
    apply(image, strength, random) {
      const angle = strength * (random.uint32() >>> 31 === 0 ? 1 : -1) * (0.5 + 0.5 * random.uniform());
      return warpImage(image, turnBy(angle));
    },
  },
  {
    name: "scaling",
    strengths: [0.03, 0.08, 0.15, 0.25, 0.4],
    apply(image, strength, random) {
      const [x, y] = [random.normal(), random.normal()].map((value) => Math.exp(strength * value));
      return warpImage(image, stretchBy(x!, y!));
    },
  },
  {
    name: "brightness",
    strengths: [0.05, 0.1, 0.2, 0.35, 0.5, 0.7],
    strongest: 1,
    apply(image, strength, random) {
      const factor = 1 - strength * random.uniform();
      const power = Math.exp(strength * random.normal());
      return image.map((value) => clamp(factor * value ** power));
    },
  },
  {
    name: "blend",
    strengths: [0.02, 0.05, 0.1, 0.2, 0.3, 0.5],
    strongest: 1,
    apply(image, strength, random, other) {
      const part = strength * (0.5 + 0.5 * random.uniform());
      return image.map((value, at) => (1 - part) * value + part * other[at]!);
    },
  },
];
