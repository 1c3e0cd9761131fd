/** Differentiable layers of language models, built of a graph's operations. */
import type { Graph, Tensor } from "./graph.ts";

/** Elementwise product. `b` may be smaller (it is broadcast); then it must not need a gradient. */
export function multiply(graph: Graph, a: Tensor, b: Tensor): Tensor {
  return graph.operation("Mul", [a, b], a.shape, {}, (g) => [
    () => multiply(graph, g, b),
    () => {
      if (a.shape.join() !== b.shape.join()) throw new Error("multiply: a broadcast operand has no gradient");
      return multiply(graph, g, a);
    },
  ]);
}

function number(graph: Graph, value: number): Tensor {
  return graph.constant(Float32Array.of(value), []);
}

/** 1 / (1 + e⁻ˣ) of each element. */
export function sigmoid(graph: Graph, a: Tensor): Tensor {
  const output = graph.operation("Sigmoid", [a], a.shape, {}, (g) => [
    () => {
      const rest = graph.operation("Sub", [output, multiply(graph, output, output)], a.shape);
      return multiply(graph, g, rest);
    },
  ]);
  return output;
}

/** x · sigmoid(x), "swish". */
export function silu(graph: Graph, a: Tensor): Tensor {
  return multiply(graph, a, sigmoid(graph, a));
}

/** x · Φ(x), with Φ the normal distribution. */
export function gelu(graph: Graph, a: Tensor): Tensor {
  const scaled = graph.scale(a, Math.SQRT1_2);
  const error = graph.operation("Erf", [scaled], a.shape, {}, (g) => [
    () => {
      const density = graph.operation("Exp", [graph.scale(multiply(graph, scaled, scaled), -1)], a.shape);
      return graph.scale(multiply(graph, g, density), 2 / Math.sqrt(Math.PI));
    },
  ]);
  return graph.scale(multiply(graph, a, graph.add(error, number(graph, 1))), 0.5);
}

/** GPT-2's approximation of {@link gelu}: ½x(1 + tanh u) = x · sigmoid(2u), u = √(2/π)(x + 0.044715x³). */
export function geluTanh(graph: Graph, a: Tensor): Tensor {
  const squares = multiply(graph, a, a);
  const factor = graph.add(graph.scale(squares, 0.044715), number(graph, 1));
  const exponent = graph.scale(multiply(graph, a, factor), 2 * Math.sqrt(2 / Math.PI));
  return multiply(graph, a, sigmoid(graph, exponent));
}

/** The positive part of each element. */
export function relu(graph: Graph, a: Tensor): Tensor {
  return graph.operation("Relu", [a], a.shape, {}, (g) => [
    () => multiply(graph, g, graph.operation("Sign", [graph.operation("Relu", [a], a.shape)], a.shape)),
  ]);
}

/** Each row (last axis) less its mean. */
function centre(graph: Graph, a: Tensor): Tensor {
  const rowShape = [...a.shape.slice(0, -1), 1];
  const mean = graph.operation("ReduceMean", [a, graph.integers([-1], [1])], rowShape, { keepdims: 1 });
  return graph.operation("Sub", [a, mean], a.shape, {}, (g) => [() => centre(graph, g)]);
}

/** Each row brought to mean 0 and variance 1, times `gain` plus `bias`; neither of them gets a gradient. */
export function layerNorm(graph: Graph, a: Tensor, gain: Tensor, bias: Tensor, epsilon: number): Tensor {
  return graph.add(multiply(graph, graph.rmsNorm(centre(graph, a), epsilon), gain), bias);
}

/** Joins two tensors along one axis. */
export function concat(graph: Graph, a: Tensor, b: Tensor, axis: number): Tensor {
  const [sizeA, sizeB] = [a.shape[axis]!, b.shape[axis]!];
  const shape = a.shape.map((size, i) => (i === axis ? sizeA + sizeB : size));
  return graph.operation("Concat", [a, b], shape, { axis }, (g) => [
    () => graph.slice(g, axis, 0, sizeA),
    () => graph.slice(g, axis, sizeA, sizeA + sizeB),
  ]);
}
