// Stages that sign or compare sketches go on where they were killed, and take no parts but their own, of the same inputs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { saveAdapter } from "../model/adapter.ts";
import { saveBase } from "../model/checkpoint.ts";
import { createRandom } from "../numerics/random.ts";
import { saveBasis } from "../sketch/basis-file.ts";
import { buildSketchBasis } from "../sketch/own-model.ts";
import { drawnAdapter, SMALL_METHOD, smallModel } from "../sketch/test/small-model.ts";
import { FILES } from "./files.ts";

const SKETCH = fileURLToPath(new URL("test/sketch-calls-until-killed.ts", import.meta.url));
const CALLS = 320;
/** Of 64 calls each. */
const PARTS = 5;
const PAUSE = "80";

describe("kept sketches", function () {
  this.timeout(60_000);
  const { base, tokens, texts } = smallModel();
  let work: string;
  let baseFolder: string;

  before(async () => {
    work = mkdtempSync(join(tmpdir(), "tributary-kept-sketches-"));
    baseFolder = join(work, "base");
    mkdirSync(baseFolder);
    saveBase(baseFolder, base);
    const adapter = drawnAdapter(base);
    saveAdapter(join(work, FILES.adapter), adapter);
    saveBasis(join(work, FILES.basis), await buildSketchBasis(base, adapter, tokens, SMALL_METHOD, { workers: 1 }));
    writeCalls();
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  function writeCalls(changed?: number): void {
    const zero = `0x${"00".repeat(32)}`;
    const address = `0x${"11".repeat(20)}`;
    const calls = Array.from({ length: CALLS }, (_, i) => ({
      prompt: `the ${i === changed ? "whale" : "river"} `,
      answer: texts[i % texts.length],
      receiptHash: zero,
      salt: zero,
      receipt: {
        ...{ till: address, modelVersion: 1, channelId: zero, sequence: i, amount: "1", cumulative: `${i + 1}` },
        ...{ agentRegistry: address, agentId: 0, requestHash: zero, responseHash: zero, issuedAt: 1 },
      },
    }));
    writeFileSync(join(work, "settlement-1.json"), JSON.stringify({ calls }));
  }

  const folderOf = (account: string): string => join(work, `attest-parts-1-${account}`);
  function partsOf(account: string): string[] {
    if (!existsSync(folderOf(account))) return [];
    const names = readdirSync(folderOf(account), { recursive: true, encoding: "utf8" });
    return names.filter((name) => name.endsWith(".sketches")).map((name) => join(folderOf(account), name));
  }

  /** What the script prints, or undefined if it was killed: after so many milliseconds, or as soon as it is time. */
  async function sketch(
    account: string,
    { pause = "0", drops = "drop", until }: { pause?: string; drops?: string; until?: number | (() => boolean) } = {},
  ): Promise<string | undefined> {
    const child = spawn(process.execPath, [SKETCH, work, baseFolder, account, pause, drops], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
    if (typeof until === "number") await Promise.race([ended, delay(until)]);
    else while (until !== undefined && !until() && child.exitCode === null) await delay(2);
    if (until !== undefined) child.kill("SIGKILL");
    await ended;
    return child.exitCode === 0 ? printed : undefined;
  }

  it("are made to the same bytes through kills at random instants, lose no part that was whole, and are removed at the end", async () => {
    const begun = performance.now();
    const whole = await sketch("Ada", { pause: PAUSE });
    const wholeTime = performance.now() - begun;
    expect(whole).to.match(/^[0-9a-f]{64}$/);
    expect(existsSync(folderOf("Ada"))).to.equal(false);
    // Once between two parts for certain, and then whenever it comes.
    expect(await sketch("Ada", { pause: PAUSE, until: () => partsOf("Ada").length > 1 })).to.equal(undefined);
    let before = partsOf("Ada");
    expect(before.length).to.be.within(2, PARTS - 1);
    const random = createRandom(Date.now() % 2 ** 31);
    for (let kill = 0; kill < 2; kill++) {
      const times = before.map((path) => statSync(path).mtimeMs);
      const instant = Math.floor(random.uniform() * wholeTime);
      const printed = await sketch("Ada", { pause: PAUSE, drops: "keep", until: instant });
      expect([undefined, whole], `killed after ${instant} ms`).to.include(printed);
      expect(before.map((path) => statSync(path).mtimeMs)).to.deep.equal(times);
      before = partsOf("Ada");
    }
    expect(await sketch("Ada")).to.equal(whole);
    expect(existsSync(folderOf("Ada"))).to.equal(false);
  });

  it("are taken by no other account, nor for other calls, and made again where they are damaged", async () => {
    const whole = await sketch("Ada", { drops: "keep" });
    const adas = partsOf("Ada");
    expect(adas.length).to.equal(PARTS);
    expect(await sketch("Bea", { until: () => partsOf("Bea").length > 0 })).to.equal(undefined);
    truncateSync(adas[1]!, 100);
    const times = adas.map((path) => statSync(path).mtimeMs);
    expect(await sketch("Ada", { drops: "keep" })).to.equal(whole);
    expect(adas.map((path, i) => statSync(path).mtimeMs === times[i])).to.deep.equal(adas.map((_, i) => i !== 1));
    writeCalls(7);
    const other = await sketch("Ada", { drops: "keep" });
    expect(other)
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.to.equal(whole);
    expect(partsOf("Ada").length).to.equal(2 * PARTS);
  });
});
