// The page of an answer, beyond who was paid: texts of its records, the words that stand in both, and what was signed of its own text.
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { commonSpans } from "../src/pages/answer/spans.ts";
import { hasChromium, startChromium } from "./browser.ts";
import { DASHBOARD, type Place, thePlace } from "./place.ts";
import { visit, type Visitor } from "./visitor.ts";

const WORDS = 7;

describe("the page of an answer", function () {
  this.timeout(120_000);
  let place: Place;
  let browser: Browser;
  let visitor: Visitor;
  let receipt: string;

  before(async function () {
    if (DASHBOARD === "" || !hasChromium()) this.skip();
    place = await thePlace();
    browser = await startChromium();
    visitor = await visit(browser, place);
    receipt = await anAnswer(visitor);
  });
  after(async () => {
    await browser?.close();
    expect((visitor as Visitor | undefined)?.faults ?? []).to.deep.equal([]);
  });

  it("has the texts of its records, as the indexer keeps them, each proven by its hash", async () => {
    const helped = visitor.rows("Records that helped");
    await helped.first().locator("blockquote").waitFor();
    for (const row of (await helped.all()).slice(0, 3)) {
      const [, record, contribution] = await visitor.seen(/record (\d+) of contribution (\d+)/, row);
      const served = await fetch(`${place.config.indexerUrl}/openings/record/${contribution}/${record}`);
      const { text } = (await served.json()) as { text: string };
      expect(text).to.have.length.above(10);
      expect(await row.locator("blockquote").textContent()).to.equal(text);
      await visitor.seen(/proven/, row);
    }
  });

  it("attests the words that the gateway signed", async () => {
    const words = visitor.page.locator("section", { hasText: "What was asked and answered" }).last();
    await words.locator('.verdict[data-status="attested"]').waitFor();
  });

  it("marks the words that stand in the signed answer and in a record, and none of an answer that the gateway did not sign", async () => {
    const { page } = visitor;
    const kept = (await (await fetch(`${DASHBOARD}/answers/${receipt}.json`)).json()) as { answer: string };
    const records = await visitor.rows("Records that helped").all();
    for (const row of records.slice(0, 3)) {
      const quote = row.locator("blockquote");
      const common = commonSpans((await quote.textContent())!, kept.answer);
      expect(await quote.locator("mark").count()).to.equal(common.length);
    }

    const [record] = records;
    const words = (await record!.locator("blockquote").textContent())!.trim().split(/\s+/).slice(0, WORDS).join(" ");
    await page.locator("input[type=file]").setInputFiles({
      ...{ name: "kept.json", mimeType: "application/json" },
      buffer: Buffer.from(JSON.stringify({ ...kept, answer: `It says: ${words}, and no more.` })),
    });
    const answer = page.locator("section", { hasText: "What was asked and answered" }).last();
    await answer.locator('.verdict[data-status="refused"]').waitFor();
    await visitor.seen(/It says: /, answer);
    expect(await page.locator("mark").count()).to.equal(0);
    expect(await record!.innerText()).not.to.contain("in the answer too");
  });
});

/** Opens one that a contributor was paid for; its receipt. */
async function anAnswer({ page, goTo, titled }: Visitor): Promise<string> {
  await goTo("/contributions/1", "Contribution 1");
  await page.locator('main a[href^="/answers/"]').first().click();
  await titled("An answer, and who was paid for it");
  return new URL(page.url()).pathname.split("/")[2]!;
}
