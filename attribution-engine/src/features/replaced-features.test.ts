// An import over an earlier one replaces all of it or nothing, whatever stops it and when.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { importFeaturesStage } from "../commands/import-features.ts";
import { loadRecordSketches } from "../commands/record-sketches.ts";
import { createRandom, normals } from "../numerics/random.ts";
import { npyBytes } from "./test/npy-bytes.ts";

const KILLED = fileURLToPath(new URL("test/import-until-renamed.ts", import.meta.url));
const DIMENSIONS = 32;
/** More rows than the basis is made of. */
const ROWS = 9000;
/** One of those that the basis is not made of, in the fifth part. */
const LATE_ROW = 4511;

describe("import-features over an earlier import", function () {
  this.timeout(60_000);
  let work: string;
  const write = (name: string, values: Float32Array): string => {
    const path = join(work, name);
    writeFileSync(path, npyBytes("<f4", [values.length / DIMENSIONS, DIMENSIONS], values));
    return path;
  };
  const run = (features: string) =>
    importFeaturesStage.run({ work, options: { features, k: "32", workers: "1" }, onProgress: () => undefined });
  const results = () => ["basis.safetensors", "records.sketches"].map((name) => readFileSync(join(work, name), "hex"));
  const made = (rows: number, label: string): Float32Array => normals(createRandom(3, label), rows * DIMENSIONS, 1);

  beforeEach(async () => {
    work = mkdtempSync(join(tmpdir(), "tributary-import-"));
    await run(write("first.npy", made(64, "first")));
  });
  afterEach(() => rmSync(work, { recursive: true, force: true }));

  it("leaves it as it was where a late row is not finite, says what is kept, and removes that when it ends well", async () => {
    const first = results();
    const parts = join(work, "sketch-parts");
    const values = made(ROWS, "second");
    values[LATE_ROW * DIMENSIONS + 5] = NaN;
    const path = write("second.npy", values);
    const failure = await run(path).catch((error: unknown) => (error as Error).message);
    expect(failure).to.equal(
      `${path} row ${LATE_ROW}: NaN in column 5; features must be finite (parts that this run or an earlier one made stay in ${parts} until one ends well)`,
    );
    expect(results()).to.deep.equal(first);
    expect(loadRecordSketches(work).count).to.equal(64);
    values[LATE_ROW * DIMENSIONS + 5] = 0;
    write("second.npy", values);
    await run(path);
    expect(loadRecordSketches(work).count).to.equal(ROWS);
    expect(existsSync(parts)).to.equal(false);
  });

  it("is refused by readers where it was killed between its two files, and goes on from there", async () => {
    const second = write("second.npy", made(80, "second"));
    await run(second);
    const whole = results();
    await run(join(work, "first.npy"));
    const [basis] = results();
    expect(spawnSync(process.execPath, [KILLED, work, second], { stdio: "inherit" }).signal).to.equal("SIGKILL");
    expect(results()).to.deep.equal([basis, whole[1]]);
    const [sketchesPath, basisPath] = [join(work, "records.sketches"), join(work, "basis.safetensors")];
    expect(() => loadRecordSketches(work)).to.throw(`${sketchesPath}: made by another basis than ${basisPath}`);
    expect(await run(second)).to.include({ basisReused: true });
    expect(results()).to.deep.equal(whole);
  });
});
