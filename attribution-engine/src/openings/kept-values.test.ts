// What is kept within a bound: what was not asked for longest goes, and what is made of something else is made anew.
import { expect } from "chai";
import { KeptValues, TooLarge } from "./kept-values.ts";

describe("kept values", () => {
  function counted(most: number) {
    const kept = new KeptValues(most);
    const made: string[] = [];
    const get = (name: string, bytes: number, state = "") =>
      kept.get(name, state, bytes, () => {
        made.push(name);
        return Promise.resolve(name);
      });
    return { kept, made, get };
  }

  it("are made once, until they are made of something else", async () => {
    const { made, get } = counted(100);
    await get("a", 10);
    await get("a", 10);
    expect(made).to.deep.equal(["a"]);
    await get("a", 10, "changed");
    await get("a", 10, "changed");
    expect(made).to.deep.equal(["a", "a"]);
  });

  it("leave in the order in which they were asked for last", async () => {
    const { kept, made, get } = counted(100);
    for (const name of ["a", "b"]) await get(name, 40);
    await get("a", 40);
    await get("c", 40);
    expect(kept.bytes).to.equal(80);
    await get("a", 40);
    expect(made).to.deep.equal(["a", "b", "c"]);
    await get("b", 40);
    expect(made.at(-1)).to.equal("b");
    await get("d", 100);
    expect(kept.bytes).to.equal(100);
  });

  it("are none that alone take more than all may, and none whose making failed", async () => {
    const { kept, made, get } = counted(100);
    await get("a", 40);
    const refusal = await get("b", 101).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(TooLarge);
    expect(made).to.deep.equal(["a"]);
    const failure = await kept
      .get("c", "", 50, () => Promise.reject(new Error("broken")))
      .catch((error: Error) => error);
    expect((failure as Error).message).to.equal("broken");
    expect(kept.bytes).to.equal(40);
    await get("a", 40);
    expect(made).to.deep.equal(["a"]);
  });
});
