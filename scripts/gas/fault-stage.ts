// A proposal that is wrong everywhere, over trees as large as the budget of proofs supposes, on the whole protocol.
import { toHex } from "viem";
import { hexToBytes } from "@tributary/protocol/bytes";
import { ANSWER_LEVELS, answerInner, answerLeaf } from "@tributary/protocol/demand";
import { keccak256 } from "@tributary/protocol/keccak";
import * as kinds from "@tributary/protocol/kinds";
import type { Root } from "@tributary/protocol/node";
import { encodeEarning } from "@tributary/protocol/payloads/earning";
import { encodeEntry } from "@tributary/protocol/payloads/entry";
import { encodeGroup } from "@tributary/protocol/payloads/group";
import { encodeIndex } from "@tributary/protocol/payloads/index";
import { encodePayout } from "@tributary/protocol/payloads/payout";
import { encodePoints } from "@tributary/protocol/payloads/points";
import { encodeReceipt } from "@tributary/protocol/payloads/receipt";
import { encodeSketch } from "@tributary/protocol/payloads/sketch";
import { encodeTrace } from "@tributary/protocol/payloads/trace";
import { ZeroAddress, ZeroHash } from "ethers";
import { ethers, loadFixture, time } from "../../test/support/network.ts";
import { attest, INDEX_WINDOW, METHOD, registration, startEpoch } from "../../test/support/protocol.ts";
import { filledTree, type FilledTree } from "./filled-tree.ts";
import { afterChallenges, FEE, give, type Modelled, propose, REVIEW_WINDOW, runEpoch, SPLIT, staked } from "./stage.ts";

/** Taken places of each tree, as powers of two: what an opening has of siblings. */
const LEVELS = {
  receipt: 17,
  index: 20,
  entry: 5,
  trace: 17,
  tally: 17,
  points: 20,
  group: 10,
  earning: 17,
  payout: 20,
};

const CALL = 70_001;
const RECORD = 700_001;
const OMITTED = 345_678;
const ENTRY = 16;
const TALLY = 70_001;
/** The first place under the node five levels above a place. */
const blockOf = (place: number): number => place - (place % 2 ** ANSWER_LEVELS);
const EARNING = 70_001;
const POSITION = 700_001;
const K = Number(METHOD.k);

/** contracts/types/Link.sol */
export type LinkValue = {
  key: number;
  which: number;
  sum: bigint;
  payload: string;
  preimage: string;
  opening: string;
};

type Leaf = { place: number; sum: bigint; payload: Uint8Array };
type Grown = {
  tree: FilledTree;
  root: FilledTree["root"];
  nested: Root;
  link(place: number, which?: number): LinkValue;
};

/** A tree with these leaves among made-up ones. */
function grow(
  kind: kinds.Kind,
  filled: number,
  leaves: Leaf[],
  sumOf: (height: number) => bigint,
  total?: bigint,
): Grown {
  const tree = filledTree({
    depth: kind.depth,
    filled,
    leaves: new Map(leaves.map(({ place, sum, payload }) => [place, { sum, payloadHash: keccak256(payload) }])),
    sumOf,
    ...(total === undefined ? {} : { total }),
  });
  return {
    tree,
    root: tree.root,
    nested: { hash: hexToBytes(tree.root.hash as `0x${string}`), sum: tree.root.sum, depth: kind.depth },
    link: (place, which = 0) => {
      const leaf = leaves.find((other) => other.place === place);
      const payload = leaf === undefined ? "0x" : toHex(leaf.payload);
      return { key: place, which, sum: leaf?.sum ?? 0n, payload, preimage: "0x", opening: tree.open(place) };
    },
  };
}

const one = (height: number): bigint => 1n << BigInt(height);
const some = (height: number): bigint => 1_234_567_890_123_456_789n << BigInt(height);
const none = (): bigint => 0n;
const empty = (kind: kinds.Kind): Root => ({ hash: new Uint8Array(32), sum: 0n, depth: kind.depth });

/** Coordinates that look like any, alike for one seed. */
function sketchOf(seed: number): Int8Array {
  return Int8Array.from({ length: K }, (_, i) => ((i * 37 + seed * 101) % 255) - 127);
}

// --- inputs ---

function recordAt(place: number): Leaf {
  const recordHash = keccak256(new TextEncoder().encode(`record ${place}`));
  const payload = encodeIndex({
    recordHash,
    contentSignature: recordHash,
    contributionId: 1n,
    recordIndex: place,
    scale: 12_345_678,
    novelty: 200,
    witness: 12_345,
    // The query's own sketch, so that the influence is helpful.
    sketch: sketchOf(1),
  });
  return { place, sum: 1n, payload };
}

function receiptAt(place: number): Leaf {
  const hash = toHex(keccak256(new TextEncoder().encode("receipt")));
  const payload = encodeReceipt({
    till: `0x${"11".repeat(20)}`,
    modelVersion: 1n,
    channelId: hash,
    sequence: 12_345n,
    cumulative: 10n ** 20n,
    agentRegistry: ZeroAddress as `0x${string}`,
    agentId: 0n,
    requestHash: hash,
    responseHash: hash,
    issuedAt: 1_800_000_000,
  });
  return { place, sum: 10n ** 18n, payload };
}

function inputs() {
  const sketch = {
    place: CALL,
    sum: 1n,
    payload: encodeSketch({ receiptHash: new Uint8Array(32), sketch: sketchOf(1) }),
  };
  return {
    receipts: grow(kinds.RECEIPT, LEVELS.receipt, [receiptAt(CALL)], (h) => (10n ** 14n) << BigInt(h), FEE),
    sketches: grow(kinds.SKETCH, LEVELS.receipt, [sketch], one),
    index: grow(kinds.INDEX, LEVELS.index, [recordAt(RECORD), recordAt(OMITTED)], one),
  };
}

// --- the proposal ---

/** Nothing in it agrees with anything else; only its sums are what the ledger demands. */
function proposal(pools: bigint, previous: bigint) {
  const hash = keccak256(new TextEncoder().encode("wrong"));
  const entry = (place: number, sum: bigint): Leaf => ({
    place,
    sum,
    payload: encodeEntry({ recordIndex: RECORD, s: 1n, points: 12_345n, tallyIndex: TALLY }),
  });
  // A record of usual influence comes between the two.
  const entries = grow(kinds.ENTRY, LEVELS.entry, [entry(ENTRY, 10n ** 18n), entry(ENTRY + 1, 1n)], some);
  const lists = { helpful: entries.nested, harmful: empty(kinds.ENTRY) };
  const call = { place: CALL, sum: 123n, payload: encodeTrace({ receiptHash: hash, sketchHash: hash, ...lists }) };
  const trace = grow(kinds.TRACE, LEVELS.trace, [call], none);
  const tally = (place: number): Leaf => ({
    place,
    sum: 10n ** 18n,
    // The call is no place of a trace.
    payload: Uint8Array.of(kinds.TALLY.tag, 255, 255, 255, 254, 0, 1),
  });
  const beyond = 2 ** LEVELS.tally + 5;
  /** As many as hang under one answer. */
  const block = Array.from({ length: 2 ** ANSWER_LEVELS }, (_, i) => tally(blockOf(TALLY) + i));
  const tallies = grow(kinds.TALLY, LEVELS.tally, [...block, tally(beyond)], some);
  const net = {
    place: RECORD,
    sum: 10n ** 18n,
    payload: encodePoints({
      credits: tallies.nested,
      debits: empty(kinds.TALLY),
      positionId: BigInt(POSITION),
      earningIndex: EARNING,
    }),
  };
  const points = grow(kinds.POINTS, LEVELS.points, [net], some);
  const group = {
    place: 0,
    sum: pools - 10n ** 6n,
    payload: encodeGroup({ modelVersion: 1n, trace: trace.nested, points: points.nested, fallbackEarningIndex: 7 }),
  };
  const groups = grow(kinds.GROUP, LEVELS.group, [group], one, pools);
  const earning = { place: EARNING, sum: 1n, payload: encodeEarning({ group: 0, record: RECORD }) };
  const earnings = grow(kinds.EARNING, LEVELS.earning, [earning], some);
  const payout = { place: POSITION, sum: 10n ** 18n, payload: encodePayout({ earnings: earnings.nested }) };
  const payouts = grow(kinds.PAYOUT, LEVELS.payout, [payout], one, previous + pools);
  return { entries, trace, tallies, beyond, points, groups, earnings, payouts };
}

/** The node at a level above a place: the arguments of a demand for it, and its answer. */
function demandable({ depth }: kinds.Kind, { tree, link }: Grown, place: number, level: number) {
  const index = Math.floor(place / 2 ** (depth - level));
  const { hash, sum } = tree.node(level, index);
  const answer = (): Uint8Array =>
    level < depth
      ? answerInner({ root: { depth }, node: tree.node }, level, index)
      : answerLeaf(place, sum, hexToBytes(link(place).payload as `0x${string}`));
  return { index, node: { hash: toHex(hash), sum }, opening: tree.openNode(place, level), answer: toHex(answer()) };
}

/** A model over a million records, and payouts of an earlier epoch to a million positions. */
async function modelled() {
  const p = await loadFixture(staked);
  await give(p, p.alice, { hash: ethers.id("content"), sum: one(LEVELS.index) });
  await time.increase(REVIEW_WINDOW);
  await p.datanets.accept(1n);
  await p.models.connect(p.developer).register(registration({ split: SPLIT }));
  const { index } = inputs();
  await p.models.connect(p.developer).commitIndex(1n, METHOD, index.root, ZeroHash);
  await time.increase(INDEX_WINDOW);
  await p.tills.createTill(1n, p.gateway);
  const { predicted } = await p.tills.tillOf(1n, p.gateway);
  const m: Modelled = { ...p, till: await ethers.getContractAt("ModelTill", predicted) };
  const epoch = await runEpoch(m);
  const payout = { place: POSITION, sum: 10n ** 18n, payload: encodePayout({ earnings: empty(kinds.EARNING) }) };
  const previous = grow(kinds.PAYOUT, LEVELS.payout, [payout], one, await p.ledger.epochPools(epoch));
  await propose(m, epoch, previous.root);
  await afterChallenges();
  await p.ledger.finalize(epoch);
  return m;
}

/** A settlement of a hundred thousand calls, whose sketches were just committed. */
export async function committed() {
  const p = await loadFixture(modelled);
  const { receipts, sketches } = inputs();
  const epoch = await startEpoch(p);
  await p.token.transfer(p.till, FEE);
  await p.till.connect(p.gateway).close(1n, receipts.root, one(LEVELS.receipt), ZeroHash);
  const settlement = await p.ledger.settlementCount();
  const signatures = await attest(p, settlement, sketches.root.hash, [p.attributorA, p.attributorB]);
  await p.ledger.commitSketches(settlement, sketches.root, ZeroHash, signatures);
  return { ...p, epoch, settlement, sketches: demandable(kinds.SKETCH, sketches, CALL, kinds.SKETCH.depth) };
}

/** An epoch with that settlement and the wrong proposal; the prover holds no token yet. */
export async function accused() {
  const p = await loadFixture(committed);
  const { epoch } = p;
  const { receipts, sketches, index } = inputs();
  await time.increaseTo(await p.ledger.epochEnd(epoch));
  await p.ledger.advance(10n);
  const pools = await p.ledger.epochPools(epoch);
  const { sum } = await p.ledger.payoutsRoot();
  const wrong = proposal(pools, sum);
  await p.ledger.connect(p.proposer).propose(epoch, wrong.groups.root, wrong.payouts.root, ZeroHash);
  const payout = { place: POSITION, sum: 10n ** 18n, payload: encodePayout({ earnings: empty(kinds.EARNING) }) };
  const previous = grow(kinds.PAYOUT, LEVELS.payout, [payout], one, sum);
  const group = (which: number): LinkValue => wrong.groups.link(0, which);
  const call = [group(0), wrong.trace.link(CALL)];
  const points = [group(1), wrong.points.link(RECORD)];
  return {
    ...p,
    faults: p.faults.connect(p.newcomer),
    accused: { epoch, proposal: 0 },
    roots: { groups: wrong.groups.root, payouts: wrong.payouts.root },
    receipt: receipts.link(CALL),
    sketch: sketches.link(CALL),
    record: index.link(RECORD),
    omitted: index.link(OMITTED),
    call,
    entry: wrong.entries.link(ENTRY),
    nextEntry: wrong.entries.link(ENTRY + 1),
    points,
    tally: [...points, wrong.tallies.link(TALLY)],
    nextTally: wrong.tallies.link(TALLY + 1),
    toTallies: points,
    tallies: demandable(kinds.TALLY, wrong.tallies, TALLY, kinds.TALLY.depth - ANSWER_LEVELS),
    tallyLeaf: demandable(kinds.TALLY, wrong.tallies, TALLY, kinds.TALLY.depth),
    missingTally: [...points, wrong.tallies.link(wrong.beyond - 4)],
    lastTally: wrong.tallies.link(wrong.beyond),
    earning: [wrong.payouts.link(POSITION), wrong.earnings.link(EARNING)],
    previous: previous.link(POSITION),
  };
}
