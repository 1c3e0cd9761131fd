// The watcher where it is killed, cut off, reorganised away or stuck: in the end one proof is mined, and the proposal ended.
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { startProxy } from "./support/proxy.ts";
import { ended, rootsOf, type Scene, stolenEpoch, useScene } from "./support/scene.ts";
import { runWatcher } from "./support/watcher-process.ts";

/** What a watcher has said when it is killed; `WATCHER_KILLS=all` tries every instant. */
const INSTANTS = process.env["WATCHER_KILLS"] === "all" ? ["differs at", "sending", "signed", "sent"] : ["signed"];

describe("a watcher", function () {
  this.timeout(240_000);
  const scene = useScene(1);

  async function proposeLie(): Promise<number> {
    const stolen = await stolenEpoch(scene());
    return scene().propose(rootsOf(stolen), await scene().publish(stolen));
  }

  function sentBy({ chain, stage }: Scene): Promise<number> {
    return chain.client.getTransactionCount({ address: stage.prover.address as `0x${string}` });
  }

  for (const instant of INSTANTS) {
    it(`that is killed when it has said "${instant}" ends the proposal after it is started again, by one transaction`, async () => {
      const proposal = await proposeLie();
      const before = await sentBy(scene());
      const { controls } = scene().chain;
      // So that a proof that was sent is not mined before the kill.
      await controls.setAutomine(false);
      const first = runWatcher(scene());
      await first.line(instant);
      first.process.kill("SIGKILL");
      await first.ended;
      await controls.setAutomine(true);
      await controls.mine({ blocks: 1 });
      const { code, output } = await runWatcher(scene()).ended;
      expect(code, output).to.equal(0);
      expect(await scene().statusOf(proposal)).to.equal(ended);
      expect(await sentBy(scene())).to.equal(before + 1);
    });
  }

  it("that is cut off from the chain goes on when it is there again", async () => {
    const proposal = await proposeLie();
    const proxy = await startProxy(scene().chain.rpcUrl);
    try {
      proxy.cut();
      const watcher = runWatcher(scene(), { rpc: `${proxy.rpcUrl},${scene().chain.rpcUrl}`, args: ["--dry-run"] });
      expect((await watcher.ended).output, "another node answers").to.include("would send");
      proxy.mend();
      const other = runWatcher(scene(), { rpc: proxy.rpcUrl });
      await other.line("differs at");
      proxy.cut();
      await other.line("no answer from the chain");
      await sleep(500);
      proxy.mend();
      const { code, output } = await other.ended;
      expect(code, output).to.equal(0);
      expect(await scene().statusOf(proposal)).to.equal(ended);
    } finally {
      proxy.close();
    }
  });

  it("whose proof vanishes in a reorganisation sends it again", async () => {
    const proposal = await proposeLie();
    const { chain } = scene();
    const before = await sentBy(scene());
    const watcher = runWatcher(scene(), { args: ["--once", "--confirmations", "4"] });
    await watcher.line("mined");
    await chain.client.request({ method: "anvil_reorg" as never, params: [1, []] as never });
    await watcher.line("unmined");
    for (let block = 0; block < 40 && watcher.process.exitCode === null; block++) {
      await sleep(500);
      await chain.controls.mine({ blocks: 1 });
    }
    const { code, summary, output } = await watcher.ended;
    expect(code, output).to.equal(0);
    expect(summary).to.include({ ended: 1 });
    expect(await scene().statusOf(proposal)).to.equal(ended);
    expect(await sentBy(scene())).to.equal(before + 1);
  });

  it("whose transaction is stuck offers more for the same one", async () => {
    const proposal = await proposeLie();
    const { chain, stage } = scene();
    const before = await sentBy(scene());
    await chain.controls.setAutomine(false);
    const watcher = runWatcher(scene(), { args: ["--once", "--stuck-seconds", "1"] });
    await watcher.line("sent");
    const feeOf = async (): Promise<bigint> => {
      const { pending } = await chain.controls.getTxpoolContent();
      const waiting = Object.entries(pending).find(
        ([from]) => from.toLowerCase() === stage.prover.address.toLowerCase(),
      );
      const versions = Object.values(waiting![1]);
      expect(versions).to.have.length(1);
      return BigInt(versions[0]!.maxFeePerGas!);
    };
    const fee = await feeOf();
    await watcher.line("replaced");
    await sleep(200);
    expect(await feeOf()).to.be.at.least((fee * 1_125n) / 1_000n);
    await chain.controls.setAutomine(true);
    await chain.controls.mine({ blocks: 1 });
    const { code, output } = await watcher.ended;
    expect(code, output).to.equal(0);
    expect(await scene().statusOf(proposal)).to.equal(ended);
    expect(await sentBy(scene())).to.equal(before + 1);
  });
});
