// A claim in Chromium by a wallet that signs for real, against a running dashboard, its indexer and its local chain.
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { localAddress, localPrivateKey } from "@tributary/protocol/local-keys";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import {
  type Address,
  createPublicClient,
  createWalletClient,
  http,
  type LocalAccount,
  parseEther,
  type PublicClient,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import type { DashboardConfig } from "../src/data/config.ts";
import { hasChromium, startChromium } from "./browser.ts";
import { injectTestWallet, TEST_WALLET_NAME, type TestWallet } from "./test-wallet.ts";

/** Where `npm start` or `npm run dashboard` serves it; the chain has to be a local one. */
const DASHBOARD = process.env["TRIBUTARY_DASHBOARD"] ?? "http://127.0.0.1:42173";
const LOCAL_ACCOUNTS = 80;
const INCOME = parseEther("0.25");
const GAS = 3_000_000n;

interface Owned {
  account: LocalAccount;
  position: string;
}

describe(`a claim with a wallet, at the dashboard of ${DASHBOARD}`, function () {
  this.timeout(120_000);
  let config: DashboardConfig;
  let chain: PublicClient;
  let browser: Browser;
  let owned: Owned;
  let page: Page;
  let wallet: TestWallet;

  before(async function () {
    const answer = await fetch(`${DASHBOARD}/config.json`).catch(() => undefined);
    if (answer?.ok !== true || !hasChromium()) this.skip();
    config = (await answer.json()) as DashboardConfig;
    chain = createPublicClient({ chain: foundry, transport: http(config.rpcUrl) });
    owned = await positionOfLocalKey(config);
    await payIncome(config, chain, owned);
    browser = await startChromium();
  });
  after(() => browser?.close());
  beforeEach(async () => {
    page = await browser.newPage();
    wallet = await injectTestWallet(page, { rpcUrl: config.rpcUrl, account: owned.account, startsOn: 1 });
  });
  afterEach(() => page.close());

  const balance = (): Promise<bigint> =>
    chain.readContract({
      ...{ address: config.deployment.addresses.OpenToken, abi: openTokenAbi },
      ...{ functionName: "balanceOf", args: [owned.account.address] },
    });
  const connect = async (): Promise<void> => {
    await page.goto(`${DASHBOARD}/wallet`);
    await page.getByRole("button", { name: `Connect ${TEST_WALLET_NAME}` }).click();
    await page.getByRole("button", { name: `Switch the wallet to chain ${config.chainId}` }).click();
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

  it("waits for the signature and for the block, and pays what it showed", async () => {
    await connect();
    await page.getByText("can be claimed for").waitFor();
    const shown = await card().locator("strong data.amount").getAttribute("value");
    const before = await balance();
    wallet.hold();
    await claimButton().click();
    await page.getByText("waiting for your signature").waitFor();
    expect(await claimButton().isDisabled()).to.equal(true);
    wallet.release();
    await page.getByText("The transaction was mined.").waitFor();
    expect(wallet.sent).to.have.length(1);
    expect((await balance()) - before).to.equal(BigInt(shown!));
    await card().getByText("Nothing to claim").waitFor();
    expect(await claimButton().isDisabled()).to.equal(true);
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
    expect(await claimButton().isDisabled()).to.equal(true);
    const reason = await claimButton().getAttribute("aria-describedby");
    expect(await page.locator(`[id="${reason}"]`).textContent()).to.contain("Another indexer may serve");
    expect(wallet.sent).to.deep.equal([]);
  });
});

async function positionOfLocalKey({ indexerUrl }: DashboardConfig): Promise<Owned> {
  const indexes = new Map(
    Array.from({ length: LOCAL_ACCOUNTS }, (_, index) => [localAddress(index).toLowerCase(), index]),
  );
  const query = `{ positions(where: { kind: contributor }, limit: 100, orderBy: "claimedTotal", orderDirection: "desc") { items { id owner } } }`;
  const response = await fetch(`${indexerUrl}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { data } = (await response.json()) as { data: { positions: { items: { id: string; owner: Address }[] } } };
  for (const { id, owner } of data.positions.items) {
    const index = indexes.get(owner);
    if (index !== undefined) return { account: privateKeyToAccount(localPrivateKey(index)), position: id };
  }
  throw new Error("no position is owned by a key of the local chain");
}

/** Pays direct income to the position, so that there is something to claim where all was claimed before. */
async function payIncome(
  { rpcUrl, deployment: { addresses } }: DashboardConfig,
  chain: PublicClient,
  { position }: Owned,
): Promise<void> {
  const payer = await richestOf(chain, addresses.OpenToken);
  const client = createWalletClient({ account: payer, chain: foundry, transport: http(rpcUrl) });
  const token = { address: addresses.OpenToken, abi: openTokenAbi } as const;
  const ledger = { address: addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const approval = await client.writeContract({ ...token, functionName: "approve", args: [ledger.address, INCOME] });
  await chain.waitForTransactionReceipt({ hash: approval });
  const args = [[BigInt(position)], [INCOME]] as const;
  const hash = await client.writeContract({ ...ledger, functionName: "accrue", args, gas: GAS });
  const { status } = await chain.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error("the income could not be paid");
}

async function richestOf(chain: PublicClient, address: Address): Promise<LocalAccount> {
  const balances = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      chain.readContract({ address, abi: openTokenAbi, functionName: "balanceOf", args: [localAddress(index)] }),
    ),
  );
  const most = balances.reduce((best, balance, index) => (balance > balances[best]! ? index : best), 0);
  return privateKeyToAccount(localPrivateKey(most));
}
