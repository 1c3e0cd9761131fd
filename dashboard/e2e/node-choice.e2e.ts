// The viewer chooses the node of a check in Chromium: its own, the wallet's, and what happens where that node lies, fails or is of another chain.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { expect } from "chai";
import { type Page } from "playwright-core";
import { encodeFunctionData, zeroHash } from "viem";
import { violationsOf } from "./axe.ts";
import { DASHBOARD, STRANGER } from "./place.ts";
import { keepPicture } from "./screenshots.ts";
import { injectTestWallet, TEST_WALLET_NAME } from "./test-wallet.ts";
import { amountsIn } from "./visitor.ts";
import { useVisits } from "./visits.ts";

/** What a node of another chain answers. */
const MAINNET = "0x1";

/** A node of the viewer's own, in front of the chain's: it counts what it is asked, and can be of another chain or fall silent. */
class OwnNode {
  readonly asked: string[] = [];
  chainId: string | undefined;
  isDown = false;
  readonly #server: Server;

  constructor(rpcUrl: string) {
    this.#server = createServer((request, response) => {
      response.setHeader("access-control-allow-origin", "*");
      response.setHeader("access-control-allow-headers", "content-type");
      if (request.method === "OPTIONS") return void response.writeHead(204).end();
      if (this.isDown) return void response.writeHead(502).end();
      void this.#answer(rpcUrl, request).then((body) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(body);
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(rpcUrl: string, request: Parameters<typeof text>[0]): Promise<string> {
    const body = await text(request);
    const asked = [JSON.parse(body)].flat() as { method: string }[];
    this.asked.push(...asked.map(({ method }) => method));
    const headers = { "content-type": "application/json" };
    const answered = await (await fetch(rpcUrl, { method: "POST", headers, body })).text();
    if (this.chainId === undefined) return answered;
    const answers = [JSON.parse(answered)].flat() as object[];
    const told = answers.map((answer, i) =>
      asked[i]!.method === "eth_chainId" ? { ...answer, result: this.chainId } : answer,
    );
    return JSON.stringify(body.startsWith("[") ? told : told[0]);
  }
}

describe("the node that a viewer chooses", function () {
  this.timeout(120_000);
  const visits = useVisits(false);
  let node: OwnNode;
  let url: string;
  /** A contributor's. */
  let position: string;
  let page: Page;

  before(async () => {
    const { positions } = await visits.place.ask<{ positions: { items: { id: string }[] } }>(
      '{ positions(where: { kind: contributor, claimedAttributed_gt: "0" }, limit: 1) { items { id } } }',
    );
    position = positions.items[0]!.id;
  });
  beforeEach(async () => {
    node = new OwnNode(visits.place.config.rpcUrl);
    url = await node.listen();
    // Not `visits.come`: what a visitor must never do, asking another place, is what is wanted here.
    page = await visits.browser.newPage();
    page.setDefaultTimeout(30_000);
  });
  afterEach(async () => {
    await page.close();
    node.stop();
  });

  const choose = async (address: string): Promise<void> => {
    await page.goto(`${DASHBOARD}/node`);
    await page.getByRole("textbox", { name: "Address of the node" }).fill(address);
    await page.getByRole("button", { name: "Use it" }).click();
  };
  const check = async (): Promise<string> => {
    await page.goto(`${DASHBOARD}/positions/${position}`);
    const box = page.locator(".check", { hasText: `what position ${position} may claim` }).first();
    await box.getByRole("button", { name: /^Check it yourself/ }).click();
    await box.and(page.locator('[data-status="proven"], [data-status="failure"], [data-status="refused"]')).waitFor();
    return (await box.innerText()).replaceAll(/\s+/g, " ");
  };

  it("is asked for everything that a check reads, is named beside what is proven, and is kept", async () => {
    const { rpcUrl } = visits.place.config;
    expect(await check()).to.include(
      `Your browser read the chain itself, at ${rpcUrl}, the node that this dashboard names`,
    );
    await choose(url);
    await page.getByText(`Checks read the chain at ${url}, the node that you chose.`).waitFor();
    expect(await violationsOf(page)).to.deep.equal([]);
    await keepPicture(page, "node");
    const configured: string[] = [];
    page.on("request", (request) => {
      if (request.url().startsWith(rpcUrl)) configured.push(request.postData() ?? "");
    });
    node.asked.length = 0;
    const said = await check();
    expect(said).to.include("Proven: every step holds");
    expect(said).to.include(`Your browser read the chain itself, at ${url}, the node that you chose.`);
    expect(node.asked).to.include("eth_chainId");
    expect(node.asked.filter((method) => method === "eth_call")).to.have.length.above(4);
    // The foot alone asks the dashboard's node.
    expect(configured.filter((body) => !/eth_blockNumber|eth_getBlockByNumber/.test(body))).to.deep.equal([]);

    await page.goto(`${DASHBOARD}/node`);
    await page.getByRole("radio", { name: "the dashboard’s node" }).check();
    await page.getByRole("button", { name: "Use it" }).click();
    await page.getByText(`Checks read the chain at ${rpcUrl}, the node that this dashboard names.`).waitFor();
  });

  it("shows what the dashboard's node hides: a lie that is called proven by it is not by the viewer's own", async () => {
    const { config, chain, addresses } = visits.place;
    const vault = { abi: royaltyVaultAbi, functionName: "claimedOf", args: [BigInt(position)] } as const;
    const claimed = await chain.readContract({ ...vault, address: addresses.RoyaltyVault });
    expect(claimed > 0n).to.equal(true);
    const question = encodeFunctionData(vault);
    // The dashboard's node says that nothing was claimed yet: no step of a check can tell.
    await page.route(`${config.rpcUrl}/`, async (route) => {
      const asked = [JSON.parse(route.request().postData() ?? "[]")].flat() as { params?: [{ data?: string }] }[];
      const answers = (await (await route.fetch()).json()) as object | object[];
      const told = [answers]
        .flat()
        .map((answer, i) => (asked[i]?.params?.[0]?.data === question ? { ...answer, result: zeroHash } : answer));
      await route.fulfill({ json: Array.isArray(answers) ? told : told[0] });
    });
    const claimable = () => amountsIn(page.locator(".check p", { hasText: "Attributed so far" }).first());
    expect(await check()).to.include(`Proven: every step holds`);
    const [cumulative, ...lie] = await claimable();
    expect(lie.slice(0, 2)).to.deep.equal([0n, cumulative]);
    await choose(url);
    await page.getByText("the node that you chose").waitFor();
    expect(await check()).to.include("Proven: every step holds");
    expect((await claimable()).slice(0, 3)).to.deep.equal([cumulative, claimed, cumulative! - claimed]);
  });

  it("is not chosen where it is of another chain, does not answer or could be changed on the way, and the page says which", async () => {
    const { chainId, rpcUrl } = visits.place.config;
    const problem = page.getByRole("alert");
    node.chainId = MAINNET;
    await choose(url);
    await problem.getByText(`Not chosen: the node is of chain 1, not of chain ${chainId}.`).waitFor();
    node.isDown = true;
    await choose(url);
    await problem.getByText("Not chosen: the chain could not be read").waitFor();
    for (const [typed, said] of [
      ["http://node.example:8545", "without encryption"],
      ["ftp://127.0.0.1", "is not the address of a node"],
    ] as const) {
      await choose(typed);
      await problem.getByText(said).waitFor();
    }
    await page.getByText(`Checks read the chain at ${rpcUrl}, the node that this dashboard names.`).waitFor();
  });

  it("fails a check that it cannot answer, by a message that names it, and no other node is asked instead", async () => {
    await choose(url);
    await page.getByText("the node that you chose").waitFor();
    node.isDown = true;
    const unreachable = await check();
    expect(unreachable).to.include("Nothing was shown, neither that it holds nor that it does not");
    expect(unreachable).to.include(
      `The chain was to be read at ${url}, the node that you chose, and no other was asked`,
    );
    expect(unreachable).not.to.include("Proven");
    node.isDown = false;
    node.chainId = MAINNET;
    const other = await check();
    expect(other).to.include("the node is of chain 1, not of chain");
    expect(other).not.to.include("Proven");
  });

  it("says at the foot of the page when it is of another chain by now, and nothing stays proven by it", async () => {
    const { chainId } = visits.place.config;
    await choose(url);
    await page.getByText("the node that you chose").waitFor();
    expect(await check()).to.include("Proven: every step holds");
    const foot = page.locator("footer");
    expect(await foot.innerText())
      .to.include(`Chain ${chainId}`)
      .and.not.to.include("nothing can be proven");
    node.chainId = MAINNET;
    const said = `The node that checks read is of chain 1, not of chain ${chainId}, which the indexer is of: nothing can be proven by it.`;
    await foot.getByRole("status").getByText(said).waitFor();
    expect(await violationsOf(page)).to.deep.equal([]);
    const box = page.locator(".check", { hasText: `what position ${position} may claim` }).first();
    await box.and(page.locator('[data-status="rest"], [data-status="failure"]')).waitFor();
    expect(await page.locator("main").innerText()).not.to.match(/Proven: every step holds/);
    await box.getByRole("button", { name: /^Check/ }).click();
    await box.and(page.locator('[data-status="failure"]')).waitFor();
    expect(await box.innerText()).to.include("the node is of chain 1, not of chain");
    node.chainId = undefined;
    await foot.getByText(said).waitFor({ state: "detached" });
    await box.getByRole("button", { name: /^Check/ }).click();
    await box.and(page.locator('[data-status="proven"]')).waitFor();
  });

  it("can be the wallet's: chosen by keyboard, named, and refused while it is on another chain or not connected", async () => {
    const { rpcUrl, chainId } = visits.place.config;
    const wallet = await injectTestWallet(page, { rpcUrl, account: STRANGER, startsOn: 1 });
    const use = async (): Promise<void> => {
      await page.getByRole("radio", { name: /the node of/ }).focus();
      await page.keyboard.press("Space");
      await page.getByRole("button", { name: "Use it" }).press("Enter");
    };
    await page.goto(`${DASHBOARD}/node`);
    await use();
    await page.getByRole("alert").getByText("no wallet is connected: connect one above").waitFor();
    await page.getByRole("button", { name: `Connect ${TEST_WALLET_NAME}` }).press("Enter");
    await page.getByText(/^Connected:/).waitFor();
    await use();
    await page.getByText(`Not chosen: the node is of chain 1, not of chain ${chainId}.`).waitFor();
    await page.getByRole("button", { name: `Switch the wallet to chain ${chainId}` }).press("Enter");
    await page.getByText("The wallet is on chain 1").waitFor({ state: "detached" });
    await use();
    await page
      .getByText(`Checks read the chain through your wallet, ${TEST_WALLET_NAME}, by the node that it uses.`)
      .waitFor();
    const before = wallet.asked.filter((method) => method === "eth_call").length;
    // As the wallet's page is loaded again it is on its first chain again.
    await page.getByRole("searchbox", { name: "Id, address or receipt" }).fill(`position ${position}`);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: `Position ${position}` }).waitFor();
    const box = page.locator(".check", { hasText: `what position ${position} may claim` }).first();
    await box.getByRole("button", { name: /^Check it yourself/ }).press("Enter");
    await box.and(page.locator('[data-status="proven"]')).waitFor();
    expect((await box.innerText()).replaceAll(/\s+/g, " ")).to.include(
      `Your browser read the chain itself, through your wallet, ${TEST_WALLET_NAME}, by the node that it uses.`,
    );
    expect(wallet.asked.filter((method) => method === "eth_call").length - before).to.be.above(4);

    await page.goto(`${DASHBOARD}/node`);
    await page.getByRole("button", { name: "Disconnect" }).press("Enter");
    await page.getByRole("button", { name: `Connect ${TEST_WALLET_NAME}` }).waitFor();
    const said = await check();
    expect(said).to.include(`the wallet ${TEST_WALLET_NAME}, whose node you chose, is not connected`);
    expect(said).not.to.include("Proven");
  });
});
