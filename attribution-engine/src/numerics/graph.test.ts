/** Tests of the autodiff: every derivative against finite differences of the same graph. */
import { expect } from "chai";
import { Graph } from "./graph.ts";
import type { Tensor } from "./graph.ts";
import { createRandom, normals } from "./random.ts";
import { checkGradient } from "./test/check-gradient.ts";
import { adapterWeightShapes, baseWeightShapes, buildLogits, initialBaseWeights } from "../model/transformer.ts";

describe("Graph", () => {
  it("differentiates a matrix product on either side and transposition", async () => {
    const other = (graph: Graph, shape: number[]): Tensor =>
      graph.constant(normals(createRandom(3), shape[0]! * shape[1]!, 1), shape);
    await checkGradient([2, 3], (graph, x) => graph.matmul(x, other(graph, [3, 4])));
    await checkGradient([2, 3], (graph, x) => graph.matmul(x, other(graph, [2, 4]), true));
    await checkGradient([2, 3], (graph, x) => graph.matmul(other(graph, [4, 3]), x, false, true));
    await checkGradient([2, 3], (graph, x) => graph.matmul(other(graph, [2, 4]), x, true));
  });
  it("differentiates normalisation, softmax and the squared rectifier", async () => {
    await checkGradient([3, 4], (graph, x) => graph.rmsNorm(x));
    await checkGradient([3, 4], (graph, x) => graph.softmax(x));
    await checkGradient([3, 4], (graph, x) => graph.squaredRelu(x));
  });
  it("differentiates slices, transposes and row lookups", async () => {
    await checkGradient([3, 4], (graph, x) => graph.slice(x, 1, 1, 3));
    await checkGradient([2, 3, 2], (graph, x) => graph.transpose(x, [2, 0, 1]));
    await checkGradient([3, 2], (graph, x) => graph.rows(x, graph.integers([2, 0, 2], [3])));
  });
  it("differentiates the cross-entropy", async () => {
    await checkGradient([3, 5], (graph, x) =>
      graph.crossEntropy(x, graph.integers([0, 4, 2], [3]), graph.constant(Float32Array.of(1, 0.5, 2), [3])),
    );
  });
  it("differentiates a whole transformer with an adapter", async () => {
    const shape = { vocabulary: 7, context: 4, width: 4, heads: 2, layers: 2 };
    const adapter = { firstLayer: 0, rank: 2, scale: 1 };
    await checkGradient([4, 2], (graph, x) => {
      const weights = initialBaseWeights(shape, 1);
      const base = new Map(
        baseWeightShapes(shape).map(([name, size]) => [name, graph.constant(weights.get(name)!.data, size)]),
      );
      const random = createRandom(5);
      const low = new Map(
        adapterWeightShapes(shape, adapter).map(([name, size]) => [
          name,
          name === "layer0.attention.a" ? x : graph.constant(normals(random, size[0] * size[1], 0.5), size),
        ]),
      );
      return buildLogits(graph, shape, base, { shape: adapter, weights: low }, graph.integers([0, 3, 1, 6], [4]), 1);
    });
  });
  it("names a parameter that does not influence the loss", () => {
    const graph = new Graph();
    const [x, y] = [graph.input("x", [2]), graph.input("y", [2])];
    expect(() => graph.gradients(graph.sum(x), [y])).to.throw("parameter y does not influence the loss");
  });
});
