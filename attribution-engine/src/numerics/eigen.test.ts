/** Tests of the eigensolvers. */
import { expect } from "chai";
import { inverseCholesky } from "./cholesky.ts";
import { leadingEigenbasis, randomRotation, symmetricEigen } from "./eigen.ts";
import { createRandom, normals } from "./random.ts";

describe("eigen", () => {
  it("diagonalises a symmetric matrix", () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expect(values[0]).to.be.closeTo(3, 1e-12);
    expect(values[1]).to.be.closeTo(1, 1e-12);
    expect(Math.abs(vectors[0]! * vectors[1]!)).to.be.closeTo(0.5, 1e-12);
  });
  it("finds the leading pairs of a Gram matrix", async () => {
    const [m, size] = [200, 20];
    const samples = normals(createRandom(1), m * size, 1).map((value, i) => value * (1 + 10 / (1 + (i % size))));
    const gram = new Float64Array(size * size);
    for (let r = 0; r < m; r++)
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) gram[i * size + j]! += (samples[r * size + i]! * samples[r * size + j]!) / m;
    const exact = symmetricEigen(gram, size);
    const { values } = await leadingEigenbasis(samples, size, 5, 1);
    values.forEach((value, i) => expect(value).to.be.closeTo(exact.values[i]!, 1e-4 * exact.values[0]!));
  });
  it("makes rotations", () => {
    const rotation = randomRotation(8, 3);
    for (let i = 0; i < 8; i++) {
      for (let j = 0; j < 8; j++) {
        let dot = 0;
        for (let c = 0; c < 8; c++) dot += rotation[i * 8 + c]! * rotation[j * 8 + c]!;
        expect(dot).to.be.closeTo(i === j ? 1 : 0, 1e-9);
      }
    }
  });
  it("inverts a Cholesky factor", () => {
    const x = inverseCholesky(Float64Array.of(4, 2, 2, 5), 2);
    expect([...x]).to.deep.equal([0.5, 0, -0.25, 0.5]);
    expect(() => inverseCholesky(Float64Array.of(1, 2, 2, 1), 2)).to.throw("not positive definite at row 1");
  });
});
