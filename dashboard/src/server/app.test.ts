// The dashboard's server: what it serves, with which headers, and what it never gives away.
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import type { Hono } from "hono";
import type { DashboardConfig } from "../data/config.ts";
import { dashboardApp } from "./app.ts";
import { startDashboard } from "./start-dashboard.ts";

const RECEIPT = `0x${"ab".repeat(32)}`;
const CONFIG: DashboardConfig = {
  // Nobody listens at the indexer's port.
  ...{ chainId: 31337, rpcUrl: "http://127.0.0.1:8545/key", indexerUrl: "http://127.0.0.1:1" },
  ...{ gatewayUrl: "http://127.0.0.1:8402", deployment: { block: 1, addresses: {} as never }, answers: true },
};
const PAGE = "<!doctype html><title>Tributary</title>";
const SCRIPT = "console.log(1)";

describe("dashboard server", () => {
  let folder: string;
  let app: Hono;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-dashboard-"));
    const [dist, answers] = [join(folder, "dist"), join(folder, "answers")];
    await mkdir(join(dist, "assets"), { recursive: true });
    await mkdir(answers);
    await writeFile(join(dist, "index.html"), PAGE);
    await writeFile(join(dist, ".built"), "");
    await writeFile(join(dist, "assets/main-abc.js"), SCRIPT);
    await writeFile(join(dist, "assets/main-abc.js.gz"), gzipSync(SCRIPT));
    await writeFile(join(answers, `${RECEIPT}.json`), `{"answer":"kept"}`);
    await writeFile(join(folder, "secret.json"), "{}");
    app = await dashboardApp({ config: CONFIG, dist, answers });
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it("tells the browser the place", async () => {
    const response = await app.request("/config.json");
    expect(await response.json()).to.deep.equal(CONFIG);
    expect(response.headers.get("cache-control")).to.equal("no-cache");
  });

  it("lets scripts come from itself only, and connections go to the configured places and to nodes of the viewer's only", async () => {
    for (const path of ["/", "/config.json", "/nothing.js"]) {
      const policy = (await app.request(path)).headers.get("content-security-policy")!.split("; ");
      expect(policy).to.include("default-src 'none'");
      expect(policy).to.include("script-src 'self'");
      expect(policy).to.include(
        "connect-src 'self' http://127.0.0.1:8545 http://127.0.0.1:1 http://127.0.0.1:8402 https: http://127.0.0.1:* http://localhost:*",
      );
      expect(policy).to.include("frame-ancestors 'none'");
    }
  });

  it("answers every page's address with the page, which shows it", async () => {
    for (const [path, status] of [
      ["/", 200],
      ["/datanets", 200],
      ["/positions/7?page=2", 200],
      ["/nowhere/at/all", 404],
      ["/positions/seven", 404],
      ["/models/1.5", 404],
      ["/agents/alice.eth", 404],
    ] as const) {
      const response = await app.request(path);
      expect(response.status, path).to.equal(status);
      expect(await response.text(), path).to.equal(PAGE);
    }
  });

  it("does not answer for a file that is not there", async () => {
    expect((await app.request("/assets/gone.js")).status).to.equal(404);
    expect((await app.request("/favicon.ico")).status).to.equal(404);
  });

  it("keeps hashed files for ever and pages never, and sends what is gzipped so", async () => {
    const script = await app.request("/assets/main-abc.js", { headers: { "accept-encoding": "br, gzip" } });
    expect(script.headers.get("cache-control")).to.contain("immutable");
    expect(script.headers.get("content-encoding")).to.equal("gzip");
    expect(gunzipSync(Buffer.from(await script.arrayBuffer())).toString()).to.equal(SCRIPT);
    expect(await (await app.request("/assets/main-abc.js")).text()).to.equal(SCRIPT);
    expect((await app.request("/")).headers.get("cache-control")).to.equal("no-cache");
  });

  it("serves a kept answer by its receipt, in any case of its digits", async () => {
    for (const id of [RECEIPT, `0x${"AB".repeat(32)}`]) {
      const response = await app.request(`/answers/${id}.json`);
      expect(response.status).to.equal(200);
      expect(await response.json()).to.deep.equal({ answer: "kept" });
    }
  });

  it("lists the newest kept answers by their questions, and nothing else of the folder", async () => {
    const own = join(folder, "listed");
    await mkdir(own);
    const ids = Array.from({ length: 8 }, (_, i) => `0x${String(i).repeat(64)}`);
    for (const [i, id] of ids.entries()) {
      const file = join(own, `${id}.json`);
      await writeFile(
        file,
        JSON.stringify({ prompt: i === 7 ? "long ".repeat(100) : `question ${i}`, salt: "secret" }),
      );
      await utimes(file, i, i);
    }
    await writeFile(join(own, `0x${"8".repeat(64)}.json`), "no JSON");
    await writeFile(join(own, "notes.json"), `{"prompt":"not a receipt's"}`);
    const listing = await dashboardApp({ config: CONFIG, dist: join(folder, "dist"), answers: own });
    const told = (await (await listing.request("/answers/newest.json")).json()) as { answers: { prompt: string }[] };
    expect(told.answers.map(({ prompt }) => prompt)).to.deep.equal([
      `${"long ".repeat(32)} …`,
      ...["question 6", "question 5", "question 4"],
    ]);
    expect(told.answers[1]).to.deep.equal({ id: ids[6], prompt: "question 6" });
    const bare = await dashboardApp({ config: CONFIG, dist: join(folder, "dist") });
    expect(await (await bare.request("/answers/newest.json")).json()).to.deep.equal({ answers: [] });
  });

  it("answers nothing to a page of another name that was made to resolve to this machine", async () => {
    const named = await dashboardApp({
      ...{ config: CONFIG, dist: join(folder, "dist"), answers: join(folder, "answers") },
      hostNames: ["Tributary.example"],
    });
    for (const [host, status, statusNamed] of [
      ["127.0.0.1:4173", 200, 200],
      ["localhost", 200, 200],
      ["LOCALHOST:1", 200, 200],
      ["[::1]:4173", 200, 200],
      ["tributary.example", 421, 200],
      ["evil.example:4173", 421, 421],
      ["127.0.0.1.evil.example", 421, 421],
      ["localhost.evil.example:80", 421, 421],
      ["evil.example:4173@localhost", 421, 421],
    ] as const)
      for (const path of [`/answers/${RECEIPT}.json`, "/config.json", "/"]) {
        const request = { headers: { host } };
        const response = await app.request(path, request);
        expect(response.status, `${host} ${path}`).to.equal(status);
        expect(response.headers.get("content-security-policy")).to.be.a("string");
        if (status === 421) expect(await response.text(), host).not.to.match(/kept|chainId|doctype/);
        expect((await named.request(path, request)).status, `${host} ${path}`).to.equal(statusNamed);
      }
  });

  it("says what helps where an answer is not kept", async () => {
    const response = await app.request(`/answers/0x${"00".repeat(32)}.json`);
    expect(response.status).to.equal(404);
    expect(((await response.json()) as { error: { hint: string } }).error.hint).to.contain("only who asked has it");
  });

  it("gives away nothing outside its folders", async () => {
    for (const path of [
      "/answers/../secret.json",
      "/answers/..%2fsecret.json",
      "/answers/%2e%2e%2fsecret.json",
      "/answers/....//secret.json",
      "/../secret.json",
      "/%2e%2e/secret.json",
      "/assets/..%2f..%2fsecret.json",
      "/.built",
      "//secret.json",
    ]) {
      const response = await app.request(`http://localhost${path}`);
      const text = await response.text();
      expect(response.status === 404 || text === PAGE, path).to.equal(true);
    }
  });

  it("names the deployment file that it cannot read", async () => {
    const deployment = join(folder, "none.json");
    const options = { port: 0, rpcUrl: "http://127.0.0.1:1", indexerUrl: "http://127.0.0.1:2", deployment };
    await startDashboard(options).then(
      () => expect.fail("it started"),
      (error: unknown) => expect(String(error)).to.contain(`${deployment}: no such deployment file`),
    );
  });
});
