// Tests that a writer that is killed leaves only whole bundles.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Hex } from "viem";
import { removeUnfinished } from "./bundle-directory.ts";
import { readIndexBundle } from "./index-bundle.ts";
import { madeIndex, publish } from "./test/published-index.ts";

const SCRIPT = fileURLToPath(new URL("./test/write-until-killed.ts", import.meta.url));
const FIRST_BUNDLE_MILLISECONDS = 20_000;

describe("bundle folders", () => {
  it("lose what a writer left that was killed a day ago, when the next one writes, and nothing younger", async () => {
    const bundles = await mkdtemp(join(tmpdir(), "tributary-abandoned-"));
    const [old, young] = [join(bundles, ".unfinished-old"), join(bundles, ".unfinished-young")];
    for (const left of [old, young]) await mkdir(left);
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    await utimes(old, yesterday, yesterday);
    const { hash } = await publish(bundles, madeIndex(3, 32));
    expect((await readdir(bundles)).sort()).to.deep.equal([".unfinished-young", hash]);
    await rm(bundles, { recursive: true });
  });

  it("hold whole bundles only, whenever a writer is killed", async () => {
    for (const delay of [3, 17, 31]) {
      const bundles = await mkdtemp(join(tmpdir(), "tributary-killed-"));
      const writer = spawn(process.execPath, [SCRIPT, bundles], { stdio: "ignore" });
      const isWhole = (name: string): boolean => name.startsWith("0x");
      for (let waited = 0; !(await readdir(bundles)).some(isWhole); waited += 5) {
        expect(waited).to.be.lessThan(FIRST_BUNDLE_MILLISECONDS);
        await setTimeout(5);
      }
      await setTimeout(delay);
      writer.kill("SIGKILL");
      await once(writer, "exit");
      await removeUnfinished(bundles);
      const names = await readdir(bundles);
      expect(names.length).to.be.greaterThan(0);
      for (const name of names) expect((await readIndexBundle(bundles, name as Hex)).index.count).to.equal(4000);
      await rm(bundles, { recursive: true });
    }
  });
});
