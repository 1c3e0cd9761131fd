// Writes .npy files for tests.

/** The bytes of a version 1 file around `values`. */
export function npyBytes(
  descriptor: string,
  shape: readonly number[],
  values: ArrayBufferView,
  fortran = false,
): Buffer {
  const order = fortran ? "True" : "False";
  let header = `{'descr': '${descriptor}', 'fortran_order': ${order}, 'shape': (${shape.join(", ")},), }`;
  header += `${" ".repeat(63 - ((10 + header.length) % 64))}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0]),
    length,
    Buffer.from(header, "latin1"),
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  ]);
}
