// The deposit of a demand against the longest answer, on every public network.
import { expect } from "chai";
import { answerCover, MOST_ANSWER_GAS } from "./answer-cost.ts";
import { local } from "./networks/local.ts";
import { NETWORKS } from "./networks/networks.ts";

/** The deposit is at least so many times what the longest answer costs. */
const LEAST_MARGIN = 2n;

describe("the deposit of a demand", () => {
  const networks = NETWORKS.filter(({ kind }) => kind !== "local");

  it("is compared on all public networks", () => {
    expect(networks.map(({ name }) => name)).to.deep.equal(["sepolia", "base-sepolia", "base", "optimism"]);
  });

  for (const network of networks) {
    it(`covers the longest answer with margin at the prices assumed on ${network.name}`, () => {
      const { deposit, cost, breakEvenGasPriceWei } = answerCover(network);
      expect(deposit).to.equal(network.parameters.demandDeposit);
      expect(deposit >= LEAST_MARGIN * cost, `${deposit} base units against ${cost}`).to.equal(true);
      expect(breakEvenGasPriceWei >= LEAST_MARGIN * network.prices!.gasPriceWei, String(breakEvenGasPriceWei)).to.equal(
        true,
      );
    });

    it(`covers it at the break-even price on ${network.name}, and not at one above`, () => {
      const { breakEvenGasPriceWei } = answerCover(network);
      const at = (gasPriceWei: bigint) => answerCover({ ...network, prices: { ...network.prices!, gasPriceWei } });
      expect(at(breakEvenGasPriceWei).cost <= network.parameters.demandDeposit).to.equal(true);
      expect(at(breakEvenGasPriceWei + 1n).cost > network.parameters.demandDeposit).to.equal(true);
    });
  }

  it("would not cover it with a hundredth of the deposit", () => {
    for (const network of networks) {
      const { demandDeposit } = network.parameters;
      const poor = { ...network, parameters: { ...network.parameters, demandDeposit: demandDeposit / 100n } };
      const { deposit, cost } = answerCover(poor);
      expect(deposit < cost, network.name).to.equal(true);
    }
  });

  it("is compared where prices are assumed, and nowhere else", () => {
    expect(() => answerCover(local)).to.throw(RangeError, "no prices are assumed on local");
    expect(MOST_ANSWER_GAS > 0n).to.equal(true);
  });
});
