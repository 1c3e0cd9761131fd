// How many reads are under way at a time.
import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import { someAtATime } from "./some-at-a-time.ts";

describe("reads, some at a time", () => {
  it("keep their order, and no more are under way than are allowed", async () => {
    let underWay = 0;
    let most = 0;
    const read = async (item: number): Promise<number> => {
      most = Math.max(most, ++underWay);
      await setImmediate();
      underWay--;
      return 2 * item;
    };
    const items = Array.from({ length: 50 }, (_, i) => i);
    expect(await someAtATime(items, read, 4)).to.deep.equal(items.map((item) => 2 * item));
    expect(most).to.equal(4);
    expect(await someAtATime([], read)).to.deep.equal([]);
  });

  it("end with the first that fails, and begin none after it", async () => {
    const read: number[] = [];
    const failing = async (item: number): Promise<number> => {
      read.push(item);
      await setImmediate();
      if (item === 1) throw new Error("no more");
      return item;
    };
    const failure = await someAtATime([0, 1, 2, 3, 4, 5, 6], failing, 2).catch(String);
    await setImmediate();
    expect(failure).to.equal("Error: no more");
    expect(read.length).to.be.lessThan(5);
  });
});
