// Stage `sketch-records`: builds the sketch basis of the trained adapter and sketches every record; it needs no chain.
import { join } from "node:path";
import { withoutRepetitive } from "../index/repetition.ts";
import { loadSketches, saveSketches } from "../sketch/sketch-file.ts";
import { saveBasis } from "../sketch/basis-file.ts";
import { buildSketchBasis, SKETCH_METHOD } from "../sketch/own-model.ts";
import { sketchTexts } from "../sketch/sketch-texts.ts";
import { FILES, placedRecords, readCorpusFile } from "./files.ts";
import { REPETITION_LIMIT } from "./method.ts";
import { adapterOf, baseOf, recordTokensOf } from "./model-files.ts";
import { sizeLimitOf } from "./sketch-source.ts";
import { deviceOf, workersOf, type Stage } from "./stage.ts";

export const sketchRecordsStage: Stage = {
  about: "build the sketch basis and sketch every record",
  spreads: true,
  takesDevice: true,
  async run(context) {
    const base = baseOf(context);
    const adapter = adapterOf(context, base);
    const { shards } = context;
    const workers = workersOf(context);
    const corpus = readCorpusFile(context.work);
    const tokens = recordTokensOf(context, base, corpus);
    // Basis and sketches each go once over about as many gradients: one bar for both.
    const half = (from: number) => (done: number, total: number) => {
      context.onProgress(from * total + done, 2 * total);
    };
    const device = deviceOf(context);
    const before = { workers, shards, onProgress: half(0) };
    const method = { ...SKETCH_METHOD, ...sizeLimitOf(context) };
    const basis = await buildSketchBasis(base, adapter, tokens, method, before, device);
    saveBasis(join(context.work, FILES.basis), basis);
    const after = { workers, shards, onProgress: half(1) };
    const all = await sketchTexts(base, adapter, basis, tokens, base.shape.context, after, device);
    const texts = placedRecords(corpus).map(({ text }) => text);
    const sketches = withoutRepetitive(all, texts, REPETITION_LIMIT);
    const path = join(context.work, FILES.records);
    saveSketches(path, sketches);
    return { records: loadSketches(path).count, k: basis.method.k, bytesPerRecord: basis.method.k };
  },
};
