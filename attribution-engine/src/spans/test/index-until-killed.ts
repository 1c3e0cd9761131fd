// Makes the span index of made records as the stage `index-spans` does, and writes it to the path that it is given.
import { standStill } from "../../numerics/test/stand-still.ts";
import { createRandom } from "../../numerics/random.ts";
import { Tokenizer } from "../../model/tokenizer.ts";
import { keepSpansIn } from "../kept-spans.ts";
import { saveSpanIndex } from "../span-file.ts";
import { buildSpanIndex } from "../span-index.ts";

const RECORDS = 400;
/** Of text that are cut together. */
const RUN_BYTES = 2_000;

const [path = "", folder = "", pause = "0"] = process.argv.slice(2);
const random = createRandom(1);
const words = ["river", "stream", "union", "whale", "senate", "ship", "the", "and", "meet"];
const texts = Array.from({ length: RECORDS }, (_, i) =>
  [String(i), ...Array.from({ length: 10 }, () => words[random.below(words.length)])].join(" "),
);
const tokenizer = new Tokenizer([]);
// Sorting says less often how far it is.
const onProgress = (done: number, total: number): void => standStill(Number(pause) * (done < total / 2 ? 1 : 40));
saveSpanIndex(path, buildSpanIndex(texts, tokenizer, onProgress, keepSpansIn(folder, tokenizer), RUN_BYTES));
