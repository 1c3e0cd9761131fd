// Tests of epochs that are rebuilt from bundles, honest ones and lies.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { expect } from "chai";
import type { Hex } from "viem";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import type { EpochInputs } from "../attribution/epoch-inputs.ts";
import { buildGroupsTree, buildPayoutsTree } from "../attribution/epoch-trees.ts";
import { findFault } from "../watcher/find-fault.ts";
import { epochTrees } from "../watcher/nested-trees.ts";
import { PreimageStore } from "../watcher/preimage-store.ts";
import { honestOf, smallInputs } from "../watcher/test/small-epoch.ts";
import { callCount } from "../attribution/epoch-inputs.ts";
import { openEpochBundle, writeEpochBundle } from "./epoch-bundle.ts";
import { TRACE_SCHEMA } from "./epoch-tables.ts";
import { writeTable } from "./parquet-table.ts";
import { rebuildEpoch } from "./rebuild-epoch.ts";
import { checkRowCounts, mostRows } from "./row-limits.ts";
import { bombBundle } from "./test/bomb-bundle.ts";

const EPOCHS = 20;
/** The rows of a bomb. */
const BOMB_ROWS = 300_000;
/** An epoch with entries. */
const SEED = 1;

describe("rebuildEpoch", function () {
  this.timeout(60_000);
  let bundles: string;

  before(async () => {
    bundles = await mkdtemp(join(tmpdir(), "bundles-"));
  });

  after(() => rm(bundles, { recursive: true }));

  async function published(inputs: EpochInputs, epoch: AttributedEpoch) {
    const paid = inputs.previousPayouts.reduce((sum, [, cumulative]) => sum + cumulative, 0n);
    const place = await writeEpochBundle(bundles, inputs, epoch, {
      hash: `0x${"22".repeat(32)}` as Hex,
      sum: `${paid}`,
    });
    return openEpochBundle(bundles, place.hash);
  }

  it("gives the roots of the epoch that the bundle was written from", async () => {
    for (let seed = 0; seed < EPOCHS; seed++) {
      const { inputs, epoch } = await honestOf(smallInputs(seed));
      const rebuilt = await rebuildEpoch(await published(inputs, epoch), inputs);
      expect(manifestRoot(rebuilt.groupsTree.root)).to.deep.equal(manifestRoot(epoch.groupsTree.root));
      expect(manifestRoot(rebuilt.payoutsTree.root)).to.deep.equal(manifestRoot(epoch.payoutsTree.root));
    }
  });

  it("gives all that a proof of a published lie needs", async () => {
    let proven = 0;
    for (let seed = 0; seed < EPOCHS; seed++) {
      const honest = await honestOf(smallInputs(seed));
      const lie = lieAbout(honest.epoch);
      if (lie === undefined) continue;
      const bundle = await published(honest.inputs, lie);
      const rebuilt = await rebuildEpoch(bundle, honest.inputs);
      const accused = { epoch: 3n, proposal: 0, groups: lie.groupsTree.root, payouts: lie.payoutsTree.root };
      const found = findFault(honest, accused, new PreimageStore(), epochTrees(rebuilt));
      expect(found.what, `epoch ${seed}`).to.equal("proof");
      proven++;
    }
    expect(proven).to.be.greaterThan(5);
  });

  it("refuses tables that name what there is not", async () => {
    const { inputs, epoch } = await honestOf(smallInputs(SEED));
    const bundle = await published(inputs, epoch);
    const fewer = {
      ...inputs,
      groups: inputs.groups.map((group) => ({ ...group, method: { ...group.method, topK: 0 } })),
    };
    const failure = await rebuildEpoch(bundle, fewer).then(
      () => "no failure",
      (error: unknown) => String(error),
    );
    expect(failure).to.match(/entries\.parquet row 0: no list of the group has such an entry/);
  });

  it("refuses bombs by name, and what they were to hide is demanded", async () => {
    const honest = await honestOf(smallInputs(SEED));
    const lie = lieAbout(honest.epoch)!;
    const { hash, manifest } = await published(honest.inputs, lie);
    const { rows } = manifest.files.find(({ name }) => name === "trace.parquet")!;
    const cases: [() => Promise<Hex>, RegExp][] = [
      [() => bombBundle(bundles, hash, BOMB_ROWS), /manifest: trace\.parquet has \d+ bytes, 13 rows have at most/],
      [() => bombBundle(bundles, hash, 2000), /trace\.parquet: not a table of 13 rows: it has 2000 rows/],
      [() => bombBundle(bundles, hash, rows), /trace\.parquet: row group 0, group: is compressed with SNAPPY/],
      [
        () => bombBundle(bundles, hash, BOMB_ROWS, { rows: BOMB_ROWS }),
        /manifest: trace\.parquet has 300000 rows, at most \d+ are read/,
      ],
    ];
    expect(rows).to.equal(13);
    for (const [bomb, message] of cases) {
      const read = async () => rebuildEpoch(await openEpochBundle(bundles, await bomb()), honest.inputs);
      expect(await read().catch(String)).to.match(message);
    }
    const accused = { epoch: 3n, proposal: 0, groups: lie.groupsTree.root, payouts: lie.payoutsTree.root };
    expect(findFault(honest, accused, new PreimageStore()).what).to.equal("demand");
  });

  it("reads somewhat more rows than are right, and refuses more calls of a group", async () => {
    const honest = await honestOf(smallInputs(SEED));
    const bundle = await published(honest.inputs, honest.epoch);
    const withRows = (rows: number) => () => {
      const files = bundle.manifest.files.map((file) => (file.name === "trace.parquet" ? { ...file, rows } : file));
      checkRowCounts({ ...bundle.manifest, files }, honest.inputs);
    };
    const calls = honest.inputs.groups.reduce((sum, group) => sum + callCount(group), 0);
    expect(withRows(mostRows(calls))).not.to.throw();
    expect(withRows(mostRows(calls) + 1)).to.throw(/trace\.parquet has \d+ rows, at most/);
    // The first group's last call stands behind thousands of rows of no group.
    const trace = writeTable(join(bundle.folder, "trace.parquet"), TRACE_SCHEMA);
    const hash = (): Uint8Array => new Uint8Array(32);
    const rows = mostRows(calls);
    trace.append(rows, {
      group: (i) => (i === 0 || i === rows - 1 ? 0 : 9),
      call: () => 0,
      receiptHash: hash,
      sketchHash: hash,
      amount: () => new Uint8Array(16),
    });
    trace.close();
    const files = bundle.manifest.files.map((file) => (file.name === "trace.parquet" ? { ...file, rows } : file));
    const spread = { ...bundle, manifest: { ...bundle.manifest, files } };
    const failure = await rebuildEpoch(spread, honest.inputs).catch(String);
    expect(failure).to.match(/trace\.parquet row 0: group 0 goes on to row \d+/);
  });
});

/** The same epoch, but the first earning is one more, with everything above it. */
function lieAbout(epoch: AttributedEpoch): AttributedEpoch | undefined {
  if (epoch.earnings.count === 0) return undefined;
  const amounts = epoch.earnings.amounts.slice();
  const [cumulative, earned] = [epoch.payouts.cumulative.slice(), epoch.payouts.earned.slice()];
  const at = epoch.payouts.positions.indexOf(epoch.earnings.positions[0]!);
  amounts[1]! += 1n;
  cumulative[2 * at + 1]! += 1n;
  earned[2 * at + 1]! += 1n;
  const earnings = { ...epoch.earnings, amounts };
  const payouts = { ...epoch.payouts, cumulative, earned };
  const groupsTree = buildGroupsTree(
    epoch.groups.map(({ modelVersion, pool, trace, points, reduced }) => ({
      modelVersion,
      pool,
      trace: trace.root,
      points: points.root,
      fallbackEarningIndex: reduced.fallbackEarningIndex,
    })),
  );
  return { ...epoch, earnings, payouts, groupsTree, payoutsTree: buildPayoutsTree(earnings, payouts) };
}
