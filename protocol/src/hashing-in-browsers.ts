// Keccak-256 where there is no file system to load the kernels from: viem's, which a page has anyway. Chosen by the package's import `#hashing`.
import { keccak256 } from "viem";

/** As `hashOne` of the kernels. */
export function hashOne(input: Uint8Array): Uint8Array {
  return keccak256(input, "bytes");
}

/** As `hashEach` of the kernels. */
export function hashEach(input: Uint8Array, length: number): Uint8Array {
  const count = length === 0 ? 0 : input.length / length;
  const output = new Uint8Array(32 * count);
  for (let i = 0; i < count; i++) output.set(hashOne(input.subarray(i * length, (i + 1) * length)), 32 * i);
  return output;
}
