/** The inverse Cholesky factor of a positive definite matrix. */

/**
 * Returns X = L⁻¹ (lower triangular, row-major) where L·Lᵀ = `matrix`; then X·matrix·Xᵀ = I.
 * @throws if the matrix is not positive definite.
 */
export function inverseCholesky(matrix: Float64Array, size: number): Float64Array {
  const l = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const rowI = l.subarray(i * size, i * size + i + 1);
    for (let j = 0; j <= i; j++) {
      const rowJ = l.subarray(j * size, j * size + j + 1);
      let rest = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) rest -= rowI[k]! * rowJ[k]!;
      if (j < i) {
        rowI[j] = rest / rowJ[j]!;
      } else {
        if (!(rest > 0)) throw new Error(`the matrix is not positive definite at row ${i}`);
        rowI[i] = Math.sqrt(rest);
      }
    }
  }
  const x = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const row = x.subarray(i * size, i * size + i + 1);
    for (let k = 0; k < i; k++) {
      const factor = l[i * size + k]!;
      const other = x.subarray(k * size, k * size + k + 1);
      for (let j = 0; j <= k; j++) row[j]! -= factor * other[j]!;
    }
    const diagonal = l[i * size + i]!;
    for (let j = 0; j < i; j++) row[j]! /= diagonal;
    row[i] = 1 / diagonal;
  }
  return x;
}
