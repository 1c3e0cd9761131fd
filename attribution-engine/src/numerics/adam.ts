/** The AdamW optimiser over named weights. */
import type { Array32 } from "./safetensors.ts";

/** Settings of {@link Adam}. */
export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
}

const EPSILON = 1e-8;

/** Updates weights in place from their gradients. */
export class Adam {
  readonly #weights: ReadonlyMap<string, Array32>;
  readonly #options: AdamOptions;
  readonly #moments = new Map<string, [Float32Array, Float32Array]>();
  #step = 0;

  constructor(weights: ReadonlyMap<string, Array32>, options: AdamOptions) {
    this.#weights = weights;
    this.#options = options;
    for (const [name, { data }] of weights) {
      this.#moments.set(name, [new Float32Array(data.length), new Float32Array(data.length)]);
    }
  }

  /** Updates made so far. */
  get step(): number {
    return this.#step;
  }

  /** First and second moment of each weight, as they are: not copied. */
  get moments(): ReadonlyMap<string, readonly [Float32Array, Float32Array]> {
    return this.#moments;
  }

  /** Goes on from `step` updates; the moments must have been filled. */
  resumeAt(step: number): void {
    this.#step = step;
  }

  /**
   * One update.
   * @param gradients one per weight; all are multiplied by `clip` / norm where their joint norm exceeds `clip`.
   * @throws if a gradient is not finite.
   */
  update(gradients: ReadonlyMap<string, Float32Array>, rate: number, clip = Infinity): void {
    this.#step++;
    let squares = 0;
    for (const gradient of gradients.values()) for (const value of gradient) squares += value * value;
    if (!Number.isFinite(squares))
      throw new Error(`step ${this.#step}: the gradient is not finite; lower the learning rate`);
    const factor = Math.min(1, clip / Math.sqrt(squares));
    const { beta1, beta2, weightDecay } = this.#options;
    const correction = Math.sqrt(1 - beta2 ** this.#step) / (1 - beta1 ** this.#step);
    for (const [name, { data }] of this.#weights) {
      const gradient = gradients.get(name);
      if (gradient === undefined) throw new Error(`no gradient for weight ${name}`);
      const [first, second] = this.#moments.get(name)!;
      for (let i = 0; i < data.length; i++) {
        const g = gradient[i]! * factor;
        const m = (first[i] = beta1 * first[i]! + (1 - beta1) * g);
        const v = (second[i] = beta2 * second[i]! + (1 - beta2) * g * g);
        data[i] = data[i]! * (1 - rate * weightDecay) - (rate * correction * m) / (Math.sqrt(v) + EPSILON);
      }
    }
  }
}
