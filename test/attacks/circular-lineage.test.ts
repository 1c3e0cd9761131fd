// Attacks by a model's owner: a lineage that leads back to itself would have no layout, and whoever follows it would never end.
import { expect } from "chai";
import { loadFixture } from "../support/network.ts";
import { contributed, modelled, registration, SPLIT } from "../support/protocol.ts";

/** Total 10,000 with the 300 bps that a parent like itself would be owed. */
const split = { ...SPLIT, developer: SPLIT.developer - 300n };

describe("a lineage that leads back to itself", () => {
  it("when a first version names the id it is about to get as its parent, it is refused", async () => {
    const p = await loadFixture(contributed);
    await expect(p.models.connect(p.developer).register(registration({ parents: [1n], split })))
      .to.be.revertedWithCustomError(p.models, "UnknownVersion")
      .withArgs(1n);
  });

  it("when a further version names its own id beside a known parent, it is refused", async () => {
    const p = await loadFixture(modelled);
    const circular = registration({ parents: [1n, 2n], datanets: [], split });
    await expect(p.models.connect(p.developer).registerVersion(1n, circular))
      .to.be.revertedWithCustomError(p.models, "UnknownVersion")
      .withArgs(2n);
  });
});
