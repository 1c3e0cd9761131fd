// Tests of settlement and index bundles: what was written comes back, damage is named.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { GroupInputs } from "../attribution/epoch-inputs.ts";
import { engineInputs } from "../attribution/test/engine-inputs.ts";
import { randomEpoch } from "../attribution/test/random-epoch.ts";
import { readIndexBundle, writeIndexBundle } from "./index-bundle.ts";
import { writeTable } from "./parquet-table.ts";
import { sketchBytes, sketchesOfBytes } from "./sketch-bytes.ts";
import { readSettlementBundle, writeSettlementBundle } from "./settlement-bundle.ts";

/** A group with records and receipts that are all of one till. */
function someGroup(): GroupInputs {
  for (let seed = 0; ; seed++) {
    const plain = randomEpoch(seed);
    const [group] = plain.groups;
    if (group === undefined || group.records.length < 5 || (group.settlements[0]?.calls.length ?? 0) < 3) continue;
    for (const record of group.records) if (record.scale === 0n) record.scale = 1n;
    group.records[0]!.novelty = 255n;
    for (const call of group.settlements[0]!.calls) call.till = "ab".repeat(20);
    return engineInputs(plain).groups[0]!;
  }
}

describe("settlement and index bundles", () => {
  let folder = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-bundles-"));
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  it("give back an index", async () => {
    const { index, method, modelVersion } = someGroup();
    const identity = { chainId: 1n, modelRegistry: `0x${"Cd".repeat(20)}` as const, modelVersion, method };
    const { hash } = await writeIndexBundle(folder, identity, index);
    const bundle = await readIndexBundle(folder, hash);
    expect(bundle.index).to.deep.equal(index);
    expect(bundle.manifest.method).to.deep.equal(method);
  });

  it("give back receipts, with and without sketches", async () => {
    const { method, modelVersion, settlements } = someGroup();
    const { receipts, sketches, settlementId } = settlements[0]!;
    const { hash } = await writeSettlementBundle(folder, { chainId: 1n, modelVersion, receipts });
    expect((await readSettlementBundle(folder, hash)).contents).to.deep.equal({ chainId: 1n, modelVersion, receipts });
    const contents = { chainId: 1n, modelVersion, receipts, sketches: { settlementId, k: method.k, sketches } };
    const full = await writeSettlementBundle(folder, contents);
    expect((await readSettlementBundle(folder, full.hash)).contents).to.deep.equal(contents);
  });

  it("hold sketches of several sizes in one column", () => {
    const sketches = Int8Array.from({ length: 96 }, (_, i) => (i % 255) - 127);
    const table = new Uint8Array(3 * 64);
    for (let i = 0; i < 3; i++) table.set(sketchBytes(sketches, i, 32, 64), 64 * i);
    expect(sketchesOfBytes(table, 1, 2, 32, 64, "t")).to.deep.equal(sketches.slice(32));
    table[64 * 2 + 40] = 1;
    expect(() => sketchesOfBytes(table, 0, 3, 32, 64, "t")).to.throw("t row 2: sketch has more than 32 dimensions");
    table[64 + 3] = 0;
    expect(() => sketchesOfBytes(table, 0, 3, 32, 64, "t")).to.throw("t row 1: byte of coordinate 3 is 0");
  });

  it("refuse a table without rows where receipts must be", async () => {
    const { modelVersion, settlements } = someGroup();
    const receipts = { ...settlements[0]!.receipts, count: 0 };
    let failure: unknown;
    await Promise.resolve()
      .then(() => writeSettlementBundle(folder, { chainId: 1n, modelVersion, receipts }))
      .catch((error: unknown) => (failure = error));
    expect(String(failure)).to.match(/no receipts/);
    expect(writeTable(join(folder, "x.parquet"), { a: "int32" }).close()).to.equal(0);
  });
});
