// Tests that a training that was interrupted goes on to the bits of one that was not.
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { smallModel } from "../sketch/test/small-model.ts";
import { trainAdapter, type Adapter, type AdapterRecipe, type TrainingKeeper } from "./adapter.ts";
import { keepTrainingIn } from "./training-file.ts";

const RECIPE: AdapterRecipe = {
  ...{ firstLayer: 1, rank: 2, scale: 1, epochs: 3, batch: 8 },
  ...{ peakRate: 1e-2, warmupSteps: 2, weightDecay: 0.1, seed: 1 },
};
const STEPS = 36;

describe("keepTrainingIn", () => {
  const { base, tokens } = smallModel();
  let folder: string;
  let path: string;
  let whole: Adapter;
  before(async () => {
    whole = await trainAdapter(base, tokens, { recipe: RECIPE });
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-training-"));
    path = join(folder, "adapter.training");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const bits = ({ weights }: Adapter): string[] =>
    [...weights.values()].map(({ data }) => Buffer.from(data.buffer).toString("hex"));

  /** Trains until the step at which it is interrupted, if it is; gives the adapter, and the steps that were made. */
  async function train(keeper: TrainingKeeper, until = STEPS + 1) {
    const steps: number[] = [];
    const stop = (done: number): void => {
      steps.push(done);
      if (done === until) throw new Error("interrupted");
    };
    const work = trainAdapter(base, tokens, { recipe: RECIPE, keeper, onProgress: stop });
    return { adapter: await work.catch(() => undefined), steps };
  }

  it("goes on from the last state that was kept, in any epoch, to the same bits", async () => {
    for (const instant of [6, 12, 13, 25, 35]) {
      const key = `training ${instant}`;
      expect((await train(keepTrainingIn(path, key, 4), instant)).adapter).to.equal(undefined);
      const { adapter, steps } = await train(keepTrainingIn(path, key, 4));
      expect(steps[0]).to.equal(instant - (instant % 4) + 1);
      expect(bits(adapter!)).to.deep.equal(bits(whole));
    }
  });

  function flipBit(): void {
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.at(-1)! ^ 1, bytes.length - 1);
    writeFileSync(path, bytes);
  }

  it("begins anew where what was kept is of another training, or damaged", async () => {
    await train(keepTrainingIn(path, "this", 4), 10);
    for (const [key, damage] of [
      ["this", () => truncateSync(path, 300)],
      ["this", flipBit],
      ["that", () => undefined],
    ] as const) {
      damage();
      const { adapter, steps } = await train(keepTrainingIn(path, key, 4));
      expect(steps).to.have.lengthOf(STEPS);
      expect(bits(adapter!)).to.deep.equal(bits(whole));
    }
  });
});
