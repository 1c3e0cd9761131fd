// Sketches the calls of settlement 1 of a work folder as a stage that signs by an account does, prints their digest, and drops what it kept unless it is told to keep it.
import { digestOf } from "../../numerics/value-digest.ts";
import { standStill } from "../../numerics/test/stand-still.ts";
import { keptSketches } from "../kept-sketches.ts";
import { sketchSettlement } from "../sketch-calls.ts";
import type { StageContext } from "../stage.ts";

const [work = "", base = "", account = "", pause = "0", drops = "drop"] = process.argv.slice(2);
const context: StageContext = { work, options: { base, workers: "1" }, onProgress: () => standStill(Number(pause)) };
const kept = keptSketches(work, "attest", `1-${account}`);
const sketches = await sketchSettlement(context, "1", kept);
if (drops === "drop") kept.drop();
process.stdout.write(digestOf(sketches));
