// Layers have the values of their definitions, and derivatives that agree with finite differences.
import { expect } from "chai";
import { Graph, type Tensor } from "./graph.ts";
import { concat, gelu, geluTanh, layerNorm, multiply, relu, sigmoid, silu } from "./layers.ts";
import { createRandom, normals } from "./random.ts";
import { openSession } from "./session.ts";
import { checkGradient } from "./test/check-gradient.ts";

type Layer = (graph: Graph, a: Tensor) => Tensor;

async function valuesOf(build: Layer, values: readonly number[], shape: readonly number[]): Promise<number[]> {
  const graph = new Graph();
  const input = graph.input("x", shape);
  graph.output("y", build(graph, input));
  const session = await openSession(graph, [input]);
  const { y } = await session.run({ x: Float32Array.from(values) });
  await session.release();
  return [...y!];
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).to.equal(expected.length);
  found.forEach((value, i) => expect(value).to.be.closeTo(expected[i]!, 2e-6));
}

describe("activations", () => {
  const POINTS = [-2, -0.5, 0, 1, 3];
  // By PyTorch, in 64 bits.
  const activations: [string, Layer, number[]][] = [
    ["sigmoid", sigmoid, [0.119202922022118, 0.377540668798145, 0.5, 0.731058578630005, 0.952574126822433]],
    ["silu", silu, [-0.238405844044235, -0.188770334399073, 0, 0.731058578630005, 2.8577223804673]],
    ["gelu", gelu, [-0.0455002638963584, -0.154268769362993, 0, 0.841344746068543, 2.99595030590511]],
    ["geluTanh", geluTanh, [-0.0454023059122249, -0.154285990174856, 0, 0.841191990608277, 2.99636260791823]],
    ["relu", relu, [0, 0, 0, 1, 3]],
  ];
  for (const [name, layer, expected] of activations) {
    it(`${name} has its values and its derivative`, async () => {
      expectClose(await valuesOf(layer, POINTS, [5]), expected);
      await checkGradient([3, 4], layer);
    });
  }
});

describe("layers", () => {
  const constant = (graph: Graph, shape: number[], seed = 2): Tensor =>
    graph.constant(
      normals(
        createRandom(seed),
        shape.reduce((a, b) => a * b, 1),
        1,
      ),
      shape,
    );

  it("normalises rows to mean 0 and variance 1, then applies gain and bias", async () => {
    const layer: Layer = (graph, x) =>
      layerNorm(
        graph,
        x,
        graph.constant(Float32Array.of(2, 1, 1), [3]),
        graph.constant(Float32Array.of(0, 0, 5), [3]),
        0.5,
      );
    // Rows of variance 2/3 and 0; with ε the first is divided by √(7/6).
    const unit = 1 / Math.sqrt(2 / 3 + 0.5);
    expectClose(await valuesOf(layer, [1, 2, 3, 4, 4, 4], [2, 3]), [-2 * unit, 0, unit + 5, 0, 0, 5]);
    await checkGradient([3, 4], (graph, x) => layerNorm(graph, x, constant(graph, [4]), constant(graph, [4], 3), 1e-5));
  });

  it("multiplies by the same shape on either side, and by what is broadcast", async () => {
    await checkGradient([2, 3], (graph, x) => multiply(graph, x, constant(graph, [2, 3])));
    await checkGradient([2, 3], (graph, x) => multiply(graph, constant(graph, [2, 3]), x));
    await checkGradient([2, 3], (graph, x) => multiply(graph, x, x));
    await checkGradient([2, 3], (graph, x) => multiply(graph, x, constant(graph, [3])));
    const graph = new Graph();
    const [a, b] = [graph.input("a", [2, 3]), graph.input("b", [3])];
    expect(() => graph.gradients(graph.sum(multiply(graph, a, b)), [b])).to.throw("broadcast operand has no gradient");
  });

  it("joins along an axis", async () => {
    const layer: Layer = (graph, x) => concat(graph, x, graph.constant(Float32Array.of(7, 8), [2, 1]), 1);
    expectClose(await valuesOf(layer, [1, 2, 3, 4], [2, 2]), [1, 2, 7, 3, 4, 8]);
    await checkGradient([2, 2], (graph, x) => concat(graph, x, constant(graph, [2, 1]), 1));
    await checkGradient([2, 2], (graph, x) => concat(graph, constant(graph, [1, 2]), x, 0));
  });
});
