// A dispute in Chromium, from its votes to its verdict, and what it costs a pool that hid its vote: every page held against the chain, on which all of it happens for real.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { sketchDisputesAbi } from "@tributary/protocol/abi/sketch-disputes";
import { sketchVoteHash } from "@tributary/protocol/typed-data/sketch-vote";
import { expect } from "chai";
import {
  type Address,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseEther,
  parseEventLogs,
  type PrivateKeyAccount,
  stringToHex,
} from "viem";
import { deriveModel } from "./derive-model.ts";
import { approve, giveOpen, GUEST, localAccountOf, type Place, RICH, STRANGER } from "./place.ts";
import { amountsIn, type Visitor } from "./visitor.ts";
import { useVisits } from "./visits.ts";

const PARENT = 1n;
/** Of what can be disputed: an index of a model version. */
const INDEX_KIND = 2;
const ATTRIBUTOR = 2;
const OWN = 0n;
const DISPUTED = 3;
const STAKE = parseEther("8");
const SALT = keccak256(stringToHex("salt"));

describe("a disputed sketch", function () {
  this.timeout(180_000);
  const visits = useVisits();
  let place: Place;
  let visitor: Visitor;
  let staged: Promise<Staged> | undefined;

  beforeEach(() => {
    ({ place, visitor } = visits);
  });

  // The windows of votes are seconds long here: time stands still but for the transactions of these tests, whatever else the machine does.
  before(async () => {
    const { anvil } = visits.place;
    await anvil.setIntervalMining({ interval: 0 });
    await anvil.setAutomine(true);
    await anvil.setBlockTimestampInterval({ interval: 1 });
  });
  after(async () => {
    const { anvil } = (visits.place as Place | undefined) ?? {};
    await anvil?.removeBlockTimestampInterval();
    await anvil?.setAutomine(false);
    await anvil?.setIntervalMining({ interval: 1 });
  });

  it("is shown while votes are hidden, and with its verdict: who disputed what, the stake on both sides, and what it ended", async () => {
    const { round, version, model, bond } = await (staged ??= stage(place));
    const disputes = () => ({ address: place.addresses.SketchDisputes, abi: sketchDisputesAbi }) as const;
    await visitor.goTo("/disputes", "Disputes");
    const row = visitor.rows("Disputes over sketches, newest first").first();
    await visitor.seen(
      new RegExp(`^${round} the sketch of record ${DISPUTED} in the index of version ${version} `),
      row,
    );
    await visitor.seen(/open being voted on/, row);
    expect(await row.locator("a[title^='0x']").first().getAttribute("title")).to.equal(RICH.address.toLowerCase());
    expect((await amountsIn(row))[0]).to.equal(bond);

    await voteAndResolve(place, round);
    await visitor.seen(/outside the sketch was found false: what held it was ended/, row);
    const { revealed } = await place.chain.readContract({ ...disputes(), functionName: "roundOf", args: [round] });
    const [keep, mistake] = revealed;
    expect((await amountsIn(row)).slice(1)).to.deep.equal([keep, mistake]);
    expect(mistake > keep).to.equal(true);
    await visitor.goTo(`/models/${model}`, `Model ${model}`);
    await visitor.seen(/None stands: a court ended the one that was committed/);
  });

  it("costs a pool stake that committed a vote and did not reveal it: the page says how much, for whom, and why", async () => {
    const { round, pool } = await (staged ??= stage(place));
    const data = encodeFunctionData({
      ...{ abi: sketchDisputesAbi, functionName: "slashUnrevealed", args: [round, pool] },
    });
    const { logs } = await place.send(GUEST, place.addresses.SketchDisputes, data);
    const [slashed] = parseEventLogs({ abi: sketchDisputesAbi, eventName: "UnrevealedSlashed", logs });
    await visitor.goTo(`/staking/${pool}`, `Pool ${pool}`);
    const row = visitor.rows("What was taken from it, newest first").first();
    await visitor.seen(/did not reveal a vote on a disputed sketch that it had committed to/, row);
    expect((await amountsIn(row))[0]).to.equal(slashed!.args.slashed);
    expect(slashed!.args.slashed > 0n).to.equal(true);
    if (slashed!.args.reward === 0n) await visitor.seen(/none: all was burned/, row);
    else {
      expect((await amountsIn(row))[1]).to.equal(slashed!.args.reward);
      expect(await row.locator("a[title^='0x']").first().getAttribute("title")).to.equal(GUEST.address.toLowerCase());
    }
    expect(await amountsIn(visitor.fact("Slashed so far"))).to.deep.equal([slashed!.args.slashed]);
    const { stake } = await place.chain.readContract({
      ...{ address: place.addresses.OperatorStaking, abi: operatorStakingAbi, functionName: "poolOf", args: [pool] },
    });
    expect(await amountsIn(visitor.fact("Staked"))).to.deep.equal([stake]);
  });
});

interface Staged {
  readonly round: bigint;
  readonly model: bigint;
  readonly version: bigint;
  /** Of the disputer. */
  readonly bond: bigint;
  /** That commits a vote and never reveals it. */
  readonly pool: bigint;
}

/** Opens a pool, commits an index, disputes one of its sketches, and has every pool of attributors commit a vote. */
async function stage(place: Place): Promise<Staged> {
  const { ModelRegistry: registry, SketchDisputes: disputes } = place.addresses;
  const pool = await poolOfStranger(place);
  const voters = await votersOf(place);
  const { model, version } = await deriveModel(place, PARENT, "ipfs://disputed");
  const models = { address: registry, abi: modelRegistryAbi } as const;
  // Its layout is its parent's, so the parent's index has the right form.
  const [method, index, bondOfIndex] = await Promise.all([
    place.chain.readContract({ ...models, functionName: "methodOf", args: [PARENT] }),
    place.chain.readContract({ ...models, functionName: "indexOf", args: [PARENT] }),
    place.chain.readContract({ ...models, functionName: "indexBond" }),
  ]);
  await giveOpen(place, GUEST.address, bondOfIndex);
  await approve(place, GUEST, registry, bondOfIndex);
  const { hash, sum, bundleHash } = index;
  const commit = encodeFunctionData({
    ...{ abi: modelRegistryAbi, functionName: "commitIndex", args: [version, method, { hash, sum }, bundleHash] },
  });
  await place.send(GUEST, registry, commit);
  const contract = { address: disputes, abi: sketchDisputesAbi } as const;
  const commitment = { kind: INDEX_KIND, id: version, sub: 0 };
  const bond = await place.chain.readContract({ ...contract, functionName: "bondFor", args: [commitment] });
  await approve(place, RICH, disputes, bond);
  const dispute = encodeFunctionData({ abi: sketchDisputesAbi, functionName: "dispute", args: [commitment, DISPUTED] });
  const { logs } = await place.send(RICH, disputes, dispute);
  const [disputed] = parseEventLogs({ abi: sketchDisputesAbi, eventName: "Disputed", logs });
  const { round } = disputed!.args;
  // At once, as the window is short.
  const vote = { abi: sketchDisputesAbi, functionName: "commitVote" } as const;
  await Promise.all(
    voters.map(({ pool: voting, account }) => {
      const args = [round, voting, commitmentOf(place, round, account.address)] as const;
      return place.send(account, disputes, encodeFunctionData({ ...vote, args }));
    }),
  );
  return { round, model, version, bond, pool };
}

/** With stake in it. */
async function poolOfStranger(place: Place): Promise<bigint> {
  const { OperatorStaking: staking } = place.addresses;
  const contract = { address: staking, abi: operatorStakingAbi } as const;
  const args = [ATTRIBUTOR, OWN, STRANGER.address] as const;
  const own = () => place.chain.readContract({ ...contract, functionName: "poolWith", args });
  if ((await own()) === 0n) {
    const open = encodeFunctionData({ abi: operatorStakingAbi, functionName: "openPool", args: [ATTRIBUTOR, OWN, 0] });
    await place.send(STRANGER, staking, open);
  }
  const pool = await own();
  await giveOpen(place, STRANGER.address, STAKE);
  await approve(place, STRANGER, staking, STAKE);
  const stake = encodeFunctionData({ abi: operatorStakingAbi, functionName: "stake", args: [pool, STAKE] });
  await place.send(STRANGER, staking, stake);
  return pool;
}

/** All but the stranger's pool reveal that the sketch is not the gradient's; then the vote takes effect. */
async function voteAndResolve(place: Place, round: bigint): Promise<void> {
  const { SketchDisputes: disputes } = place.addresses;
  const { commitUntil, revealUntil } = await place.chain.readContract({
    ...{ address: disputes, abi: sketchDisputesAbi, functionName: "roundOf", args: [round] },
  });
  await place.anvil.setNextBlockTimestamp({ timestamp: BigInt(commitUntil) + 1n });
  const voters = (await votersOf(place)).filter(({ account }) => account.address !== STRANGER.address);
  const reveal = { abi: sketchDisputesAbi, functionName: "revealVote" } as const;
  await Promise.all(
    voters.map(({ pool, account }) =>
      place.send(account, disputes, encodeFunctionData({ ...reveal, args: [round, pool, false, SALT] })),
    ),
  );
  await place.anvil.setNextBlockTimestamp({ timestamp: BigInt(revealUntil) + 1n });
  await place.send(
    GUEST,
    disputes,
    encodeFunctionData({ abi: sketchDisputesAbi, functionName: "resolve", args: [round] }),
  );
}

async function votersOf({ ask }: Place): Promise<{ pool: bigint; account: PrivateKeyAccount }[]> {
  const { stakePools } = await ask<{ stakePools: { items: { id: string; operator: Address }[] } }>(
    '{ stakePools(where: { kind: attributor, stake_gt: "0" }, limit: 100) { items { id operator } } }',
  );
  return stakePools.items.map(({ id, operator }) => ({ pool: BigInt(id), account: localAccountOf(operator)! }));
}

/** docs/formats.md §7.7. */
function commitmentOf({ config, addresses }: Place, disputeId: bigint, voter: Address): Hex {
  const where = { chainId: BigInt(config.chainId), ledger: addresses.RoyaltyLedger };
  return sketchVoteHash({ ...where, disputeId, voter, upheld: false, salt: SALT });
}
