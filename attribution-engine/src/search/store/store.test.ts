// Tests of the record store: what is committed is there and exact, whatever happens to the writer, and what is damaged is named.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { rank } from "../rank.ts";
import { openSearcher } from "../searcher.ts";
import { createRecordStore, openRecordAppender } from "./append-store.ts";
import { blockLayout, commitPlace, storeBytes } from "./format.ts";
import { openRecordStore, type RecordStore } from "./open-store.ts";
import { madeRecords } from "./test/made-records.ts";

const K = 64;
const BLOCK = 32;
const SHAPE = { k: K, blockRecords: BLOCK };
const APPENDER = fileURLToPath(new URL("test/append-until-killed.ts", import.meta.url));
const KILLS = 6;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tributary-store-"));
  path = join(folder, "records.store");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A store of `count` made records, in commits of the sizes given. */
function storeOf(...commits: number[]): void {
  createRecordStore(path, K, BLOCK);
  const store = openRecordAppender(path);
  let at = 0;
  for (const count of commits) {
    store.append(madeRecords(at, count, K));
    at += count;
    expect(store.commit()).to.equal(at);
  }
  store.close();
}

async function readRows(store: RecordStore, first: number, count: number) {
  const into = {
    sketches: new Uint8Array(count * store.k),
    scales: new Uint32Array(count),
    novelties: new Uint8Array(count),
  };
  await store.read(first, into);
  return { count, k: store.k, ...into, sketches: Int8Array.from(into.sketches, (u) => u - 128) };
}

async function expectMade(count: number): Promise<void> {
  const store = await openRecordStore(path);
  expect(store.count).to.equal(count);
  expect(await readRows(store, 0, count)).to.deep.equal(madeRecords(0, count, K));
  await store.close();
}

async function failureOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return String(error);
  }
  return "none";
}

function flipByte(at: number): void {
  const bytes = readFileSync(path);
  bytes[at]! ^= 1;
  writeFileSync(path, bytes);
}

describe("record store", () => {
  it("gives back any run of records, from commits that end within blocks and at their ends", async () => {
    storeOf(1, 31, 50, 0, 14, 32, 7);
    await expectMade(135);
    const store = await openRecordStore(path);
    for (const [first, count] of [
      [0, 1],
      [31, 2],
      [20, 100],
      [128, 7],
      [135, 0],
    ] as const) {
      expect(await readRows(store, first, count)).to.deep.equal(madeRecords(first, count, K));
    }
    expect(await failureOf(() => readRows(store, 130, 6))).to.match(/rows 130 to 135 are asked for; it has 135/);
    await store.close();
  });

  it("drops what was not committed", async () => {
    storeOf(40);
    const store = openRecordAppender(path);
    store.append(madeRecords(500, 90, K));
    store.close();
    await expectMade(40);
    const again = openRecordAppender(path);
    again.append(madeRecords(40, 30, K));
    again.commit();
    again.close();
    await expectMade(70);
  });

  it(`keeps every committed record when its writer is killed, ${KILLS} times over`, async function () {
    this.timeout(60_000);
    createRecordStore(path, K, BLOCK);
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, [APPENDER, path, String(kill * 7)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = once(child, "exit");
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
      await once(child.stdout, "data");
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      child.kill("SIGKILL");
      await ended;
      const told = Number(
        said
          .split("\n")
          .filter((line) => line !== "")
          .at(-1),
      );
      const store = await openRecordStore(path);
      await store.verify();
      expect(store.count).to.be.at.least(told);
      await store.close();
      await expectMade(store.count);
    }
  });

  it("stands at the commit before, where the last one was cut while it was written", async () => {
    storeOf(40, 5, 20);
    flipByte(commitPlace(3) + 9);
    await expectMade(45);
    flipByte(commitPlace(2) + 9);
    expect(await failureOf(() => openRecordStore(path))).to.match(
      /records\.store: both of its commit records are damaged/,
    );
  });

  it("names file, block and rows of what is damaged, when it is read or verified", async () => {
    storeOf(75);
    flipByte(blockLayout(SHAPE, 1).sketches + 5);
    const store = await openRecordStore(path);
    expect(await readRows(store, 0, 32)).to.deep.equal(madeRecords(0, 32, K));
    const damaged = /records\.store block 1: rows 32 to 63 are damaged: their checksum is wrong/;
    expect(await failureOf(() => readRows(store, 40, 2))).to.match(damaged);
    expect(await failureOf(() => readRows(store, 0, 75))).to.match(damaged);
    expect(await failureOf(() => store.verify())).to.match(damaged);
    await store.close();
  });

  it("names damage of scales, of novelties, of a block that is not full, and of one that stands for another", async () => {
    storeOf(75);
    const intact = readFileSync(path);
    const { sketches, scales, novelties, end } = blockLayout(SHAPE, 0);
    const cases: [string, () => void][] = [
      ["block 0", () => flipByte(scales)],
      ["block 0", () => flipByte(novelties + 31)],
      ["block 2", () => flipByte(blockLayout(SHAPE, 2).scales)],
      [
        "block 1",
        () =>
          writeFileSync(
            path,
            Buffer.concat([
              intact.subarray(0, end),
              intact.subarray(sketches, end),
              intact.subarray(blockLayout(SHAPE, 2).sketches),
            ]),
          ),
      ],
    ];
    for (const [name, damage] of cases) {
      writeFileSync(path, intact);
      damage();
      const store = await openRecordStore(path);
      expect(await failureOf(() => store.verify())).to.match(new RegExp(`${name}: rows \\d+ to \\d+ are damaged`));
      await store.close();
    }
    writeFileSync(path, intact);
    flipByte(blockLayout(SHAPE, 2).novelties);
    expect(await failureOf(() => openRecordAppender(path))).to.match(/block 2: rows 64 to 74 are damaged/);
  });

  it("refuses a file that is cut, of other dimensions, no store, or missing, by name", async () => {
    storeOf(75);
    truncateSync(path, storeBytes(SHAPE, 75) - 1);
    expect(await failureOf(() => openRecordStore(path))).to.match(/cut in block 2, from row 64 on/);
    truncateSync(path, 100);
    expect(await failureOf(() => openRecordStore(path))).to.match(/records\.store: 100 bytes; not a record store/);
    writeFileSync(path, Buffer.alloc(20_000, 7));
    expect(await failureOf(() => openRecordStore(path))).to.match(/records\.store: not a record store/);
    rmSync(path);
    expect(await failureOf(() => openRecordStore(path))).to.match(/records\.store cannot be read/);
    storeOf(1);
    expect(await failureOf(() => openRecordStore(path, 128))).to.match(/sketches of 64 dimensions, expected 128/);
    expect(await failureOf(() => createRecordStore(path, K))).to.match(/exists already/);
  });

  it("appends nothing of records that are not well-formed, and nothing from two processes", async () => {
    storeOf(10);
    const size = statSync(path).size;
    const store = openRecordAppender(path);
    expect(await failureOf(() => openRecordAppender(path))).to.match(/process \d+ appends to it/);
    const records = madeRecords(10, 3, K);
    records.sketches[K] = -128;
    expect(await failureOf(() => store.append(records))).to.match(/row 1: coordinate 0 is -128/);
    expect(await failureOf(() => store.append(madeRecords(10, 3, 96)))).to.match(/96 dimensions, the store has 64/);
    store.append(madeRecords(10, 1, K));
    expect(store.commit()).to.equal(11);
    store.close();
    expect(await failureOf(() => store.commit())).to.match(/open it again/);
    expect(statSync(path).size).to.equal(size);
    await expectMade(11);
  });

  it("is searched with less memory than it has records, by any threads, to the same lists", async () => {
    storeOf(500, 1);
    const records = madeRecords(0, 501, K);
    const queries = { count: 9, k: K, sketches: madeRecords(1_000, 9, K).sketches };
    const expected = await rank(records, queries, 12);
    for (const [backend, threads] of [
      ["wasm", 1],
      ["wasm", 2],
      ["auto", 1],
    ] as const) {
      const searcher = await openSearcher({ kind: "store", path }, 12, { backend, threads, memoryBytes: 100 * K }, 9);
      expect(await searcher.rank(queries)).to.deep.equal(expected);
      await searcher.close();
    }
    flipByte(blockLayout(SHAPE, 9).sketches);
    const searcher = await openSearcher({ kind: "store", path }, 12, { memoryBytes: 100 * K }, 9);
    expect(await failureOf(() => searcher.rank(queries))).to.match(/block 9: rows 288 to 319 are damaged/);
    await searcher.close();
    expect(await failureOf(() => openSearcher({ kind: "store", path }, 12, { threads: 2 }, 9))).to.match(/block 9/);
  });
});
