// The command `npm run lighthouse -w @tributary/dashboard -- <address>`: Lighthouse's scores of a dashboard that is up, median of three runs, as on a phone by its default.
import { parseArgs } from "node:util";
import lighthouse from "lighthouse";
import { chromium } from "playwright-core";
import { freePort } from "../../deploy/testing/anvil.ts";
import { CHROMIUM, CHROMIUM_FLAGS, hasChromium } from "../e2e/browser.ts";

const LEAST = 95;
const RUNS = 3;
/** Runs without a score that are made again. */
const MOST_TRIES = 3;
const CATEGORIES = ["performance", "accessibility", "best-practices"];
const USAGE = `usage: npm run lighthouse -w @tributary/dashboard -- <address> [--json]

  <address> of a dashboard that is up, such as http://127.0.0.1:4173; the production build is what it serves.
  Ends with 1 where a score is below ${LEAST}.
`;

const { values, positionals } = parseArgs({ options: { json: { type: "boolean" } }, allowPositionals: true });
const [address] = positionals;
if (address === undefined || !URL.canParse(address) || !hasChromium()) {
  process.stderr.write(hasChromium() ? USAGE : `there is no ${CHROMIUM}: install Debian's chromium\n`);
  process.exit(2);
}

const port = await freePort();
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: [...CHROMIUM_FLAGS, `--remote-debugging-port=${port}`],
});
const scores: Record<string, number[]> = {};
try {
  for (let [run, tries] = [1, 0]; run <= RUNS;) {
    process.stderr.write(`run ${run} of ${RUNS}\n`);
    const result = await lighthouse(address, { port, onlyCategories: CATEGORIES, logLevel: "error" });
    const categories = Object.values(result?.lhr.categories ?? {});
    // On a busy machine Lighthouse may see no paint, or no end of the work: that is no score, and not a score of 0.
    if (categories.length === 0 || categories.some(({ score }) => score === null)) {
      if (++tries > MOST_TRIES) throw new Error("Lighthouse gives no score here: the machine is too busy");
      continue;
    }
    for (const { id, score } of categories) (scores[id] ??= []).push(Math.round(100 * score!));
    run++;
  }
} finally {
  await browser.close();
}
const medians = Object.fromEntries(
  Object.entries(scores).map(([id, of]) => [id, of.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)]!]),
);
if (values.json === true) console.log(JSON.stringify({ ...medians, runs: scores, least: LEAST }));
else for (const [id, score] of Object.entries(medians)) console.log(`${id}: ${score} (${scores[id]!.join(", ")})`);
process.exitCode = Object.values(medians).every((score) => score >= LEAST) ? 0 : 1;
