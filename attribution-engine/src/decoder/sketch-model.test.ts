// A decoder's gradients become sketches: the vectors are PyTorch's gradients, calls are sketched as records are, what fails leaves nothing.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parquetWriteFile } from "hyparquet-writer";
import { SHIPPED_BASE } from "../commands/files.ts";
import { keptSketches, type KeptSketches } from "../commands/kept-sketches.ts";
import { methodOf } from "../commands/method.ts";
import type { DecoderOrigin } from "../commands/decoder-sketches.ts";
import { sketchCallsByModel, sketchModelStage, sketchRecordsByModel } from "../commands/sketch-model.ts";
import { openWorkFolder } from "../commands/work-folder.ts";
import type { ShardRunner } from "../distributed/shard-runner.ts";
import { runnerHere } from "../distributed/test/here.ts";
import { createRandom } from "../numerics/random.ts";
import { loadTensors } from "../numerics/safetensors.ts";
import { projectionFactor } from "../sketch/projection.ts";
import { loadBasis } from "../sketch/basis-file.ts";
import { loadSketches } from "../sketch/sketch-file.ts";
import { decoderGradients } from "./decoder-gradients.ts";
import { loraMatrices, projectionWidth } from "./decoder-text-model.ts";
import { decoderDigests, loadDecoder } from "./decoder.ts";
import { copyOf, expectedOf, FIXTURES, relativeError } from "./test/fixtures.ts";

const NO_HASH = `0x${"00".repeat(32)}` as const;
const random = createRandom(5);
const WORDS = ["river", "whale", "ship", "senate", "union", "year", "stream", "oak", "sea", "hills"];
const TEXTS = Array.from({ length: 40 }, () =>
  Array.from({ length: 2 + random.below(12) }, () => WORDS[random.below(WORDS.length)]).join(" "),
);

/** Whole parts in any folder below. */
function partsIn(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => /\.(rows|sketches)$/.test(name)).length;
}

describe("sketch-model", function () {
  this.timeout(60_000);
  const model = join(FIXTURES, "qwen2");
  const adapter = join(model, "adapter");
  let work: string;
  let kept: KeptSketches;
  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), "tributary-sketch-model-"));
    kept = keptSketches(work, "test", "calls");
  });
  afterEach(() => rmSync(work, { recursive: true }));

  const writeLines = (texts: readonly unknown[], name = "texts.jsonl"): string => {
    const path = join(work, name);
    writeFileSync(path, texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
    return path;
  };
  const contextOf = (options: object, workers = 1) => ({
    work,
    options: { model, adapter, k: "32", workers: String(workers), ...options },
    onProgress: () => undefined,
  });
  const failure = (options: object): Promise<string> =>
    sketchModelStage.run(contextOf(options)).then(
      () => "no error",
      (error: unknown) => (error as Error).message,
    );
  const expectNothing = (): void => {
    expect(["basis.safetensors", "records.sketches"].filter((name) => existsSync(join(work, name)))).to.deep.equal([]);
  };

  it("takes PyTorch's gradients as vectors, whatever the length that a text is laid out in", async () => {
    const { tokens } = expectedOf("qwen2");
    const place = { model, adapter };
    // As wide as the widest side, so that nothing is projected.
    const source = decoderGradients({ kind: "decoder", place, width: 64 }, 1, tokens, String);
    const { values, size } = await source.rows([0, 2], "own", undefined, { workers: 1 });
    const { tensors } = loadTensors(join(model, "gradients.safetensors"));
    for (const [i, row] of [0, 2].entries()) {
      let at = i * size;
      for (const [name, { data }] of loadDecoder(place).lora!.weights) {
        const reference = tensors.get(`${row} base_model.model.${name}.weight`)!;
        expect(relativeError(values.subarray(at, at + data.length), reference)).to.be.below(1e-4);
        at += data.length;
      }
      expect(at).to.equal((i + 1) * size);
    }
  });

  it("projects the long side of each gradient", async () => {
    const [width, place, text] = [4, { model, adapter }, expectedOf("qwen2").tokens[0]!];
    const source = decoderGradients({ kind: "decoder", place, width }, 1, [text], String);
    const { values } = await source.rows([0], "own", undefined, { workers: 1 });
    const { tensors } = loadTensors(join(model, "gradients.safetensors"));
    let at = 0;
    for (const matrix of loraMatrices(loadDecoder(place).lora!, width)) {
      const { data } = tensors.get(`0 base_model.model.${matrix.name}.weight`)!;
      const factor = projectionFactor(matrix, 1)!;
      const [rows, columns] = matrix.shape;
      const isInput = matrix.name.endsWith("lora_A");
      const expected = new Float32Array(width * (isInput ? rows : columns));
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++)
          for (let i = 0; i < width; i++) {
            const value = data[row * columns + column]!;
            if (isInput) expected[row * width + i]! += value * factor[column * width + i]!;
            else expected[i * columns + column]! += value * factor[i * rows + row]!;
          }
      const found = values.subarray(at, at + expected.length);
      expect(relativeError(found, { shape: [], data: expected }), matrix.name).to.be.below(1e-4);
      at += expected.length;
    }
    expect(at).to.equal(values.length);
  });

  it("sketches records, and calls to the same bytes, with any number of workers", async () => {
    await sketchModelStage.run(contextOf({ texts: writeLines(TEXTS) }, 2));
    const records = loadSketches(join(work, "records.sketches"));
    expect([records.count, records.k]).to.deep.equal([40, 32]);
    const { origin, basis } = loadBasis(join(work, "basis.safetensors"));
    const calls = await sketchCallsByModel(contextOf({}, 1), origin as DecoderOrigin, [TEXTS[39]!, TEXTS[3]!], kept);
    expect(calls.sketches.subarray(0, 32)).to.deep.equal(records.sketches.subarray(39 * 32));
    expect(calls.sketches.subarray(32)).to.deep.equal(records.sketches.subarray(3 * 32, 4 * 32));
    const again = await sketchRecordsByModel(
      contextOf({ texts: join(work, "texts.jsonl") }),
      origin as DecoderOrigin,
      kept,
    );
    expect(again).to.deep.equal(records);
    expect(basis.map.length).to.equal(336 * 32);
    expect(methodOf(join(work, "basis.safetensors")).k).to.equal(32);
  });

  it("has its gradients made by workers elsewhere, which are sent the model, to the same bytes", async () => {
    const { tokens } = expectedOf("qwen2");
    const source = decoderGradients({ kind: "decoder", place: { model, adapter }, width: 4 }, 1, tokens, String);
    const rows = (shards?: ShardRunner) => source.rows([0, 2], "sampled", undefined, { workers: 1, shards });
    expect(await rows(runnerHere())).to.deep.equal(await rows());
  });

  it("reads the corpus and Parquet as JSON lines, uses the same basis again, and makes another for other texts", async () => {
    const run = (texts: string) => sketchModelStage.run(contextOf({ texts })) as Promise<{ basisReused: boolean }>;
    expect((await run(writeLines(TEXTS))).basisReused).to.equal(false);
    const sketches = loadSketches(join(work, "records.sketches"));
    const parquet = join(work, "texts.parquet");
    parquetWriteFile({
      filename: parquet,
      columnData: [
        { name: "text", data: TEXTS, type: "STRING" },
        { name: "author", data: TEXTS.map(() => "nobody"), type: "STRING" },
      ],
    });
    expect((await run(parquet)).basisReused).to.equal(true);
    expect(loadSketches(join(work, "records.sketches"))).to.deep.equal(sketches);
    const records = TEXTS.map((text) => ({ text, source: "" }));
    const corpus = { datanets: [{ contributors: [{ name: "nobody", records }] }] };
    writeFileSync(join(work, "corpus.json"), JSON.stringify(corpus));
    expect(await sketchModelStage.run(contextOf({}))).to.include({ basisReused: true, records: 40 });
    expect((await run(writeLines([...TEXTS].reverse()))).basisReused).to.equal(false);
  });

  it("goes on after it was killed, to the same bytes", async () => {
    const options = { texts: writeLines(TEXTS) };
    await sketchModelStage.run(contextOf(options));
    const whole = ["basis.safetensors", "records.sketches"].map((name) => readFileSync(join(work, name)));
    rmSync(join(work, "basis.safetensors"));
    rmSync(join(work, "records.sketches"));
    const main = fileURLToPath(new URL("../main.ts", import.meta.url));
    const command = ["sketch-model", "--work", work, "--model", model, "--adapter", adapter, "--k", "32"];
    const child = spawn(process.execPath, [main, ...command, "--texts", options.texts, "--workers", "1"]);
    const ended = new Promise((resolve) => child.on("close", resolve));
    const folder = join(work, "sketch-parts");
    // Killed as soon as a first part is there.
    while (!(existsSync(folder) && partsIn(folder) > 0) && child.exitCode === null) await delay(5);
    child.kill("SIGKILL");
    await ended;
    expect(existsSync(join(work, "records.sketches"))).to.equal(false);
    expect(partsIn(folder)).to.be.above(0);
    await sketchModelStage.run(contextOf(options));
    expect(readFileSync(join(work, "basis.safetensors")).equals(whole[0]!)).to.equal(true);
    expect(readFileSync(join(work, "records.sketches")).equals(whole[1]!)).to.equal(true);
    expect(existsSync(folder)).to.equal(false);
  });

  it("names file and row of a text that is too long, too short or none, and writes nothing", async () => {
    const long = writeLines([...TEXTS, "whale ".repeat(200)]);
    expect(await failure({ texts: long })).to.match(/texts\.jsonl row 40: \d+ tokens, the context holds 96; split/);
    expect(await failure({ texts: writeLines(["whale", ""]) })).to.contain("row 1: 0 tokens; a text has at least 2");
    expect(await failure({ texts: writeLines(["a whale", 5]) })).to.contain('row 1: no field "text" with a text');
    writeFileSync(join(work, "texts.jsonl"), '{"text": "a whale"}\n{"text": \n');
    expect(await failure({ texts: join(work, "texts.jsonl") })).to.contain("texts.jsonl row 1: ");
    expect(await failure({ texts: writeLines([]) })).to.contain("texts.jsonl: no texts");
    writeFileSync(join(work, "texts.parquet"), "PAR1 and nothing");
    expect(await failure({ texts: join(work, "texts.parquet") })).to.contain("not a readable Parquet file of texts");
    expectNothing();
  });

  it("names a damaged adapter before anything is begun", async () => {
    const folder = copyOf("qwen2");
    const damaged = join(folder, "adapter");
    truncateSync(join(damaged, "adapter_model.safetensors"), 2000);
    expect(await failure({ texts: writeLines(TEXTS), adapter: damaged })).to.contain(
      "adapter_model.safetensors: tensor",
    );
    expectNothing();
    rmSync(folder, { recursive: true });
  });

  it("does not sketch calls by another model or adapter than the records'", async () => {
    const origin = { kind: "decoder", ...decoderDigests({ model, adapter }), texts: "", width: 64 } as const;
    const by = (options: object): Promise<string> =>
      sketchCallsByModel(contextOf(options), origin, ["a whale"], kept).then(
        () => "no error",
        (error: unknown) => (error as Error).message,
      );
    expect(await by({ model: join(FIXTURES, "qwen3") })).to.contain("not the model that the records were sketched by");
    expect(await by({ adapter: join(FIXTURES, "llama", "adapter") })).to.contain("not the adapter that the records");
  });

  it("lets an attributor make single sketches again, of records and calls, by the decoder that the basis names", async () => {
    await sketchModelStage.run(contextOf({ texts: writeLines(TEXTS) }, 2));
    const { sketches, scales } = loadSketches(join(work, "records.sketches"));
    const other = { model: join(FIXTURES, "llama"), adapter: join(FIXTURES, "llama", "adapter") };
    const workshop = openWorkFolder(work, SHIPPED_BASE, [other, { model, adapter }]);
    const { sketchSpec } = methodOf(join(work, "basis.safetensors"));
    expect(workshop.isOf(NO_HASH, sketchSpec)).to.equal(true);
    expect(workshop.isOf(NO_HASH, NO_HASH)).to.equal(false);
    const own = { sketches: sketches.subarray(7 * 32, 8 * 32), scales: scales.subarray(7, 8) };
    expect(await workshop.sketchRecord(TEXTS[7]!))
      .to.include({ k: 32 })
      .and.deep.include(own);
    const [prompt, answer] = [TEXTS[7]!.slice(0, 5), TEXTS[7]!.slice(5)];
    expect(await workshop.sketchCall({ prompt, answer })).to.deep.include({ sketches: own.sketches });
    expect(() => openWorkFolder(work, SHIPPED_BASE, [other])).to.throw("in no --model and --adapter");
  });

  it("does not sketch records again from other texts", async () => {
    const origin = { kind: "decoder", ...decoderDigests({ model, adapter }), texts: "", width: 64 } as const;
    const again = sketchRecordsByModel(contextOf({ texts: writeLines(TEXTS) }), origin, kept);
    const message = await again.catch((error: unknown) => (error as Error).message);
    expect(message).to.include("texts.jsonl").and.include("not the texts that the records were sketched from");
  });

  it("refuses an adapter that has too many dimensions to sketch", () => {
    const lora = { rank: 64, scale: 1, layers: Array.from({ length: 224 }, String), weights: new Map() };
    expect(() => projectionWidth(lora)).to.throw("224 layers of rank 64, 28672 dimensions at least; at most 4096");
    expect(projectionWidth({ ...lora, rank: 8 })).to.equal(1);
    expect(projectionWidth({ ...lora, rank: 8, layers: ["q", "v"] })).to.equal(64);
  });
});
