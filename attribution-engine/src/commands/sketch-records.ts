// Stage `sketch-records`: builds the sketch basis of the trained adapter and sketches every record; it needs no chain.
import { join } from "node:path";
import { withoutRepetitive } from "../index/repetition.ts";
import { digestOf } from "../numerics/value-digest.ts";
import { atPlaces } from "./at-places.ts";
import { keptRows } from "../sketch/kept-rows.ts";
import { ownGradients, SKETCH_METHOD } from "../sketch/own-model.ts";
import { FILES, textRecords, readCorpusFile, recordNameIn } from "./files.ts";
import { REPETITION_LIMIT } from "./method.ts";
import { adapterOf, baseOf, recordTokensOf } from "./model-files.ts";
import { sizeLimitOf, sketchSource, vectorFolder } from "./sketch-source.ts";
import { deviceOf, type Stage } from "./stage.ts";

export const sketchRecordsStage: Stage = {
  about: "build the sketch basis and sketch every record",
  spreads: true,
  takesDevice: true,
  async run(context) {
    const base = baseOf(context);
    const { shape, weights } = base;
    const adapter = adapterOf(context, base);
    const corpus = readCorpusFile(context.work);
    const tokens = recordTokensOf(context, base, corpus);
    const records = textRecords(corpus);
    const texts = records.map(({ text }) => text);
    const device = deviceOf(context);
    const method = { ...SKETCH_METHOD, ...sizeLimitOf(context) };
    const made = digestOf([method, shape, weights, adapter, tokens, device]);
    const of = { device, nameOf: recordNameIn(context.work, records) };
    const gradients = ownGradients(base, adapter, method, tokens, shape.context, of);
    const source = { ...keptRows(gradients, vectorFolder(context, made)), name: join(context.work, FILES.corpus) };
    return sketchSource(context, source, method, made, (all) =>
      atPlaces(withoutRepetitive(all, texts, REPETITION_LIMIT), corpus),
    );
  },
};
