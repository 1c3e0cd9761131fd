/** Formats of stored floating-point elements, all little-endian, and their conversion to 32-bit floats. */

/** Names as in safetensors. */
export type ElementFormat = "F64" | "F32" | "F16" | "BF16";

export const ELEMENT_BYTES: Readonly<Record<ElementFormat, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2 };

export function isElementFormat(name: string): name is ElementFormat {
  return Object.hasOwn(ELEMENT_BYTES, name);
}

/** The value of IEEE 754 binary16 bits. */
function halfValue(bits: number): number {
  const sign = bits >>> 15 === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

let halfValues: Float32Array | undefined;

/** Converts the elements in `bytes`, whose length is a multiple of the format's. A 64-bit value beyond the range becomes infinite. */
export function decodeElements(bytes: Uint8Array, format: ElementFormat): Float32Array<ArrayBuffer> {
  const count = bytes.length / ELEMENT_BYTES[format];
  // A copy, because the bytes may start anywhere in their buffer and typed arrays need alignment.
  const buffer = bytes.slice().buffer;
  switch (format) {
    case "F32":
      return new Float32Array(buffer);
    case "F64":
      return Float32Array.from(new Float64Array(buffer));
    case "F16": {
      const table = (halfValues ??= Float32Array.from({ length: 65_536 }, (_, bits) => halfValue(bits)));
      const halves = new Uint16Array(buffer);
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) values[i] = table[halves[i]!]!;
      return values;
    }
    case "BF16": {
      const halves = new Uint16Array(buffer);
      const words = new Uint32Array(count);
      for (let i = 0; i < count; i++) words[i] = halves[i]! << 16;
      return new Float32Array(words.buffer);
    }
  }
}

/** The place of the first value that is NaN or infinite, or −1. */
export function firstNotFinite(values: Float32Array): number {
  // A plain loop: models have hundreds of millions of values, and a call for each would take minutes.
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
