// Tests that a served report of quality is held against the index that a page shows, and who committed it.
import { expect } from "chai";
import { type QualityReport, qualityTypedData } from "@tributary/protocol/quality-report";
import { privateKeyToAccount } from "viem/accounts";
import { signsQuality } from "./signs-quality.ts";

const publisher = privateKeyToAccount(`0x${"22".repeat(32)}`);
const hash = `0x${"b2".repeat(32)}` as const;
const report: QualityReport = {
  ...{ version: 1, kind: "quality", chainId: 31_337, modelRegistry: `0x${"a1".repeat(20)}`, modelVersion: 7 },
  ...{ indexRoot: { hash, sum: "40" }, methodId: hash },
  ...{ data: "its records", command: "leave-out --contributors 8", measuredAt: 1_800_000_000, measures: [] },
};
const index = { versionId: "7", rootHash: hash, committer: publisher.address.toLowerCase() };

describe("a served report of quality", () => {
  it("is signed by the index's committer, or not", async () => {
    const signature = await publisher.signTypedData(qualityTypedData(report));
    expect(await signsQuality({ report, signature }, index)).to.equal(true);
    const changed = { ...report, data: "other records" };
    expect(await signsQuality({ report: changed, signature }, index)).to.equal(false);
    expect(await signsQuality({ report, signature }, { ...index, committer: `0x${"c3".repeat(20)}` })).to.equal(false);
    expect(await signsQuality({ report, signature: "0x12" }, index)).to.equal(false);
  });

  it("is refused where it is of another index", async () => {
    const signature = await publisher.signTypedData(qualityTypedData(report));
    for (const other of [{ versionId: "8" }, { rootHash: `0x${"b3".repeat(32)}` }])
      expect(
        await signsQuality({ report, signature }, { ...index, ...other }).catch((error: Error) => error.message),
      ).to.match(/another index/);
  });
});
