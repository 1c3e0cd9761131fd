// Times are universal and durations short.
import { expect } from "chai";
import { day, duration, instant } from "./time.ts";

describe("times", () => {
  it("are universal, to the second", () => {
    expect(instant("1795358721")).to.equal("2026-11-22 14:45:21 UTC");
    expect(day(1_795_358_721n)).to.equal("2026-11-22");
  });

  it("beyond any calendar stay numbers", () => {
    expect(instant(2n ** 63n)).to.equal("second 9223372036854775808");
  });

  it("are apart by the two largest units", () => {
    expect(duration(0)).to.equal("0 s");
    expect(duration(-4)).to.equal("0 s");
    expect(duration(59.9)).to.equal("59 s");
    expect(duration(3_600)).to.equal("1 h");
    expect(duration(90_061)).to.equal("1 d 1 h");
  });
});
