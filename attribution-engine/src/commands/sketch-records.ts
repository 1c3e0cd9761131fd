// Stage `sketch-records`: builds the sketch basis of the trained adapter and sketches every record; it needs no chain.
import { digestOf } from "../numerics/value-digest.ts";
import { keptRows } from "../sketch/kept-rows.ts";
import { ownGradients, SKETCH_METHOD } from "../sketch/own-model.ts";
import { readCorpusFile, recordNameIn } from "./files.ts";
import { adapterOf, baseOf, recordTokensOf } from "./model-files.ts";
import { sketchSource, vectorFolder } from "./sketch-source.ts";
import { deviceOf, type Stage } from "./stage.ts";

export const sketchRecordsStage: Stage = {
  about: "build the sketch basis and sketch every record",
  spreads: true,
  takesDevice: true,
  async run(context) {
    const base = baseOf(context);
    const adapter = adapterOf(context, base);
    const tokens = recordTokensOf(context, base, readCorpusFile(context.work));
    const device = deviceOf(context);
    const { shape, weights } = base;
    const made = digestOf([SKETCH_METHOD, shape, weights, adapter, tokens, device]);
    const of = { device, nameOf: recordNameIn(context.work) };
    const gradients = ownGradients(base, adapter, SKETCH_METHOD, tokens, shape.context, of);
    return sketchSource(context, keptRows(gradients, vectorFolder(context, made)), SKETCH_METHOD, made);
  },
};
