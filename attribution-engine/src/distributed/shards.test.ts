// Work cut into tasks gives the bytes of work in one piece, whatever the cuts and the order.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { computeNovelty, type NoveltyInput } from "../index/novelty.ts";
import { createRandom } from "../numerics/random.ts";
import { rank, rankSource } from "../search/rank.ts";
import { createRecordStore, openRecordAppender } from "../search/store/append-store.ts";
import { ownGradients } from "../sketch/own-model.ts";
import { smallModel, trainedAdapter } from "../sketch/test/small-model.ts";
import { runnerHere } from "./test/here.ts";

const RULE = { tau: 64_225, delta: 32_000, signatureMatch: 192 };

/** Records of few values, so that ties and copies abound. */
function recordsOf(count: number, k: number) {
  const random = createRandom(count, "records");
  const sketches = Int8Array.from({ length: count * k }, () => (random.below(8) === 0 ? random.below(3) - 1 : 0));
  // Some are copies of earlier ones, at any distance.
  for (let at = 1; at < count; at += 5) {
    const from = random.below(at);
    sketches.copyWithin(at * k, from * k, (from + 1) * k);
    if (random.below(2) === 0) sketches[at * k] = 1;
  }
  const bytes = (length: number, below: number): Uint8Array => Uint8Array.from({ length }, () => random.below(below));
  return {
    count,
    k,
    sketches,
    scales: Uint32Array.from({ length: count }, () => 1 + random.below(3)),
    novelties: bytes(count, 256).map((novelty) => (novelty < 32 ? novelty : 255)),
    recordHashes: Uint8Array.from({ length: 32 * count }, (_, at) => (Math.floor(at / 32) % 97) + 1),
    contentSignatures: bytes(32 * count, 256),
  };
}

describe("work in tasks", () => {
  for (const [recordBytes, queries] of [
    [32, 1],
    [7 * 32, 5],
    [300 * 32, 64],
  ] as const) {
    it(`ranks as in one piece, ${recordBytes / 32} records and ${queries} queries a task`, async () => {
      const records = recordsOf(113, 32);
      const calls = { count: 12, k: 32, sketches: records.sketches.slice(7 * 32, 19 * 32) };
      const expected = await rank(records, calls, 6);
      expect(expected.counts.some((count) => count === 6)).to.equal(true);
      for (const order of [undefined, (all: number[]) => all.reverse()]) {
        const shards = runnerHere(order);
        expect(await rank(records, calls, 6, { shards, tiles: { recordBytes, queries } })).to.deep.equal(expected);
      }
    });
  }

  for (const tileBytes of [8 * 32, 40 * 32, 400 * 32]) {
    it(`finds novelty and witnesses as in one piece, ${tileBytes / 32} records a tile`, async () => {
      const input: NoveltyInput = recordsOf(151, 32);
      const expected = await computeNovelty(input, RULE);
      expect(new Set(expected.novelties).size).to.be.greaterThan(2);
      for (const order of [undefined, (all: number[]) => all.reverse()])
        expect(await computeNovelty(input, RULE, { shards: runnerHere(order), tileBytes })).to.deep.equal(expected);
    });
  }

  it("ranks the records of a store as those in memory, a tile at a time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tributary-shards-"));
    const path = join(folder, "records.store");
    const [records, calls] = [recordsOf(131, 64), recordsOf(19, 64)];
    createRecordStore(path, 64, 32);
    const appender = openRecordAppender(path);
    appender.append(records);
    appender.commit();
    appender.close();
    const options = { shards: runnerHere(), tiles: { recordBytes: 7 * 64, queries: 8 } };
    expect(await rankSource({ kind: "store", path }, calls, 6, options)).to.deep.equal(await rank(records, calls, 6));
    rmSync(folder, { recursive: true });
  });

  it("takes no records and no queries", async () => {
    const shards = runnerHere();
    const [none, some] = [recordsOf(0, 32), recordsOf(3, 32)];
    expect(await rank(none, some, 2, { shards })).to.deep.equal(await rank(none, some, 2));
    expect(await rank(some, none, 2, { shards })).to.deep.equal(await rank(some, none, 2));
    expect((await computeNovelty(none, RULE, { shards })).novelties).to.have.length(0);
  });

  it("makes the same gradients, own and sampled, and names the row of a text that is too long", async () => {
    const { base, tokens } = smallModel();
    const adapter = await trainedAdapter(base, tokens);
    const widths = { inner: 4, headInput: 4, headOutput: 16 };
    const chosen = [...Array(70).keys()];
    const source = ownGradients(base, adapter, { widths, seed: 1 }, tokens, base.shape.context);
    for (const kind of ["own", "sampled"] as const) {
      const expected = await source.rows(chosen, kind, undefined, { workers: 1 });
      const map = { matrix: new Float32Array(3 * expected.size).fill(0.5), columns: 3 };
      const shards = runnerHere();
      expect(await source.rows(chosen, kind, undefined, { workers: 1, shards })).to.deep.equal(expected);
      expect(await source.rows(chosen, kind, map, { workers: 1, shards })).to.deep.equal(
        await source.rows(chosen, kind, map, { workers: 1 }),
      );
    }
    const long = ownGradients(base, adapter, { widths, seed: 1 }, [...tokens.slice(0, 65), Array(40).fill(1)], 32);
    const failure = await long
      .rows([...Array(66).keys()], "own", undefined, { workers: 1, shards: runnerHere() })
      .catch(String);
    expect(failure).to.match(/row 65/);
  });
});
