// Copies of typed arrays in memory that all threads share.

/** A copy of `values` on a SharedArrayBuffer, or `values` itself if it is on one. */
export function sharedBytes(values: Int8Array): Int8Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Int8Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
