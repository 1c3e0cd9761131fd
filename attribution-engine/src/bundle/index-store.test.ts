// Tests of an index's record store: the same lists and roots as from memory, whole after any kill, and refused by name where it is not the index's.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { IndexManifest } from "@tributary/protocol/bundle-manifest";
import { expect } from "chai";
import { attributeEpoch } from "../attribution/epoch.ts";
import type { EpochInputs } from "../attribution/epoch-inputs.ts";
import { engineInputs } from "../attribution/test/engine-inputs.ts";
import { randomEpoch } from "../attribution/test/random-epoch.ts";
import type { AttributionIndex, SearchedIndex } from "../index/attribution-index.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import { BACKEND_NAMES, tryBackend } from "../search/backends.ts";
import type { RankOptions } from "../search/rank.ts";
import { useSoftwareGpu } from "../search/test/software-gpu.ts";
import { createRecordStore, openRecordAppender } from "../search/store/append-store.ts";
import { blockLayout, defaultBlockRecords } from "../search/store/format.ts";
import { openRecordStore } from "../search/store/open-store.ts";
import { madeRecords } from "../search/store/test/made-records.ts";
import type { OpenBundle } from "./bundle-directory.ts";
import { openIndexStore } from "./index-store.ts";
import { madeIndex, publish } from "./test/published-index.ts";

const MAKER = fileURLToPath(new URL("test/store-until-killed.ts", import.meta.url));
const K = 64;
const COUNT = 700;

let folder: string;
let bundle: OpenBundle<IndexManifest>;
const pathOf = (of = bundle): string => join(folder, `${of.manifest.root.hash}.store`);

before(useSoftwareGpu);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tributary-index-store-"));
  bundle = await publish(folder, madeIndex(COUNT, K));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function expectWhole(): Promise<void> {
  const store = await openRecordStore(pathOf(), K);
  const { sketches, scales, novelties } = madeIndex(COUNT, K);
  const into = {
    sketches: new Uint8Array(COUNT * K),
    scales: new Uint32Array(COUNT),
    novelties: new Uint8Array(COUNT),
  };
  expect(store.count).to.equal(COUNT);
  await store.read(0, into);
  await store.close();
  expect(into.sketches).to.deep.equal(Uint8Array.from(sketches, (value) => value + 128));
  expect(into.scales).to.deep.equal(scales);
  expect(into.novelties).to.deep.equal(novelties);
}

async function refusal(): Promise<string> {
  return openIndexStore(bundle, folder).then(
    () => "none",
    (error: unknown) => (error as Error).message,
  );
}

/** What is to be done is said with every refusal of what is in the store. */
const remedy = (): string => `the store is a copy of the published index: remove ${pathOf()}, and it is made again`;

describe("an index's record store", () => {
  it("has the index's records, root and contributions, and is left as it is when it is opened again", async () => {
    const index = madeIndex(COUNT, K);
    const { root, contributionIds, count } = await openIndexStore(bundle, folder);
    expect({ root, contributionIds, count }).to.deep.equal({
      root: buildIndexTree(index).root,
      contributionIds: index.contributionIds,
      count: COUNT,
    });
    await expectWhole();
    const { mtimeMs } = statSync(pathOf());
    await openIndexStore(bundle, folder);
    expect(statSync(pathOf()).mtimeMs).to.equal(mtimeMs);
  });

  it("gives an epoch the roots and tables that memory gives, by every backend of the machine, with less memory than records", async function () {
    this.timeout(60_000);
    const inputs = engineInputs(randomEpoch(7));
    // Drawn at random: what no index has is made what one may have.
    for (const { index } of inputs.groups) {
      index.scales.forEach((scale, place) => (index.scales[place] = Math.max(1, scale)));
      index.novelties[0] = 255;
      index.witnesses[0] = 0xffffffff;
    }
    const stored: EpochInputs<SearchedIndex> = {
      ...inputs,
      groups: await Promise.all(
        inputs.groups.map(async (group) => ({
          ...group,
          index: await openIndexStore(await publish(folder, group.index), folder),
        })),
      ),
    };
    const { groups, ...expected } = await attributeEpoch(inputs);
    const trials = await Promise.all(BACKEND_NAMES.map(tryBackend));
    const usable = trials.filter(({ failure }) => failure === undefined).map(({ name }) => name);
    expect(usable).to.include.members(["u8u8", "wasm"]);
    const variants: RankOptions[] = [
      {},
      { backend: "wasm", threads: 2, memoryBytes: 64, blockQueries: 2 },
      ...usable.map((backend) => ({ backend, memoryBytes: 64 })),
    ];
    for (const options of variants) {
      const { groups: found, ...rest } = await attributeEpoch(stored, options);
      expect(rest.groupsTree.root).to.deep.equal(expected.groupsTree.root);
      expect(rest.payoutsTree.root).to.deep.equal(expected.payoutsTree.root);
      expect(rest.payouts).to.deep.equal(expected.payouts);
      expect(found.map(({ mapped }) => mapped)).to.deep.equal(groups.map(({ mapped }) => mapped));
    }
  });

  it("goes on where its maker was killed by SIGKILL, and loses and doubles nothing", async function () {
    this.timeout(60_000);
    let told = 0;
    let kills = 0;
    for (let hasEnded = false; !hasEnded;) {
      const maker = spawn(process.execPath, [MAKER, folder, bundle.hash, folder], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = once(maker, "exit");
      let said = "";
      maker.stdout.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        // After some commits, at any instant of what follows; the fourth is left to its end.
        if (kills < 3 && said.split("\n").length > 12) maker.kill("SIGKILL");
      });
      await ended;
      const lines = said.split("\n").filter((line) => line !== "");
      const began = Number(lines[0]!.replace("began ", ""));
      expect(began).to.be.at.least(told);
      hasEnded = lines.at(-1) === "ended";
      if (hasEnded) break;
      kills++;
      told = Number(lines.at(-1));
      expect(told).to.be.within(began + 7, COUNT - 1);
    }
    expect(kills).to.equal(3);
    await expectWhole();
  });

  it("is refused, with file and row and what to do, where it is cut, damaged, or of other dimensions", async () => {
    await openIndexStore(bundle, folder);
    const intact = readFileSync(pathOf());
    truncateSync(pathOf(), intact.length - 1);
    expect(await refusal()).to.match(/\.store: \d+ bytes for 700 records, .* cut in block 0, from row 0 on; /);
    expect(await refusal()).to.include(remedy());
    const damaged = Buffer.from(intact);
    const { sketches } = blockLayout({ k: K, blockRecords: defaultBlockRecords(K) }, 0);
    damaged[sketches + 5 * K]! ^= 1;
    writeFileSync(pathOf(), damaged);
    expect(await refusal())
      .to.include(`${pathOf()} block 0: rows 0 to 699 are damaged`)
      .and.include(remedy());
    rmSync(pathOf());
    createRecordStore(pathOf(), 128);
    expect(await refusal()).to.equal(`${pathOf()}: sketches of 128 dimensions, expected 64; ${remedy()}`);
    writeFileSync(pathOf(), "");
    expect(await refusal())
      .to.include(`${pathOf()}: 0 bytes; not a record store`)
      .and.include(remedy());
  });

  it("is refused, with the row, where it is another index's, or has more records", async () => {
    const other = madeIndex(COUNT, K);
    other.scales[411]! ^= 1;
    const others = await publish(folder, other);
    await openIndexStore(others, folder);
    writeFileSync(pathOf(), readFileSync(pathOf(others)));
    expect(await refusal()).to.equal(`${pathOf()} row 411: not the record that the index has there; ${remedy()}`);
    rmSync(pathOf());
    await openIndexStore(bundle, folder);
    const appender = openRecordAppender(pathOf());
    appender.append(madeRecords(0, 1, K));
    appender.commit();
    appender.close();
    expect(await refusal()).to.equal(`${pathOf()} row 700: the index has 700 records, the store 701; ${remedy()}`);
  });

  it("is made and compared over several row groups of the bundle", async () => {
    const count = 65_600;
    const many: AttributionIndex = {
      count,
      k: 32,
      recordHashes: new Uint8Array(32 * count),
      contentSignatures: new Uint8Array(32 * count),
      contributionIds: BigUint64Array.from({ length: count }, (_, i) => BigInt(i)),
      recordIndexes: new Uint32Array(count),
      scales: Uint32Array.from({ length: count }, (_, i) => 1 + i),
      novelties: new Uint8Array(count).fill(255),
      witnesses: new Uint32Array(count).fill(0xffffffff),
      sketches: Int8Array.from({ length: 32 * count }, (_, i) => (i % 255) - 127),
    };
    bundle = await publish(folder, many);
    const { root, contributionIds } = await openIndexStore(bundle, folder);
    expect(root).to.deep.equal(buildIndexTree(many).root);
    expect(contributionIds).to.deep.equal(many.contributionIds);
    const others = await publish(folder, { ...many, scales: many.scales.map((s, i) => (i === 65_590 ? 1 : s)) });
    writeFileSync(pathOf(others), readFileSync(pathOf()));
    bundle = others;
    expect(await refusal()).to.include(`${pathOf()} row 65590: not the record that the index has there`);
  });

  it("is not made of a bundle whose records do not have the root that it states", async () => {
    const root = { ...bundle.manifest.root, hash: `0x${"12".repeat(32)}` } as const;
    bundle = { ...bundle, manifest: { ...bundle.manifest, root } };
    expect(await refusal()).to.match(/^index\.parquet: its root is 0x.* over 700, the manifest says 0x1212/);
  });
});
