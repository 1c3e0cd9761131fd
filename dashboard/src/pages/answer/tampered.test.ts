// The page of an answer in a browser: it proves an honest opening, and refuses one that was tampered with on its way.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { serve } from "@hono/node-server";
import { vectorEpoch } from "@tributary/protocol/testing/vector-epoch";
import { expect } from "chai";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { ADDRESSES, CHAIN_ID, type Told, toldBy } from "../../check/testing/told-chain.ts";
import { servedCall, vectorState } from "../../check/testing/vector-chain.ts";
import { dashboardApp } from "../../server/app.ts";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const WORKSPACE = join(import.meta.dirname, "../../..");

describe("the page of an answer in a browser (skipped without Debian's chromium)", function () {
  this.timeout(90_000);
  const epoch = vectorEpoch();
  const call = epoch.calls[0]!;
  let served: unknown;
  let place: Server;
  let pages: ReturnType<typeof serve>;
  let browser: Browser;
  let dist: string;

  before(async function () {
    if (!existsSync(CHROMIUM)) this.skip();
    dist = await mkdtemp(join(tmpdir(), "tributary-answer-"));
    await build({
      root: WORKSPACE,
      configFile: join(WORKSPACE, "vite.config.ts"),
      logLevel: "error",
      build: { outDir: dist, emptyOutDir: true },
    });
    place = placeOf(toldBy(...vectorState(epoch, call)), () => served);
    await new Promise<void>((resolve) => place.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(place.address() as AddressInfo).port}`;
    const config = {
      ...{ chainId: CHAIN_ID, rpcUrl: `${url}/rpc`, indexerUrl: url, answers: false },
      deployment: { block: 0, addresses: ADDRESSES },
    };
    const { fetch } = await dashboardApp({ config, dist });
    pages = await new Promise((resolve) => {
      const server = serve({ fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(server));
    });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });

  after(async () => {
    await browser?.close();
    pages?.close();
    place?.close();
    if (dist !== undefined) await rm(dist, { recursive: true });
  });

  async function textOf(opening: unknown): Promise<string> {
    served = opening;
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/answers/${call.id}`);
    await page.waitForSelector(".verdict");
    const text = await page.innerText("main");
    await page.close();
    return text;
  }

  it("says who was paid, how much and because of which records, and what is proven and attested", async () => {
    const text = await textOf(servedCall(call));
    expect(text).to.match(/Proven: every step holds/);
    expect(text).to.match(/For this answer .* OPEN was paid/);
    expect(text).to.match(/record \d+ of contribution \d+/);
    expect(text).to.match(/Who was paid for this answer/);
    expect(text).to.match(/developer of the model\s+position 21/);
    expect(text).to.match(/Attested, not proven\s+that the sketches .* are their true gradients/);
  });

  it("refuses a tampered opening, and says nothing of payments", async () => {
    const honest = servedCall(call);
    const [first, ...rest] = honest.opened.records;
    const earning = { ...first!.earning!, sum: String(BigInt(first!.earning!.sum) + 1n) };
    const text = await textOf({ ...honest, opened: { ...honest.opened, records: [{ ...first, earning }, ...rest] } });
    expect(text).to.match(/Refused: what was served does not fit the chain/);
    expect(text).to.match(/At fault is earning of entry 0/);
    expect(text).to.not.match(/For this answer|Who was paid for this answer|record \d+ of contribution/);
  });
});

/** The chain's RPC, the openings, and an indexer that knows nothing. */
function placeOf(told: Told, served: () => unknown): Server {
  const rpc = (asked: { id: number } & Parameters<Told>[0]): object => {
    try {
      return { jsonrpc: "2.0", id: asked.id, result: told(asked) };
    } catch (error) {
      return { jsonrpc: "2.0", id: asked.id, error: { code: 3, message: (error as Error).message, data: "0x" } };
    }
  };
  const answer = async (path: string, body: () => Promise<unknown>): Promise<unknown> => {
    if (path.startsWith("/openings/call/")) return served();
    if (path.startsWith("/openings/")) return undefined;
    if (path === "/graphql") return { data: { contributions: { items: [] }, settlement: null, _meta: null } };
    const asked = await body();
    return Array.isArray(asked) ? asked.map(rpc) : rpc(asked as never);
  };
  return createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "*");
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    void answer(request.url!, () => json(request)).then((found) => {
      const missing = { error: { code: "content_not_kept", message: "no text is kept here", hint: "" } };
      response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(found ?? missing));
    });
  });
}
