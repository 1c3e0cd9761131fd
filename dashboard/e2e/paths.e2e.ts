// What a contributor, a buyer and an auditor do with the dashboard of the main job: they begin at its address, click, and read what is to be seen.
import { readFileSync } from "node:fs";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { createPublicClient, http } from "viem";
import type { DashboardConfig } from "../src/data/config.ts";
import { violationsOf } from "./axe.ts";
import { hasChromium, startChromium } from "./browser.ts";
import { keepPicture } from "./screenshots.ts";

/** Where the main job serves it. */
const DASHBOARD = process.env["TRIBUTARY_DASHBOARD"];
const AMOUNT = String.raw`([\d\u202f.]+) OPEN`;
const SEEN_MILLISECONDS = 60_000;
const PHONE = { width: 390, height: 844 };

describe("the dashboard of the main job", function () {
  this.timeout(180_000);
  let browser: Browser;
  let page: Page;
  let config: DashboardConfig;
  const faults: string[] = [];

  before(async function () {
    if (DASHBOARD === undefined || !hasChromium()) this.skip();
    config = (await (await fetch(`${DASHBOARD}/config.json`)).json()) as DashboardConfig;
    browser = await startChromium();
  });
  after(() => (browser as Browser | undefined)?.close());
  beforeEach(async () => {
    faults.length = 0;
    page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    page.on("pageerror", ({ message }) => faults.push(message));
    await page.goto(DASHBOARD!);
  });
  afterEach(async () => {
    await page.close();
    expect(faults, "errors of pages").to.deep.equal([]);
  });

  const follow = (name: string | RegExp) => page.getByRole("link", { name }).first().click();
  const titled = (title: string | RegExp) => page.getByRole("heading", { level: 1, name: title }).waitFor();
  /** Waits until what is to be seen of the page's main part, its spaces made one, has the pattern. */
  const seen = async (pattern: RegExp): Promise<RegExpExecArray> => {
    const giveUpAt = Date.now() + SEEN_MILLISECONDS;
    for (;;) {
      const text = (await page.getByRole("main").innerText()).replaceAll(/[ \t\n]+/g, " ");
      const found = pattern.exec(text);
      if (found !== null) return found;
      if (Date.now() > giveUpAt) throw new Error(`${String(pattern)} is not to be seen in:\n${text}`);
      await page.waitForTimeout(100);
    }
  };

  /** From a datanet to the contribution that stands in it longest, which was accepted. */
  const toContribution = async (): Promise<void> => {
    const links = page.locator('main a[href^="/contributions/"]');
    await links.first().waitFor();
    await links.last().click();
    await titled(/Contribution \d+/);
  };

  /** From the first page to an answer that paid the first contribution. */
  const toAnAnswer = async (): Promise<void> => {
    await follow("Datanets");
    await titled(/Datanets/);
    await page.getByRole("main").getByRole("link").first().click();
    await titled(/Datanet \d+/);
    await toContribution();
    await page.locator('main a[href^="/answers/"]').first().click();
    await titled("An answer, and who was paid for it");
  };

  it("tells a contributor when and why a contribution was accepted, what it earned and by which answers, and gives a statement", async () => {
    await follow("Datanets");
    await page.getByRole("main").getByRole("link").first().click();
    await toContribution();
    await seen(/Accepted on .* because nobody objected/);
    const [, earned] = await seen(new RegExp(String.raw`Epoch \d+: ${AMOUNT} for helping in \d+ calls?`));
    expect(Number(earned)).to.be.above(0);
    await page
      .getByRole("button", { name: /Check it/ })
      .first()
      .click();
    await seen(/Proven: every step holds/);
    await keepPicture(page, "contribution");
    await page.locator('main a[href^="/positions/"]').first().click();
    await titled(/Position \d+/);
    await page.locator('main a[href^="/answers/"], main a[href^="/epochs/"]').first().waitFor();
    const downloading = page.waitForEvent("download");
    await page
      .getByRole("button", { name: /statement/i })
      .first()
      .click();
    const file = readFileSync(await (await downloading).path(), "utf8");
    expect(file.split("\n")[0]).to.include("time (UTC),");
    expect(file.trim().split("\n").length).to.be.above(1);
    await keepPicture(page, "position");
  });

  it("tells a buyer, from visible text alone, who was paid for an answer, how much, because of which records, whether that is proven, and what may be claimed", async () => {
    await toAnAnswer();
    await seen(/Proven: every step holds/);
    const [, fee, data, , , most] = await seen(
      new RegExp(
        String.raw`For this answer ${AMOUNT} was paid. ${AMOUNT} of it went to the data and was shared out in epoch (\d+): ${AMOUNT} to \d+ positions? of contributors, most to position (\d+)`,
      ),
    );
    expect(Number(data)).to.be.above(0).and.below(Number(fee));
    await seen(/because of the records that helped it, first of all record \d+ of contribution \d+/);
    await seen(/These amounts are proven; that the sketches behind them are true gradients is attested/);
    await seen(/\d+ records helped this answer and \d+ hurt it/);
    await seen(/Prompt .* Answer /);
    await keepPicture(page, "answer");
    await page.getByRole("searchbox", { name: "Id, address or receipt" }).fill(`position ${most}`);
    await page.getByRole("button", { name: "Find" }).click();
    await titled(`Position ${most}`);
    await page
      .getByRole("button", { name: /Check it/ })
      .first()
      .click();
    await seen(new RegExp(String.raw`may claim (${AMOUNT}|nothing)`, "i"));
    await seen(/Proven: every step holds/);
  });

  it("lets an auditor see an epoch's state, its proposals and challenges, and check a settlement's division in the browser", async () => {
    await follow("Epochs");
    await page.locator('main a[href^="/epochs/"]').first().click();
    await titled(/Epoch \d+/);
    await seen(/final/);
    await seen(/No fault was proven against a proposal of this epoch|proven/);
    const { hash } = await createPublicClient({ transport: http(config.rpcUrl) }).readContract({
      ...{ address: config.deployment.addresses.RoyaltyLedger, abi: royaltyLedgerAbi, functionName: "payoutsRoot" },
    });
    await seen(new RegExp(`${hash.slice(0, 6)}….*${hash.slice(-4)}`));
    await page
      .getByRole("button", { name: /Check it/ })
      .first()
      .click();
    await seen(/Proven: every step holds/);
    await keepPicture(page, "epoch");
  });

  it("refuses what was tampered with on its way from the indexer", async () => {
    await page.route("**/openings/call/*", async (route) => {
      const response = await route.fetch();
      const [served, opened] = (await response.text()).split('"opened":');
      // A hexadecimal digit of the first payload that is opened.
      const changed = opened?.replace(
        /("payload":"0x.)(.)/,
        (_, before: string, digit: string) => before + (digit === "0" ? "1" : "0"),
      );
      await route.fulfill({ response, body: `${served}"opened":${changed}` });
    });
    await toAnAnswer();
    await seen(/[Rr]efused/);
    expect(await page.getByRole("main").innerText()).not.to.include("For this answer");
  });

  it("helps where an address leads nowhere", async () => {
    await page.goto(`${DASHBOARD}/positions/999999`);
    await seen(/999999/);
    await page.goto(`${DASHBOARD}/no/such/page`);
    await page.getByRole("main").getByRole("searchbox").or(page.getByRole("searchbox")).first().waitFor();
    await keepPicture(page, "nowhere");
  });

  it("is accessible by axe's rules, light on a desktop and dark on a phone, with nothing wider than the screen", async () => {
    const addresses = [
      "/",
      "/datanets",
      "/models",
      "/positions",
      "/epochs",
      "/wallet",
      "/staking",
      "/governance",
      "/agents",
    ];
    for (const address of addresses) {
      for (const [width, scheme] of [
        [1280, "light"],
        [PHONE.width, "dark"],
      ] as const) {
        await page.setViewportSize({ width, height: PHONE.height });
        await page.emulateMedia({ colorScheme: scheme });
        await page.goto(`${DASHBOARD}${address}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForLoadState("networkidle");
        await keepPicture(page, `${address.slice(1) || "overview"}-${scheme}`);
        const violations = await violationsOf(page);
        expect(violations, `${address}, ${scheme}, ${width} px`).to.deep.equal([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${address}, ${width} px`).to.be.at.most(0);
      }
    }
  });
});
