/** What two machines must have in common for a task to give the same bytes on both. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { Graph } from "../numerics/graph.ts";
import { createRandom } from "../numerics/random.ts";
import { openSession } from "../numerics/session.ts";

const SOURCES = fileURLToPath(new URL("..", import.meta.url));
const WASM = fileURLToPath(new URL("../../wasm", import.meta.url));

/** Folders whose code takes part in a task. */
const FOLDERS = ["decoder", "distributed", "index", "model", "numerics", "search", "sketch"];

let known: Promise<string> | undefined;

/**
 * A digest of the engine's code, of the numerical runtime's version, and of the bits that this machine's arithmetic gives: gradients are
 * floats, and another kind of processor may round them otherwise.
 */
export function engineVersion(): Promise<string> {
  known ??= measure();
  return known;
}

async function measure(): Promise<string> {
  const hash = createHash("sha256");
  const add = (name: string, content: Uint8Array | string): void => {
    hash.update(`${name} ${content.length}\n`).update(content);
  };
  for (const folder of FOLDERS) {
    for (const file of filesOf(join(SOURCES, folder), ".ts"))
      add(`${folder}/${file}`, readFileSync(join(SOURCES, folder, file)));
  }
  for (const file of filesOf(WASM, ".wasm")) add(file, readFileSync(join(WASM, file)));
  const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
  add("onnxruntime-node", version);
  add("arithmetic", await arithmetic());
  return hash.digest("hex");
}

/** Files of a folder and those below it, in the order of their names; tests do not count. */
function filesOf(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(ending) && !/\.test\.ts$|(^|\/)test\//.test(name))
    .sort();
}

/** Gradients of a small network with every kind of operation that rounds, of sizes that fill no register evenly. */
async function arithmetic(): Promise<Uint8Array> {
  const [rows, width, classes] = [37, 203, 131];
  const random = createRandom(1, "arithmetic");
  const draw = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.uniform() - 0.5);
  const graph = new Graph();
  const input = graph.input("input", [rows, width]);
  const targets = graph.input("targets", [rows], "int64");
  const mask = graph.input("mask", [rows]);
  const inner = graph.constant(draw(width * width), [width, width]);
  const outer = graph.constant(draw(width * classes), [width, classes]);
  const hidden = graph.softmax(graph.rmsNorm(graph.squaredRelu(graph.matmul(input, inner))));
  const loss = graph.sum(graph.crossEntropy(graph.matmul(hidden, outer), targets, mask));
  graph.output("gradients", graph.flatConcat(graph.gradients(loss, [inner, outer])));
  const session = await openSession(graph, [input, targets, mask]);
  try {
    const result = await session.run({
      input: draw(rows * width),
      targets: BigInt64Array.from({ length: rows }, () => BigInt(random.below(classes))),
      mask: draw(rows),
    });
    const values = result["gradients"]!;
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  } finally {
    await session.release();
  }
}
