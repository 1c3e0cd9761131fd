/** Per-example projected gradients, one text per run of the graph, so that no result depends on its neighbours. */
import { decoderTextModel, type DecoderModel } from "../decoder/decoder-text-model.ts";
import type { Device } from "../numerics/device.ts";
import { Graph, type Tensor } from "../numerics/graph.ts";
import { createRandom } from "../numerics/random.ts";
import { openSession, type Feed, type Session } from "../numerics/session.ts";
import type { GatherTask } from "./gather-rows.ts";
import type { TokenText } from "./gradients.ts";
import { projectionFactor, type ProjectedMatrix } from "./projection.ts";
import { ownTextModel, type OwnModel, type TextModel } from "./text-model.ts";
import type { LinearMap } from "./vector-source.ts";

/** What all tasks of one pool share. */
export interface GradientJob {
  readonly of: OwnModel | DecoderModel;
  readonly seed: number;
  /** `own`: the loss of the text itself; `sampled`: of targets drawn from the model, as the Gauss-Newton matrix needs. */
  readonly targets: "own" | "sampled";
  /** A last linear map [projected size, columns], if any. */
  readonly map?: LinearMap | undefined;
  /** The pinned processor backend by default; on another the bits differ. */
  readonly device?: Device | undefined;
}

/** A graph for texts of one length. */
interface Differentiator {
  readonly session: Session;
  readonly feeds: Readonly<Record<string, Feed>>;
}

/** Opens the model of a job; what it returns differentiates texts. @throws naming the row that is empty or too long. */
export function gradientComputer(job: GradientJob): (task: GatherTask<TokenText>) => Promise<Float32Array> {
  const model = job.of.kind === "own" ? ownTextModel(job.of) : decoderTextModel(job.of);
  const opened = new Map<number, Promise<Differentiator>>();
  const differentiator = (length: number): Promise<Differentiator> => {
    const known = opened.get(length) ?? openDifferentiator(job, model, length);
    opened.set(length, known);
    return known;
  };
  return async ({ items: texts, firstRow }) => {
    const results: Float32Array[] = [];
    for (const [i, { tokens, draw }] of texts.entries()) {
      const length = model.lengthOf(tokens);
      let example;
      try {
        example = model.layOut(tokens, length);
      } catch (error) {
        throw new Error((error as Error).message.replace("row 0", `row ${firstRow + i}`), { cause: error });
      }
      const { session, feeds } = await differentiator(length);
      const aim: Record<string, Feed> =
        job.targets === "own"
          ? { targets: example.targets }
          : { uniforms: uniforms(job.seed, `sampled targets ${draw}`, length) };
      const fed = { ...feeds, tokens: example.inputs, mask: example.mask, ...aim };
      results.push((await session.run(fed))["result"]!);
    }
    const values = new Float32Array(results.length * results[0]!.length);
    results.forEach((result, i) => values.set(result, i * result.length));
    return values;
  };
}

function uniforms(seed: number, label: string, count: number): Float32Array {
  const random = createRandom(seed, label);
  return Float32Array.from({ length: count }, () => random.uniform());
}

async function openDifferentiator(job: GradientJob, model: TextModel, length: number): Promise<Differentiator> {
  const graph = new Graph(job.device);
  const tokens = graph.input("tokens", [length], "int64");
  const mask = graph.input("mask", [length]);
  const aim = job.targets === "own" ? graph.input("targets", [length], "int64") : graph.input("uniforms", [length, 1]);
  const { logits, weights, inputs, feeds } = model.build(graph, tokens);
  const targets = job.targets === "own" ? aim : graph.sampleClasses(logits, aim);
  const loss = graph.sum(graph.crossEntropy(logits, targets, mask));
  const gradients = graph.gradients(
    loss,
    model.matrices.map(({ name }) => weights.get(name)!),
  );
  const parts = model.matrices.map((matrix, i) => projected(graph, matrix, gradients[i]!, job.seed));
  let result = graph.flatConcat(parts);
  if (job.map !== undefined)
    result = graph.matmul(result, graph.constant(job.map.matrix, [result.shape[1]!, job.map.columns]));
  graph.output("result", result);
  return { session: await openSession(graph, [tokens, mask, aim, ...inputs], 1, model.isSmall, job.device), feeds };
}

function projected(graph: Graph, matrix: ProjectedMatrix, gradient: Tensor, seed: number): Tensor {
  const factor = projectionFactor(matrix, seed);
  if (factor === undefined) return gradient;
  return matrix.side === "rows"
    ? graph.matmul(graph.constant(factor, [matrix.width, matrix.shape[0]]), gradient)
    : graph.matmul(gradient, graph.constant(factor, [matrix.shape[1], matrix.width]));
}
