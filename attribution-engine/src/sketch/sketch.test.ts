/** Tests of the sketches: same bytes whatever the batch and the workers, small quantisation error, clear errors. */
import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { loadAdapter, saveAdapter } from "../model/adapter.ts";
import type { Adapter } from "../model/adapter.ts";
import { loadBase, saveBase } from "../model/checkpoint.ts";
import { generate } from "../model/generate.ts";
import { perplexity } from "../model/losses.ts";
import { createRandom, normals } from "../numerics/random.ts";
import type { SketchBasis } from "./basis.ts";
import { saveBasis } from "./basis-file.ts";
import { buildSketchBasis, loadSketchBasis, type SketchMethod } from "./own-model.ts";
import { MAX_SCALE, quantiseRows } from "./quantise.ts";
import { sketchTexts } from "./sketch-texts.ts";
import { sketchable, smallModel } from "./test/small-model.ts";

describe("a small model from training to sketches", () => {
  const { base, tokens, shape } = smallModel();
  let folder: string;
  let adapter: Adapter;
  let basis: SketchBasis<SketchMethod>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "sketch-"));
    ({ adapter, basis } = await sketchable(base, tokens));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("training lowers the perplexity, which starts near the vocabulary's size", async () => {
    const before = await perplexity(base, undefined, tokens);
    expect(before).to.be.within(shape.vocabulary / 3, shape.vocabulary * 3);
    expect(await perplexity(base, adapter, tokens)).to.be.below(0.9 * before);
  });
  it("gives a text the same bytes alone, among others, and with any number of workers", async () => {
    const all = await sketchTexts(base, adapter, basis, tokens, 32, { workers: 1 });
    const again = await sketchTexts(base, adapter, basis, tokens, 32, { workers: 2 });
    const alone = await sketchTexts(base, adapter, basis, [tokens[70]!], 32, { workers: 1 });
    expect(again.sketches).to.deep.equal(all.sketches);
    expect(again.scales).to.deep.equal(all.scales);
    expect(alone.sketches).to.deep.equal(all.sketches.slice(70 * 16, 71 * 16));
    expect(alone.scales[0]).to.equal(all.scales[70]);
  });
  it("round-trips the base, the adapter and the basis, and names what is damaged", async () => {
    saveBase(folder, base);
    expect(loadBase(folder).weights).to.deep.equal(base.weights);
    const adapterPath = join(folder, "adapter.safetensors");
    saveAdapter(adapterPath, adapter);
    expect(loadAdapter(adapterPath, base)).to.deep.equal(adapter);
    const basisPath = join(folder, "basis.safetensors");
    saveBasis(basisPath, basis);
    expect(loadSketchBasis(basisPath, base, adapter).map).to.deep.equal(basis.map);
    truncateSync(join(folder, "model.safetensors"), 5000);
    expect(() => loadBase(folder)).to.throw(/model\.safetensors: .*truncated/);
    expect(() => loadBase(join(folder, "nowhere"))).to.throw("no base checkpoint");
  });
  it("lets size count up to a limit where the method has one: scales are lowered, and nothing else", async () => {
    const limited = await buildSketchBasis(base, adapter, tokens, { ...basis.method, sizeLimit: 0.75 });
    const path = join(folder, "limited.safetensors");
    saveBasis(path, limited);
    const read = loadSketchBasis(path, base, adapter);
    expect(read.method).to.deep.equal(limited.method);
    const whole = await sketchTexts(base, adapter, basis, tokens, 32, { workers: 1 });
    const cut = await sketchTexts(base, adapter, read, tokens, 32, { workers: 1 });
    expect(cut.sketches).to.deep.equal(whole.sketches);
    const most = read.largestScale!;
    expect([...cut.scales]).to.deep.equal([...whole.scales].map((scale) => Math.min(scale, most)));
    expect(whole.scales.filter((scale) => scale > most).length / tokens.length).to.be.within(0.1, 0.4);
    let message = "";
    await buildSketchBasis(base, adapter, tokens, { ...basis.method, sizeLimit: 0 }).catch(
      (error: Error) => (message = error.message),
    );
    expect(message).to.contain("the size limit is 0; it is a share of the records");
  });
  it("names the row of a bad text", async () => {
    const long = Array.from({ length: 33 }, () => 5);
    const failure = async (bad: number[][]): Promise<string> => {
      try {
        await sketchTexts(base, adapter, basis, bad, 32, { workers: 1 });
      } catch (error) {
        return (error as Error).message;
      }
      return "no error";
    };
    expect(await failure([tokens[0]!, long])).to.contain("row 1: 33 tokens, the context holds 32");
    expect(await failure([tokens[0]!, []])).to.contain("row 1: the text is empty");
    expect(await failure([])).to.contain("empty set");
  });
  it("names the row of a gradient that is not finite", async () => {
    const weights = new Map(adapter.weights);
    weights.set("head.b", {
      shape: weights.get("head.b")!.shape,
      data: new Float32Array(weights.get("head.b")!.data.length).fill(NaN),
    });
    let message = "";
    await sketchTexts(base, { shape: adapter.shape, weights }, basis, [tokens[0]!], 32, { workers: 1 }).catch(
      (error: Error) => (message = error.message),
    );
    expect(message).to.contain("row 0: the vector holds NaN");
  });
  it("calls a text by its file and row, where it is told them, for what is wrong with it or with its gradient", async () => {
    const named = { nameOf: (row: number) => `corpus.json row ${row}` };
    const weights = new Map(
      [...adapter.weights].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => NaN) }]),
    );
    const failure = async (texts: number[][], of: Adapter): Promise<string> =>
      sketchTexts(base, of, basis, texts, 32, { workers: 1 }, named).then(
        () => "no error",
        (error: unknown) => (error as Error).message,
      );
    expect(await failure([tokens[0]!, []], adapter)).to.equal("corpus.json row 1: the text is empty");
    expect(await failure([tokens[0]!], { shape: adapter.shape, weights })).to.match(
      /^corpus\.json row 0: the vector holds NaN/,
    );
  });
  it("generates the same answer for a prompt in any batch", async () => {
    const options = { tokens: 4, length: 32, temperature: 0.8, seed: 3 };
    const prompts = tokens.slice(0, 40).map((text) => text.slice(0, 5));
    const batch = await generate(base, adapter, prompts, options);
    expect(batch.map((answer) => answer.length)).to.deep.equal(prompts.map(() => 4));
    expect((await generate(base, adapter, [prompts[35]!], { ...options, seedOffset: 35 }))[0]).to.deep.equal(batch[35]);
  });
});

describe("quantiseRows", () => {
  it("keeps dot products within the quantisation error", () => {
    const k = 256;
    const values = normals(createRandom(2), 2 * k, 3);
    const unit = 1e-7;
    const { sketches, scales } = quantiseRows(values, k, unit);
    let [exact, approximate] = [0, 0];
    for (let i = 0; i < k; i++) {
      exact += values[i]! * values[k + i]!;
      approximate += sketches[i]! * scales[0]! * unit * sketches[k + i]! * scales[1]! * unit;
    }
    expect(Math.abs(approximate - exact)).to.be.below(0.05 * 9 * Math.sqrt(k));
    expect(Math.max(...sketches.map(Math.abs))).to.equal(127);
  });
  it("gives zero vectors scale 0 and clamps the others to 1 and 2^24 − 1", () => {
    const { sketches, scales } = quantiseRows(Float32Array.of(0, 0, 1e-9, 0, 1e10, -1e10), 2, 1);
    expect([...scales]).to.deep.equal([0, 1, MAX_SCALE]);
    expect([...sketches]).to.deep.equal([0, 0, 127, 0, 127, -127]);
  });
  it("refuses values that are not finite", () => {
    expect(() => quantiseRows(Float32Array.of(1, NaN), 2, 1)).to.throw("row 0");
  });
});
