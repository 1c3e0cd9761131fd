// The openings that count: how many calls a contribution helped and hurt, and which an agent made, out of epochs that are final on a real ledger.
import { cpSync, renameSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { zeroAddress } from "viem";
import { useOf } from "../../attribution-engine/src/openings/use-of.ts";
import { finalizeNextEpoch } from "../watcher/support/next-epoch.ts";
import { useScene } from "../watcher/support/scene.ts";
import { useServed } from "./support/served.ts";

describe("openings that count", function () {
  this.timeout(120_000);
  const scene = useScene(1, true);
  const { served, get, refused, tamper, finalise } = useServed(scene);

  it("serve how many calls each contribution helped and hurt, from the epoch's final roots", async () => {
    await refused("/openings/contribution/1", 404, "bundle_not_kept", /no epoch that is final/);
    const hash = await finalise();
    const { inputs } = scene().drawn.honest;
    const ids = new Set(inputs.groups.flatMap(({ index }) => [...index.contributionIds]));
    for (const id of ids) {
      const { status, body } = await get(`/openings/contribution/${id}`);
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(body.epochs).to.include(Number(inputs.epoch));
      const uses = inputs.groups.map(({ index }, g) => useOf(scene().honest, g, index.contributionIds, id));
      const total = (of: (use: (typeof uses)[number]) => number): number =>
        uses.filter(({ records }) => records > 0).reduce((sum, use) => sum + of(use), 0);
      expect(body).to.include({
        ...{
          calls: total(({ calls }) => calls),
          helped: total(({ helped }) => helped),
          hurt: total(({ hurt }) => hurt),
        },
        paid: String(uses.reduce((sum, { paid }) => sum + paid, 0n)),
      });
      for (const group of body.groups as { bundle: string }[]) expect(group.bundle).to.equal(hash);
    }
    await refused("/openings/contribution/987654", 404, "unknown_contribution");
    tamper(hash, "entries.parquet");
    await refused(`/openings/contribution/${[...ids][0]}`, 502, "bundle_damaged", /entries\.parquet has the SHA-256/);
  });

  it("say whether the chain has final epochs that are not kept here, beside those that were counted", async () => {
    const hash = await finalise();
    const { inputs } = scene().drawn.honest;
    const paths = [
      `/openings/contribution/${inputs.groups[0]!.index.contributionIds[0]}`,
      `/openings/agent/${zeroAddress}/0`,
    ];
    const expectCounted = async (epochs: number[], isComplete: boolean): Promise<void> => {
      for (const path of paths) {
        const { status, body } = await get(path);
        expect(status, JSON.stringify(body)).to.equal(200);
        expect([body.epochs, body.isComplete], path).to.deep.equal([epochs, isComplete]);
      }
    };
    const epoch = Number(inputs.epoch);
    await expectCounted([epoch], true);
    const later = Number(await finalizeNextEpoch(scene(), scene().honest));
    // Its bundle is elsewhere: what is counted lacks the newest epoch.
    await expectCounted([epoch], false);
    cpSync(scene().bundles, served.bundles, { recursive: true });
    await expectCounted([later, epoch], true);
    renameSync(join(served.bundles, hash), join(scene().folder, "away-older"));
    await expectCounted([later], true);
  });

  it("serve nothing of a contribution whose index is not the one on the chain", async () => {
    await finalise();
    const { modelVersion, method, index } = scene().drawn.honest.inputs.groups[0]!;
    const { origins } = scene().stage;
    const { sum, committedAt, usableAt, committer, bond, methodId, bundleHash } = await origins.indexOf(modelVersion);
    const other = { sum, committedAt, usableAt, committer, bond, methodId, bundleHash, hash: `0x${"12".repeat(32)}` };
    await (await origins.setModel(modelVersion, other, method)).wait();
    const path = `/openings/contribution/${index.contributionIds[0]}`;
    await refused(path, 502, "opening_does_not_verify", /the chain has another index/);
  });

  it("serve the calls whose receipts name an agent, from the settlements' roots, and none of another", async () => {
    const bundle = await finalise();
    const { inputs } = scene().drawn.honest;
    const settlements = inputs.groups.flatMap(({ settlements }) => settlements);
    const calls = settlements.reduce((sum, { receipts }) => sum + receipts.count, 0);
    // The drawn receipts name nobody: registry 0, number 0.
    const { status, body } = await get(`/openings/agent/${zeroAddress}/0`);
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body.calls).to.equal(calls);
    expect(body.settlements.map(({ settlement }: { settlement: string }) => settlement)).to.have.members(
      settlements.map(({ settlementId }) => String(settlementId)),
    );
    expect(body.newest).to.have.length(Math.min(calls, 25));
    const receipt = (body.newest as { receipt: string }[])[0]!.receipt;
    expect((await get(`/openings/call/${receipt}`)).status).to.equal(200);
    const other = await get(`/openings/agent/${zeroAddress}/1`);
    expect(other.body).to.deep.include({ calls: 0, fees: "0", settlements: [], newest: [] });
    await refused("/openings/agent/0x12/1", 400, "invalid_id");
    await refused(`/openings/agent/${zeroAddress}/${2n ** 256n}`, 400, "invalid_id");
    renameSync(join(served.bundles, bundle), join(scene().folder, "away-agents"));
    await refused(`/openings/agent/${zeroAddress}/0`, 404, "bundle_not_kept");
  });

  it("serve all receipts of a settlement, and an index part by part, each by its root on the chain", async () => {
    const { inputs } = scene().drawn.honest;
    const { settlementId, receipts } = inputs.groups[0]!.settlements[0]!;
    await refused(`/openings/settlement/${settlementId}/receipts`, 404, "settlement_not_final");
    await refused("/openings/settlement/987/receipts", 404, "unknown_settlement");
    await finalise();
    const settled = await get(`/openings/settlement/${settlementId}/receipts`);
    expect(settled.status, JSON.stringify(settled.body)).to.equal(200);
    expect(settled.body.receipts).to.have.length(receipts.count);
    const { modelVersion, index } = inputs.groups[0]!;
    const { status, body } = await get(`/openings/index/${modelVersion}/part/0`);
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body.payloads).to.have.length(Math.min(index.count, 256));
    await refused(`/openings/index/${modelVersion}/part/7`, 404, "unknown_part", /ends before its part 7/);
    await refused(`/openings/index/${modelVersion}/part/${2 ** 24}`, 400, "invalid_id");
    await refused("/openings/index/987/part/0", 404, "bundle_not_kept");
    await refused(`/openings/contribution/987654/epoch/${inputs.epoch}`, 404, "unknown_contribution");
  });

  it("say that nobody keeps an index with a datanet's records here", async () => {
    await refused("/openings/novelty/1?version=77", 404, "bundle_not_kept", /records of datanet 1$/);
    await refused("/openings/novelty/987", 404, "unknown_datanet", /no datanet 987/);
    await refused("/openings/novelty/one", 400, "invalid_id");
  });
});
