// The main job without `--once`, made small: it prints its report, its figures and where GraphQL and the dashboard are, serves until Ctrl-C, and then says by its exit code
// that checks failed: so few calls are not enough.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const RUN_MILLISECONDS = 15 * 60_000;
const SETTLE_MILLISECONDS = 2_000;
const AMOUNT = /^\d+$/;

describe("the main job until Ctrl-C", function () {
  this.timeout(RUN_MILLISECONDS);

  it("keeps chain, GraphQL and dashboard up, ends them on Ctrl-C, and exits with 1 as a check failed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tributary-until-ctrl-c-"));
    const small = [
      "--records",
      "1000",
      "--calls",
      "8",
      "--leave-out",
      "2",
      "--rpc-port",
      "0",
      "--graphql-port",
      "0",
      "--gateway-port",
      "0",
      "--dashboard-port",
      "0",
    ];
    const child = spawn(process.execPath, [MAIN, "start", "--json", "--work-dir", folder, ...small], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [output, errors] = ["", ""];
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString("utf8")));
    const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
    try {
      const summary = await new Promise<Record<string, unknown>>((resolve, reject) => {
        child.stdout.on("data", (chunk: Buffer) => {
          output += chunk.toString("utf8");
          const json = /^\{.*\}$/m.exec(output)?.[0];
          if (json !== undefined) resolve(JSON.parse(json) as Record<string, unknown>);
        });
        void exited.then((code) => {
          reject(new Error(`ended with ${code}\n${errors}\n${output}`));
        });
      });
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MILLISECONDS));
      expect(child.exitCode, errors).to.equal(null);
      const graphqlUrl = /GraphQL API: (\S+)/.exec(output)?.[1] ?? "";
      const rpcUrl = /\(chain: (\S+)\)/.exec(output)?.[1] ?? "";
      expect(await post(graphqlUrl, { query: "{ claims { totalCount } }" })).to.have.nested.property("data.claims");
      expect(await post(rpcUrl, { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] })).to.include({
        result: "0x7a69",
      });

      const dashboardUrl = /^Dashboard: (\S+) /m.exec(output)?.[1] ?? "";
      const config = (await (await fetch(`${dashboardUrl}/config.json`)).json()) as Record<string, unknown>;
      expect(config).to.include({ chainId: 31_337, rpcUrl, answers: true });
      expect(await (await fetch(dashboardUrl)).text()).to.include('<div id="root">');

      const { ok, seconds, fees, paid, unpaid, ...figures } = summary;
      expect(ok).to.equal(false);
      expect(output).to.include("✗ FAILED at least 300 paid calls: 8");
      expect(output).to.match(/^\d+ of \d+ checks FAILED\.$/m);
      expect(seconds).to.be.a("number").above(0);
      for (const amount of [fees, paid, unpaid]) expect(amount).to.match(AMOUNT);
      expect(Object.keys(figures)).to.have.members([
        ...["records", "calls", "perplexity", "bigramPerplexity"],
        ...["speakerShare", "chanceShare", "bm25Share", "gradDotShare", "leaveOutCorrelation"],
      ]);
      for (const [name, value] of Object.entries(figures)) expect(value, name).to.satisfy(Number.isFinite);

      child.kill("SIGINT");
      expect(await exited, errors).to.equal(1);
      for (const url of [graphqlUrl, rpcUrl, dashboardUrl]) {
        expect(await post(url, {}).catch(() => "gone"), url).to.equal("gone");
      }
    } finally {
      child.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

async function post(url: string, body: object): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  return (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).json();
}
