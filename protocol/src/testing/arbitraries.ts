// fast-check arbitraries of the protocol's values, shared by the property tests.
import fc from "fast-check";
import type { ReferenceLeaf } from "./reference-tree.ts";

/** Exactly `length` bytes. */
export function bytesOf(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

/** An unsigned integer of `bits` bits. */
export function uintOf(bits: number): fc.Arbitrary<bigint> {
  return fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
}

export const u32 = fc.nat(0xffffffff);
export const u48 = fc.nat(2 ** 48 - 1);

/** Leaves of a sparse tree in order of their places, with sums whose total fits `u128`. */
export function leavesOf(depth: number, maxLeaves: number): fc.Arbitrary<ReferenceLeaf[]> {
  const place = fc.oneof(fc.nat(2 ** depth - 1), fc.nat(Math.min(2 ** depth - 1, 20)));
  const leaf = fc.record({
    key: place,
    sum: fc.oneof(uintOf(100), fc.constant(0n), fc.constant(1n)),
    payload: fc.uint8Array({ maxLength: 40 }),
  });
  return fc
    .uniqueArray(leaf, { maxLength: maxLeaves, selector: ({ key }) => key })
    .map((leaves) => leaves.sort((a, b) => a.key - b.key));
}
