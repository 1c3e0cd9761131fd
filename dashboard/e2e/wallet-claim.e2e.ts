// A claim in Chromium by a wallet that signs for real, against a running dashboard, its indexer and its local chain.
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { type Address, type LocalAccount, parseEther } from "viem";
import { hasChromium, startChromium } from "./browser.ts";
import { DASHBOARD, localAccountOf, openOf, payIncome, type Place, STRANGER, thePlace } from "./place.ts";
import { injectTestWallet, TEST_WALLET_NAME, type TestWallet } from "./test-wallet.ts";
import { amountsIn } from "./visitor.ts";

const INCOME = parseEther("0.25");

interface Owned {
  account: LocalAccount;
  position: string;
  /** Attributed to it, ever, and of that what is not claimed; base units. */
  cumulative: bigint;
  attributed: bigint;
}

describe("a claim with a wallet", function () {
  this.timeout(120_000);
  let place: Place;
  let browser: Browser;
  let owned: Owned;
  let page: Page;
  let wallet: TestWallet;

  before(async function () {
    if (DASHBOARD === "" || !hasChromium()) this.skip();
    place = await thePlace();
    owned = await unclaimedOfLocalKey(place);
    await payIncome(place, BigInt(owned.position), INCOME);
    browser = await startChromium();
  });
  after(() => browser?.close());
  beforeEach(async () => {
    page = await browser.newPage();
    wallet = await injectTestWallet(page, { rpcUrl: place.config.rpcUrl, account: owned.account, startsOn: 1 });
  });
  afterEach(() => page.close());

  const balance = () => openOf(place, owned.account.address);
  const connect = async (): Promise<void> => {
    await page.goto(`${DASHBOARD}/wallet`);
    await page.getByRole("button", { name: `Connect ${TEST_WALLET_NAME}` }).click();
    await page.getByRole("button", { name: `Switch the wallet to chain ${place.config.chainId}` }).click();
  };
  const card = () => page.locator(".claim", { hasText: `Position ${owned.position}` }).first();
  const claimButton = () => card().getByRole("button", { name: /^Claim/ });

  it("says that the user declined, and that nothing was sent", async () => {
    await connect();
    await page.getByText("can be claimed for").waitFor();
    wallet.refuseNext();
    await claimButton().click();
    await page.getByText("you declined in the wallet. Nothing was sent.").waitFor();
    expect(wallet.sent).to.deep.equal([]);
  });

  it("is connected again after the page was loaded again", async () => {
    await connect();
    await page.getByText("can be claimed for").waitFor();
    await page.reload();
    await page.getByText(/^Connected:/).waitFor();
    await page.getByText("can be claimed for").waitFor();
  });

  it("waits for the signature and for the block, and pays what it showed", async () => {
    await connect();
    await page.getByText("can be claimed for").waitFor();
    const [shown, attributed] = await amountsIn(card().locator("p", { hasText: "by attribution" }));
    expect(attributed).to.equal(owned.attributed);
    expect(shown! > attributed!, "direct income too").to.equal(true);
    const before = await balance();
    wallet.hold();
    await claimButton().click();
    await page.getByText("waiting for your signature").waitFor();
    expect(await claimButton().isDisabled()).to.equal(true);
    wallet.release();
    await page.getByText("The transaction was mined.").waitFor();
    expect(wallet.sent).to.have.length(1);
    expect((await balance()) - before).to.equal(shown);
    // Paid by an opening: the vault has claimed all that was attributed.
    expect(await claimedOf(place, owned.position)).to.equal(owned.cumulative);
    await card().getByText("Nothing to claim").waitFor();
    expect(await claimButton().isDisabled()).to.equal(true);
  });

  it("offers nothing of a position that the chain gives to another account, nor counts it", async () => {
    const stranger = STRANGER.address.toLowerCase();
    await page.route("**/graphql", async (route) => {
      const asked = route.request().postDataJSON() as { query: string; variables?: Record<string, unknown> };
      if (!asked.query.includes("query Owned")) return route.fallback();
      // The index says of a stranger what it knows of the position's owner.
      const variables = { ...asked.variables, owner: owned.account.address.toLowerCase() };
      return route.continue({ postData: JSON.stringify({ ...asked, variables }) });
    });
    await page.goto(`${DASHBOARD}/wallet?owner=${stranger}`);
    await card().getByText("Not this account's: by the chain the position is").waitFor();
    await page.getByText("The chain counts 0 positions of this account").waitFor();
    await page.getByText("May be claimed now, at least").waitFor();
    expect(await amountsIn(page.locator(".tile", { hasText: "May be claimed now" }))).to.deep.equal([0n]);
    expect(await claimButton().count()).to.equal(0);
  });

  it("counts a position once where the index lists it twice, and calls no sum proven", async () => {
    let listed = 0;
    await page.route("**/graphql", async (route) => {
      const asked = route.request().postDataJSON() as { query: string };
      if (!asked.query.includes("query Owned")) return route.fallback();
      const response = await route.fetch();
      const told = (await response.json()) as { data: { positions: { items: unknown[] } } };
      const { items } = told.data.positions;
      listed = items.length;
      items.push(items[0]);
      return route.fulfill({ response, json: told });
    });
    await page.goto(`${DASHBOARD}/wallet?owner=${owned.account.address}`);
    await page.getByText("1 position more than once: each counts once here").waitFor();
    await page.getByText("May be claimed now, at least").waitFor();
    expect(await page.locator(".claims > li").count()).to.equal(listed);
  });

  it("does not say that there is nothing to claim where the index leaves positions out", async () => {
    await page.route("**/graphql", async (route) => {
      const asked = route.request().postDataJSON() as { query: string; variables?: Record<string, unknown> };
      if (!asked.query.includes("query Owned")) return route.fallback();
      const variables = { ...asked.variables, owner: STRANGER.address.toLowerCase() };
      return route.continue({ postData: JSON.stringify({ ...asked, variables }) });
    });
    await page.goto(`${DASHBOARD}/wallet?owner=${owned.account.address}`);
    await page.getByText(/The chain counts [1-9]\d* positions? of this account, and this indexer lists 0/).waitFor();
    await page.getByText("Nothing to claim is listed.").waitFor();
  });

  // Behind the claim, so that there is no direct income either, which needs no opening.
  it("refuses a tampered opening: the button is disabled and the page says why", async () => {
    await page.route("**/openings/claim/*", async (route) => {
      const response = await route.fetch();
      const served = (await response.json()) as { claim?: { cumulative: string } };
      if (served.claim !== undefined) served.claim.cumulative = `1${served.claim.cumulative}`;
      await route.fulfill({ response, json: served });
    });
    await connect();
    await card().getByText("does not fit the chain").waitFor();
    await card().getByText("the amount of the claim").waitFor();
    await card().getByText("what came by attribution is not known").waitFor();
    expect(await claimButton().isDisabled()).to.equal(true);
    const reason = await claimButton().getAttribute("aria-describedby");
    expect(await page.locator(`[id="${reason}"]`).textContent()).to.contain("Another indexer may serve");
    expect(wallet.sent).to.deep.equal([]);
  });

  it("says of a bundle that is not kept that what came by attribution is not known, not that it is nothing", async () => {
    await page.route("**/openings/claim/*", (route) => {
      const error = {
        code: "bundle_not_kept",
        message: "no bundle here has the payouts",
        hint: "Ask another operator.",
      };
      return route.fulfill({ status: 404, json: { error }, headers: { "access-control-allow-origin": "*" } });
    });
    await connect();
    await card().getByText("cannot be claimed now: no bundle here has the payouts").waitFor();
    await card().getByText("what came by attribution is not known").waitFor();
    await page.getByText("May be claimed now, at least").waitFor();
  });
});

/** One with income by attribution that nobody has claimed: the main job leaves one. */
async function unclaimedOfLocalKey(place: Place): Promise<Owned> {
  const { positions } = await place.ask<{ positions: { items: { id: string; owner: Address }[] } }>(
    `{ positions(where: { kind: contributor }, limit: 100, orderBy: "claimedTotal", orderDirection: "asc") { items { id owner } } }`,
  );
  for (const { id, owner } of positions.items) {
    const account = localAccountOf(owner);
    if (account === undefined) continue;
    const response = await fetch(`${place.config.indexerUrl}/openings/claim/${id}`);
    const { claim } = (await response.json()) as { claim: { cumulative: string } };
    const [cumulative, claimed] = [BigInt(claim.cumulative), await claimedOf(place, id)];
    if (cumulative > claimed) return { account, position: id, cumulative, attributed: cumulative - claimed };
  }
  throw new Error("no position of a key of the local chain has income by attribution that is not claimed");
}

function claimedOf({ chain, addresses }: Place, position: string): Promise<bigint> {
  const vault = { address: addresses.RoyaltyVault, abi: royaltyVaultAbi } as const;
  return chain.readContract({ ...vault, functionName: "claimedOf", args: [BigInt(position)] });
}
