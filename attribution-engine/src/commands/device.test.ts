// Which stages may compute on another device than the pinned processor.
import { expect } from "chai";
import { checkDevice } from "./stage.ts";
import { stages } from "./stages.ts";

describe("--device", () => {
  it("is taken by the stage that sketches records, and by none whose result is signed or compared", () => {
    const takers = [...stages].filter(([name, stage]) => {
      try {
        checkDevice(name, stage, { device: "webgpu" });
        return true;
      } catch {
        return false;
      }
    });
    expect(takers.map(([name]) => name)).to.deep.equal(["sketch-records"]);
  });
  it("may be the pinned processor everywhere, and must be one that there is", () => {
    for (const [name, stage] of stages) {
      checkDevice(name, stage, {});
      checkDevice(name, stage, { device: "cpu" });
    }
    expect(() => checkDevice("sketch-records", stages.get("sketch-records")!, { device: "cuda" })).to.throw(
      "--device is cuda; it must be one of cpu, webgpu",
    );
  });
});
