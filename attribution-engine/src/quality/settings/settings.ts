/** The settings that `npm run quality` runs, in the order of its table. */
import { loadDigits } from "../../trials/digits.ts";
import { loadMnist } from "../../trials/mnist.ts";
import { languageModel } from "../language-model/setting.ts";
import type { Setting } from "../setting.ts";
import { imageSetting } from "./image-setting.ts";

const DIGITS = {
  load: loadDigits,
  sizes: [1200, 197, 400],
  k: 256,
  draws: 16,
  full: { subsets: 100, seeds: 5 },
  quick: { subsets: 30, seeds: 2 },
} as const;
const LOGISTIC = { hidden: [], steps: 500, rate: 0.1 } as const;
const PERCEPTRON = { hidden: [32], steps: 600, rate: 0.02 } as const;

export const SETTINGS: readonly Setting[] = [
  imageSetting({
    ...DIGITS,
    name: "digits-logistic",
    about: "digits of 8 × 8 pixels, logistic regression, decay 0.01",
    recipe: { ...LOGISTIC, decay: 0.01 },
    width: undefined,
  }),
  imageSetting({
    ...DIGITS,
    name: "digits-mlp",
    about: "the same, a perceptron with 32 hidden units",
    recipe: { ...PERCEPTRON, decay: 0.01 },
    width: 32,
    models: 5,
  }),
  imageSetting({
    ...DIGITS,
    name: "digits-logistic-weak-decay",
    about: "digits, logistic regression, decay 0.001: models differ more from subset to subset",
    recipe: { ...LOGISTIC, decay: 0.001 },
    width: undefined,
  }),
  imageSetting({
    ...DIGITS,
    name: "digits-mlp-weak-decay",
    about: "the same, a perceptron with 32 hidden units",
    recipe: { ...PERCEPTRON, decay: 0.001 },
    width: 32,
    models: 5,
  }),
  imageSetting({
    name: "mnist-mlp",
    about: "MNIST, a perceptron with 32 hidden units, decay 0.01",
    load: loadMnist,
    sizes: [4000, 200, 400],
    recipe: { ...PERCEPTRON, decay: 0.01 },
    k: 256,
    width: 64,
    baselineWidth: 128,
    draws: 4,
    full: { subsets: 100, seeds: 2 },
    quick: { subsets: 16, seeds: 1 },
  }),
  languageModel,
];
