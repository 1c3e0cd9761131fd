// Columns of batch encoders: typed arrays that hold one field of many rows.

/** @throws RangeError naming the column if it does not hold `width` elements for each of `count` rows */
export function checkColumn(name: string, column: ArrayLike<unknown>, count: number, width = 1): void {
  if (column.length !== count * width) {
    throw new RangeError(`${name}: ${column.length} elements instead of ${count} rows of ${width}`);
  }
}
