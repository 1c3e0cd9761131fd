// A small setting from data to figures, and the command's answers to wrong calls.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { loadDigits } from "../../trials/digits.ts";
import { chooseImages } from "../../trials/labelled-images.ts";
import type { MethodResult } from "../setting.ts";
import { imageSetting } from "./image-setting.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

describe("the quality trials", function () {
  this.timeout(30_000);

  it("measure every method, and give the same figures again without training again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tributary-quality-"));
    const digits = loadDigits();
    // Three classes, so that there is little to compute.
    const few = chooseImages(
      digits,
      [...digits.labels.keys()].filter((row) => digits.labels[row]! < 3),
    );
    const setting = imageSetting({
      name: "small",
      about: "a test",
      load: () => ({ ...few, classes: 3 }),
      sizes: [120, 20, 30],
      recipe: { hidden: [], decay: 0.02, steps: 100, rate: 0.1 },
      k: 32,
      width: undefined,
      draws: 8,
      full: { subsets: 16, seeds: 1 },
      quick: { subsets: 8, seeds: 1 },
    });
    const stages: string[] = [];
    const context = {
      folder,
      workers: 2,
      quick: false,
      onProgress: (stage: string): void => void stages.push(stage),
    };
    const { methods, protocol } = await setting.run(context);
    const names = ["sketch", "sketch-unquantised", "gradient-dot", "datainf", "representation"];
    const limited = ["sketch-size-limit-0.9", "sketch-size-limit-0.5"];
    expect(Object.keys(methods)).to.have.members([...names, ...limited]);
    for (const name of limited) expect(methods[name]!.lds, name).to.be.greaterThan(0.5);
    const of = (name: string): MethodResult => methods[name]!;
    expect([of("sketch").k, of("sketch").bytes, of("gradient-dot").bytes]).to.deep.equal([32, 32, 4 * 65 * 3]);
    expect(of("sketch").lds).to.be.greaterThan(0.8);
    expect(of("sketch").ci[0]).to.be.greaterThan(of("gradient-dot").ci[1]);
    expect(of("gradient-dot").sketchAhead!.ci[0]).to.be.greaterThan(0);
    expect(Math.abs(of("sketch").int8Loss!)).to.be.lessThan(0.01);
    expect(of("sketch").payoutError!).to.be.within(0, 0.05);
    for (const name of names) expect(of(name).auc! + of(name).selfAuc!, name).to.be.within(0, 2);
    expect(protocol).to.include({
      records: 120,
      queries: 30,
      tuningQueries: 20,
      subsets: 16,
      seeds: 1,
      subsetShare: 0.5,
    });
    const trained = stages.filter((stage) => stage.startsWith("retraining")).length;
    expect(trained).to.equal(16 + 6);
    expect(await setting.run(context)).to.deep.equal({ methods, protocol });
    expect(stages.filter((stage) => stage.startsWith("retraining")).length).to.equal(trained);
    rmSync(folder, { recursive: true });
  });

  it("answer wrong calls with exit code 2, and say what there is", () => {
    const called = (...options: string[]) => spawnSync(process.execPath, [MAIN, ...options], { encoding: "utf8" });
    const unknown = called("--setting", "cats");
    expect([unknown.status, unknown.stdout]).to.deep.equal([2, ""]);
    expect(unknown.stderr).to.contain("--setting cats: there are digits-logistic, digits-mlp");
    expect(called("--workers", "0").stderr).to.contain("--workers is 0; give a whole number from 1");
    const help = called("--help");
    expect([help.status, help.stdout.includes("--quick")]).to.deep.equal([0, true]);
  });
});
