// What an indexer's operator counts is shown only in its form: what would be added up wrongly is refused, by its member.
import { expect } from "chai";
import { expectForm } from "./served-forms.ts";

const GROUP = { epoch: 5, group: 0, modelVersion: "1", calls: 320, helped: 287, hurt: 315, used: 320, paid: "19" };
const USE = { epochs: [5], isComplete: true, groups: [GROUP] };
const SETTLEMENT = { epoch: 5, settlement: "1", modelVersion: "1", calls: 27, fees: "17" };
const CALL = { receipt: "0xab", settlement: "1", amount: "1", issuedAt: 1_800_000_000 };
const AGENT = { epochs: [5], isComplete: true, settlements: [SETTLEMENT], newest: [CALL] };
const RECORD = { text: "a text, with commas", indexes: [{ modelVersion: "1" }], lookedIn: ["1"] };

describe("the form of what an indexer's operator tells", () => {
  const refusal = (path: string, served: unknown): string => {
    try {
      expectForm(path, served);
      return "taken";
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("is taken as it should be, and where nothing is known of it", () => {
    expect(refusal("contribution/44", USE)).to.equal("taken");
    expect(refusal("agent/0x12/0", AGENT)).to.equal("taken");
    expect(refusal("record/44/62", RECORD)).to.equal("taken");
    expect(refusal("contribution/44/epoch/5", {})).to.equal("taken");
    expect(refusal("call/0xab", "whatever its verifier refuses")).to.equal("taken");
  });

  it("has no number as a text, which would be joined instead of added", () => {
    for (const member of ["epoch", "calls", "helped", "hurt", "used"])
      expect(refusal("contribution/44", { ...USE, groups: [{ ...GROUP, [member]: "5" }] })).to.equal(
        `groups[0].${member} is "5", not a whole number`,
      );
    expect(refusal("contribution/44", { ...USE, groups: [{ ...GROUP, paid: 19 }] })).to.contain("paid is 19, not");
    expect(refusal("contribution/44", { ...USE, groups: [{ ...GROUP, paid: "019" }] })).to.contain('paid is "019"');
    expect(refusal("contribution/44", { ...USE, groups: [{ ...GROUP, calls: -1 }] })).to.contain("calls is -1");
    expect(refusal("contribution/44", { ...USE, groups: [{ ...GROUP, calls: 0.5 }] })).to.contain("calls is 0.5");
  });

  it("has no row twice, however it is written", () => {
    expect(refusal("contribution/44", { ...USE, groups: [GROUP, { ...GROUP, calls: 1 }] })).to.equal(
      "groups: two rows of epoch and group 5 0",
    );
    expect(refusal("agent/0x12/0", { ...AGENT, settlements: [SETTLEMENT, SETTLEMENT] })).to.contain("settlements: two");
    expect(
      refusal("agent/0x12/0", { ...AGENT, settlements: [SETTLEMENT, { ...SETTLEMENT, settlement: 1 }] }),
    ).to.contain("settlements[1].settlement is 1, not a decimal text");
    expect(refusal("agent/0x12/0", { ...AGENT, newest: [CALL, { ...CALL, receipt: "0xAB" }] })).to.contain(
      "newest: two",
    );
  });

  it("has a text where one is shown, and lists and objects where they are read", () => {
    expect(refusal("record/44/62", { ...RECORD, text: ["a text", " with commas"] })).to.contain("text is [");
    expect(refusal("record/44/62", null)).to.equal("what was served is null, not an object");
    expect(refusal("record/44/62", { ...RECORD, indexes: {} })).to.contain("indexes is {}, not a list");
    expect(refusal("novelty/1", {})).to.equal("indexes is nothing, not a list");
    expect(refusal("position/47/epoch/5", { earned: "1", cumulative: "1" })).to.equal(
      "calls is nothing, not an object",
    );
    expect(refusal("epoch/5", { bundle: "0x", files: [{ name: "a" }] })).to.contain("files[0].rows is nothing");
  });
});
