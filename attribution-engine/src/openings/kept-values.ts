// Values that cost much to make, kept within a bound of memory; who was not asked for longest goes first.

/** A value that no kept one may be as large as. */
export class TooLarge extends Error {}

interface Kept {
  readonly value: unknown;
  readonly bytes: number;
  /** What it was made of. */
  readonly state: string;
}

export class KeptValues {
  readonly #most: number;
  readonly #values = new Map<string, Kept>();
  #bytes = 0;

  /** @param most bytes that all values take together, by what those who make them say */
  constructor(most: number) {
    this.#most = most;
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The value of a name, made if it is not kept, or was made of something else.
   * @param state of what it is made of: another one makes it anew
   * @param bytes that it takes
   * @throws TooLarge before it is made, if it alone takes more than all may
   */
  async get<Value>(name: string, state: string, bytes: number, make: () => Promise<Value>): Promise<Value> {
    const known = this.#values.get(name);
    this.drop(name);
    if (known?.state === state) {
      this.#keep(name, known);
      return known.value as Value;
    }
    if (bytes > this.#most)
      throw new TooLarge(`${name} takes some ${toMebibytes(bytes)} MiB, and ${toMebibytes(this.#most)} may be held`);
    // Room is made first: the new one and the old ones would be there together.
    for (const [oldest] of this.#values) {
      if (this.#bytes + bytes <= this.#most) break;
      this.drop(oldest);
    }
    const value = await make();
    this.#keep(name, { value, bytes, state });
    return value;
  }

  drop(name: string): void {
    const known = this.#values.get(name);
    if (known === undefined) return;
    this.#values.delete(name);
    this.#bytes -= known.bytes;
  }

  #keep(name: string, kept: Kept): void {
    this.drop(name);
    this.#values.set(name, kept);
    this.#bytes += kept.bytes;
  }
}

function toMebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
