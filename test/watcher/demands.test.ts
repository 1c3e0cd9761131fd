// The watcher where bundles are withheld, and the answerer that keeps an honest proposal from being ended for that.
import { bytesToHex } from "@tributary/protocol/bytes";
import { encodeOpening } from "@tributary/protocol/opening";
import { expect } from "chai";
import { bombBundle } from "../../attribution-engine/src/bundle/test/bomb-bundle.ts";
import { answerAll, unpublished } from "./support/simulated-proposer.ts";
import { ended, pending, rootsOf, stolenEpoch, useScene } from "./support/scene.ts";
import { runWatcher } from "./support/watcher-process.ts";

/** Of a table for an epoch with a few calls. */
const BOMB_ROWS = 300_000;
const ANSWERED = 2;
const REFUNDED = 4;
const EMPTY_OPENING = bytesToHex(encodeOpening([]));

describe("demands", function () {
  this.timeout(240_000);
  const scene = useScene(1);

  it("end a proposal whose proposer stays silent, after the time to answer", async () => {
    const { stage, chain } = scene();
    const proposal = await scene().propose(unpublished(scene(), await stolenEpoch(scene())));
    const watcher = runWatcher(scene());
    await watcher.line("mined");
    await chain.controls.increaseTime({ seconds: 61 });
    await chain.controls.mine({ blocks: 1 });
    const { code, summary, output } = await watcher.ended;
    expect(code, output).to.equal(0);
    expect(summary).to.include({ faulty: 1, ended: 1 });
    expect(summary!.demands).to.be.greaterThan(0);
    expect(summary!.proofs[0]).to.include({ fault: "availability", function: "endUnanswered" });
    expect(await scene().statusOf(proposal)).to.equal(ended);
    // What else was demanded is idle now, and its deposits are back.
    expect(await stage.demands.owed()).to.equal(0n);
  });

  it("end a proposal whose bundle is made to exhaust who reads it", async () => {
    const { chain, bundles } = scene();
    const stolen = await stolenEpoch(scene());
    const bomb = await bombBundle(bundles, (await scene().publish(stolen)) as `0x${string}`, BOMB_ROWS);
    const proposal = await scene().propose(unpublished(scene(), stolen), bomb);
    const watcher = runWatcher(scene());
    await watcher.line("manifest: trace.parquet has");
    await watcher.line("mined");
    await chain.controls.increaseTime({ seconds: 61 });
    await chain.controls.mine({ blocks: 1 });
    const { code, summary, output } = await watcher.ended;
    expect(code, output).to.equal(0);
    expect(summary!.proofs[0]).to.include({ fault: "availability", function: "endUnanswered" });
    expect(await scene().statusOf(proposal)).to.equal(ended);
  });

  it("lead to the proof, where they are answered", async () => {
    const lie = unpublished(scene(), await stolenEpoch(scene()));
    const proposal = await scene().propose(lie);
    const stop = answerAll(scene(), lie);
    const { code, summary, output } = await runWatcher(scene()).ended;
    expect(code, output).to.equal(0);
    expect(await stop()).to.be.greaterThan(3);
    expect(summary!.proofs[0]).to.include({ fault: "earning", function: "proveOwner" });
    expect(summary!.demands).to.be.greaterThan(3);
    expect(await scene().statusOf(proposal)).to.equal(ended);
  });

  it("of an honest proposal are answered by answer-demands", async () => {
    const { stage, honest } = scene();
    const proposal = await scene().propose(rootsOf(honest), await scene().publish(honest));
    const { epoch } = scene().drawn.honest.inputs;
    for (const [kind, root] of [
      [9, honest.groupsTree.root],
      [11, honest.payoutsTree.root],
    ] as const) {
      const commitment = { kind, id: epoch, sub: proposal };
      const node = { hash: bytesToHex(root.hash), sum: root.sum };
      await (await stage.demands.connect(stage.prover).demand(commitment, [], 0n, node, EMPTY_OPENING)).wait();
    }
    const { code, summary, output } = await runWatcher(scene(), { command: "answer-demands", account: 3 }).ended;
    expect(code, output).to.equal(0);
    expect(summary).to.include({ agreeing: 1, answers: 2 });
    for (const id of [1n, 2n]) expect((await stage.demands.demandOf(id)).status).to.equal(BigInt(ANSWERED));
    expect(await scene().statusOf(proposal)).to.equal(pending);
  });

  it("of a wrong proposal are left alone by answer-demands, which does not open its bundle", async () => {
    const { stage, bundles } = scene();
    const stolen = await stolenEpoch(scene());
    const bomb = await bombBundle(bundles, (await scene().publish(stolen)) as `0x${string}`, BOMB_ROWS);
    const proposal = await scene().propose(rootsOf(stolen), bomb);
    const { epoch } = scene().drawn.honest.inputs;
    const { hash, sum } = stolen.groupsTree.root;
    const commitment = { kind: 9, id: epoch, sub: proposal };
    const node = { hash: bytesToHex(hash), sum };
    await (await stage.demands.connect(stage.prover).demand(commitment, [], 0n, node, EMPTY_OPENING)).wait();
    const { summary, output } = await runWatcher(scene(), { command: "answer-demands", account: 3 }).ended;
    expect(summary, output).to.include({ faulty: 1, answers: 0 });
    expect(output).not.to.include("trace.parquet");
    expect((await stage.demands.demandOf(1n)).status).to.not.equal(BigInt(REFUNDED));
  });
});
