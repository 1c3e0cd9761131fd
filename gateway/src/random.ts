// Random bytes, fetched from the system many at a time: asked for by themselves, 32 of them take longer than a hash.
import { randomFillSync } from "node:crypto";

const BYTES = 8_192;

const pool = Buffer.alloc(BYTES);
let used = BYTES;

/** Bytes that nobody else has got, in memory of their own. @param length at most 8,192 */
export function randomBytes(length: number): Buffer {
  if (length > BYTES) throw new RangeError(`${length} random bytes at a time: ${BYTES} at most`);
  if (used + length > BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const taken = Buffer.from(pool.subarray(used, used + length));
  // What was given out is not kept.
  pool.fill(0, used, used + length);
  used += length;
  return taken;
}
