// What a screen reader is told of the first page, an answer and a claim: names of controls and pictures, the order of headings, and what is announced while a claim is on its way.
import { expect } from "chai";
import { parseEther } from "viem";
import { type AccessibleNode, accessibilityTree } from "./accessibility-tree.ts";
import { anAnswerOf, contributorsPosition, payIncome } from "./place.ts";
import { injectTestWallet, TEST_WALLET_NAME } from "./test-wallet.ts";
import { useVisits } from "./visits.ts";

const CONTROLS = ["button", "link", "searchbox", "textbox", "combobox", "checkbox", "radio", "DisclosureTriangle"];
const LANDMARKS = ["banner", "navigation", "main", "contentinfo"];
const INCOME = parseEther("0.2");

describe("the dashboard by a screen reader", function () {
  this.timeout(180_000);
  const visits = useVisits();

  const tree = async (): Promise<AccessibleNode[]> => {
    await visits.visitor.page.waitForLoadState("networkidle");
    const nodes = await accessibilityTree(visits.visitor.page);
    const roles = nodes.map(({ role }) => role);
    for (const landmark of LANDMARKS) expect(roles, "landmarks").to.include(landmark);
    const of = (...wanted: string[]) => nodes.filter(({ role }) => wanted.includes(role));
    expect(of(...CONTROLS).length).to.be.above(10);
    for (const { role, name } of [...of(...CONTROLS), ...of("image", "img", "table", "progressbar", "region")])
      expect(name, `the name of a ${role}`).to.not.equal("");
    const levels = of("heading").map(({ level }) => level!);
    expect(levels.filter((level) => level === 1)).to.have.length(1);
    expect(levels[0], "the page's heading comes first").to.equal(1);
    for (const [i, level] of levels.slice(1).entries())
      expect(level, `the heading after ${of("heading")[i]!.name}`).to.be.at.most(levels[i]! + 1);
    return nodes;
  };
  const pictures = (nodes: readonly AccessibleNode[]): string[] =>
    nodes.filter(({ role }) => ["image", "img"].includes(role)).map(({ name }) => name);

  it("is told of the first page: every control and picture by name, headings in order, and each picture as a table", async () => {
    const { page, goTo } = visits.visitor;
    await goTo("/");
    await page.getByRole("img", { name: "Flow of the fees" }).waitFor();
    expect(pictures(await tree())).to.include("Flow of the fees");
    for (const figure of await page.locator("figure.chart").all()) {
      await figure.getByText("The same as a table").click();
      expect(await figure.locator("table tbody tr").count()).to.be.above(0);
    }
    await tree();
  });

  it("is told of an answer: who was paid, in words, what is proven, and how the fee went", async () => {
    const { page, goTo, seen } = visits.visitor;
    await goTo(`/answers/${await anAnswerOf(visits.place)}`);
    await seen(/These amounts are proven/);
    expect(pictures(await tree())).to.include("How the fee of this call went");
    const verdict = page.getByRole("status").filter({ hasText: "Proven: every step holds" });
    await verdict.first().waitFor();
  });

  it("is told how far a claim is: that it waits for the signature, is sent, and was mined", async () => {
    const { place, visitor } = visits;
    const { page } = visitor;
    const [position, account] = await contributorsPosition(place);
    await payIncome(place, position, INCOME);
    const wallet = await injectTestWallet(page, { rpcUrl: place.config.rpcUrl, account });
    await visitor.goTo("/wallet", "What may I claim?");
    await page.getByRole("button", { name: `Connect ${TEST_WALLET_NAME}` }).click();
    const claim = page.getByRole("button", { name: `Claim for position ${position}`, exact: true });
    await claim.waitFor();
    await tree();
    // A region announces what changes in it while it is there: so it has to be there before.
    await page.evaluate(() => {
      const told: string[] = [];
      Object.assign(window, { told });
      for (const region of document.querySelectorAll(".transaction [role=status], .transaction [role=alert]"))
        new MutationObserver(() => told.push(region.textContent)).observe(region, {
          ...{ childList: true, subtree: true, characterData: true },
        });
    });
    wallet.hold();
    await claim.click();
    await visitor.seen(/waiting for your signature/);
    wallet.release();
    await visitor.seen(/The transaction was mined/);
    const told = await page.evaluate(() => (window as unknown as { told: string[] }).told);
    const places = [/waiting for your signature/, /sent, waiting to be mined/, /The transaction was mined/].map(
      (said) => told.findIndex((each) => said.test(each)),
    );
    expect(places[0], told.join(" | ")).to.be.at.least(0);
    expect(places, told.join(" | ")).to.deep.equal(places.toSorted((a, b) => a - b));
    expect(places).to.not.include(-1);
  });
});
