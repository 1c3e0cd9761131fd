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
import type { SketchBasis } from "../sketch/basis.ts";
import type { VectorSource } from "../sketch/vector-source.ts";
import { FILES } from "./files.ts";
import { keptSketches } from "./kept-sketches.ts";

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

  function writeCalls(): void {
    const zero = `0x${"00".repeat(32)}`;
    const address = `0x${"11".repeat(20)}`;
    const calls = Array.from({ length: CALLS }, (_, i) => ({
      prompt: "the river ",
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

  it("are made to the same bytes through kills, at a random instant too, lose no part that was whole, and are removed at the end", async () => {
    const begun = performance.now();
    const whole = await sketch("Ada", { pause: PAUSE });
    const wholeTime = performance.now() - begun;
    expect(whole).to.match(/^[0-9a-f]{64}$/);
    expect(existsSync(folderOf("Ada"))).to.equal(false);
    // Once between two parts for certain, and then whenever it comes.
    expect(await sketch("Ada", { pause: PAUSE, until: () => partsOf("Ada").length > 1 })).to.equal(undefined);
    const before = partsOf("Ada");
    expect(before.length).to.be.within(2, PARTS - 1);
    const times = before.map((path) => statSync(path).mtimeMs);
    const instant = Math.floor(createRandom(Date.now() % 2 ** 31).uniform() * wholeTime);
    const printed = await sketch("Ada", { pause: PAUSE, drops: "keep", until: instant });
    expect([undefined, whole], `killed after ${instant} ms`).to.include(printed);
    expect(before.map((path) => statSync(path).mtimeMs)).to.deep.equal(times);
    expect(await sketch("Ada")).to.equal(whole);
    expect(existsSync(folderOf("Ada"))).to.equal(false);
  });

  it("are taken by no other stage and account, nor for other inputs, and made again where they are damaged", async () => {
    let made = 0;
    const source: VectorSource = {
      count: 10,
      partRows: 4,
      rows(chosen, _kind, _map, { onPart }) {
        made += chosen.length;
        const values = Float32Array.from({ length: 2 * chosen.length }, (_, i) => 1 + chosen[i >> 1]! + (i % 2));
        for (let at = 0; at < chosen.length; at += 4) {
          const count = Math.min(4, chosen.length - at);
          onPart?.(at, { count, size: 2, values: values.subarray(2 * at, 2 * (at + count)) });
        }
        return Promise.resolve({ count: chosen.length, size: 2, values });
      },
    };
    const method = { k: 2, seed: 1, curvatureSamples: 1, damping: 1 };
    const basis: SketchBasis = { method, eigenvalues: new Float64Array(2), map: new Float32Array(4), unit: 0.01 };
    /** Rows that are made where these parts are looked for. */
    const rowsMade = async (of: string, what: object = {}, stage = "attest"): Promise<number> => {
      made = 0;
      await keptSketches(work, stage, of).make({ source, basis, madeOf: "calls", work: { workers: 1 }, ...what });
      return made;
    };
    expect(await rowsMade("2-Ada")).to.equal(10);
    expect(await rowsMade("2-Ada")).to.equal(0);
    expect(await rowsMade("2-Bea")).to.equal(10);
    expect(await rowsMade("2-Ada", {}, "sketch-calls")).to.equal(10);
    expect(await rowsMade("2-Ada", { madeOf: "other calls" })).to.equal(10);
    expect(await rowsMade("2-Ada", { basis: { ...basis, unit: 0.02 } })).to.equal(10);
    const [first] = readdirSync(join(work, "attest-parts-2-Bea"));
    truncateSync(join(work, "attest-parts-2-Bea", first!, "4.sketches"), 20);
    expect(await rowsMade("2-Bea")).to.equal(4);
    keptSketches(work, "attest", "2-Bea").drop();
    expect(await rowsMade("2-Bea")).to.equal(10);
  });
});
