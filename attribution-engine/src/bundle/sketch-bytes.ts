// Sketches as tables hold them: excess-128 bytes, filled up with bytes 0 where a table's sketches differ in size.
import { readSketch, writeSketch } from "@tributary/protocol/sketch";

/** The `width` bytes of sketch `i` of `k ≤ width` coordinates. */
export function sketchBytes(sketches: Int8Array, i: number, k: number, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  writeSketch(bytes, 0, sketches.subarray(k * i, k * (i + 1)), `sketch row ${i}`);
  return bytes;
}

/**
 * The coordinates of the rows `first … first + count − 1` of a table, or of a part of one, of `width` bytes a row. Throws an Error that names `what` and the row.
 * @param partStart the table's row that the part begins at
 */
export function sketchesOfBytes(
  bytes: Uint8Array,
  first: number,
  count: number,
  k: number,
  width: number,
  what: string,
  partStart = 0,
): Int8Array {
  if (k > width) throw new Error(`${what}: sketches have ${width} dimensions, the method uses ${k}`);
  const sketches = new Int8Array(count * k);
  for (let i = 0; i < count; i++) {
    const at = (first + i) * width;
    sketches.set(readSketch(bytes, at, k, `${what} row ${partStart + first + i}`), i * k);
    if (bytes.subarray(at + k, at + width).some((byte) => byte !== 0)) {
      throw new Error(`${what} row ${partStart + first + i}: sketch has more than ${k} dimensions`);
    }
  }
  return sketches;
}
