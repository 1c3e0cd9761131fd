/** Command: trains the tokenizer and the base model on WordNet text and writes them, with a log, to `base/`. */
import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadWordnetText } from "../corpus/wordnet.ts";
import { Adam } from "../numerics/adam.ts";
import { writeFileAtomically } from "../numerics/atomic-file.ts";
import { Graph } from "../numerics/graph.ts";
import type { Tensor } from "../numerics/graph.ts";
import { createRandom } from "../numerics/random.ts";
import { openSession } from "../numerics/session.ts";
import { saveBase } from "./checkpoint.ts";
import { layOutExamples } from "./examples.ts";
import { trainTokenizer } from "./tokenizer.ts";
import { baseWeightShapes, buildLogits, initialBaseWeights } from "./transformer.ts";
import type { ModelShape } from "./transformer.ts";

const SEED = 1;
const BATCH = 64;
const PEAK_RATE = 4e-3;
const LAST_RATE = 5e-5;
const WARMUP_STEPS = 150;
const HELD_OUT_ENTRIES = 1024;
const REPORT_EVERY = 100;

const { values } = parseArgs({
  options: {
    out: { type: "string", default: fileURLToPath(new URL("../../base", import.meta.url)) },
    steps: { type: "string", default: "6000" },
    width: { type: "string", default: "96" },
    layers: { type: "string", default: "2" },
    heads: { type: "string", default: "3" },
    context: { type: "string", default: "64" },
    vocabulary: { type: "string", default: "1024" },
    threads: { type: "string", default: "2" },
  },
});
const steps = Number(values.steps);
const logPath = join(values.out, "training.log");
writeFileAtomically(logPath, "");
const log = (line: string): void => {
  console.log(line);
  appendFileSync(logPath, `${line}\n`);
};

const started = performance.now();
const entries = createRandom(SEED, "entry order").shuffle(loadWordnetText());
const tokenizer = trainTokenizer(entries.slice(HELD_OUT_ENTRIES), Number(values.vocabulary));
const encoded = entries.map((entry) => tokenizer.encode(entry));
const heldOut = encoded.slice(0, HELD_OUT_ENTRIES);
const stream = encoded.slice(HELD_OUT_ENTRIES).flat();
const starts: number[] = [];
for (let entry = HELD_OUT_ENTRIES, position = 0; entry < encoded.length; position += encoded[entry++]!.length)
  starts.push(position);
const bytes = entries.reduce((total, entry) => total + entry.length, 0);
const shape: ModelShape = {
  vocabulary: tokenizer.size,
  context: Number(values.context),
  width: Number(values.width),
  heads: Number(values.heads),
  layers: Number(values.layers),
};
log(`WordNet: ${entries.length} entries, ${bytes} characters, ${stream.length} training tokens`);
log(`model: ${JSON.stringify(shape)}, ${baseWeightShapes(shape).reduce((n, [, [a, b]]) => n + a * b, 0)} parameters`);
log(
  `training: ${steps} steps of ${BATCH} windows, AdamW, peak rate ${PEAK_RATE}, cosine to ${LAST_RATE}, seed ${SEED}`,
);

const rows = BATCH * shape.context;
const graph = new Graph();
const feeds = [
  graph.input("tokens", [rows], "int64"),
  graph.input("targets", [rows], "int64"),
  graph.input("mask", [rows]),
] as const;
const weightTensors = new Map<string, Tensor>(
  baseWeightShapes(shape).map(([name, size]) => [name, graph.input(name, size)]),
);
const losses = graph.crossEntropy(
  buildLogits(graph, shape, weightTensors, undefined, feeds[0], BATCH),
  feeds[1],
  feeds[2],
);
const loss = graph.sum(losses);
graph.output("loss", loss);
const names = [...weightTensors.keys()];
graph
  .gradients(loss, [...weightTensors.values()])
  .forEach((gradient, i) => graph.output(`gradient ${names[i]}`, gradient));
const session = await openSession(graph, [...feeds, ...weightTensors.values()], Number(values.threads));

const weights = initialBaseWeights(shape, SEED);
const weightFeeds = Object.fromEntries([...weights].map(([name, { data }]) => [name, data]));
const adam = new Adam(weights, { beta1: 0.9, beta2: 0.98, weightDecay: 0.02 });

async function heldOutPerplexity(): Promise<number> {
  let total = 0;
  let count = 0;
  for (let from = 0; from + BATCH <= heldOut.length; from += BATCH) {
    const batch = layOutExamples(
      heldOut.slice(from, from + BATCH).map((tokens) => tokens.slice(0, shape.context)),
      shape.context,
    );
    const result = await session.run({
      tokens: batch.inputs,
      targets: batch.targets,
      mask: batch.mask,
      ...weightFeeds,
    });
    total += result["loss"]![0]!;
    count += batch.mask.reduce((sum, value) => sum + value, 0);
  }
  return Math.exp(total / count);
}

const order = createRandom(SEED, "window order");
let queue: number[] = [];
let recent = 0;
for (let step = 1; step <= steps; step++) {
  if (queue.length < BATCH) queue = order.shuffle(starts.filter((start) => start + shape.context <= stream.length));
  const windows = queue.splice(-BATCH).map((start) => stream.slice(start, start + shape.context));
  const batch = layOutExamples(windows, shape.context);
  const mask = batch.mask.map((value) => value / rows);
  const result = await session.run({ tokens: batch.inputs, targets: batch.targets, mask, ...weightFeeds });
  const progress = Math.min(1, step / steps);
  const cosine = LAST_RATE + (PEAK_RATE - LAST_RATE) * 0.5 * (1 + Math.cos(Math.PI * progress));
  adam.update(
    new Map(names.map((name) => [name, result[`gradient ${name}`]!])),
    cosine * Math.min(1, step / WARMUP_STEPS),
    1,
  );
  recent += result["loss"]![0]! / REPORT_EVERY;
  if (step % REPORT_EVERY === 0) {
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const heldOutPart =
      step % (10 * REPORT_EVERY) === 0 || step === steps
        ? ` held-out perplexity ${(await heldOutPerplexity()).toFixed(2)}`
        : "";
    log(`step ${step} training loss ${recent.toFixed(4)}${heldOutPart} (${seconds} s)`);
    recent = 0;
    if (step % (10 * REPORT_EVERY) === 0) saveBase(values.out, { shape, tokenizer, weights });
  }
}
saveBase(values.out, { shape, tokenizer, weights });
log(`written after ${((performance.now() - started) / 1000).toFixed(0)} s`);
await session.release();
