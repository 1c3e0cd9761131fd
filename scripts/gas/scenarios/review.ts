// Duplicates, objections and votes.
import { concat, keccak256, toBeHex } from "ethers";
import { hexToBytes } from "viem";
import { CONTENT } from "@tributary/protocol/kinds";
import { ethers, loadFixture, time } from "../../../test/support/network.ts";
import { filledTree } from "../filled-tree.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { as, contentRoot, DAY, give, REVIEW_WINDOW, staked } from "../stage.ts";

const VALIDATOR_POOLS = [4n, 5n];
const VERDICT = { keep: 0n, mistake: 1n };
const SALT = ethers.id("salt");
const RECORD = ethers.id("record");
/** Records of the contributions in which a duplicate is shown: 2^16 each. */
const FILLED_LEVELS = 16;

async function duplicated() {
  const p = await loadFixture(staked);
  const payloadHash = hexToBytes(keccak256(concat([toBeHex(CONTENT.tag, 1), RECORD])) as `0x${string}`);
  const trees = [3, 5].map((place) =>
    filledTree({
      depth: CONTENT.depth,
      filled: FILLED_LEVELS,
      leaves: new Map([[place, { sum: 1n, payloadHash }]]),
      sumOf: (height) => 1n << BigInt(height),
    }),
  );
  await give(p, p.alice, trees[0]!.root);
  await time.increase(REVIEW_WINDOW);
  await give(p, p.bob, trees[1]!.root);
  return { ...p, proof: [2n, 5n, 1n, 3n, RECORD, trees[1]!.open(5), trees[0]!.open(3)] as const };
}

async function objected() {
  const p = await loadFixture(staked);
  await give(p, p.alice, contentRoot(0));
  await p.review.connect(p.stranger).object(1n, VERDICT.mistake, SALT, "ipfs://reasons");
  return p;
}

async function commitmentOf(p: Awaited<ReturnType<typeof objected>>, round: bigint, voter: string, verdict: bigint) {
  const { chainId } = await ethers.provider.getNetwork();
  const typehash = ethers.id(
    "ReviewVote(uint256 chainId,address review,uint64 roundId,address voter,uint8 verdict,bytes32 salt)",
  );
  return keccak256(
    ethers.AbiCoder.defaultAbiCoder().encode(
      ["bytes32", "uint256", "address", "uint64", "address", "uint8", "bytes32"],
      [typehash, chainId, await p.review.getAddress(), round, voter, verdict, SALT],
    ),
  );
}

/** Both validators have voted for the verdict, and the time for revealing has come. */
async function voted() {
  const p = await loadFixture(objected);
  for (const [i, voter] of [p.validatorA, p.validatorB].entries()) {
    const commitment = await commitmentOf(p, 1n, voter.address, VERDICT.mistake);
    await p.review.connect(voter).commitVote(1n, VALIDATOR_POOLS[i]!, commitment);
  }
  await time.increase(DAY);
  return p;
}

/** One of them has revealed, and the time for it is over. */
async function revealed() {
  const p = await loadFixture(voted);
  await p.review.connect(p.validatorA).revealVote(1n, VALIDATOR_POOLS[0]!, VERDICT.mistake, SALT);
  await time.increase(DAY);
  return p;
}

/** An objection that nobody answered: half of its bond was burned, and the other half could not be paid, because it was gone for a while. */
async function dismissed() {
  const p = await loadFixture(objected);
  await time.increase(3n * DAY);
  const half = (await p.token.balanceOf(p.review)) / 2n;
  await p.token.connect(await as(p.review)).transfer(p.bob, half);
  await p.review.resolve(1n);
  await p.token.connect(p.bob).transfer(p.review, half);
  return p;
}

export const reviewScenarios: Scenario[] = [
  scenario("ContributionReview.proveDuplicate", "of an accepted contribution, 2^16 records each", async () => {
    const p = await loadFixture(duplicated);
    await p.datanets.accept(1n);
    await time.increase(REVIEW_WINDOW);
    return p.review.connect(p.stranger).proveDuplicate(...p.proof);
  }),
  scenario("ContributionReview.settleDuplicate", "of a contribution accepted since", async () => {
    const p = await loadFixture(duplicated);
    await p.review.connect(p.stranger).proveDuplicate(...p.proof);
    await p.datanets.accept(1n);
    await time.increase(REVIEW_WINDOW);
    return p.review.settleDuplicate(2n, 1n);
  }),
  scenario("ContributionReview.object", "to the voters of the datanet", async () => {
    const p = await loadFixture(staked);
    await give(p, p.alice, contentRoot(0));
    return p.review.connect(p.stranger).object(1n, VERDICT.mistake, SALT, "ipfs://reasons");
  }),
  scenario("ContributionReview.commitVote", "first", async () => {
    const p = await loadFixture(objected);
    const commitment = await commitmentOf(p, 1n, p.validatorA.address, VERDICT.mistake);
    return p.review.connect(p.validatorA).commitVote(1n, VALIDATOR_POOLS[0]!, commitment);
  }),
  scenario("ContributionReview.revealVote", "first", async () => {
    const p = await loadFixture(voted);
    return p.review.connect(p.validatorA).revealVote(1n, VALIDATOR_POOLS[0]!, VERDICT.mistake, SALT);
  }),
  scenario("ContributionReview.slashUnrevealed", "a vote that was not revealed", async () => {
    const p = await loadFixture(revealed);
    return p.review.connect(p.stranger).slashUnrevealed(1n, VALIDATOR_POOLS[1]!);
  }),
  scenario("ContributionReview.appeal", "by the contributor", async () => {
    const p = await loadFixture(revealed);
    return p.review.connect(p.alice).appeal(1n);
  }),
  scenario("ContributionReview.resolve", "rejected, without an appeal", async () => {
    const p = await loadFixture(revealed);
    await time.increase(DAY);
    return p.review.resolve(1n);
  }),
  scenario("ContributionReview.withdrawBond", "that could not be paid at the resolution", async () => {
    const p = await loadFixture(dismissed);
    return p.review.withdrawBond(p.stranger);
  }),
];
