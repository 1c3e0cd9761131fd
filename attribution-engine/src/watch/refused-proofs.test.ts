// Tests of proofs that were refused: they are passed over until that leads nowhere.
import { expect } from "chai";
import { type Hex, keccak256 } from "viem";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import { attributeEpoch } from "../attribution/epoch.ts";
import { smallInputs } from "../watcher/test/small-epoch.ts";
import type { Duty } from "./duty.ts";
import { RefusedProofs } from "./refused-proofs.ts";

const NAME = "3 0";

function proof(data: Hex): Duty {
  return { kind: "proof", key: "a", to: "0x0000000000000000000000000000000000000001", data, says: "a" };
}

describe("RefusedProofs", () => {
  let epoch: AttributedEpoch;
  before(async () => {
    epoch = await attributeEpoch(smallInputs(0));
  });

  it("are passed over, of their proposal alone", () => {
    const refused = new RefusedProofs();
    expect(refused.of(NAME, epoch)).to.have.length(0);
    refused.add(NAME, proof("0x01"));
    refused.add(NAME, proof("0x02"));
    expect([...refused.of(NAME, epoch)]).to.deep.equal([keccak256("0x01"), keccak256("0x02")]);
    expect(refused.of("3 1", epoch)).to.have.length(0);
  });

  it("are new once, so that a single run ends", () => {
    const refused = new RefusedProofs();
    expect(refused.add(NAME, proof("0x01"))).to.equal(true);
    expect(refused.add(NAME, proof("0x01"))).to.equal(false);
    expect(refused.add(NAME, proof("0x02"))).to.equal(true);
  });

  it("are tried again after a search that found no other", () => {
    const refused = new RefusedProofs();
    refused.add(NAME, proof("0x01"));
    refused.of(NAME, epoch);
    refused.searched(NAME, true);
    expect(refused.of(NAME, epoch)).to.have.length(1);
    refused.searched(NAME, false);
    expect(refused.of(NAME, epoch)).to.have.length(0);
    expect(refused.add(NAME, proof("0x01")), "said once").to.equal(false);
    expect(refused.of(NAME, epoch)).to.have.length(1);
  });

  it("are tried again where the epoch was computed anew", async () => {
    const refused = new RefusedProofs();
    refused.add(NAME, proof("0x01"));
    expect(refused.of(NAME, epoch)).to.have.length(1);
    expect(refused.of(NAME, await attributeEpoch(smallInputs(0)))).to.have.length(0);
  });
});
