// Long stages that are killed go on where they were, and come to the same bytes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ADAPTER_RECIPE, saveAdapter } from "../model/adapter.ts";
import { saveBase } from "../model/checkpoint.ts";
import { measureLeaveOut } from "../quality/leave-out.ts";
import { drawnAdapter, smallModel } from "../sketch/test/small-model.ts";
import { answerStage } from "./answer.ts";
import { FILES } from "./files.ts";
import { loadRecordSketches } from "./record-sketches.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const BUILD = fileURLToPath(new URL("test/build-until-killed.ts", import.meta.url));
const SKETCH = fileURLToPath(new URL("test/sketch-until-killed.ts", import.meta.url));

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "tributary-resume-"));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

/** What is kept in a folder below the work folder. */
function kept(ending: string): string[] {
  if (!existsSync(work)) return [];
  return readdirSync(work, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(ending));
}

/** Runs a script to its end, or kills it by SIGKILL as soon as `isTime`; gives what it printed, or undefined. */
async function run(args: readonly string[], isTime?: () => boolean): Promise<string | undefined> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
  while (isTime !== undefined && !isTime() && child.exitCode === null) await delay(2);
  if (isTime !== undefined) child.kill("SIGKILL");
  await ended;
  return child.exitCode === 0 ? printed : undefined;
}

/** The bytes of files, by name. */
function written(names: readonly string[]): Map<string, Buffer> {
  return new Map(names.map((name) => [name, readFileSync(join(work, name))]));
}

describe("stages that are killed", function () {
  this.timeout(60_000);

  it("go on with novelty and lists where they were, by any threads, and make what is damaged again", async () => {
    const whole = await run([BUILD, join(work, "whole")]);
    rmSync(join(work, "whole"), { recursive: true });
    expect(await run([BUILD, work, "1", "5"], () => kept(".novelty").length > 4)).to.equal(undefined);
    const blocks = kept(".novelty");
    expect(blocks.length).to.be.within(5, 124);
    truncateSync(join(work, blocks[3]!), 40);
    expect(await run([BUILD, work, "2", "5"], () => kept(".lists").length > 5)).to.equal(undefined);
    expect(kept(".novelty").length).to.equal(125);
    expect(kept(".lists").length).to.be.within(6, 119);
    truncateSync(join(work, kept(".lists")[5]!), 40);
    expect(await run([BUILD, work])).to.equal(whole);
    expect(kept(".lists").length).to.equal(120);
  });

  it("go on with the vectors of a basis and with sketches, to the same bytes", async () => {
    const results = () => written(["basis.safetensors", "records.sketches"]);
    await run([SKETCH, work]);
    const whole = results();
    for (const name of whole.keys()) rmSync(join(work, name));
    const vectors = () => kept(".rows").filter((name) => name.includes("sampled"));
    expect(await run([SKETCH, work, "60"], () => vectors().length > 1)).to.equal(undefined);
    expect(vectors().length).to.be.within(2, 5);
    expect(await run([SKETCH, work, "60"], () => kept(".sketches").length > 1)).to.equal(undefined);
    expect(existsSync(join(work, "records.sketches"))).to.equal(false);
    expect(JSON.parse((await run([SKETCH, work]))!)).to.include({ records: 384, basisReused: true });
    expect(results()).to.deep.equal(whole);
    expect(existsSync(join(work, "sketch-parts"))).to.equal(false);
    expect(loadRecordSketches(work).count).to.equal(384);
  });

  it("go on with answers, batch by batch", async () => {
    const { base, texts } = smallModel();
    const baseFolder = join(work, "base");
    mkdirSync(baseFolder);
    saveBase(baseFolder, base);
    saveAdapter(join(work, FILES.adapter), drawnAdapter(base));
    const contributors = [{ name: "Ada", records: texts.map((text) => ({ text, source: "page" })) }];
    const heldOut = texts.map((text) => ({ text, prompt: text, contributor: "Ada", source: "page", datanet: 0 }));
    writeFileSync(
      join(work, FILES.corpus),
      JSON.stringify({ datanets: [{ name: "Books", contributors }], heldOut, tuning: [] }),
    );
    const command = [MAIN, "answer", "--work", work, "--base", baseFolder, "--calls", "64"];
    expect(await run(command, () => kept(".answers").length > 0)).to.equal(undefined);
    const done = written(kept(".answers"));
    expect(done.size).to.equal(1);
    const seen: number[] = [];
    const context = { work, options: { base: baseFolder, calls: "64" }, onProgress: (n: number) => seen.push(n) };
    const goneOn = await answerStage.run(context);
    expect(kept(".answers").length).to.equal(2);
    for (const [name, bytes] of done) expect(readFileSync(join(work, name)).equals(bytes)).to.equal(true);
    rmSync(join(work, "answers"), { recursive: true });
    expect(await answerStage.run(context)).to.deep.equal(goneOn);
    expect(seen).to.deep.equal([32, 64, 32, 64]);
  });

  it("take retrainings that are done, and train for the rest alone", async () => {
    const { base, tokens } = smallModel();
    const adapter = drawnAdapter(base);
    const records = tokens.slice(0, 24);
    const names = records.map((_, i) => ["Ada", "Bea"][i % 2]!);
    const recipe = { ...ADAPTER_RECIPE, rank: 2, batch: 8, epochs: 1, peakRate: 1e-2, warmupSteps: 2 };
    const measure = (left: string[], kept: { keptIn?: string }) =>
      measureLeaveOut(base, adapter, records, names, left, tokens.slice(0, 4), { workers: 1, recipe, ...kept });
    await measure(["Bea"], { keptIn: work });
    const done = written(kept(".outcome"));
    expect(done.size).to.equal(1);
    const both = await measure(["Ada", "Bea"], { keptIn: work });
    expect(kept(".outcome").length).to.equal(2);
    for (const [name, bytes] of done) expect(readFileSync(join(work, name)).equals(bytes)).to.equal(true);
    expect(both).to.deep.equal(await measure(["Ada", "Bea"], {}));
  });
});
