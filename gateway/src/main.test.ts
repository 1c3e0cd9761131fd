// Tests of the gateway's command: what it says of its settings, and of its secrets nothing.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const KEY = `0x${"5e".repeat(32)}`;

describe("the gateway's command", function () {
  this.timeout(30_000);
  const folder = mkdtempSync(join(tmpdir(), "gateway-command-"));
  const config = join(folder, "gateway.json");
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function run(args: string[], environment: Record<string, string> = {}) {
    const { PATH = "" } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
      env: { PATH, ...environment },
      encoding: "utf8",
    });
    return { status, text: stdout + stderr };
  }

  it("lists its variables in its help, and their values nowhere", () => {
    const { status, text } = run(["--help"], { TRIBUTARY_GATEWAY_KEY: KEY });
    expect(status).to.equal(0);
    expect(text).to.contain("TRIBUTARY_GATEWAY_KEY").and.not.to.contain(KEY);
  });

  it("exits with 2 and every wrong field, or the variable that is missing or malformed", () => {
    writeFileSync(config, JSON.stringify({ chain: {}, models: [] }));
    const wrong = run(["serve", "--config", config], { TRIBUTARY_GATEWAY_KEY: KEY });
    expect(wrong.status).to.equal(2);
    expect(wrong.text).to.contain("chain.deployment").and.to.contain("models").and.not.to.contain(KEY);

    const upstream = { url: "http://127.0.0.1:9/v1" };
    writeFileSync(
      config,
      JSON.stringify({ chain: { deployment: "none.json" }, models: [{ name: "m", version: 1, upstream }] }),
    );
    expect(run(["check", "--config", config], { TRIBUTARY_GATEWAY_KEY: KEY })).to.include({ status: 0 });
    const keyless = run(["check", "--config", config]);
    expect(keyless.status).to.equal(2);
    expect(keyless.text).to.contain("TRIBUTARY_");
    const malformed = run(["check", "--config", config], { TRIBUTARY_GATEWAY_KEY: `${KEY}5` });
    expect(malformed.status).to.equal(2);
    expect(malformed.text).to.contain("TRIBUTARY_GATEWAY_KEY is not a private key").and.not.to.contain(KEY);
    const signer = { TRIBUTARY_GATEWAY_SIGNER_URL: "http://u:SECRETPASS@127.0.0.1:1/", TRIBUTARY_OPERATOR_KEY: KEY };
    const withPassword = run(["check", "--config", config], signer);
    expect(withPassword.status).to.equal(2);
    expect(withPassword.text).to.contain("TRIBUTARY_GATEWAY_SIGNER_URL").and.not.to.contain("SECRETPASS");
    const nowhere = run(["serve", "--config", config], { TRIBUTARY_GATEWAY_KEY: KEY });
    expect(nowhere.status).to.equal(2);
    expect(nowhere.text).to.contain("none.json").and.not.to.contain(KEY);
  });
});
