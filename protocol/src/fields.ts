// Reading and writing a payload field by field, with errors that name the kind and the field.
import { readBigUint, readUint, bytesToHex, hexToBytes, writeBigUint, writeBytes, writeUint } from "./bytes.ts";
import { isSketchSize, type Kind, payloadBytes } from "./kinds.ts";
import { isSumWithoutHash, readRoot, type Root, ROOT_BYTES, writeRoot } from "./node.ts";

/** An error of a payload: the kind, the field and the reason. */
export function payloadError(kind: Kind, field: string, reason: string): Error {
  return new Error(`${kind.name} payload, ${field}: ${reason}`);
}

/** Writes the fields of one payload in their order; every method throws if the value does not fit the field. */
export class FieldWriter {
  readonly bytes: Uint8Array;
  readonly #kind: Kind;
  #offset = 1;

  constructor(kind: Kind, k = 0) {
    this.bytes = new Uint8Array(payloadBytes(kind, k));
    this.bytes[0] = kind.tag;
    this.#kind = kind;
  }

  uint(width: number, value: number, field: string): this {
    writeUint(this.bytes, this.#take(width), width, value, this.#name(field));
    return this;
  }

  bigUint(width: number, value: bigint, field: string): this {
    writeBigUint(this.bytes, this.#take(width), width, value, this.#name(field));
    return this;
  }

  raw(width: number, value: Uint8Array, field: string): this {
    writeBytes(this.bytes, this.#take(width), width, value, this.#name(field));
    return this;
  }

  hex(width: number, value: string, field: string): this {
    return this.raw(width, hexToBytes(value), field);
  }

  root(value: Root, depth: number, field: string): this {
    if (value.depth !== depth) throw payloadError(this.#kind, `${field}.depth`, `${value.depth} instead of ${depth}`);
    if (isSumWithoutHash(value)) throw payloadError(this.#kind, field, `sum ${value.sum} without a hash`);
    writeRoot(this.bytes, this.#take(ROOT_BYTES), value, this.#name(field));
    return this;
  }

  #take(width: number): number {
    const offset = this.#offset;
    this.#offset += width;
    return offset;
  }

  #name(field: string): string {
    return `${this.#kind.name} payload, ${field}`;
  }
}

/** Reads the fields of one payload in their order, after checking its length and tag. */
export class FieldReader {
  /** Coordinates of the sketch that ends the payload; 0 where the kind has none. */
  readonly k: number;
  readonly #bytes: Uint8Array;
  readonly #kind: Kind;
  #offset = 1;

  /** @throws Error if length or tag are not the kind's; `k` says what the method's sketches have, any size is taken without it, or for 0 */
  constructor(kind: Kind, bytes: Uint8Array, k?: number) {
    const sketchBytes = bytes.length - kind.bytes;
    if (
      kind.hasSketch
        ? !isSketchSize(sketchBytes) || (k !== undefined && k !== 0 && k !== sketchBytes)
        : sketchBytes !== 0
    ) {
      const expected = kind.hasSketch
        ? `${kind.bytes} and a sketch${k === undefined ? "" : ` of ${k}`}`
        : `${kind.bytes}`;
      throw payloadError(kind, "length", `${bytes.length} bytes instead of ${expected}`);
    }
    if (bytes[0] !== kind.tag) throw payloadError(kind, "tag", `${bytes[0]} instead of ${kind.tag}`);
    this.#bytes = bytes;
    this.#kind = kind;
    this.k = kind.hasSketch ? sketchBytes : 0;
  }

  uint(width: number): number {
    return readUint(this.#bytes, this.#take(width), width);
  }

  bigUint(width: number): bigint {
    return readBigUint(this.#bytes, this.#take(width), width);
  }

  raw(width: number): Uint8Array {
    const offset = this.#take(width);
    return this.#bytes.slice(offset, offset + width);
  }

  hex(width: number): `0x${string}` {
    return bytesToHex(this.raw(width));
  }

  root(depth: number, field: string): Root {
    return readRoot(this.#bytes, this.#take(ROOT_BYTES), depth, `${this.#kind.name} payload, ${field}`);
  }

  #take(width: number): number {
    const offset = this.#offset;
    this.#offset += width;
    return offset;
  }
}
