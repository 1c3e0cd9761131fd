// The dashboard without a pointer, on a narrow phone, and in the colours that the system asks for.
import { expect } from "chai";
import type { Locator, Page } from "playwright-core";
import { parseEther } from "viem";
import { violationsOf } from "./axe.ts";
import { anAnswerOf, contributorsPosition, openOf, payIncome, type Place } from "./place.ts";
import { keepPicture } from "./screenshots.ts";
import { injectTestWallet, TEST_WALLET_NAME } from "./test-wallet.ts";
import { useVisits } from "./visits.ts";

const INCOME = parseEther("0.3");
const MOST_TABS = 60;
const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1200, height: 800 };

describe("the dashboard for everybody", function () {
  this.timeout(180_000);
  const visits = useVisits(false);

  it("leads by keyboard alone to a position and back to the top of its page", async () => {
    const visitor = await visits.come({ viewport: DESKTOP });
    const { page } = visitor;
    await visitor.goTo("/");
    await page.keyboard.press("Tab");
    await isFocused(page.getByRole("link", { name: "Skip to the content" }));
    await tabTo(page, page.getByRole("searchbox", { name: "Id, address or receipt" }));
    await page.keyboard.type("position 3");
    await page.keyboard.press("Enter");
    await visitor.titled("Position 3");
    await isFocused(page.getByRole("heading", { level: 1 }), false);
    await page.keyboard.press("Shift+Tab");
    await page.locator(":focus").waitFor();
  });

  it("claims by keyboard alone, with the focus to be seen at every step", async () => {
    const [position, owner] = await contributorsPosition(visits.place);
    await payIncome(visits.place, position, INCOME);
    const visitor = await visits.come({ viewport: DESKTOP });
    const { page } = visitor;
    await injectTestWallet(page, { rpcUrl: visits.place.config.rpcUrl, account: owner });
    await visitor.goTo("/wallet", "What may I claim?");
    await tabTo(page, page.getByRole("button", { name: `Connect ${TEST_WALLET_NAME}` }));
    await page.keyboard.press("Enter");
    const claim = page.getByRole("button", { name: `Claim for position ${position}`, exact: true });
    await claim.waitFor();
    await isAtTheWallet(page);
    await page.getByText("can be claimed for").waitFor();
    await tabTo(page, claim);
    const purse = await openOf(visits.place, owner.address);
    await page.keyboard.press("Enter");
    await visitor.seen(/The transaction was mined/);
    await isAtTheWallet(page);
    expect((await openOf(visits.place, owner.address)) - purse).to.equal(INCOME);
  });

  it("is accessible by axe's rules and no wider than a narrow phone, on pages about one thing", async () => {
    const visitor = await visits.come({ viewport: PHONE, colorScheme: "dark" });
    const { page } = visitor;
    for (const path of await pagesOfOneThing(visits.place)) {
      await visitor.goTo(path);
      await page.waitForLoadState("networkidle");
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${path}, ${PHONE.width} px`).to.be.at.most(0);
      expect(await violationsOf(page), path).to.deep.equal([]);
      await keepPicture(page, `one-${path.split("/")[1]}-dark`);
    }
  });

  it("is light or dark as the system says, until the reader chooses", async () => {
    const visitor = await visits.come({ viewport: DESKTOP, colorScheme: "light" });
    const { page } = visitor;
    await visitor.goTo("/models", "Models");
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await ground();
    expect(brightness(light)).to.be.above(brightness(dark));
    await page.getByLabel("Colours").selectOption("light");
    expect(await ground()).to.equal(light);
    await page.reload();
    await visitor.titled("Models");
    expect(await ground(), "it is remembered").to.equal(light);
  });

  it("keeps the search beside the name, however many entries the navigation has", async () => {
    const visitor = await visits.come({ viewport: DESKTOP });
    const { page } = visitor;
    await visitor.goTo("/");
    const [name, search, navigation] = await Promise.all(
      [page.locator(".brand"), page.getByRole("searchbox"), page.getByRole("navigation", { name: "Main" })].map(
        async (each) => (await each.boundingBox())!,
      ),
    );
    expect(search!.y, "beside the name").to.be.below(name!.y + name!.height);
    expect(navigation!.height, "one row").to.be.below(60);
  });
});

/** Presses Tab until the element has the focus; each one on the way has to show that it has it. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    await page.keyboard.press("Tab");
    await isFocused(page.locator(":focus"));
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${MOST_TABS} times Tab does not lead to ${String(wanted)}`);
}

/** @param isShown whether it has to have an outline: what was focused by a script need not */
async function isFocused(wanted: Locator, isShown = true): Promise<void> {
  const { isActive, outline } = await wanted.evaluate((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return {
      isActive: element === document.activeElement,
      outline: outlineStyle === "none" ? 0 : parseFloat(outlineWidth),
    };
  });
  expect(isActive, `focus on ${String(wanted)}`).to.equal(true);
  if (isShown)
    expect(outline, `outline of ${await wanted.evaluate((element) => element.outerHTML.slice(0, 200))}`).to.be.above(0);
}

/** Of `rgb(r, g, b)`. */
function brightness(colour: string): number {
  return (colour.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
}

async function pagesOfOneThing(place: Place): Promise<string[]> {
  const { epochs, positions, sharesContracts, governanceProposals, agents } = await place.ask<
    Record<"epochs" | "positions" | "sharesContracts" | "governanceProposals" | "agents", { items: { id: string }[] }>
  >(
    '{ epochs(where: { status: finalized }, limit: 1) { items { id } } positions(where: { kind: contributor, claimedAttributed_gt: "0" }, limit: 1) { items { id } } sharesContracts(limit: 1) { items { id } } governanceProposals(limit: 1) { items { id } } agents(limit: 1) { items { id } } }',
  );
  const [epoch, position] = [epochs.items[0]!.id, positions.items[0]!.id];
  return [
    ...["/datanets/1", "/contributions/1", "/models/1", `/positions/${position}`, "/staking/1", `/epochs/${epoch}`],
    `/answers/${await anAnswerOf(place)}`,
    ...sharesContracts.items.map(({ id }) => `/shares/${id}`),
    ...governanceProposals.items.map(({ id }) => `/governance/${id}`),
    ...agents.items.map(({ id }) => `/agents/${id}`),
  ];
}

/** The button that was pressed is gone or disabled: the focus is where it was, and not at the page's beginning. */
async function isAtTheWallet(page: Page): Promise<void> {
  await page.getByRole("group", { name: "With the wallet" }).and(page.locator(":focus, :focus-within")).waitFor();
}
