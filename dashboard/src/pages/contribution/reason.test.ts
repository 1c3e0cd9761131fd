// Every state of a contribution has its reason, and names what it rests on.
import { expect } from "chai";
import { LAST_VERSION, USED_BY } from "./queries.ts";
import { reasonOf, type Reviewed, usedUntil, withdrawalOf } from "./reason.ts";

const NOW = 1_800_000_000;
const MADE: Reviewed = {
  ...{ status: "pending", reason: "in_review", contributedAt: String(NOW - 100), reviewEndsAt: String(NOW + 100) },
  ...{ acceptedAt: null, rejectedAt: null, objection: null, copyOf: [] },
};
const OBJECTION = { claimed: "negligence", verdict: null, appellant: null, resolvedAt: null };

describe("reason of a contribution's state", () => {
  it("is its window while nothing else holds it", () => {
    const { text, by } = reasonOf(MADE, NOW);
    expect(by).to.equal("none");
    expect(text).to.contain("open for 1 min 40 s more");
    expect(reasonOf(MADE, NOW + 200).text).to.contain("review window is over");
  });

  it("is an open objection, which validators judge", () => {
    const { text, by } = reasonOf({ ...MADE, status: "under_review", objection: OBJECTION }, NOW);
    expect(by).to.equal("judged");
    expect(text).to.contain("claims negligence");
  });

  it("is the earlier contribution that a proof names", () => {
    expect(reasonOf({ ...MADE, status: "under_review", copyOf: ["3"] }, NOW)).to.deep.include({ by: "enforced" });
    const rejected = reasonOf(
      { ...MADE, status: "rejected", reason: "duplicate", rejectedAt: String(NOW), copyOf: ["3", "4"] },
      NOW,
    );
    expect(rejected.by).to.equal("enforced");
    expect(rejected.text).to.contain("already in contributions 3, 4").and.to.contain("2027-01-15 08:00:00 UTC");
  });

  it("is the verdict, and says if it was appealed", () => {
    const objection = { ...OBJECTION, verdict: "malice", appellant: "0x1", resolvedAt: String(NOW) };
    const { text, by } = reasonOf({ ...MADE, status: "rejected", reason: "verdict", objection }, NOW);
    expect(by).to.equal("judged");
    expect(text).to.contain("verdict was malice, after an appeal");
  });

  it("tells an acceptance without objection from one by a verdict", () => {
    const accepted = { ...MADE, status: "accepted", reason: "review_passed", acceptedAt: String(NOW) };
    expect(reasonOf(accepted, NOW)).to.deep.include({ by: "enforced" });
    const kept = { ...OBJECTION, verdict: "keep", resolvedAt: String(NOW) };
    expect(reasonOf({ ...accepted, objection: kept }, NOW).by).to.equal("judged");
  });
});

describe("withdrawal of a contribution", () => {
  it("says since when models do not use it, and that earlier ones go on paying", () => {
    expect(withdrawalOf(null)).to.equal(undefined);
    expect(withdrawalOf(String(NOW)))
      .to.contain("on 2027-01-15 08:00:00 UTC: models registered after that do not use it")
      .and.to.contain("registered before go on using it and paying for it");
  });

  it("leaves it to versions that were registered up to its second", () => {
    expect(usedUntil(String(NOW))).to.equal(String(NOW));
    expect(BigInt(usedUntil(null)) > BigInt(NOW) * 1_000n).to.equal(true);
    expect(String(LAST_VERSION)).to.contain("registeredAt_lte: $at");
    // A filter of the answer would lose them behind a list of later versions.
    expect(String(USED_BY)).to.contain("versionId_lte: $last");
  });
});
