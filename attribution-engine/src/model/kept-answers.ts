// Keeps answers in files, batch by batch, so that answering that was interrupted goes on.
import { join } from "node:path";
import { readSealed, writeSealed } from "../numerics/sealed-file.ts";
import { digestOf } from "../numerics/value-digest.ts";
import type { AnswerKeeper } from "./generate.ts";

/** Of the code that answers depend on. */
const VERSION = "answers 1";

/**
 * A keeper that writes each batch to a file of `folder`, whole or not at all; one that is damaged is made again.
 * @param madeOf all that answers depend on besides their prompts and numbers: model, adapter and settings
 */
export function keepAnswersIn(folder: string, madeOf: unknown): AnswerKeeper {
  const common = digestOf([VERSION, madeOf]);
  const pathOf = (first: number, prompts: readonly (readonly number[])[]): string =>
    join(folder, `${digestOf([common, first, prompts])}.answers`);
  return {
    restore(first, prompts) {
      const kept = readSealed(pathOf(first, prompts));
      return kept === undefined ? undefined : (JSON.parse(kept.toString("utf8")) as number[][]);
    },
    keep(first, prompts, answers) {
      writeSealed(pathOf(first, prompts), Buffer.from(JSON.stringify(answers)));
    },
  };
}
