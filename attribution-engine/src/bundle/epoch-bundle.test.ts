// Tests of epoch bundles: deterministic bytes, audit, damage, openings and explanations.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import { verifyLeafHash } from "@tributary/protocol/opening";
import { expect } from "chai";
import type { Hex } from "viem";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import type { EpochInputs } from "../attribution/epoch-inputs.ts";
import { someEpoch } from "../attribution/test/some-epoch.ts";
import { auditEpoch, type AuditContext } from "./audit-epoch.ts";
import { removeUnfinished, type BundlePlace } from "./bundle-directory.ts";
import { openEpochBundle, readEpochTable, writeEpochBundle } from "./epoch-bundle.ts";
import { readEpochSettlement } from "./epoch-settlement.ts";
import { EARNINGS_TABLE, ENTRIES_TABLE, TRACE_TABLE, type EpochTable } from "./epoch-tables.ts";
import { explainCall } from "./explain-call.ts";
import { writeTable, type TableSchema } from "./parquet-table.ts";
import { payoutOpening, readPayoutsTree } from "./payout-opening.ts";

function previousRoot(inputs: EpochInputs) {
  return {
    hash: `0x${"22".repeat(32)}` as Hex,
    sum: `${inputs.previousPayouts.reduce((sum, [, paid]) => sum + paid, 0n)}`,
  };
}

function contextOf(inputs: EpochInputs): AuditContext {
  return {
    treasuryPosition: inputs.treasuryPosition,
    positionOf: (contributionId) => inputs.positionOf(contributionId),
    indexOf(modelVersion) {
      const group = inputs.groups.find((candidate) => candidate.modelVersion === modelVersion)!;
      return Promise.resolve({ index: group.index, method: group.method });
    },
  };
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no failure",
    (error: unknown) => String(error),
  );
}

describe("epoch bundles", () => {
  let folder = "";
  let inputs: EpochInputs;
  let epoch: AttributedEpoch;
  let place: BundlePlace;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-bundles-"));
    ({ inputs, epoch } = await someEpoch());
    place = await writeEpochBundle(folder, inputs, epoch, previousRoot(inputs));
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  /** A copy of the bundle in which a table was written anew with another value in one cell. */
  async function tampered<S extends TableSchema>(
    table: EpochTable<S>,
    column: keyof S & string,
    row: number,
    value: unknown,
  ): Promise<string> {
    const copy = await mkdtemp(join(folder, "copy-"));
    await cp(place.folder, join(copy, place.hash), { recursive: true });
    const writer = writeTable(join(copy, place.hash, table.file), table.schema);
    let first = 0;
    for (const { rows, values } of table.parts(epoch)) {
      const start = first;
      const cell = (i: number): unknown => (start + i === row ? value : values[column](i));
      writer.append(rows, { ...values, [column]: cell } as typeof values);
      first += rows;
    }
    writer.close();
    return copy;
  }

  it("give back one settlement of an epoch", async () => {
    const { hash } = place;
    for (const { settlements, method } of inputs.groups) {
      for (const { settlementId, receipts, sketches } of settlements) {
        const found = await readEpochSettlement(folder, hash, settlementId, method.k);
        expect(found).to.deep.equal({ receipts, sketches });
      }
    }
    expect(await failureOf(readEpochSettlement(folder, hash, 999_999n, 32))).to.contain("no settlement 999999");
  });

  it("have the same address when written again, and leave nothing unfinished", async () => {
    expect(await writeEpochBundle(folder, inputs, epoch, previousRoot(inputs))).to.deep.equal(place);
    const again = await mkdtemp(join(folder, "again-"));
    expect((await writeEpochBundle(again, inputs, epoch, previousRoot(inputs))).hash).to.equal(place.hash);
    expect(await readdir(again)).to.deep.equal([place.hash]);
  });

  it("are cleaned of what a killed writer left", async () => {
    const bundles = await mkdtemp(join(folder, "killed-"));
    await mkdir(join(bundles, ".unfinished-1"));
    await writeFile(join(bundles, ".unfinished-1", "trace.parquet"), "PAR1");
    await removeUnfinished(bundles);
    expect(await readdir(bundles)).to.deep.equal([]);
  });

  it("are rebuilt to both roots by an audit that finds nothing", async () => {
    const report = await auditEpoch(await openEpochBundle(folder, place.hash), contextOf(inputs));
    expect(report.faults).to.deep.equal([]);
    expect(report.groupsRoot).to.deep.equal(manifestRoot(epoch.groupsTree.root));
    expect(report.payoutsRoot).to.deep.equal(manifestRoot(epoch.payoutsTree.root));
  });

  it("show an audit another index, other positions and another previous root", async () => {
    const bundle = await openEpochBundle(folder, place.hash);
    const context = contextOf(inputs);
    const moved = await auditEpoch(bundle, { ...context, positionOf: (id) => inputs.positionOf(id) + 1n });
    expect(moved.faults.join("\n")).to.match(/payoutsRoot: .*\n.*points\.parquet row 0: positionId/s);
    const previous = { payouts: inputs.previousPayouts, root: { hash: `0x${"33".repeat(32)}` as Hex, sum: "1" } };
    const other = await auditEpoch(bundle, { ...context, previous });
    expect(other.faults).to.have.length(1);
    expect(other.faults[0]).to.match(/^previousPayouts/);
    const indexOf: AuditContext["indexOf"] = async (version) => {
      const { index, method } = await context.indexOf(version);
      return { method: { ...method, debitFactor: 255 - method.debitFactor }, index };
    };
    expect((await auditEpoch(bundle, { ...context, indexOf })).faults[0]).to.match(/^group 0: method/);
  });

  it("name the file that is damaged, and the row where an audit goes on", async () => {
    const { columns } = await readEpochTable(await openEpochBundle(folder, place.hash), EARNINGS_TABLE);
    const cases: [Promise<string>, RegExp][] = [
      [tampered(EARNINGS_TABLE, "record", 2, columns.record[2]! + 1n), /^earnings\.parquet row 2: record is/],
      [tampered(ENTRIES_TABLE, "s", 1, 5n), /^entries\.parquet row 1: s is 5, recomputed/],
      [
        tampered(TRACE_TABLE, "amount", 0, new Uint8Array(16).fill(1)),
        /^trace\.parquet row 0: amount is \d+, recomputed/,
      ],
    ];
    for (const [copy, message] of cases) {
      const bundles = await copy;
      expect(await failureOf(openEpochBundle(bundles, place.hash))).to.match(/parquet has (the SHA-256|\d+ bytes)/);
      const problems: string[] = [];
      const damaged = await openEpochBundle(bundles, place.hash, (problem) => problems.push(problem));
      expect(problems).to.have.length(1);
      const { faults } = await auditEpoch(damaged, contextOf(inputs));
      expect(faults).to.have.length(1);
      expect(faults[0]).to.match(message);
    }
  });

  it("name a file that is cut off or missing, and a manifest that is another", async () => {
    const copy = await mkdtemp(join(folder, "cut-"));
    const path = join(copy, place.hash, "receipts.parquet");
    await cp(place.folder, join(copy, place.hash), { recursive: true });
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, 100));
    expect(await failureOf(openEpochBundle(copy, place.hash))).to.match(/receipts\.parquet has 100 bytes/);
    await rm(path);
    expect(await failureOf(openEpochBundle(copy, place.hash))).to.match(/receipts\.parquet cannot be read/);
    await writeFile(join(copy, place.hash, "manifest.json"), "{}");
    expect(await failureOf(openEpochBundle(copy, place.hash))).to.match(/manifest\.json has the hash/);
  });

  it("open every payout against the published root", async () => {
    const bundle = await openEpochBundle(folder, place.hash);
    const tree = await readPayoutsTree(bundle);
    for (const position of epoch.payouts.positions) {
      const claim = payoutOpening(tree, BigInt(position));
      const opening = hexToBytes(claim.opening);
      const verdict = verifyLeafHash(tree.root, position, claim.cumulative, hexToBytes(claim.payloadHash), opening);
      expect(verdict.valid).to.equal(true);
    }
    expect(() => payoutOpening(tree, 2n ** 28n - 1n)).to.throw(/has no payout/);
  });

  it("explain every call, and what calls earned is what records were paid", async () => {
    const bundle = await openEpochBundle(folder, place.hash);
    let earned = 0n;
    let helpful = 0;
    for (const [g, { mapped }] of epoch.groups.entries()) {
      for (let call = 0; call < mapped.calls; call++) {
        const receiptHash = bytesToHex(mapped.receiptHashes.subarray(32 * call, 32 * call + 32));
        const explained = await explainCall(bundle, receiptHash);
        expect([explained.group, explained.call]).to.deep.equal([g, call]);
        const credits = explained.entries.filter(({ harmful }) => !harmful);
        expect(credits).to.have.length(mapped.lists.counts[2 * call]!);
        const total = credits.reduce((sum, { points }) => sum + points, 0n);
        expect(total).to.equal(credits.length === 0 ? 0n : explained.amount);
        for (const entry of credits) earned += entry.earned;
        helpful += credits.length;
      }
    }
    const fallbacks = epoch.groups.filter(({ reduced }) => reduced.fallbackEarningIndex !== 0xffffffff);
    const paid = epoch.groups.filter((group) => !fallbacks.includes(group)).reduce((sum, { pool }) => sum + pool, 0n);
    expect(Number(paid - earned)).to.be.within(0, helpful);
    expect(await failureOf(explainCall(bundle, `0x${"00".repeat(32)}`))).to.match(/has no call with the receipt/);
  });
});
