// What an epoch waits for, at each of its states.
import { expect } from "chai";
import { waitsFor } from "./waits-for.ts";

describe("what an epoch waits for", () => {
  const collecting = { status: "collecting", endsAt: "1000" };
  const pending = { status: "pending", finalizableAt: "2000" };

  it("follows its state and its times", () => {
    expect(waitsFor(collecting, [], 940)).to.equal("its end, in 1 min");
    expect(waitsFor(collecting, [], 1_000)).to.equal("a proposal: anyone may make one");
    expect(waitsFor({ ...collecting, status: "proposed" }, [pending], 1_970)).to.match(/window is open for 30 s more/);
    expect(waitsFor({ ...collecting, status: "proposed" }, [pending], 2_000)).to.match(/somebody to finalise it/);
    expect(waitsFor({ ...collecting, status: "finalized" }, [pending], 0)).to.equal("nothing more");
  });

  it("waits for another proposal where all were ended", () => {
    const ended = { status: "ended", finalizableAt: "2000" };
    expect(waitsFor({ ...collecting, status: "proposed" }, [ended], 1_500)).to.match(/^a proposal/);
  });
});
