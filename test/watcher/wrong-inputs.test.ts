// The watcher where an index, receipts or sketches are wrong, on the whole protocol: a SIMULATED dishonest developer, gateway or quorum commits them.
import { setTimeout as sleep } from "node:timers/promises";
import { bytesToHex, hexToBytes, NONE as NO_RECORD } from "@tributary/protocol/bytes";
import { decodeDemand, encodeCommitment } from "@tributary/protocol/demand";
import { INDEX, MOST_PAYLOAD, RECEIPT } from "@tributary/protocol/kinds";
import { layoutAt } from "@tributary/protocol/proofs/index-facts";
import { expect } from "chai";
import { sliceReceipts } from "../../attribution-engine/src/attribution/receipt-table.ts";
import type { WildLeaf } from "../../attribution-engine/src/watcher/test/plain-proposal.ts";
import { DEMAND_PARAMETERS, OPEN } from "../support/protocol.ts";
import { useMarket, type Market } from "./support/market.ts";
import { answerAll } from "./support/simulated-proposer.ts";
import { runWatcher } from "./support/watcher-process.ts";

/** Of the development mnemonic: `actors` call it rival, and it holds OPEN. */
const ACCOUNT = 8;
/** Another one, that holds nothing and reserves nothing. */
const FASTER = 16;
const REVEAL_BLOCKS = 50;
const NONE = 0n;
const PENDING = 1n;
/** `IRoyaltyLedger.SettlementStatus`. */
const OPENED = 1n;
const COMMITTED = 2n;
const VOIDED = 5n;
const ATTRIBUTOR_POOL = 2n;

/** Whether the last leaf of the index was demanded, and is the only one that was not answered. */
async function isLastLeafLeft({ demands, drawn }: Market): Promise<boolean> {
  const made = await demands.queryFilter(demands.filters.Demanded());
  const answered = await demands.queryFilter(demands.filters.Answered());
  const wanted = made.map(({ args }) => decodeDemand(hexToBytes(args.demand as `0x${string}`)));
  const last = BigInt(drawn.facts.records - 1);
  const isDemanded = wanted.some(({ level, index }) => level === INDEX.depth && index === last);
  return isDemanded && made.length === answered.length + 1;
}

const penalties = ({ settlementProofs }: Market) => settlementProofs.queryFilter(settlementProofs.filters.Penalized());

/** Those of the index as it ought to be. */
function leavesOf({ drawn }: Market): { key: number; sum: bigint; payload: Uint8Array }[] {
  return Array.from({ length: drawn.facts.records }, (_, key) => ({
    key,
    sum: 1n,
    payload: drawn.tree.payload(key)!.slice(),
  }));
}

function watch(market: Market, ...args: string[]) {
  return runWatcher(market, { account: ACCOUNT, args: ["--once", "--contents", market.contents, ...args] }).ended;
}

/** Commits an index whose leaves are shown in answers alone, and watches until it has ended. */
async function watchUnpublished(m: Market, leaves: readonly WildLeaf[], meanwhile = () => Promise.resolve()) {
  const store = await m.commitUnpublished(leaves);
  const stop = answerAll({ stage: { demands: m.demands, proposer: m.developer } }, { store });
  try {
    const args = ["--grace-seconds", "0", "--most-input-demands", "256"];
    const watcher = runWatcher(m, { account: ACCOUNT, args });
    await meanwhile();
    const end = await watcher.line("index 1/0: ended");
    watcher.process.kill("SIGINT");
    return { end, ...(await watcher.ended) };
  } finally {
    await stop();
  }
}

describe("the watcher of inputs", function () {
  this.timeout(240_000);
  const market = useMarket(5);

  const sentBy = async ({ rival }: Market): Promise<number> => rival.getNonce();

  it("leaves honest indexes and settlements alone", async () => {
    const m = market();
    const before = await sentBy(m);
    await m.commitIndex(m.index());
    const first = await watch(m);
    expect(first.code, first.output).to.equal(0);
    expect(first.summary!.inputs, first.output).to.deep.include({ checked: 1, sound: 1, wrong: 0, ended: [] });
    await m.passIndexWindow();
    const { earlier, later } = m.receipts();
    await m.sketch(await m.settle(earlier), earlier);
    await m.sketch(await m.settle(later), later);
    const second = await watch(m);
    expect(second.code, second.output).to.equal(0);
    expect(second.summary!.inputs, second.output).to.deep.include({ checked: 4, sound: 4, wrong: 0, penalties: 0 });
    expect(await sentBy(m)).to.equal(before);
  });

  it("ends an index with another record's hash by what the contribution committed to, and is paid half of the bond", async () => {
    const m = market();
    const index = m.index();
    index.recordHashes[32 * (index.count - 1)]! ^= 1;
    await m.commitIndex(index);
    const blind = await watch(m);
    expect(blind.code, blind.output).to.equal(1);
    expect(blind.summary!.inputs, blind.output).to.include({ checked: 0, wrong: 0, unproven: 1 });
    expect(blind.output).to.match(/its records of contribution \d+ are not what that committed to/);
    m.publishContents();
    const before = await sentBy(m);
    const dry = await watch(m, "--dry-run");
    expect(dry.code, dry.output).to.equal(1);
    expect(dry.output).to.match(
      /would send: proveContent against index 1\/0: \d+ bytes of calldata, gas \d+, reward 25/,
    );
    expect(await sentBy(m)).to.equal(before);
    expect(await m.models.indexStatus(1n)).to.equal(PENDING);
    const balance = await m.token.balanceOf(m.rival);
    const { code, summary, output } = await watch(m);
    expect(code, output).to.equal(0);
    expect(summary!.inputs.ended, output).to.have.length(1);
    expect(summary!.inputs.ended[0]).to.include({
      input: "index 1/0",
      function: "proveContent",
      reward: (25n * OPEN).toString(),
      burned: (25n * OPEN).toString(),
    });
    expect(await m.models.indexStatus(1n)).to.equal(NONE);
    expect((await m.token.balanceOf(m.rival)) - balance).to.equal(25n * OPEN);
  });

  it("ends an index whose layout is another, and leaves the next one alone", async () => {
    const m = market();
    const index = m.index();
    index.contributionIds[0] = 1_000n;
    await m.commitIndex(index);
    const { code, summary, output } = await watch(m);
    expect(code, output).to.equal(0);
    expect(summary!.inputs.ended[0], output).to.include({ input: "index 1/0", function: "proveLayout" });
    await m.commitIndex(m.index());
    const again = await watch(m);
    expect(again.code, again.output).to.equal(0);
    expect(again.summary!.inputs, again.output).to.deep.include({ checked: 1, sound: 1, wrong: 0 });
    expect(await m.models.indexStatus(1n)).to.equal(PENDING);
  });

  it("ends an index that gives a withdrawn record weight, and one that leaves out a record that nobody withdrew", async () => {
    const m = market();
    const { layout, isWithdrawn } = m.drawn.facts;
    const placeWhere = (wanted: boolean): number =>
      Array.from({ length: m.drawn.facts.records }, (_, place) => place).find(
        (place) => isWithdrawn(layoutAt(layout, place)!.contribution) === wanted,
      )!;
    const weighty = m.index();
    const withdrawn = placeWhere(true);
    weighty.sketches[withdrawn * weighty.k] = 100;
    weighty.scales[withdrawn] = 7;
    weighty.novelties[withdrawn] = 255;
    const left = m.index();
    const kept = placeWhere(false);
    left.sketches.fill(0, kept * left.k, (kept + 1) * left.k);
    left.contentSignatures.fill(0, 32 * kept, 32 * (kept + 1));
    left.scales[kept] = 0;
    left.novelties[kept] = 0;
    left.witnesses[kept] = NO_RECORD;
    for (const [sub, index] of [weighty, left].entries()) {
      await m.commitIndex(index);
      const { code, summary, output } = await watch(m);
      expect(code, output).to.equal(0);
      expect(summary!.inputs.ended[0], output).to.include({ input: `index 1/${sub}`, function: "proveLayout" });
      expect(await m.models.indexStatus(1n)).to.equal(NONE);
    }
    await m.commitIndex(m.index());
    const last = await watch(m);
    expect(last.code, last.output).to.equal(0);
    expect(last.summary!.inputs, last.output).to.deep.include({ checked: 1, sound: 1, wrong: 0 });
  });

  it("that is killed with a signed proof ends the index after it is started again, by one transaction", async () => {
    const m = market();
    const index = m.index();
    index.contributionIds[0] = 1_000n;
    await m.commitIndex(index);
    const before = await sentBy(m);
    await m.send("evm_setAutomine", false);
    const first = runWatcher(m, { account: ACCOUNT, args: ["--once"] });
    await first.line("signed");
    first.process.kill("SIGKILL");
    await first.ended;
    await m.send("evm_setAutomine", true);
    await m.send("evm_mine");
    const { code, summary, output } = await watch(m);
    expect(code, output).to.equal(0);
    expect(summary!.inputs.ended[0], output).to.include({ input: "index 1/0", function: "proveLayout" });
    expect(await m.models.indexStatus(1n)).to.equal(NONE);
    expect(await sentBy(m)).to.equal(before + 1);
  });

  it("has a reward paid that was held for another's reservation, once nobody can show that any more", async () => {
    const m = market();
    const index = m.index();
    index.contributionIds[0] = 1_000n;
    await m.commitIndex(index);
    const accused = { version: 1n, sub: 0 };
    await m.token.connect(m.bob).approve(m.indexProofs, OPEN);
    await m.indexProofs.connect(m.bob).commitProof(accused, `0x${"11".repeat(32)}`);
    const balance = await m.token.balanceOf(m.rival);
    const { code, output } = await watch(m);
    expect(code, output).to.equal(0);
    expect(await m.models.indexStatus(1n)).to.equal(NONE);
    expect(await m.token.balanceOf(m.rival)).to.equal(balance);
    await m.send("hardhat_mine", `0x${(REVEAL_BLOCKS + 1).toString(16)}`);
    const later = await watch(m);
    expect(later.code, later.output).to.equal(0);
    expect((await m.token.balanceOf(m.rival)) - balance).to.equal(25n * OPEN);
  });

  it("ends an index that nobody publishes by what the answers to its demands show", async () => {
    const m = market();
    const leaves = leavesOf(m);
    leaves[1]!.payload[0] = 9;
    const { end, code, summary, output } = await watchUnpublished(m, leaves);
    expect(end).to.include("proveForm");
    expect(code, output).to.equal(0);
    expect(summary!.inputs, output).to.include({ checked: 1, wrong: 1 });
    expect(summary!.demands).to.be.greaterThan(7);
    expect(await m.models.indexStatus(1n)).to.equal(NONE);
  });

  it("ends an index with a payload that is too long to be shown, for want of an answer", async () => {
    const m = market();
    const leaves = leavesOf(m);
    leaves.at(-1)!.payload = new Uint8Array(MOST_PAYLOAD + 1).fill(2);
    const { end, code, output } = await watchUnpublished(m, leaves, async () => {
      for (let tries = 0; tries < 600 && !(await isLastLeafLeft(m)); tries++) await sleep(100);
      await m.pass(DEMAND_PARAMETERS.answerSeconds + 5n);
    });
    expect(end).to.include("endUnanswered");
    expect(code, output).to.equal(0);
    expect(await m.models.indexStatus(1n)).to.equal(NONE);
  });

  it("voids a settlement that charges again what was settled, and has its gateway slashed", async () => {
    const m = market();
    await m.commitIndex(m.index());
    await m.passIndexWindow();
    const { earlier } = m.receipts();
    const first = await m.settle(earlier);
    await m.sketch(first, earlier);
    const second = await m.settle(earlier);
    const stake = await m.stakeOf(m.gatewayPool);
    const { code, summary, output } = await watch(m, "--reserve");
    expect(code, output).to.equal(0);
    expect(summary!.inputs.ended, output).to.have.length(1);
    expect(summary!.inputs.ended[0]).to.include({ input: `receipt ${second}/0`, function: "proveContinuity" });
    expect(summary!.inputs.penalties).to.equal(1);
    expect((await m.ledger.settlementOf(second)).status).to.equal(VOIDED);
    expect((await m.ledger.settlementOf(first)).status).to.equal(COMMITTED);
    expect(await m.settlementProofs.queryFilter(m.settlementProofs.filters.ProofRevealed())).to.have.length(1);
    const [penalized] = await penalties(m);
    expect(penalized!.args.operator).to.equal(m.gateway.address);
    expect(penalized!.args.reward).to.equal(stake / 100n);
    expect(await m.stakeOf(m.gatewayPool)).to.equal((stake * 9n) / 10n);
  });

  it("shows a proof that it reserved though another watcher was faster, and wins the gateway's stake", async () => {
    const m = market();
    await m.commitIndex(m.index());
    await m.passIndexWindow();
    const { earlier } = m.receipts();
    await m.settle(earlier);
    const second = await m.settle(earlier);
    await m.token.connect(m.rival).approve(m.settlementProofs, 10n * OPEN);
    await m.send("evm_setAutomine", false);
    const watcher = runWatcher(m, { account: ACCOUNT, args: ["--reserve"] });
    await watcher.line("sent");
    // It sees its reservation and the end of the settlement at one look.
    watcher.process.kill("SIGSTOP");
    await m.send("evm_setAutomine", true);
    await m.send("evm_mine");
    const faster = await runWatcher(m, { account: FASTER, workDir: "faster" }).ended;
    expect(faster.code, faster.output).to.equal(0);
    expect((await m.ledger.settlementOf(second)).status).to.equal(VOIDED);
    const commit = bytesToHex(encodeCommitment({ kind: RECEIPT, id: second, sub: 0 }));
    const winner = async (): Promise<string> => (await m.settlementProofs.winnerOf(commit)).winner;
    expect(await winner()).to.not.equal(m.rival.address);
    watcher.process.kill("SIGCONT");
    for (let tries = 0; tries < 200 && (await winner()) !== m.rival.address; tries++) await sleep(100);
    expect(await winner()).to.equal(m.rival.address);
    expect((await m.settlementProofs.owed()).deposits).to.equal(0n);
    // Until then an earlier reservation could have been shown.
    await m.send("hardhat_mine", `0x${REVEAL_BLOCKS.toString(16)}`);
    await watcher.line(": slash the gateway");
    for (let tries = 0; tries < 200 && (await penalties(m)).length === 0; tries++) await sleep(100);
    expect((await penalties(m))[0]!.args.reward).to.be.greaterThan(0n);
    watcher.process.kill("SIGINT");
    expect((await watcher.ended).code).to.equal(0);
  });

  it("ends sketches of other receipts, and has those slashed who signed them", async () => {
    const m = market();
    await m.commitIndex(m.index());
    await m.passIndexWindow();
    const { earlier, later } = m.receipts();
    const count = Math.min(earlier.count, later.count);
    const settlement = await m.settle(sliceReceipts(earlier, 0, count));
    await m.sketch(settlement, sliceReceipts(later, 0, count));
    const { code, summary, output } = await watch(m);
    expect(code, output).to.equal(0);
    expect(summary!.inputs.ended[0], output).to.include({
      input: `sketch ${settlement}/0`,
      function: "proveSketchReceipt",
    });
    expect(summary!.inputs.penalties).to.equal(2);
    expect((await m.ledger.settlementOf(settlement)).status).to.equal(OPENED);
    const penalized = await penalties(m);
    expect(penalized.map(({ args }) => args.operator)).to.have.members([m.attributorA.address, m.attributorB.address]);
    for (const attributor of [m.attributorA, m.attributorB]) {
      const pool = await m.staking.poolWith(ATTRIBUTOR_POOL, 0n, attributor.address);
      expect(await m.stakeOf(pool)).to.equal(900n * OPEN);
    }
  });
});
