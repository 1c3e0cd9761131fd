// The command `npm run dashboard`, as a process of its own beside a running chain and indexer.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect } from "chai";
import type { DashboardConfig } from "../src/data/config.ts";
import { type DeploymentFile, writeDeployment } from "./deployment-file.ts";
import { DASHBOARD, type Place, thePlace } from "./place.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("npm run dashboard", function () {
  this.timeout(120_000);
  let place: Place;
  let file: DeploymentFile;
  let child: ChildProcess | undefined;

  before(async function () {
    if (DASHBOARD === "") this.skip();
    place = await thePlace();
    file = writeDeployment(place);
  });
  after(() => {
    if (child?.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    file?.remove();
  });

  /** In a process group of its own, as a terminal starts it. */
  const start = (...options: string[]) => {
    const args = ["run", "--silent", "dashboard", "--", "--deployment", file.path, "--json", ...options];
    const started = spawn("npm", args, { cwd: ROOT, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    started.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    started.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString("utf8")));
    child = started;
    return { started, output: () => output, errors: () => errors };
  };

  it("starts alone, says where, answers, and ends on SIGINT with nothing left of it", async () => {
    const { rpcUrl, indexerUrl } = place.config;
    const { started, output, errors } = start("--rpc", rpcUrl, "--indexer", indexerUrl, "--port", "0");
    while (!output().includes("\n")) {
      expect(started.exitCode, errors()).to.equal(null);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { url, pid } = JSON.parse(output()) as { url: string; pid: number };
    expect(new URL(url).hostname).to.equal("127.0.0.1");
    const config = (await (await fetch(`${url}/config.json`)).json()) as DashboardConfig;
    expect(config).to.deep.include({ chainId: place.config.chainId, rpcUrl, indexerUrl, answers: false });
    expect(config.deployment).to.deep.equal(place.config.deployment);
    expect(await (await fetch(url)).text()).to.include('<div id="root">');
    expect((await fetch(`${url}/positions/1`)).status).to.equal(200);
    const ended = once(started, "close");
    // As Ctrl-C does.
    process.kill(-started.pid!, "SIGINT");
    await ended;
    expect(() => process.kill(pid, 0)).to.throw(/ESRCH/);
    expect(
      await fetch(url).then(
        () => "answers",
        () => "gone",
      ),
    ).to.equal("gone");
    expect(errors()).to.equal("");
  });

  it("says what is wrong with its options, and ends with 2", async () => {
    const { started, errors, output } = start("--port", "many");
    const [code] = (await once(started, "close")) as [number];
    expect(code).to.equal(2);
    expect(errors()).to.include("--port many: not a port number");
    expect(output()).to.equal("");
  });
});
