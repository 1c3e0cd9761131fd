// Copies of typed arrays in memory that all threads share.

type Values = Int8Array | Uint8Array | Float64Array;

/** A copy of `values` on a SharedArrayBuffer, or `values` itself if it is on one. */
export function sharedValues<Kind extends Values>(values: Kind): Kind {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new (values.constructor as new (buffer: SharedArrayBuffer) => Kind)(
    new SharedArrayBuffer(values.byteLength),
  );
  copy.set(values);
  return copy;
}
