// Tests that reports of quality are read strictly, and recover to who signed them.
import { expect } from "chai";
import { privateKeyToAccount } from "viem/accounts";
import {
  decodeQualityReport,
  encodeQualityReport,
  qualityTypedData,
  type QualityReport,
  recoverQualitySigner,
} from "./quality-report.ts";

const publisher = privateKeyToAccount(`0x${"22".repeat(32)}`);
const hash = `0x${"b2".repeat(32)}` as const;
const measure = {
  ...{ name: "leave-out", about: "rank correlation", value: "0.5", low: "0.4", high: "0.6" },
  ...{ retrainings: 8, seeds: 1, queries: 20 },
};
const report: QualityReport = {
  ...{ version: 1, kind: "quality", chainId: 31_337, modelRegistry: `0x${"a1".repeat(20)}`, modelVersion: 1 },
  ...{ indexRoot: { hash, sum: "40" }, methodId: hash },
  ...{ data: "its records", command: "leave-out --contributors 8", measuredAt: 1_800_000_000, measures: [measure] },
};

describe("quality reports", () => {
  it("are read as they were written, and recover to the publisher", async () => {
    const signature = await publisher.signTypedData(qualityTypedData(report));
    const read = decodeQualityReport(encodeQualityReport({ report, signature }));
    expect(read).to.deep.equal({ report, signature });
    expect(await recoverQualitySigner(read)).to.equal(publisher.address);
    const better = { ...report, measures: [{ ...measure, value: "0.55" }] };
    expect(await recoverQualitySigner({ report: better, signature })).not.to.equal(publisher.address);
    const elsewhere = { ...report, chainId: 1 };
    expect(await recoverQualitySigner({ report: elsewhere, signature })).not.to.equal(publisher.address);
  });

  it("are refused where something is missing, unknown, of another form, or no figure with its interval", () => {
    const read = (changed: object, signature: unknown = "0x12"): string => {
      try {
        decodeQualityReport(new TextEncoder().encode(JSON.stringify({ report: { ...report, ...changed }, signature })));
        return "nothing";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(read({})).to.equal("nothing");
    expect(read({ measures: [] })).to.match(/it has no measure/);
    expect(read({ measures: [{ ...measure, value: "0.7" }] })).to.match(/0\.7 is not between 0\.4 and 0\.6/);
    expect(read({ measures: [{ ...measure, value: 0.5 }] })).to.match(/measures\[0\]\.value: 0\.5 is not of the form/);
    expect(read({ measures: [{ ...measure, seeds: -1 }] })).to.match(/seeds: -1 is not of the form "count"/);
    expect(read({ command: undefined })).to.match(/command: missing/);
    expect(read({ note: "good" })).to.match(/note: unknown/);
    expect(read({}, "12")).to.match(/the signature is no 0x hex/);
    expect(read({ data: "x".repeat(70_000) })).to.match(/65536 are read/);
  });
});
