// What the bundles of proposals were rebuilt to, or that they cannot be, so that none is read again for nothing.
import type { Hex } from "viem";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import type { EpochTrees } from "../watcher/nested-trees.ts";

/** A bundle that could not be had whole is not tried again for as many times as long as trying took. */
const REST = 20;

/** Bundles for one epoch. */
export class RebuiltBundles {
  readonly epoch: AttributedEpoch;
  readonly #now: () => number;
  readonly #known = new Map<Hex, EpochTrees | undefined>();
  /** When bundles that could not be had may be tried again, in milliseconds. */
  readonly #resting = new Map<Hex, number>();

  /** @param epoch the honest one, from whose inputs they are rebuilt */
  constructor(epoch: AttributedEpoch, now: () => number = () => performance.now()) {
    this.epoch = epoch;
    this.#now = now;
  }

  /**
   * @param rebuild calls `isWhole` once it has a bundle that is what its hash says: from then on trying again would give the same
   * @returns `undefined` where there is no bundle, or none that can be rebuilt
   */
  async read(
    hash: Hex,
    rebuild: (isWhole: () => void) => Promise<EpochTrees | undefined>,
  ): Promise<EpochTrees | undefined> {
    if (this.#known.has(hash)) return this.#known.get(hash);
    const began = this.#now();
    if (began < (this.#resting.get(hash) ?? 0)) return undefined;
    let isFinal = false;
    const rebuilt = await rebuild(() => {
      isFinal = true;
    });
    const ended = this.#now();
    if (isFinal) this.#known.set(hash, rebuilt);
    else this.#resting.set(hash, ended + REST * (ended - began));
    return rebuilt;
  }
}
