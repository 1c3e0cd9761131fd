// Charts show periods in which nothing happened too.
import { expect } from "chai";
import { withoutGaps } from "./periods.ts";

const DAY = 86_400;
const START = 1_795_305_600;

describe("periods of a chart", () => {
  it("are all between the first and the last", () => {
    const rows = [0, 3].map((days) => ({ start: String(START + days * DAY), amount: BigInt(days + 1) }));
    const periods = withoutGaps("day", rows, 30);
    expect(periods.map(({ name, amount }) => [name, amount])).to.deep.equal([
      ["11-22", 1n],
      ["11-23", 0n],
      ["11-24", 0n],
      ["11-25", 4n],
    ]);
  });

  it("are the newest where there are too many", () => {
    const rows = [0, 400].map((days) => ({ start: String(START + days * DAY), amount: 1n }));
    const periods = withoutGaps("day", rows, 10);
    expect(periods).to.have.lengthOf(10);
    expect(periods.at(-1)!.start).to.equal(START + 400 * DAY);
  });

  it("are none where nothing happened", () => {
    expect(withoutGaps("hour", [], 10)).to.deep.equal([]);
  });
});
