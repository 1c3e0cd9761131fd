// Openings out of a folder of bundles of which some files are missing or damaged: what is needed is used, and named where it is not there.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { bytesToHex } from "@tributary/protocol/bytes";
import { PAYOUT } from "@tributary/protocol/kinds";
import { expect } from "chai";
import type { Hex } from "viem";
import { someEpoch } from "../../attribution-engine/src/attribution/test/some-epoch.ts";
import { writeEpochBundle } from "../../attribution-engine/src/bundle/epoch-bundle.ts";
import { UserError } from "../../cli/src/errors.ts";
import { openBundles } from "../../cli/src/openings/bundles-source.ts";
import type { FinalEpoch } from "../../cli/src/openings/final-epochs.ts";
import { NotKept } from "../../cli/src/openings/not-kept.ts";
import { verifiedPayout } from "../../cli/src/openings/payout.ts";

describe("openings out of bundles of which some files are not there, or damaged", function () {
  this.timeout(30_000);
  const folder = mkdtempSync(join(tmpdir(), "tributary-partial-"));
  after(() => rmSync(folder, { recursive: true }));
  const [whole, parts] = [join(folder, "whole"), join(folder, "parts")];
  let final: FinalEpoch;
  let hash: Hex;
  let positions: readonly [position: bigint, cumulative: bigint][];
  let receipt: Hex;

  before(async () => {
    const { inputs, epoch } = await someEpoch();
    const sum = String(inputs.previousPayouts.reduce((total, [, paid]) => total + paid, 0n));
    ({ hash } = await writeEpochBundle(whole, inputs, epoch, { hash: `0x${"22".repeat(32)}`, sum }));
    const { positions: paid } = epoch.payouts;
    positions = Array.from(paid, (place) => [BigInt(place), epoch.payoutsTree.node(PAYOUT.depth, place).sum]);
    receipt = bytesToHex(epoch.groups.find(({ mapped }) => mapped.calls > 0)!.mapped.receiptHashes.slice(0, 32));
    const { hash: root, sum: total } = manifestRoot(epoch.payoutsTree.root);
    final = { epoch: 4n, bundleHash: hash, payouts: { hash: root, sum: BigInt(total) } } as unknown as FinalEpoch;
  });
  beforeEach(() => cpSync(whole, parts, { recursive: true }));
  afterEach(() => rmSync(parts, { recursive: true }));

  const remove = (...names: string[]): void => names.forEach((name) => rmSync(join(parts, hash, `${name}.parquet`)));
  const damage = (name: string): void => {
    const file = join(parts, hash, `${name}.parquet`);
    const bytes = readFileSync(file);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(file, bytes);
  };
  /** What comes of something that is asked of folders, or its error. */
  async function asked(folders: string[], ask: (source: ReturnType<typeof openBundles>) => Promise<unknown>) {
    const source = openBundles(folders);
    try {
      return await ask(source).catch((error: unknown) => error);
    } finally {
      source.close();
    }
  }

  it("open payouts where earnings and payouts are whole, whatever else is not", async () => {
    remove("receipts", "points", "trace");
    damage("sketches");
    damage("entries");
    await asked([parts], async (source) => {
      for (const [position, cumulative] of positions)
        for (const leaf of [await source.claim(final, position), await source.payout(final, position)])
          expect(verifiedPayout(position, leaf, final.payouts).cumulative).to.equal(cumulative);
    }).then((failure) => expect(failure).to.equal(undefined));
    expect(positions).not.to.be.empty;
  });

  it("name the path of what is needed and not there, which another folder may have, and refuse what is damaged", async () => {
    const [[position, cumulative]] = positions as [[bigint, bigint]];
    remove("payouts");
    const payout = (source: ReturnType<typeof openBundles>) => source.payout(final, position);
    const absent = await asked([parts], payout);
    expect(absent).to.be.instanceOf(NotKept);
    expect((absent as Error).message).to.contain(`there is no ${hash}/payouts.parquet (looked in ${parts})`);
    const elsewhere = await asked([parts, whole], payout);
    expect(verifiedPayout(position, elsewhere as never, final.payouts).cumulative).to.equal(cumulative);
    cpSync(whole, parts, { recursive: true });
    damage("earnings");
    const damaged = await asked([parts], payout);
    expect(damaged).to.be.instanceOf(UserError).and.not.instanceOf(NotKept);
    expect((damaged as Error).message).to.match(/earnings\.parquet has the SHA-256/);
  });

  it("name the file that a call is not found or not opened without", async () => {
    const call = (source: ReturnType<typeof openBundles>) => source.call([final], receipt);
    remove("receipts");
    const found = await asked([parts], call);
    expect(found).to.be.instanceOf(NotKept);
    expect((found as Error).message).to.contain(`there is no ${hash}/receipts.parquet`);
    remove("trace");
    const unknown = await asked([parts], call);
    expect(unknown).to.be.instanceOf(NotKept);
    expect((unknown as Error).message).to.match(/not the table of its calls: 4; of epoch 4, bundle .*\/trace\.parquet/);
  });
});
