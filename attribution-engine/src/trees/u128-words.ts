// Columns of u128 values as two 64-bit words each: high, low.

const LOW = 0xffffffffffffffffn;

/** A column of `count` zeros. */
export function u128Column(count: number): BigUint64Array {
  return new BigUint64Array(2 * count);
}

/** A column of `count` ones: the sums of trees that count their leaves. */
export function onesColumn(count: number): BigUint64Array {
  const column = u128Column(count);
  for (let i = 0; i < count; i++) column[2 * i + 1] = 1n;
  return column;
}

export function u128At(column: BigUint64Array, i: number): bigint {
  const high = column[2 * i]!;
  return high === 0n ? column[2 * i + 1]! : (high << 64n) | column[2 * i + 1]!;
}

/** Throws if the value is not a u128; `what` names it. */
export function setU128(column: BigUint64Array, i: number, value: bigint, what = "amount"): void {
  if (value < 0n || value >> 128n !== 0n) throw new RangeError(`${what} ${i}: ${value} is not a u128`);
  column[2 * i] = value >> 64n;
  column[2 * i + 1] = value & LOW;
}

export function u128ColumnOf(values: readonly bigint[], what = "amount"): BigUint64Array {
  const column = u128Column(values.length);
  for (const [i, value] of values.entries()) setU128(column, i, value, what);
  return column;
}

export function sumOfU128(column: BigUint64Array): bigint {
  let sum = 0n;
  for (let i = 0; 2 * i < column.length; i++) sum += u128At(column, i);
  return sum;
}
