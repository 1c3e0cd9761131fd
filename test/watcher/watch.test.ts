// The watcher's command against a real node and the real courts, with a SIMULATED dishonest proposer.
import { expect } from "chai";
import { ended, pending, rootsOf, stolenEpoch, useScene } from "./support/scene.ts";
import { runWatcher } from "./support/watcher-process.ts";

describe("watch --once", function () {
  this.timeout(60_000);
  const scene = useScene(1);

  it("lets an honest proposal stand", async () => {
    const proposal = await scene().propose(rootsOf(scene().honest));
    const { code, summary, output } = await runWatcher(scene()).ended;
    expect(code, output).to.equal(0);
    expect(summary).to.include({ checked: 1, agreeing: 1, faulty: 0, ended: 0 });
    expect(await scene().statusOf(proposal)).to.equal(pending);
  });

  it("ends a proposal that pays somebody else, by a proof, and no other", async () => {
    const stolen = await stolenEpoch(scene());
    const faulty = await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    const right = await scene().propose(rootsOf(scene().honest));
    const { code, summary, output } = await runWatcher(scene()).ended;
    expect(code, output).to.equal(0);
    expect(summary).to.include({ checked: 2, agreeing: 1, faulty: 1, ended: 1, demands: 0 });
    const { stage } = scene();
    const reward = 5n * 10n ** 17n;
    expect(summary!.proofs).to.have.length(1);
    expect(summary!.proofs[0]).to.include({
      proposal: faulty,
      fault: "earning",
      function: "proveOwner",
      reward: reward.toString(),
      burned: reward.toString(),
      paid: stage.prover.address,
    });
    expect(await scene().statusOf(faulty)).to.equal(ended);
    expect(await scene().statusOf(right)).to.equal(pending);
  });

  it("says with --dry-run what it would send, and sends nothing", async () => {
    const stolen = await stolenEpoch(scene());
    const faulty = await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    const { stage, chain } = scene();
    const sent = await chain.client.getTransactionCount({ address: stage.prover.address as `0x${string}` });
    const { code, summary, output } = await runWatcher(scene(), { args: ["--dry-run"] }).ended;
    expect(code, output).to.equal(1);
    expect(summary).to.include({ faulty: 1, ended: 0 });
    expect(output).to.match(/would send: proveOwner .*: \d+ bytes of calldata, gas \d+, reward 0\.5/);
    expect(await scene().statusOf(faulty)).to.equal(pending);
    expect(await chain.client.getTransactionCount({ address: stage.prover.address as `0x${string}` })).to.equal(sent);
  });

  it("is content where another watcher was faster", async () => {
    const stolen = await stolenEpoch(scene());
    await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    const watchers = [2, 3].map((account) => runWatcher(scene(), { account, workDir: `account-${account}` }));
    const ends = await Promise.all(watchers.map(async (watcher) => watcher.ended));
    for (const { code, output } of ends) expect(code, output).to.equal(0);
    const ended = await scene().stage.faults.queryFilter(scene().stage.faults.filters.FaultProven());
    expect(ended).to.have.length(1);
  });
});

describe("watch", function () {
  this.timeout(60_000);
  const scene = useScene(1);

  it("ends with code 2 where it is called wrongly", async () => {
    const { code, output } = await runWatcher(scene(), { args: ["--twice"] }).ended;
    expect(code).to.equal(2);
    expect(output).to.include("--twice");
  });
});
