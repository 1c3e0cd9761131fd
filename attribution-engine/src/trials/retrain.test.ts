// Retrainings are kept as soon as they are there: an interrupted run goes on, and a damaged outcome is made again.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { digestOf } from "../numerics/value-digest.ts";
import { loadDigits } from "./digits.ts";
import { splitImages } from "./labelled-images.ts";
import { retrainClassifiers } from "./retrain.ts";

describe("retraining", () => {
  it("gives the same outcomes whatever was kept, and makes only what is missing or damaged", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tributary-retrain-"));
    const [images, queries] = splitImages(loadDigits(), [60, 10], 1);
    const job = { images: images!, queries: queries!, recipe: { hidden: [], decay: 0.01, steps: 20, rate: 0.1 } };
    const tasks = [1, 2, 3].map((seed) => ({ rows: Uint32Array.from({ length: 30 }, (_, i) => i + seed), seed }));
    await retrainClassifiers(job, tasks.slice(0, 2), folder, { workers: 1 });
    const kept = readdirSync(folder).map((name) => join(folder, name));
    const times = kept.map((path) => statSync(path).mtimeMs);
    let told = 0;
    const all = await retrainClassifiers(job, tasks, folder, { workers: 2, onProgress: () => told++ });
    expect([told, readdirSync(folder).length]).to.deep.equal([1, 3]);
    expect(kept.map((path) => statSync(path).mtimeMs)).to.deep.equal(times);
    const bytes = readFileSync(kept[0]!);
    bytes[40]! ^= 1;
    writeFileSync(kept[0]!, bytes);
    expect(await retrainClassifiers(job, tasks, folder, { workers: 1 })).to.deep.equal(all);
    const other = await retrainClassifiers({ ...job, recipe: { ...job.recipe, steps: 21 } }, tasks, folder, {
      workers: 1,
    });
    expect(other[0]).not.to.deep.equal(all[0]);
    expect(readdirSync(folder).length).to.equal(6);
    rmSync(folder, { recursive: true });
  });

  it("tells values apart by kind, size and content", () => {
    const values = [
      1,
      "1",
      [1],
      [[1]],
      [1, 1],
      { a: 1 },
      { b: 1 },
      Uint8Array.of(1),
      Float32Array.of(1),
      new Map([["a", 1]]),
    ];
    expect(new Set(values.map(digestOf)).size).to.equal(values.length);
    expect(digestOf({ a: 1, b: [2], c: undefined })).to.equal(digestOf({ b: [2], a: 1 }));
  });
});
