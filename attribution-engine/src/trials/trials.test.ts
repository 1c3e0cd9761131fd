// The trials' data are what their sources say; classifiers are trained to their optimum, and their gradients are derivatives.
import { gzipSync } from "node:zlib";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { classifierGradients, classifierRepresentations, gradientBlocks } from "./classifier-vectors.ts";
import { classifierOutputs, trainClassifier, type ClassifierRecipe } from "./classifier.ts";
import type { Classifier } from "./classifier-graph.ts";
import { loadDigits } from "./digits.ts";
import { halveImages, chooseImages, joinImages, mislabel, splitImages } from "./labelled-images.ts";
import { loadMnist } from "./mnist.ts";

const LOGISTIC: ClassifierRecipe = { hidden: [], decay: 0.01, steps: 400, rate: 0.1 };
const PERCEPTRON: ClassifierRecipe = { hidden: [8], decay: 0.01, steps: 60, rate: 0.02 };
const WORK = { workers: 1 };

describe("the trials' images", () => {
  it("are the 1,797 digits of scikit-learn", () => {
    const { count, labels, pixels } = loadDigits();
    expect(count).to.equal(1797);
    expect([...labels.slice(0, 11)]).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    expect([...pixels.slice(0, 8)]).to.deep.equal([0, 0, 5, 13, 9, 1, 0, 0].map((value) => value / 16));
    expect(labels.filter((label) => label === 3).length).to.equal(183);
  });
  it("name file and row where a file of digits is wrong", () => {
    const folder = mkdtempSync(join(tmpdir(), "tributary-digits-"));
    const path = join(folder, "digits.csv.gz");
    const row = `${new Array(64).fill(0).join()},3\n`;
    writeFileSync(path, gzipSync(`${row}${row.replace("0", "17")}`));
    expect(() => loadDigits(path)).to.throw("digits.csv.gz row 1");
    writeFileSync(path, gzipSync(row).subarray(0, 16));
    expect(() => loadDigits(path)).to.throw("digits.csv.gz cannot be read or is damaged");
    rmSync(folder, { recursive: true });
  });
  it("are ten thousand digits of MNIST", () => {
    const { count, labels, pixels, size } = loadMnist();
    expect([count, size, pixels.length]).to.deep.equal([10_000, 784, 7_840_000]);
    expect([labels[0], labels[9_999]]).to.deep.equal([0, 9]);
  });
  it("are halved to means of 2 × 2 pixels", () => {
    const pixels = Float32Array.of(
      1,
      0,
      0,
      0,
      1,
      0,
      0,
      1,
      0.5,
      0.5,
      0,
      0,
      0.5,
      0.5,
      0,
      0,
      ...new Float32Array(16).fill(1),
    );
    const images = { count: 2, size: 16, classes: 2, pixels, labels: Uint8Array.of(0, 1) };
    const halved = halveImages(images);
    expect([...halved.pixels]).to.deep.equal([0.5, 0.25, 0.5, 0, 1, 1, 1, 1]);
    expect(halved).to.include({ count: 2, size: 4, classes: 2 });
    expect(() => halveImages(halveImages(halved))).to.throw("1 × 1 pixels cannot be halved");
  });
  it("are split, joined, chosen and mislabelled without loss", () => {
    const digits = loadDigits();
    const [a, b] = splitImages(digits, [1000, 797], 5) as [typeof digits, typeof digits];
    const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);
    expect(sum(joinImages([a, b]).labels)).to.equal(sum(digits.labels));
    expect(sum(a.pixels) + sum(b.pixels)).to.equal(sum(digits.pixels));
    expect(() => splitImages(digits, [1000, 798], 5)).to.throw("1798 images wanted of 1797");
    expect(() => chooseImages(digits, [1797])).to.throw("row 1797");
    const { images, changed } = mislabel(a, 0.1, 1);
    expect(changed.length).to.equal(100);
    expect([...a.labels.keys()].filter((row) => a.labels[row] !== images.labels[row])).to.deep.equal(changed);
  });
});

describe("classifiers", () => {
  const [train, queries] = splitImages(loadDigits(), [200, 50], 1) as [
    ReturnType<typeof loadDigits>,
    ReturnType<typeof loadDigits>,
  ];
  const everyRow = [...train.labels.keys()];

  it("are at the optimum of their objective: mean gradient + decay · weights = 0", async () => {
    const classifier = await trainClassifier(train, LOGISTIC, 1);
    const { values, size, count } = await classifierGradients(classifier, train, { seed: 1 }).rows(
      everyRow,
      "own",
      undefined,
      WORK,
    );
    const weights = classifier.weights.get("layer 0")!.data;
    for (let i = 0; i < size; i++) {
      let mean = 0;
      for (let row = 0; row < count; row++) mean += values[row * size + i]! / count;
      expect(mean + LOGISTIC.decay * weights[i]!, `weight ${i}`).to.be.closeTo(0, 1e-4);
    }
    expect((await classifierOutputs(classifier, queries)).accuracy).to.be.greaterThan(0.8);
  });

  it("are the same for the same rows and seed, whatever else there is", async () => {
    const rows = everyRow.filter((row) => row % 2 === 0);
    const recipe = { ...PERCEPTRON, batch: 32 };
    const [a, b, c] = [
      await trainClassifier(train, recipe, 1, rows),
      await trainClassifier(chooseImages(train, rows), recipe, 1),
      await trainClassifier(train, recipe, 2, rows),
    ];
    expect(a.weights).to.deep.equal(b.weights);
    expect(a.weights).not.to.deep.equal(c.weights);
  });

  it("have gradients that are differences of their losses", async () => {
    const classifier = await trainClassifier(train, PERCEPTRON, 1);
    const [row, step] = [7, 1e-2];
    const gradients = await classifierGradients(classifier, train, { seed: 1 }).rows([row], "own", undefined, WORK);
    expect(gradients.size).to.equal(65 * 8 + 9 * 10);
    const lossWith = async (layer: string, at: number, by: number): Promise<number> => {
      const weights = new Map([...classifier.weights].map(([name, of]) => [name, { ...of, data: of.data.slice() }]));
      weights.get(layer)!.data[at]! += by;
      return (await classifierOutputs({ ...classifier, weights }, chooseImages(train, [row]))).losses[0]!;
    };
    for (const [layer, at, place] of [
      ["layer 0", 20 * 8 + 3, 20 * 8 + 3],
      ["layer 0", 64 * 8 + 1, 64 * 8 + 1],
      ["layer 1", 5 * 10 + train.labels[row]!, 65 * 8 + 5 * 10 + train.labels[row]!],
      ["layer 1", 8 * 10 + 2, 65 * 8 + 8 * 10 + 2],
    ] as const) {
      const slope = ((await lossWith(layer, at, step)) - (await lossWith(layer, at, -step))) / (2 * step);
      expect(gradients.values[place]!, `${layer} ${at}`).to.be.closeTo(slope, 1e-3);
    }
  });

  it("draw labels as likely as the model finds them: the drawn gradients' mean is near 0", async () => {
    const classifier = await trainClassifier(train, { ...LOGISTIC, steps: 20 }, 1);
    const source = classifierGradients(classifier, train, { seed: 1 });
    const many = Array.from({ length: 3000 }, () => 0);
    const [own, drawn] = [
      await source.rows([0], "own", undefined, WORK),
      await source.rows(many, "sampled", undefined, WORK),
    ];
    const bias = (values: Float32Array): number[] => [...values.slice(own.size - 10, own.size)];
    const mean = new Array<number>(10).fill(0);
    for (let row = 0; row < drawn.count; row++)
      bias(drawn.values.subarray(row * own.size, (row + 1) * own.size)).forEach(
        (value, c) => (mean[c]! += value / 3000),
      );
    expect(Math.hypot(...mean)).to.be.lessThan(0.05 * Math.max(1, Math.hypot(...bias(own.values))));
  });

  it("have projected gradients whose dot products are those of the whole ones on average, and representations", async () => {
    const classifier = await trainClassifier(train, PERCEPTRON, 1);
    expect(gradientBlocks(classifier.shape, 4)).to.deep.equal([4 * 8, 4 * 10]);
    const whole = await classifierGradients(classifier, train, { seed: 1 }).rows([3], "own", undefined, WORK);
    const square = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0);
    let mean = 0;
    for (let seed = 0; seed < 40; seed++) {
      const source = classifierGradients(classifier, train, { seed, width: 4 });
      mean += square((await source.rows([3], "own", undefined, WORK)).values) / 40;
    }
    expect(mean / square(whole.values)).to.be.closeTo(1, 0.35);
    const { size, values } = await classifierRepresentations(classifier, queries);
    expect([size, values.every((value) => value >= 0)]).to.deep.equal([8, true]);
  });

  it("name the row whose gradient or loss is not finite", async () => {
    const trained = await trainClassifier(train, { ...LOGISTIC, steps: 1 }, 1);
    const damaged: Classifier = { ...trained, weights: new Map(trained.weights) };
    trained.weights.get("layer 0")!.data[0] = NaN;
    const failure = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => "no error",
        (error: unknown) => (error as Error).message,
      );
    const gradients = classifierGradients(damaged, train, { seed: 1 }).rows([5, 6], "own", undefined, WORK);
    expect(await failure(gradients)).to.contain("row 5: the vector holds NaN");
    expect(await failure(classifierOutputs(damaged, train))).to.contain("row 0: the loss is NaN");
    expect(await failure(trainClassifier(train, LOGISTIC, 1, []))).to.contain("no images to train on");
  });
});
