// Somebody with much money against one honest proposal, at the windows and amounts of public networks: the proposal becomes final, and who answers is paid for it.
import { bytesToHex } from "@tributary/protocol/bytes";
import { expect } from "chai";
import { id as hashOf, MaxUint256 } from "ethers";
import { answerCover, MOST_ANSWER_GAS } from "../../deploy/answer-cost.ts";
import { NETWORKS } from "../../deploy/networks/networks.ts";
import { publicParameters } from "../../deploy/networks/public-parameters.ts";
import { demandables, demandWhilePayable } from "./support/flood.ts";
import { ended, pending, rootsOf, stolenEpoch, THIEVES, useScene } from "./support/scene.ts";
import type { Summary } from "../../attribution-engine/src/watch/report.ts";
import { runWatcher, type WatcherRun } from "./support/watcher-process.ts";

const OPEN = 10n ** 18n;
const FINALIZED = 2;
const ANSWERED = 2n;
/** 0.03 % of all OPEN: bonds of three proposals, a few reservations, and demands until the next deposit is more than is left. */
const MONEY = 300_000n * OPEN;
const RESERVATIONS = 5;
/** Demands that are made at once; the others come in the last minutes of the window. */
const EARLY_DEMANDS = 112;
const LATE_SECONDS = 600n;
/** Rounds for which demands can hold a proposal after its window. */
const MOST_ROUNDS = 30n;
const ANSWERER = 3;
const PUBLIC = {
  epochSeconds: BigInt(publicParameters.epochSeconds),
  sketchWindowSeconds: BigInt(publicParameters.sketchWindowSeconds),
  challengeWindowSeconds: BigInt(publicParameters.challengeWindowSeconds),
  bondFloor: publicParameters.bondFloor,
  bondBps: BigInt(publicParameters.bondBps),
  proofDeposit: publicParameters.proofDeposit,
  answerSeconds: BigInt(publicParameters.answerSeconds),
  reactionSeconds: BigInt(publicParameters.reactionSeconds),
  demandDeposit: publicParameters.demandDeposit,
  funds: 100_000n * OPEN,
};

describe("a flood against an honest proposal", function () {
  this.timeout(400_000);
  const scene = useScene(1, true, { terms: PUBLIC });

  it("is answered in time, costs who makes it more than who answers, and ends nothing", async () => {
    const { stage, chain, drawn, honest } = scene();
    const { demands, faults, ledger, token, proposer, ethers } = stage;
    const { epoch } = drawn.honest.inputs;
    const [attacker, answerer] = [(await ethers.getSigners())[6]!, (await ethers.getSigners())[ANSWERER]!];
    await (await token.transfer(attacker, MONEY)).wait();
    for (const spender of [ledger, demands, faults])
      await (await token.connect(attacker).approve(spender, MaxUint256)).wait();
    expect(await token.balanceOf(answerer)).to.equal(0n);

    // Wrong rivals stand before the honest proposal in the line, each with its bond.
    const lies: number[] = [];
    for (const thief of THIEVES) {
      const lie = await stolenEpoch(scene(), [thief]);
      lies.push(await scene().propose(rootsOf(lie), await scene().publish(lie), attacker));
    }
    const right = await scene().propose(rootsOf(honest), await scene().publish(honest));
    for (let n = 0; n < RESERVATIONS; n++)
      await (await faults.connect(attacker).commitProof({ epoch, proposal: right }, hashOf(`nothing ${n}`))).wait();

    // Demands for node after node, the last of them when the window is all but over; in the end no money is left for another.
    const nodes = demandables(scene());
    const early = await demandWhilePayable(scene(), attacker, right, nodes, EARLY_DEMANDS);
    expect(early).to.deep.equal({ made: EARLY_DEMANDS, isOutOfMoney: false });
    await ends(runWatcher(scene(), { workDir: "watcher" }), { checked: lies.length + 1, ended: lies.length });
    for (const lie of lies) expect(await scene().statusOf(lie)).to.equal(ended);
    await answer(EARLY_DEMANDS);
    const { finalizableAt: windowEnd, proposedAt } = await ledger.proposalOf(epoch, right);
    expect(windowEnd).to.equal(proposedAt + PUBLIC.challengeWindowSeconds);
    await chain.controls.setNextBlockTimestamp({ timestamp: windowEnd - LATE_SECONDS });
    const late = await demandWhilePayable(scene(), attacker, right, nodes);
    expect(late.isOutOfMoney, `${late.made} late demands, and money is left`).to.equal(true);
    await answer(late.made);
    const made = EARLY_DEMANDS + late.made;

    // Every demand was answered, by the answerer, before its deadline; otherwise the contract would not say so.
    expect(await demands.demandCount()).to.equal(BigInt(made));
    for (let id = 1n; id <= made; id++) expect((await demands.demandOf(id)).status, String(id)).to.equal(ANSWERED);
    const answers = await demands.queryFilter(demands.filters.Answered());
    const receipts = await Promise.all(answers.map(async (answered) => answered.getTransactionReceipt()));
    expect(receipts.every(({ from }) => from === answerer.address)).to.equal(true);
    const gas = receipts.map(({ gasUsed }) => gasUsed);
    expect(gas.every((used) => used <= MOST_ANSWER_GAS)).to.equal(true);

    // Who answered has more than it cost at the prices assumed on every public network, and who flooded has lost more still.
    const income = await token.balanceOf(answerer);
    expect(income).to.equal(BigInt(made) * PUBLIC.demandDeposit);
    const inAll = gas.reduce((sum, used) => sum + used, 0n);
    for (const network of NETWORKS.filter(({ kind }) => kind !== "local")) {
      const cost = (answerCover(network).cost * inAll) / MOST_ANSWER_GAS;
      expect(income > 2n * cost, `${network.name}: ${income} for ${cost}`).to.equal(true);
    }
    const lost = MONEY - (await token.balanceOf(attacker));
    expect(lost > MONEY / 2n && lost > 10n * income, `${lost} lost, ${income} earned`).to.equal(true);
    expect(await demands.owed()).to.equal(0n);

    // The proposal waited for the late demands, and not for longer than all rounds; nothing else stands before it.
    const { finalizableAt } = await ledger.proposalOf(epoch, right);
    const round = PUBLIC.answerSeconds + PUBLIC.reactionSeconds;
    expect(finalizableAt > windowEnd && finalizableAt <= windowEnd + MOST_ROUNDS * round).to.equal(true);
    expect(await scene().statusOf(right)).to.equal(pending);
    await chain.controls.setNextBlockTimestamp({ timestamp: finalizableAt });
    const before = await token.balanceOf(proposer);
    await (await ledger.connect(answerer).finalize(epoch)).wait();
    expect(await scene().statusOf(right)).to.equal(FINALIZED);
    expect((await ledger.payoutsRoot()).hash).to.equal(bytesToHex(honest.payoutsTree.root.hash));
    expect((await token.balanceOf(proposer)) - before >= PUBLIC.bondFloor, "the bond is back").to.equal(true);
  });

  async function ends(run: WatcherRun, wanted: Partial<Summary>): Promise<void> {
    const { code, summary, output } = await run.ended;
    expect(code, output).to.equal(0);
    expect(summary, output).to.include(wanted);
  }

  /** Has `answer-demands` answer what is open. */
  async function answer(answers: number): Promise<void> {
    await ends(runWatcher(scene(), { command: "answer-demands", account: ANSWERER, workDir: "answerer" }), { answers });
  }
});
