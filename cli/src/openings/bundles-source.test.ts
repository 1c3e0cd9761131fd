// Openings out of folders: what no folder has is told as that.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { zeroHash } from "viem";
import { UserError } from "../errors.ts";
import { openBundles } from "./bundles-source.ts";
import type { FinalEpoch } from "./final-epochs.ts";
import { NotKept } from "./not-kept.ts";

describe("openings out of folders of bundles", function () {
  this.timeout(30_000);
  const folder = mkdtempSync(join(tmpdir(), "tributary-bundles-"));
  after(() => rmSync(folder, { recursive: true }));

  it("are not kept where no folder has the bundle, and a call is looked for in all epochs before that is said", async () => {
    const epochs = [2n, 4n].map((epoch) => ({ epoch, bundleHash: zeroHash }) as unknown as FinalEpoch);
    const source = openBundles([folder]);
    try {
      const payout: unknown = await source.payout(epochs[0]!, 7n).catch((error: unknown) => error);
      expect(payout).to.be.instanceOf(NotKept).and.include({ exitCode: 1 });
      const call: unknown = await source.call(epochs, zeroHash).catch((error: unknown) => error);
      expect(call).to.be.instanceOf(NotKept);
      expect((call as Error).message).to.match(
        /of these final epochs there is none, or .*: 2, 4; of epoch 4, .* is in none of the folders/,
      );
      expect(await source.call([], zeroHash)).to.equal(undefined);
    } finally {
      source.close();
    }
  });

  it("are asked of folders that are there", () => {
    expect(() => openBundles([join(folder, "nowhere")])).to.throw(UserError, "there is no such folder");
  });
});
