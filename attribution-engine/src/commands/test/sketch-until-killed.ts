// Builds a basis of a small model and sketches its texts as the stage `sketch-records` does, into the folder that it is given.
import { standStill } from "../../numerics/test/stand-still.ts";
import { digestOf } from "../../numerics/value-digest.ts";
import { keptRows } from "../../sketch/kept-rows.ts";
import { ownGradients } from "../../sketch/own-model.ts";
import { drawnAdapter, smallModel } from "../../sketch/test/small-model.ts";
import { sketchSource, vectorFolder } from "../sketch-source.ts";
import type { StageContext } from "../stage.ts";

const [work = "", pause = "0"] = process.argv.slice(2);
const METHOD = {
  k: 16,
  seed: 1,
  widths: { inner: 4, headInput: 4, headOutput: 16 },
  curvatureSamples: 384,
  damping: 1,
};
const { base, tokens } = smallModel();
const texts = Array.from({ length: 4 }, () => tokens).flat();
const adapter = drawnAdapter(base);
const made = digestOf([METHOD, base.shape, base.weights, adapter, texts]);
const context: StageContext = { work, options: { workers: "1" }, onProgress: () => standStill(Number(pause)) };
const gradients = ownGradients(base, adapter, METHOD, texts, base.shape.context);
const result = await sketchSource(context, keptRows(gradients, vectorFolder(context, made)), METHOD, made);
process.stdout.write(JSON.stringify(result));
