// States of pages in Chromium: empty, not to be read, behind, back again, and never there; and what a new block changes without loading a page again.
import { expect } from "chai";
import { parseEther } from "viem";
import { type Dashboard, startDashboard } from "../src/server/start-dashboard.ts";
import { type DeploymentFile, writeDeployment } from "./deployment-file.ts";
import { DASHBOARD, payIncome, type Place, STRANGER } from "./place.ts";
import { type Relay, relayTo } from "./relay.ts";
import { amountsIn, type Visitor } from "./visitor.ts";
import { useVisits } from "./visits.ts";

const NEVER = "999999";
const AGAIN_MILLISECONDS = 15_000;
const PAGES = ["datanets", "contributions", "models", "positions", "epochs", "staking", "governance", "agents"];
const NOBODY = `0x${"0d".repeat(20)}`;
/** More blocks than an indexer may be behind. */
const MANY_BLOCKS = "0xffffff";

describe("states of pages", function () {
  this.timeout(120_000);
  const visits = useVisits();
  let place: Place;
  let visitor: Visitor;

  beforeEach(() => {
    ({ place, visitor } = visits);
  });

  const foot = () => visitor.page.getByRole("contentinfo");

  it("say where there is nothing why, and what would change it", async () => {
    const { disputes } = await place.ask<{ disputes: { totalCount: number } }>("{ disputes { totalCount } }");
    await visitor.goTo("/disputes", /Disputes/);
    if (disputes.totalCount === 0) await visitor.page.locator(".empty").first().waitFor();
    await visitor.goTo(`/positions?owner=${NOBODY}`, "Positions of an address");
    await visitor.seen(/This address owns no position. A contributor gets one when/);
    await visitor.goTo(`/wallet?owner=${NOBODY}`, "What may I claim?");
    await visitor.seen(/owns 0 positions.*There is nothing to claim/);
    const { stakePools } = await place.ask<{ stakePools: { items: { id: string }[] } }>(
      '{ stakePools(where: { kind: attributor, slashed: "0" }, limit: 1) { items { id } } }',
    );
    await visitor.goTo(`/staking/${stakePools.items[0]!.id}`, /Pool/);
    await visitor.seen(/It has never been slashed/);
  });

  it("say of an id that there is none, with HTTP's 404, and lead on", async () => {
    for (const kind of PAGES) {
      const response = await visitor.page.goto(`${DASHBOARD}/${kind}/${NEVER}`);
      expect(response!.status(), kind).to.equal(404);
      await visitor.titled("Nothing is here");
      await visitor.seen(/There is no .* in the index|There is no .*with/);
    }
    for (const [path, code] of [
      [`quality/${NEVER}`, "unknown_version"],
      [`index/${NEVER}/part/0`, "unknown_version"],
      [`novelty/${NEVER}`, "unknown_datanet"],
      [`settlement/${NEVER}/receipts`, "unknown_settlement"],
      [`contribution/${NEVER}`, "unknown_contribution"],
    ]) {
      const asked = await fetch(`${place.config.indexerUrl}/openings/${path}`);
      expect(asked.status, path).to.equal(404);
      expect(await asked.json(), path).to.have.nested.property("error.code", code);
    }
    await visitor.goTo(`/shares/${NOBODY}`, "Nothing is here");
    await visitor.goTo("/positions/seven", "Nothing is here");
    const response = await visitor.page.goto(`${DASHBOARD}/no/position/3`);
    expect(response!.status()).to.equal(404);
    await visitor.seen(/No page has the address \/no\/position\/3/);
    await visitor.page.getByRole("main").getByRole("link", { name: "position 3" }).click();
    await visitor.titled("Position 3");
    await visitor.goTo(`/datanets/${NEVER}`, "Nothing is here");
    await visitor.page.getByRole("main").getByRole("link", { name: "Datanets" }).click();
    await visitor.titled("Datanets");
  });

  it("show a new block's income without being loaded again, and withdraw what was proven before it", async () => {
    const { positions } = await place.ask<{ positions: { items: { id: string }[] } }>(
      "{ positions(where: { kind: treasury }, limit: 1) { items { id } } }",
    );
    const { id } = positions.items[0]!;
    await visitor.goTo(`/positions/${id}`, `Position ${id}`);
    const direct = visitor.tile("Direct income");
    const [before] = await amountsIn(direct);
    const block = (await visitor.seen(/Block ([\d\u202f]+), updated/, foot()))[1];
    await visitor.page.evaluate(() => Object.assign(window, { isSameLoad: true }));
    const check = visitor.page.locator(".check", { hasText: `what position ${id} may claim` }).first();
    await check.getByRole("button", { name: /^Check it yourself/ }).click();
    await check.and(visitor.page.locator('[data-status="proven"]')).waitFor();
    const amount = parseEther("0.125");
    await payIncome(place, BigInt(id), amount);
    await direct.locator(`data[value="${before! + amount}"]`).waitFor();
    await visitor.seen(/What the chain says, or who is asked for it, has changed since this was checked/, check);
    expect((await visitor.seen(/Block ([\d\u202f]+), updated/, foot()))[1]).to.not.equal(block);
    expect(await visitor.page.evaluate(() => "isSameLoad" in window)).to.equal(true);
  });

  it("say that the indexer is behind, and that the chain cannot be reached, while they show what was read", async () => {
    const { page } = visitor;
    let blockNumber: string | undefined = MANY_BLOCKS;
    await page.route(`${place.config.rpcUrl}/`, async (route) => {
      if (!/eth_blockNumber/.test(route.request().postData() ?? "")) return route.continue();
      return blockNumber === undefined
        ? route.abort()
        : route.fulfill({ json: { jsonrpc: "2.0", id: 1, result: blockNumber } });
    });
    await visitor.goTo("/positions", "Positions");
    await visitor.seen(/The indexer is [\d\u202f]+ blocks behind the chain/, foot());
    await visitor.rows("Positions").first().waitFor();
    blockNumber = undefined;
    await visitor.seen(/the dashboard’s node cannot be reached, so nothing can be checked against it/, foot());
    await page.unrouteAll();
    await visitor.seen(/Block [\d\u202f]+, updated \d+ s ago/, foot());
  });

  it("say in their foot that the index is of a chain that is no more, and which block the node has instead", async () => {
    const { page } = visitor;
    let other: { hash: string; timestamp: string } | null = null;
    // An index that stands still, at a block that the node does not have.
    const block = { number: 1_234_567, timestamp: 1_800_000_000 };
    await page.route(`${place.config.indexerUrl}/graphql`, async (route) => {
      if (!/query Head\b/.test(route.request().postData() ?? "")) return route.continue();
      return route.fulfill({ json: { data: { _meta: { status: { local: { id: 31_337, block } } } } } });
    });
    await page.route(`${place.config.rpcUrl}/`, async (route) => {
      if (!/eth_getBlockByNumber/.test(route.request().postData() ?? "")) return route.continue();
      return route.fulfill({ json: { jsonrpc: "2.0", id: 1, result: other } });
    });
    await visitor.goTo("/positions", "Positions");
    const said =
      "The indexer is of a chain that is no more: in the place of its block 1\u202f234\u202f567 the node has";
    await visitor.seen(new RegExp(`${said} none\\. What is shown may have been undone`), foot());
    other = { hash: `0x${"0e".repeat(32)}`, timestamp: "0x1" };
    await visitor.seen(new RegExp(`${said} another one, ${other.hash}\\. What is shown may have been undone`), foot());
    expect(await foot().getByRole("status").count()).to.equal(1);
    await page.unrouteAll();
    await visitor.seen(/Block [\d\u202f]+, updated \d+ s ago/, foot());
  });

  it("take back what a reorganisation undid, and have checks made again by what the chain says then", async () => {
    const { page } = visitor;
    const { positions } = await place.ask<{ positions: { items: { id: string }[] } }>(
      '{ positions(where: { kind: contributor, claimedAttributed_gt: "0" }, limit: 1) { items { id } } }',
    );
    const { id } = positions.items[0]!;
    const snapshot = await place.anvil.snapshot();
    await payIncome(place, BigInt(id), parseEther("0.375"));
    let openings = 0;
    page.on("request", (request) => {
      if (new RegExp(`/openings/position/${id}/epoch/`).test(request.url())) openings++;
    });
    await visitor.goTo(`/positions/${id}`, `Position ${id}`);
    await page.evaluate(() => Object.assign(window, { isSameLoad: true }));
    const direct = visitor.tile("Direct income");
    const [undone] = await amountsIn(direct);
    const check = page.locator(".check", { hasText: `what position ${id} may claim` }).first();
    await check.getByRole("button", { name: /^Check it yourself/ }).click();
    await check.and(page.locator('[data-status="proven"]')).waitFor();
    // The page has held the indexed block against the node's before it is replaced.
    await page.waitForResponse(
      (response) =>
        response.url().startsWith(place.config.rpcUrl) &&
        /eth_getBlockByNumber/.test(response.request().postData() ?? ""),
    );
    const before = openings;

    await place.anvil.revert({ id: snapshot });
    await place.anvil.mine({ blocks: 6, interval: 1 });
    await direct.locator(`data[value="${undone! - parseEther("0.375")}"]`).waitFor();
    await visitor.seen(/What the chain says, or who is asked for it, has changed since this was checked/, check);
    expect(await check.getAttribute("data-status")).to.equal("rest");
    const giveUpAt = Date.now() + AGAIN_MILLISECONDS;
    while (openings === before && Date.now() < giveUpAt) await page.waitForTimeout(100);
    expect(openings, "the opening is asked for again").to.be.above(before);
    await check.getByRole("button", { name: /^Check it yourself/ }).click();
    await check.and(page.locator('[data-status="proven"]')).waitFor();
    expect(await page.evaluate(() => "isSameLoad" in window)).to.equal(true);
  });

  describe("whose indexer goes away and comes back", () => {
    let relay: Relay;
    let file: DeploymentFile;
    let dashboard: Dashboard;

    before(async () => {
      relay = await relayTo(visits.place.config.indexerUrl);
      file = writeDeployment(visits.place);
      const { rpcUrl } = visits.place.config;
      dashboard = await startDashboard({ port: 0, rpcUrl, indexerUrl: relay.url, deployment: file.path });
    });
    after(async () => {
      await dashboard?.stop();
      await relay?.cut();
      file?.remove();
    });

    it("keep what was read, say that it is old, and say of the rest that it cannot be read, until it can again", async () => {
      const context = await visits.browser.newContext();
      const page = await context.newPage();
      const errors: string[] = [];
      page.on("pageerror", ({ message }) => errors.push(message));
      const sees = (text: string | RegExp) => page.getByText(text).first().waitFor();
      await page.goto(`${dashboard.url}/positions`);
      await page
        .getByRole("link", { name: "Position 1", exact: true })
        .or(page.locator("tbody a").first())
        .first()
        .waitFor();
      await sees(/Block .* updated/);
      const rows = await page.locator("tbody tr").count();

      await relay.cut();
      await sees(/The indexer cannot be reached; what is shown is from .* ago/);
      expect(await page.locator("tbody tr").count(), "what was read stays").to.equal(rows);
      const unknown = await fetch(`${dashboard.url}/positions/${NEVER}`);
      expect(unknown.status, "of what cannot be asked nobody says that it is not there").to.equal(200);
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Datanets" }).click();
      const alert = page.getByRole("alert").filter({ hasText: "could not be read" });
      await alert.waitFor();
      const said = await alert.locator("p").innerText();
      expect(said).to.equal(`This could not be read: the indexer at ${relay.url} cannot be reached.`);
      await page.getByRole("button", { name: "Try again" }).click();
      await alert.waitFor();

      await relay.mend();
      await sees(/Block .* updated/);
      await page
        .getByRole("link", { name: /^Datanet \d/ })
        .first()
        .waitFor();
      expect(await alert.count()).to.equal(0);
      await context.close();
      expect(errors).to.deep.equal([]);
    });
  });

  it("have nothing of somebody who did nothing", async () => {
    await visitor.goTo(`/positions?owner=${STRANGER.address}`, "Positions of an address");
    await visitor.seen(/This address owns no position/);
  });
});
