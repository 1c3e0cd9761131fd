// Compares derivatives with finite differences of the same graph.
import { expect } from "chai";
import { Graph, type Tensor } from "../graph.ts";
import { createRandom, normals } from "../random.ts";
import { openSession } from "../session.ts";

/** Compares the emitted gradient of `loss` with central differences, entry by entry. */
export async function checkGradient(shape: number[], build: (graph: Graph, x: Tensor) => Tensor): Promise<void> {
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
