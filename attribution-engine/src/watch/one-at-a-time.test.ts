// Tests of work that takes longer than a look at the chain.
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { OneAtATime } from "./one-at-a-time.ts";

const soon = () => performance.now() + 20;

describe("OneAtATime", () => {
  it("gives what is done in time, and later what is not", async () => {
    const work = new OneAtATime<number>();
    expect(await work.within(soon(), "quick", () => Promise.resolve(1))).to.equal(1);
    let begun = 0;
    const slow = async () => {
      begun++;
      await sleep(50);
      return 2;
    };
    expect(await work.within(soon(), "slow", slow)).to.equal(undefined);
    await sleep(50);
    expect(await work.within(soon(), "slow", slow)).to.equal(2);
    expect(begun).to.equal(1);
  });

  it("begins nothing while something goes on, and waits for it no longer than until the deadline", async () => {
    const work = new OneAtATime<number>();
    let finish = (_: number): void => undefined;
    const endless = () => new Promise<number>((resolve) => (finish = resolve));
    expect(await work.within(soon(), "endless", endless)).to.equal(undefined);
    let begun = 0;
    const other = () => Promise.resolve(++begun);
    const before = performance.now();
    expect(await work.within(soon(), "other", other)).to.equal(undefined);
    expect(performance.now() - before).to.be.lessThan(1_000);
    expect(begun).to.equal(0);
    finish(0);
    expect(await work.within(soon(), "other", other)).to.equal(1);
  });

  it("throws what has failed since, once", async () => {
    const work = new OneAtATime<number>();
    const failing = async (): Promise<number> => {
      await sleep(40);
      throw new Error("no answer");
    };
    expect(await work.within(soon(), "failing", failing)).to.equal(undefined);
    await sleep(40);
    const failure = await work.within(soon(), "failing", failing).catch(String);
    expect(failure).to.equal("Error: no answer");
    expect(await work.within(soon(), "failing", () => Promise.resolve(3))).to.equal(3);
  });
});
