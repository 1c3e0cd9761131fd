// The openings of measured quality: only what the index's committer signed of this very index is served.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  encodeQualityReport,
  qualityFile,
  type QualityReport,
  qualityTypedData,
} from "@tributary/protocol/quality-report";
import { methodId } from "@tributary/protocol/typed-data/method-id";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import type { Address, Hex } from "viem";
import { useScene } from "../watcher/support/scene.ts";
import { useServed } from "./support/served.ts";

describe("openings of measured quality", function () {
  this.timeout(120_000);
  const scene = useScene(1, true);
  const { served, get, refused } = useServed(scene);

  function version(): bigint {
    return scene().drawn.honest.inputs.groups[0]!.modelVersion;
  }

  async function reportOf(): Promise<QualityReport> {
    const { stage, drawn } = scene();
    const group = drawn.honest.inputs.groups[0]!;
    const measure = {
      ...{ name: "leave-out", about: "rank correlation", value: "0.5", low: "0.4", high: "0.6" },
      ...{ retrainings: 8, seeds: 1, queries: 20 },
    };
    return {
      ...{ version: 1, kind: "quality", chainId: 31_337, modelVersion: Number(group.modelVersion) },
      modelRegistry: (await stage.origins.getAddress()).toLowerCase() as Address,
      indexRoot: manifestRoot(drawn.honest.indexOf(0).tree.root),
      methodId: methodId(group.method),
      ...{ data: "its records", command: "leave-out --contributors 8", measuredAt: 1_800_000_000 },
      measures: [measure],
    };
  }

  /** Signs a report and puts it beside the index's bundle. */
  async function publish(report: QualityReport, signer = scene().stage.proposer): Promise<string> {
    const { domain, types, message } = qualityTypedData(report);
    const mutable = { QualityReport: [...types.QualityReport] };
    const signature = (await signer.signTypedData(domain, mutable, message)) as Hex;
    const { bundleHash } = await scene().stage.origins.indexOf(version());
    const file = join(served.bundles, qualityFile(bundleHash as Hex));
    writeFileSync(file, encodeQualityReport({ report, signature }));
    return file;
  }

  it("serve what the index's committer signed, and say where nothing is published", async () => {
    const path = `/openings/quality/${version()}`;
    await refused(path, 404, "quality_not_published", /nobody published a measurement/);
    await refused("/openings/quality/one", 400, "invalid_id");
    const report = await reportOf();
    const file = await publish(report);
    const { status, body, headers } = await get(path);
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(headers.get("cache-control")).to.equal("no-cache");
    expect(body.report).to.deep.equal(report);
    expect(body.publisher).to.equal(scene().stage.proposer.address);
    rmSync(file);
    await refused(path, 404, "quality_not_published");
    // Where its index is not kept, nobody can say that nothing was published of it.
    rmSync(served.bundles, { recursive: true });
    await refused(path, 404, "bundle_not_kept", /would stand, is not kept here/);
    expect(served.told).to.deep.equal([]);
  });

  it("serve nothing that somebody else signed, that was changed, or that is of another index", async () => {
    const path = `/openings/quality/${version()}`;
    const report = await reportOf();
    const [other] = (await scene().stage.ethers.getSigners()).filter(
      ({ address }) => address !== scene().stage.proposer.address,
    );
    await publish(report, other);
    await refused(path, 502, "opening_does_not_verify", /is not signed by 0x/);
    const file = await publish(report);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace('"value":"0.5"', '"value":"0.6"'));
    await refused(path, 502, "opening_does_not_verify", /is not signed by/);
    writeFileSync(file, text.slice(1));
    await refused(path, 502, "opening_does_not_verify");
    const others: Partial<QualityReport>[] = [
      { indexRoot: { ...report.indexRoot, hash: `0x${"12".repeat(32)}` } },
      { methodId: `0x${"12".repeat(32)}` },
      { modelVersion: report.modelVersion + 1 },
      { chainId: 1 },
      { modelRegistry: `0x${"12".repeat(20)}` },
    ];
    for (const change of others) {
      await publish({ ...report, ...change });
      await refused(path, 502, "opening_does_not_verify", /is of another index/);
    }
  });
});
