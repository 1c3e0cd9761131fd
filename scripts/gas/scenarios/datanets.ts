// Datanets, contributions, licences and positions.
import { ethers, loadFixture } from "../../../test/support/network.ts";
import { anyRoot, OPEN, TERMS } from "../../../test/support/protocol.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { as, bound, contributed, deployed, modelled, staked } from "../stage.ts";

const SALT = ethers.id("salt");

async function reserved() {
  const p = await loadFixture(staked);
  const root = anyRoot("content", 30n);
  await p.datanets.reserve(await p.datanets.reservationOf(p.alice.address, 1n, root, SALT));
  return { ...p, root };
}

async function licensed() {
  const p = await loadFixture(modelled);
  await p.datanets.connect(p.developer).payLicence(1n, OPEN);
  return p;
}

export const datanetScenarios: Scenario[] = [
  scenario("DatanetRegistry.bindReview", "once, at deployment", async () => {
    const p = await loadFixture(deployed);
    return p.datanets.bindReview(p.review);
  }),
  scenario("DatanetRegistry.createDatanet", "the first", async () => {
    const p = await loadFixture(bound);
    return p.datanets.connect(p.curator).createDatanet(TERMS, "ipfs://datanet");
  }),
  scenario("DatanetRegistry.reserve", "first", async () => {
    const p = await loadFixture(staked);
    return p.datanets.connect(p.alice).reserve(SALT);
  }),
  scenario("DatanetRegistry.contribute", "reserved before", async () => {
    const p = await loadFixture(reserved);
    return p.datanets.connect(p.alice).contribute(1n, 0n, p.root, ethers.id("CC0-1.0"), "ipfs://contribution", SALT);
  }),
  scenario("DatanetRegistry.accept", "the contributor's first: it gets a position", async () => {
    const p = await loadFixture(contributed);
    return p.datanets.accept(1n);
  }),
  scenario("DatanetRegistry.accept", "a later one of the contributor", async () => {
    const p = await loadFixture(contributed);
    for (const id of [1n, 2n]) await p.datanets.accept(id);
    return p.datanets.accept(3n);
  }),
  scenario("DatanetRegistry.hold", "called by the review, on its own", async () => {
    const p = await loadFixture(contributed);
    return p.datanets.connect(await as(p.review)).hold(1n);
  }),
  scenario("DatanetRegistry.release", "called by the review, on its own", async () => {
    const p = await loadFixture(contributed);
    const review = await as(p.review);
    await p.datanets.connect(review).hold(1n);
    return p.datanets.connect(review).release(1n);
  }),
  scenario("DatanetRegistry.reject", "called by the review, on its own", async () => {
    const p = await loadFixture(contributed);
    return p.datanets.connect(await as(p.review)).reject(1n, 500n, p.stranger, 5_000n);
  }),
  scenario("DatanetRegistry.returnBond", "that could not be paid on acceptance", async () => {
    const p = await loadFixture(contributed);
    // The registry's balance is gone for a while, so the transfer in `accept` fails.
    const balance = await p.token.balanceOf(p.datanets);
    const registry = await as(p.datanets);
    await p.token.connect(registry).transfer(p.stranger, balance);
    await p.datanets.accept(1n);
    await p.token.connect(p.stranger).transfer(p.datanets, balance);
    return p.datanets.returnBond(1n);
  }),
  scenario("DatanetRegistry.payLicence", "a later licence", async () => {
    const p = await loadFixture(licensed);
    return p.datanets.connect(p.developer).payLicence(1n, OPEN);
  }),
  scenario("DatanetRegistry.collectLicenceIncome", "first", async () => {
    const p = await loadFixture(licensed);
    return p.datanets.collectLicenceIncome(1n);
  }),
  scenario("DatanetRegistry.withdraw", "with licence income that was not collected", async () => {
    const p = await loadFixture(licensed);
    return p.datanets.connect(p.alice).withdraw(1n);
  }),
  scenario("DatanetRegistry.withdraw", "without licence income", async () => {
    const p = await loadFixture(modelled);
    await p.datanets.collectLicenceIncome(1n);
    return p.datanets.connect(p.alice).withdraw(1n);
  }),
  scenario("RoyaltyPositions.bindMinters", "once, at deployment", async () => {
    const p = await loadFixture(deployed);
    return p.positions.bindMinters(p.datanets, p.models);
  }),
  scenario("RoyaltyPositions.mint", "called by a registry, on its own", async () => {
    const p = await loadFixture(bound);
    return p.positions.connect(await as(p.datanets)).mint(p.newcomer, 3n, 1n);
  }),
];
