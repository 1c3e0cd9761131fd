// Models, their indexes, and their tills.
import { ethers, loadFixture, time } from "../../../test/support/network.ts";
import { anyRoot, INDEX_BOND, INDEX_WINDOW, METHOD, registration, SPLIT } from "../../../test/support/protocol.ts";
import { ZeroHash } from "ethers";
import { type Scenario, scenario } from "../scenario.ts";
import { contributed, FEE, modelled } from "../stage.ts";

async function accepted() {
  const p = await loadFixture(contributed);
  for (const id of [1n, 2n, 3n]) await p.datanets.accept(id);
  return p;
}

export const modelScenarios: Scenario[] = [
  scenario("ModelRegistry.register", "trained on one datanet, no parents", async () => {
    const p = await loadFixture(accepted);
    return p.models.connect(p.developer).register(registration());
  }),
  scenario("ModelRegistry.register", "derived from one parent", async () => {
    const p = await loadFixture(modelled);
    // The parent's developer gets its royalty, so there is less for data.
    const derived = registration({ parents: [1n], datanets: [], split: { ...SPLIT, data: SPLIT.data - 300n } });
    return p.models.connect(p.bob).register(derived);
  }),
  scenario("ModelRegistry.registerVersion", "a second version of the model", async () => {
    const p = await loadFixture(modelled);
    return p.models.connect(p.developer).registerVersion(1n, registration());
  }),
  scenario("ModelRegistry.setPrice", "changed", async () => {
    const p = await loadFixture(modelled);
    return p.models.connect(p.developer).setPrice(1n, 4n, 16n);
  }),
  scenario("ModelRegistry.commitIndex", "with its bond", async () => {
    const p = await loadFixture(accepted);
    await p.models.connect(p.developer).register(registration());
    return p.models.connect(p.developer).commitIndex(1n, METHOD, anyRoot("index", 92n), ZeroHash);
  }),
  scenario("ModelRegistry.returnIndexBond", "after the window", async () => {
    const p = await loadFixture(modelled);
    await time.increase(INDEX_WINDOW);
    return p.models.returnIndexBond(1n);
  }),
  scenario("ModelRegistry.setTreasuryLeastBps", "by governance", async () => {
    const p = await loadFixture(modelled);
    return p.models.connect(p.governance).setTreasuryLeastBps(150n);
  }),
  scenario("ModelRegistry.setIndexBond", "by governance", async () => {
    const p = await loadFixture(modelled);
    return p.models.connect(p.governance).setIndexBond(2n * INDEX_BOND);
  }),
  scenario("TillFactory.createTill", "of a model and a gateway", async () => {
    const p = await loadFixture(modelled);
    return p.tills.createTill(1n, p.stranger);
  }),
  scenario("ModelTill.close", "the first settlement: every account is fresh", async () => {
    const p = await loadFixture(modelled);
    await p.token.transfer(p.till, FEE);
    return p.till.connect(p.gateway).close(1n, anyRoot("receipts", FEE), 10n, ZeroHash);
  }),
  scenario("ModelTill.close", "a later settlement", async () => {
    const p = await loadFixture(modelled);
    for (const fee of [FEE, FEE / 2n]) {
      await p.token.transfer(p.till, fee);
      if (fee === FEE) await p.till.connect(p.gateway).close(1n, anyRoot("receipts", fee), 10n, ZeroHash);
    }
    return p.till.connect(p.gateway).close(1n, anyRoot("more receipts", FEE / 2n), 10n, ethers.id("bundle"));
  }),
  scenario("ModelTill.closePlain", "the first income without receipts", async () => {
    const p = await loadFixture(modelled);
    await p.token.transfer(p.till, FEE);
    return p.till.connect(p.gateway).closePlain(1n);
  }),
];
