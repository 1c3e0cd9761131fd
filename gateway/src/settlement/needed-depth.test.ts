// How deep a transaction must be before it counts, by the chain's finality and the operator's word.
import { expect } from "chai";
import { configSchema } from "../config/schema.ts";
import { ConfigError } from "../config/config.ts";
import { neededDepth } from "./needed-depth.ts";

const [LOCAL, SEPOLIA, BASE, UNKNOWN] = [31337, 11155111, 8453, 424242];

describe("the depth that settling needs", () => {
  it("is the chain's finality where nothing is said, one block on local chains", () => {
    const { settlement } = configSchema.parse({
      chain: { deployment: "none.json" },
      models: [{ name: "m", version: 1, upstream: { url: "http://127.0.0.1:8000/v1" } }],
    });
    const depths = [LOCAL, 1337, SEPOLIA, BASE].map((chainId) => neededDepth(settlement.confirmations, chainId));
    expect(depths).to.deep.equal([1, 1, 65, 900].map((confirmations) => ({ confirmations })));
  });

  it("is what the operator says, with a warning where that is less than the chain's finality", () => {
    expect(neededDepth(4, LOCAL)).to.deep.equal({ confirmations: 4 });
    expect(neededDepth(65, SEPOLIA)).to.deep.equal({ confirmations: 65 });
    const { confirmations, warning } = neededDepth(64, SEPOLIA);
    expect(confirmations).to.equal(64);
    expect(warning).to.match(/is 64, and blocks of chain 11155111 are final after about 65 \(13 minutes at 12 s\)/u);
  });

  it("must be said on a chain of which nothing is known", () => {
    expect(neededDepth(7, UNKNOWN)).to.deep.equal({ confirmations: 7 });
    expect(() => neededDepth(undefined, UNKNOWN)).to.throw(ConfigError, /settlement\.confirmations is not set/u);
  });
});
