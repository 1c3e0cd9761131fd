/** Tests of the autodiff: every derivative against finite differences of the same graph. */
import { expect } from "chai";
import { Graph } from "./graph.ts";
import type { Tensor } from "./graph.ts";
import { createRandom, normals } from "./random.ts";
import { openSession } from "./session.ts";
import { adapterWeightShapes, baseWeightShapes, buildLogits, initialBaseWeights } from "../model/transformer.ts";

/** Compares the emitted gradient of `loss` with central differences, entry by entry. */
async function checkGradient(shape: number[], build: (graph: Graph, x: Tensor) => Tensor): Promise<void> {
  const graph = new Graph();
  const x = graph.input("x", shape);
  const y = build(graph, x);
  const random = createRandom(7);
  const size = (tensorShape: readonly number[]): number => tensorShape.reduce((a, b) => a * b, 1);
  const weights = graph.constant(normals(random, size(y.shape), 1), [size(y.shape), 1]);
  const loss = graph.sum(graph.matmul(graph.reshape(y, [1, size(y.shape)]), weights));
  graph.output("loss", loss);
  graph.output("gradient", graph.gradients(loss, [x])[0]!);
  const session = await openSession(graph, [x]);
  const at = normals(random, size(shape), 1);
  const gradient = (await session.run({ x: at }))["gradient"]!;
  const step = 1e-2;
  for (let i = 0; i < at.length; i++) {
    const [up, down] = [at.slice(), at.slice()];
    up[i]! += step;
    down[i]! -= step;
    const difference = (await session.run({ x: up }))["loss"]![0]! - (await session.run({ x: down }))["loss"]![0]!;
    expect(gradient[i]!, `entry ${i}`).to.be.closeTo(
      difference / (up[i]! - down[i]!),
      2e-2 * Math.max(1, Math.abs(gradient[i]!)),
    );
  }
  await session.release();
}

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
