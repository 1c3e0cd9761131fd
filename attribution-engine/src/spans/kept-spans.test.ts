// Tests that a span index goes on where its maker was killed, to the same bytes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { Tokenizer } from "../model/tokenizer.ts";
import { createRandom } from "../numerics/random.ts";
import { keepSpansIn } from "./kept-spans.ts";
import { buildSpanIndex } from "./span-index.ts";

const INDEX = fileURLToPath(new URL("test/index-until-killed.ts", import.meta.url));

describe("a span index that is being made", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-kept-spans-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const parts = (): string => join(folder, "parts");
  const path = (): string => join(folder, "records.spans");
  const kept = (ending: string): string[] =>
    existsSync(parts()) ? readdirSync(parts()).filter((name) => name.endsWith(ending)) : [];
  const timeOf = (name: string): number => statSync(join(parts(), name)).mtimeMs;

  /** Whether it came to its end; killed by SIGKILL after so many milliseconds, or as soon as it is time. */
  async function index(pause: number, until?: number | (() => boolean)): Promise<boolean> {
    const child = spawn(process.execPath, [INDEX, path(), parts(), String(pause)], { stdio: "inherit" });
    const ended = once(child, "exit");
    if (typeof until === "number") await Promise.race([ended, delay(until)]);
    else while (until !== undefined && !until() && child.exitCode === null) await delay(2);
    if (until !== undefined) child.kill("SIGKILL");
    await ended;
    return child.exitCode === 0;
  }

  it("goes on with tokens and order where it was killed, at random instants too, and makes what is damaged again", async () => {
    const begun = performance.now();
    expect(await index(2)).to.equal(true);
    const time = performance.now() - begun;
    const whole = readFileSync(path());
    const runs = kept(".tokens").length;
    expect(runs).to.be.above(5);
    rmSync(parts(), { recursive: true });
    rmSync(path());
    expect(await index(2, () => kept(".tokens").length > 2)).to.equal(false);
    const early = kept(".tokens");
    expect(early.length).to.be.within(3, runs - 1);
    truncateSync(join(parts(), early[1]!), 50);
    const times = early.map(timeOf);
    expect(await index(2, () => kept(".order").length > 0)).to.equal(false);
    expect(existsSync(path())).to.equal(false);
    expect(kept(".tokens").length).to.equal(runs);
    expect(early.map((name, i) => timeOf(name) === times[i])).to.deep.equal(early.map((_, i) => i !== 1));
    const [order] = kept(".order");
    const orderTime = timeOf(order!);
    expect(await index(0)).to.equal(true);
    expect(timeOf(order!)).to.equal(orderTime);
    expect(readFileSync(path()).equals(whole)).to.equal(true);
    truncateSync(join(parts(), order!), 50);
    rmSync(path());
    const random = createRandom(Date.now() % 2 ** 31);
    for (let kill = 0; kill < 2; kill++) await index(2, Math.floor(random.uniform() * time));
    expect(await index(0)).to.equal(true);
    expect(readFileSync(path()).equals(whole)).to.equal(true);
  });

  it("takes nothing that was kept of other records, or of another tokenizer", () => {
    const indexOf = (texts: readonly string[], tokenizer: Tokenizer, keepIn?: string) => {
      const keeper = keepIn === undefined ? undefined : keepSpansIn(keepIn, tokenizer);
      const { tokens, suffixes } = buildSpanIndex(texts, tokenizer, undefined, keeper, 1);
      return { tokens, suffixes };
    };
    const [bytes, merged] = [new Tokenizer([]), new Tokenizer([[1 + 116, 1 + 104]])];
    const texts = ["the ship", "the whale", "the ship and the whale"];
    for (const [of, tokenizer] of [
      [texts, bytes],
      [texts, merged],
      [[texts[1]!, texts[0]!, texts[2]!], bytes],
      [[...texts, "the sea"], bytes],
    ] as const)
      expect(indexOf(of, tokenizer, parts())).to.deep.equal(indexOf(of, tokenizer));
    // Of four texts, and of the three that have another tokenizer's; an order of each whole.
    expect([kept(".tokens").length, kept(".order").length]).to.deep.equal([7, 4]);
  });
});
