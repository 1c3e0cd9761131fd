// The watcher's command against a real node and the real courts, with a SIMULATED dishonest proposer.
import { expect } from "chai";
import { anvilBinary } from "../deployment/support/chain.ts";
import { rootsOf, type Scene, setScene, stolenEpoch } from "./support/scene.ts";
import { runWatcher } from "./support/watcher-process.ts";

const PENDING = 1;
const ENDED = 4;

describe("watch --once", function () {
  this.timeout(60_000);
  let scene: Scene;
  let fresh: string;

  before(async function () {
    if (anvilBinary() === undefined) this.skip();
    scene = await setScene(1);
  });
  beforeEach(async () => {
    fresh = await scene.chain.controls.snapshot();
  });
  afterEach(async () => {
    await scene.chain.controls.revert({ id: fresh as `0x${string}` });
  });
  after(() => scene?.close());

  it("lets an honest proposal stand", async () => {
    await scene.propose(rootsOf(scene.honest));
    const { code, summary, output } = await runWatcher(scene).ended;
    expect(code, output).to.equal(0);
    expect(summary).to.include({ checked: 1, agreeing: 1, faulty: 0, ended: 0 });
    expect(await scene.statusOf(0)).to.equal(PENDING);
  });

  it("ends a proposal that pays somebody else, by a proof", async () => {
    const stolen = await stolenEpoch(scene);
    await scene.propose(rootsOf(stolen), await scene.publish(stolen));
    await scene.propose(rootsOf(scene.honest));
    const { code, summary, output } = await runWatcher(scene, { workDir: "proof" }).ended;
    expect(code, output).to.equal(0);
    expect(summary).to.include({ checked: 2, agreeing: 1, faulty: 1, ended: 1, demands: 0 });
    expect(summary!.proofs[0]).to.include({ proposal: 0, fault: "earning", function: "proveOwner" });
    expect(await scene.statusOf(0)).to.equal(ENDED);
    expect(await scene.statusOf(1)).to.equal(PENDING);
  });
});
