// Shares of a position in Chromium, by a wallet that signs for real: bring in what waits for the position, and claim one's part of it.
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltySharesAbi } from "@tributary/protocol/abi/royalty-shares";
import { royaltySharesFactoryAbi } from "@tributary/protocol/abi/royalty-shares-factory";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { type Address, encodeFunctionData, parseEther, parseEventLogs, type PrivateKeyAccount } from "viem";
import { hasChromium, startChromium } from "./browser.ts";
import { DASHBOARD, localAccountOf, openOf, payIncome, type Place, STRANGER, thePlace } from "./place.ts";
import { injectTestWallet, TEST_WALLET_NAME } from "./test-wallet.ts";
import { amountsIn, visit, type Visitor } from "./visitor.ts";

const SUPPLY = parseEther("1000");
/** A quarter of the shares belongs to somebody else. */
const SOLD = SUPPLY / 4n;
const INCOME = parseEther("0.8");

describe("shares of a position with a wallet", function () {
  this.timeout(120_000);
  let place: Place;
  let browser: Browser;
  let visitor: Visitor;
  let owner: PrivateKeyAccount;
  let position: bigint;
  let shares: Address;

  before(async function () {
    if (DASHBOARD === "" || !hasChromium()) this.skip();
    place = await thePlace();
    [position, owner] = await positionToShare(place);
    shares = await makeShares(place, position, owner);
    await payIncome(place, position, INCOME);
    browser = await startChromium();
    visitor = await visit(browser, place);
    await injectTestWallet(visitor.page, { rpcUrl: place.config.rpcUrl, account: owner });
  });
  after(async () => {
    await browser?.close();
    expect((visitor as Visitor | undefined)?.faults ?? []).to.deep.equal([]);
  });

  const incomeOf = (account: Address): Promise<bigint> =>
    place.chain.readContract({
      ...{ address: shares, abi: royaltySharesAbi, functionName: "incomeOf" },
      args: [account, place.addresses.OpenToken],
    });

  it("are found from their position, and show each holder's fraction as the chain has it", async () => {
    await visitor.goTo(`/positions/${position}`, `Position ${position}`);
    await visitor.page.getByRole("link", { name: "Shares", exact: true }).click();
    await visitor.titled("Shares of a position");
    const rows = visitor.rows("Holders, largest first");
    await visitor.seen(/75\.0 %/, rows.first());
    expect(await amountsIn(rows.first())).to.deep.equal([SUPPLY - SOLD]);
    expect(await amountsIn(rows.nth(1))).to.deep.equal([SOLD]);
    await visitor.seen(/25\.0 %/, rows.nth(1));
  });

  it("bring in what waits for the position, and pay the wallet's part of it to the unit", async () => {
    const { page } = visitor;
    await page.getByRole("button", { name: `Connect ${TEST_WALLET_NAME}` }).click();
    await visitor.seen(/You hold 750\.0000 shares, 75\.0 % of all/);
    await visitor.seen(/0\.8000 OPEN still waits for the position/);
    await page.getByRole("button", { name: "Bring it in" }).click();
    await visitor.seen(new RegExp(`bring in the income of position ${position}: block`));
    const part = await incomeOf(owner.address);
    expect(part).to.equal((INCOME * (SUPPLY - SOLD)) / SUPPLY);
    const waiting = page.getByRole("listitem").filter({ hasText: "waits for you" });
    await waiting.locator(`data[value="${part}"]`).waitFor();
    const purse = await openOf(place, owner.address);
    await page.getByRole("button", { name: "Claim your part" }).click();
    await visitor.seen(/claim your part of the income: block/);
    expect((await openOf(place, owner.address)) - purse).to.equal(part);
    await waiting.locator('data[value="0"]').waitFor();
    expect(await page.getByRole("button", { name: "Claim your part" }).isDisabled()).to.equal(true);
    expect(await incomeOf(STRANGER.address), "the other holder's part stays").to.equal((INCOME * SOLD) / SUPPLY);
    const income = page.locator(".facts > div", { hasText: "came in" });
    await income.locator(`data[value="${part}"]`).waitFor();
    expect(await amountsIn(income)).to.deep.equal([INCOME, part]);
  });
});

/** A contributor's that a local key owns and for which nothing waits: the one that was claimed least of, not the one that other tests claim. */
async function positionToShare({ ask }: Place): Promise<[bigint, PrivateKeyAccount]> {
  const { positions } = await ask<{ positions: { items: { id: string; owner: Address }[] } }>(
    `{ positions(where: { kind: contributor, unclaimedAccrued: "0", claimedTotal_gt: "0" }, orderBy: "claimedTotal", limit: 50) { items { id owner } } }`,
  );
  for (const { id, owner } of positions.items) {
    const account = localAccountOf(owner);
    if (account !== undefined) return [BigInt(id), account];
  }
  throw new Error("no position of a contributor is owned by a key of the local chain");
}

async function makeShares(place: Place, position: bigint, owner: PrivateKeyAccount): Promise<Address> {
  const { RoyaltyPositions: positions, RoyaltySharesFactory: factory, RoyaltyVault: vault } = place.addresses;
  const leave = { abi: royaltyPositionsAbi, functionName: "approve", args: [factory, position] } as const;
  await place.send(owner, positions, encodeFunctionData(leave));
  const args = [position, SUPPLY, "Shares of a test", "TEST", [vault]] as const;
  const creation = encodeFunctionData({ abi: royaltySharesFactoryAbi, functionName: "createShares", args });
  const { logs } = await place.send(owner, factory, creation);
  const [created] = parseEventLogs({ abi: royaltySharesFactoryAbi, eventName: "SharesCreated", logs });
  const { shares } = created!.args;
  const sale = { abi: royaltySharesAbi, functionName: "transfer", args: [STRANGER.address, SOLD] } as const;
  await place.send(owner, shares, encodeFunctionData(sale));
  return shares;
}
