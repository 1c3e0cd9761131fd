/** Worker: per-example projected gradients, one text per run of the graph, so that no result depends on its neighbours. */
import type { Adapter, FrozenModel } from "../model/adapter.ts";
import { layOutExamples } from "../model/examples.ts";
import { adapterWeightShapes, baseWeightShapes, buildLogits } from "../model/transformer.ts";
import { Graph } from "../numerics/graph.ts";
import { createRandom } from "../numerics/random.ts";
import { openSession } from "../numerics/session.ts";
import type { Feed } from "../numerics/session.ts";
import { serveTasks } from "../numerics/worker-pool.ts";
import type { GatherTask } from "./gather-rows.ts";
import { projectedMatrices, projectionFactor } from "./projection.ts";
import type { ProjectionWidths } from "./projection.ts";
import type { LinearMap } from "./vector-source.ts";

/** What all tasks of one pool share. */
export interface GradientJob {
  readonly model: FrozenModel;
  readonly adapter: Adapter;
  readonly widths: ProjectionWidths;
  readonly seed: number;
  /** The context that texts are laid out in. */
  readonly length: number;
  /** `own`: the loss of the text itself; `sampled`: of targets drawn from the model, as the Gauss-Newton matrix needs. */
  readonly targets: "own" | "sampled";
  /** A last linear map [projected size, columns], if any. */
  readonly map?: LinearMap | undefined;
}

serveTasks<GradientJob, GatherTask<readonly number[]>, Float32Array>(async (job) => {
  const { model, adapter, length } = job;
  const graph = new Graph();
  const tokens = graph.input("tokens", [length], "int64");
  const mask = graph.input("mask", [length]);
  const aim = job.targets === "own" ? graph.input("targets", [length], "int64") : graph.input("uniforms", [length, 1]);
  const base = new Map(
    baseWeightShapes(model.shape).map(([name, size]) => [name, graph.constant(model.weights.get(name)!.data, size)]),
  );
  const weights = new Map(
    adapterWeightShapes(model.shape, adapter.shape).map(([name, size]) => [
      name,
      graph.constant(adapter.weights.get(name)!.data, size),
    ]),
  );
  const logits = buildLogits(graph, model.shape, base, { shape: adapter.shape, weights }, tokens, 1);
  const targets = job.targets === "own" ? aim : graph.sampleClasses(logits, aim);
  const loss = graph.sum(graph.crossEntropy(logits, targets, mask));
  const matrices = projectedMatrices(model.shape, adapter.shape, job.widths);
  const gradients = graph.gradients(
    loss,
    matrices.map(({ name }) => weights.get(name)!),
  );
  const parts = matrices.map((matrix, i) => {
    const factor = projectionFactor(matrix, job.seed);
    const gradient = gradients[i]!;
    if (factor === undefined) return gradient;
    return matrix.side === "rows"
      ? graph.matmul(graph.constant(factor, [matrix.width, matrix.shape[0]]), gradient)
      : graph.matmul(gradient, graph.constant(factor, [matrix.shape[1], matrix.width]));
  });
  let result = graph.flatConcat(parts);
  if (job.map !== undefined)
    result = graph.matmul(result, graph.constant(job.map.matrix, [result.shape[1]!, job.map.columns]));
  graph.output("result", result);
  const session = await openSession(graph, [tokens, mask, aim]);
  const size = result.shape[1]!;

  return async ({ items: texts, firstRow }) => {
    const values = new Float32Array(texts.length * size);
    for (const [i, text] of texts.entries()) {
      const row = firstRow + i;
      let example;
      try {
        example = layOutExamples([text], length);
      } catch (error) {
        throw new Error((error as Error).message.replace("row 0", `row ${row}`), { cause: error });
      }
      const feeds: Record<string, Feed> = { tokens: example.inputs, mask: example.mask };
      if (job.targets === "own") {
        feeds["targets"] = example.targets;
      } else {
        const random = createRandom(job.seed, `sampled targets ${row}`);
        feeds["uniforms"] = Float32Array.from({ length }, () => random.uniform());
      }
      values.set((await session.run(feeds))["result"]!, i * size);
    }
    return values;
  };
});
