/** Runs tasks of gradients: the worker's side of `gradient-shards.ts`. */
import { fetchDecoder } from "../decoder/decoder-shards.ts";
import type { TaskContext, TaskKind } from "../distributed/shard-runner.ts";
import { gradientComputer, type GradientJob } from "./gradient-computer.ts";
import type { StoredModel } from "./gradient-shards.ts";
import type { TokenText } from "./gradients.ts";
import type { LinearMap } from "./vector-source.ts";

export const runGradients: TaskKind = async ({ inputs, settings }, { object, keep }) => {
  const { model, map, texts } = inputs;
  const [seed, targets] = [settings["seed"] as number, settings["targets"] as GradientJob["targets"]];
  // Graphs are built once for all texts of a job.
  const compute = await keep(`gradients ${model} ${map} ${seed} ${targets}`, async () =>
    gradientComputer({
      // A decoder is fetched once for all its jobs.
      of: await keep(`model ${model}`, async () => modelOf((await object(model!)) as StoredModel, object)),
      seed,
      targets,
      map: map === undefined ? undefined : ((await object(map)) as LinearMap),
    }),
  );
  return compute({ items: (await object(texts!)) as TokenText[], firstRow: settings["firstRow"] as number });
};

async function modelOf(stored: StoredModel, object: TaskContext["object"]): Promise<GradientJob["of"]> {
  if (stored.kind === "decoder") return fetchDecoder(stored, object);
  return {
    ...stored,
    model: { ...stored.model, weights: new Map(stored.model.weights) },
    adapter: { ...stored.adapter, weights: new Map(stored.adapter.weights) },
  };
}
