// A wrong root of the proposer that has nearly all stake, as attributor, validator and gateway, against one watcher that has nearly nothing.
import { bytesToHex } from "@tributary/protocol/bytes";
import { expect } from "chai";
import { AbiCoder, keccak256, parseEther } from "ethers";
import { BIGGEST_STAKE, biggestStaker, OTHER_STAKE, POOLS, stakeOn } from "./support/biggest-staker.ts";
import { unpublished } from "./support/simulated-proposer.ts";
import { ended, pending, rootsOf, stolenEpoch, THIEVES, useScene } from "./support/scene.ts";
import { runWatcher } from "./support/watcher-process.ts";

const FINALIZED = 2;
const LIES = THIEVES.length;
/** All that the watcher has: gas, and base units for the deposits of demands. */
const WATCHER_ETHER = parseEther("0.1");
const WATCHER_OPEN = 100n;

describe("the biggest staker", function () {
  this.timeout(240_000);
  const scene = useScene(1, true, { attributors: biggestStaker });

  beforeEach(async () => {
    const { stage, chain } = scene();
    const { token, prover, origins } = stage;
    const surplus = (await token.balanceOf(prover)) - WATCHER_OPEN;
    await (await token.connect(prover).transfer(origins, surplus)).wait();
    await chain.controls.setBalance({ address: prover.address as `0x${string}`, value: WATCHER_ETHER });
  });

  /** Everything that the proposer has staked, base units of OPEN. */
  async function stakeOfProposer(): Promise<bigint> {
    const { staking } = await stakeOn(scene().stage);
    const { proposer } = scene().stage;
    const pools = await Promise.all(
      POOLS.map(async ({ kind, subject }) => staking.poolOf(await staking.poolWith(kind, subject, proposer.address))),
    );
    return pools.reduce((sum, { stake }) => sum + stake, 0n);
  }

  async function finalize(): Promise<void> {
    const { stage, chain, drawn } = scene();
    await chain.controls.increaseTime({ seconds: Number(stage.terms.challengeWindowSeconds) + 60 });
    await (await stage.ledger.connect(stage.prover).finalize(drawn.honest.inputs.epoch)).wait();
  }

  it("is a quorum of attributors by itself, and attested every sketch of the epoch alone", async () => {
    const { stage, drawn } = scene();
    const { staking, set } = await stakeOn(stage);
    const { ledger, proposer } = stage;
    const [weight, quorum] = await Promise.all([set.weightOf(proposer.address), set.quorum()]);
    expect(weight).to.equal(BIGGEST_STAKE);
    expect(weight >= quorum).to.equal(true);
    expect(await staking.totalAttributorStake()).to.equal(BIGGEST_STAKE + OTHER_STAKE);
    expect(await stakeOfProposer()).to.equal(3n * BIGGEST_STAKE);
    const alone = keccak256(AbiCoder.defaultAbiCoder().encode(["address"], [proposer.address]));
    const settlements = drawn.honest.inputs.groups.flatMap((group) => group.settlements);
    expect(settlements).to.not.have.length(0);
    for (const { settlementId } of settlements) expect(await ledger.sketchSignersOf(settlementId, 0)).to.equal(alone);
  });

  it("would have its wrong root finalised where nobody watched", async () => {
    const stolen = await stolenEpoch(scene());
    const lie = await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    await finalize();
    expect(await scene().statusOf(lie)).to.equal(FINALIZED);
  });

  it("has none of its wrong roots finalised where one watches, though it is always first", async () => {
    const { stage, honest, chain } = scene();
    const { ethers, ledger, token, proposer, prover } = stage;
    const { bondFloor } = await ledger.parameters();
    const before = await token.balanceOf(proposer);
    const supply = await token.totalSupply();
    const lies: number[] = [];
    for (const thief of THIEVES) {
      const stolen = await stolenEpoch(scene(), [thief]);
      lies.push(await scene().propose(rootsOf(stolen), await scene().publish(stolen)));
    }
    // The honest root comes last, from somebody else.
    const other = (await ethers.getSigners())[0]!;
    await (await token.connect(other).approve(ledger, bondFloor)).wait();
    const right = await scene().propose(rootsOf(honest), await scene().publish(honest), other);
    const { code, summary, output } = await runWatcher(scene()).ended;
    expect(code, output).to.equal(0);
    expect(summary).to.include({ checked: LIES + 1, agreeing: 1, faulty: LIES, ended: LIES, demands: 0 });
    for (const lie of lies) expect(await scene().statusOf(lie)).to.equal(ended);
    expect(await scene().statusOf(right)).to.equal(pending);
    // It lost every bond: half to the watcher, half burned. What it staked has not helped it, and is not touched either.
    expect(before - (await token.balanceOf(proposer))).to.equal(BigInt(LIES) * bondFloor);
    expect(await token.balanceOf(prover)).to.equal(WATCHER_OPEN + (BigInt(LIES) * bondFloor) / 2n);
    expect(supply - (await token.totalSupply())).to.equal((BigInt(LIES) * bondFloor) / 2n);
    expect(await stakeOfProposer()).to.equal(3n * BIGGEST_STAKE);
    const spent = WATCHER_ETHER - (await chain.client.getBalance({ address: prover.address as `0x${string}` }));
    expect(spent > 0n && spent < WATCHER_ETHER / 10n, `${spent} wei`).to.equal(true);
    await finalize();
    expect(await scene().statusOf(right)).to.equal(FINALIZED);
    expect((await ledger.payoutsRoot()).hash).to.equal(bytesToHex(honest.payoutsTree.root.hash));
  });

  it("is ended for a wrong root of which it shows nothing", async () => {
    const { stage, chain } = scene();
    const lie = await scene().propose(unpublished(scene(), await stolenEpoch(scene())));
    const watcher = runWatcher(scene());
    await watcher.line("mined");
    await chain.controls.increaseTime({ seconds: Number(stage.terms.answerSeconds) + 1 });
    await chain.controls.mine({ blocks: 1 });
    const { code, summary, output } = await watcher.ended;
    expect(code, output).to.equal(0);
    expect(summary!.proofs[0]).to.include({ fault: "availability", function: "endUnanswered" });
    expect(await scene().statusOf(lie)).to.equal(ended);
    const { bondFloor } = await stage.ledger.parameters();
    expect(await stage.token.balanceOf(stage.prover)).to.equal(WATCHER_OPEN + bondFloor / 2n);
  });

  it("cannot end the honest root either: the court hears openings, and no stake", async () => {
    const { stage, honest, drawn } = scene();
    const { ledger, proposer, faults } = stage;
    const right = await scene().propose(rootsOf(honest), await scene().publish(honest));
    const { epoch } = drawn.honest.inputs;
    await expect(
      ledger.connect(proposer).endProposal.staticCall(epoch, right, proposer.address),
    ).to.be.revertedWithCustomError(ledger, "NotCourt");
    expect(await ledger.isCourt(proposer.address)).to.equal(false);
    expect(await ledger.isCourt(await faults.getAddress())).to.equal(true);
  });
});
