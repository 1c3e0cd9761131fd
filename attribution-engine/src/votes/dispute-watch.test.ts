// Tests of following a vote from the chain alone: what is revealed, and what is not.
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { sketchDisputesAbi } from "@tributary/protocol/abi/sketch-disputes";
import { SKETCH } from "@tributary/protocol/kinds";
import { sketchVoteHash } from "@tributary/protocol/typed-data/sketch-vote";
import { expect } from "chai";
import { decodeFunctionData, encodeFunctionResult, type Address, type Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { BundleShelf } from "../watch/bundle-shelf.ts";
import { LogBook } from "../watch/log-book.ts";
import { Report } from "../watch/report.ts";
import { loggedEvent } from "../watch/test/logged-event.ts";
import { scriptedNode } from "../watch/test/scripted-node.ts";
import { DisputeWatch } from "./dispute-watch.ts";
import type { DisputedSketch } from "./open-disputes.ts";
import { voteSalt } from "./vote-secret.ts";
import { ledgerAt } from "../watch/test/ledger-at.ts";

const CONTRACT: Address = "0x00000000000000000000000000000000000000cc";
const CHAIN = 31_337;
const POOL = 5n;
const attributor = privateKeyToAccount(generatePrivateKey());
const sketch: DisputedSketch = { disputes: CONTRACT, round: 3n, kind: SKETCH.tag, id: 7n, sub: 0, place: 2 };

/** Disputes with votes until second 100 and reveals until 200. @param committed by the attributor in the first @param stake of it @param count of the disputes */
function watched(committed: Hex | undefined, stake = 1n, count = 1) {
  const said: string[] = [];
  const { round, kind, id, sub, place } = sketch;
  const times = { snapshot: 49, stake: 10n, commitUntil: 100, revealUntil: 200 };
  const disputed = { round, commit: `0x${"22".repeat(32)}`, disputer: CONTRACT, commitment: { kind, id, sub }, place };
  const event = (name: string, values: Record<string, unknown>) =>
    loggedEvent(CONTRACT, sketchDisputesAbi, name, values);
  const reader = scriptedNode({
    eth_getLogs: () => [
      ...Array.from({ length: count }, (_, i) => round + BigInt(i)).flatMap((each) => [
        event("RoundOpened", { round: each, electorate: 0n, ...times }),
        event("Disputed", { ...disputed, round: each, bond: 1n, heldUntil: 300 }),
      ]),
      ...(committed === undefined ? [] : [event("VoteCommitted", { round, pool: POOL, commitment: committed })]),
    ],
    eth_call: ([{ data }]: [{ data: Hex }]) => {
      const { functionName } = decodeFunctionData({ abi: operatorStakingAbi, data });
      const result = functionName === "poolWith" ? POOL : stake;
      return encodeFunctionResult({ abi: operatorStakingAbi, functionName, result } as never);
    },
  });
  const contracts = ledgerAt(CONTRACT);
  const logs = new LogBook(reader, [CONTRACT], 0n);
  const shelf = new BundleShelf([], "nowhere");
  const watch = new DisputeWatch({
    source: { reader, contracts, logs, shelf, keptPayouts: () => undefined },
    report: new Report((line) => said.push(line)),
    chainId: CHAIN,
    attributor,
    workshops: [],
  });
  const look = async (timestamp: number) => (await watch.inspect({ number: 1n, timestamp })).duties;
  return { watch, said, look };
}

async function ownVote(upheld: boolean): Promise<{ hash: Hex; salt: Hex }> {
  const salt = await voteSalt(attributor, CHAIN, sketch);
  const voter = attributor.address;
  const vote = { chainId: BigInt(CHAIN), ledger: CONTRACT, disputeId: sketch.round, voter, upheld, salt };
  return { hash: sketchVoteHash(vote), salt };
}

describe("DisputeWatch", () => {
  for (const upheld of [true, false])
    it(`reveals the vote that the chain has, ${upheld ? "upheld" : "false"}, from the key alone, and not before the time`, async () => {
      const { hash, salt } = await ownVote(upheld);
      const { watch, look } = watched(hash);
      expect(await look(99)).to.deep.equal([]);
      const [duty] = await look(100);
      const call = decodeFunctionData({ abi: sketchDisputesAbi, data: duty!.data });
      expect(call).to.deep.equal({ functionName: "revealVote", args: [sketch.round, POOL, upheld, salt] });
      expect(await look(200)).to.deep.equal([]);
      expect(watch.lines).to.deep.include({
        ledger: CONTRACT,
        dispute: 3,
        sketch: "call 2 of sketch commit 0 of settlement 7",
        state: "lost",
        upheld,
      });
    });

  it("reveals nothing for a vote that was committed with another salt, and says so", async () => {
    const { said, look } = watched(`0x${"33".repeat(32)}`);
    expect(await look(150)).to.deep.equal([]);
    expect(said.join()).to.include("with another salt");
  });

  it("looks at some of many disputes at a time, and at each before it tries one again that it could not judge", async () => {
    const { watch, said, look } = watched(undefined, 1n, 40);
    for (const [seen, isDone] of [
      [16, false],
      [32, false],
      [40, true],
      [40, true],
    ] as const) {
      expect(await look(60)).to.deep.equal([]);
      expect(watch.lines).to.have.length(seen);
      expect(watch.isDone, String(seen)).to.equal(isDone);
    }
    expect(watch.lines.every(({ state }) => state === "abstained")).to.equal(true);
    expect(said).to.have.length(40);
  });

  it("has nothing to do with a dispute in which it had no stake, or that was over before", async () => {
    const none = watched(undefined, 0n);
    expect(await none.look(60)).to.deep.equal([]);
    expect(none.watch.lines).to.deep.equal([]);
    const over = watched((await ownVote(true)).hash);
    expect(await over.look(200)).to.deep.equal([]);
    expect(over.watch.lines).to.deep.equal([]);
  });
});

describe("voteSalt", () => {
  it("is the same each time, and another for another dispute, sketch, contract, chain or key", async () => {
    const salt = await voteSalt(attributor, CHAIN, sketch);
    expect(await voteSalt(privateKeyToAccount(generatePrivateKey()), CHAIN, sketch)).to.not.equal(salt);
    expect(await voteSalt(attributor, CHAIN, { ...sketch })).to.equal(salt);
    expect(await voteSalt(attributor, 1, sketch)).to.not.equal(salt);
    const others: Partial<DisputedSketch>[] = [
      { round: 4n },
      { kind: 2 },
      { id: 8n },
      { sub: 1 },
      { place: 3 },
      { disputes: "0x00000000000000000000000000000000000000dd" },
    ];
    for (const other of others)
      expect(await voteSalt(attributor, CHAIN, { ...sketch, ...other }), Object.keys(other)[0]).to.not.equal(salt);
  });
});
