// Tests of the gateway's command: what it says of its settings, and of its secrets nothing.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { DEPLOYED_CONTRACTS } from "@tributary/protocol/deployment";
import { BATCH_SETTLEMENT_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const KEY = `0x${"5e".repeat(32)}`;

describe("the gateway's command", function () {
  // Its commands are many, each a new process: a busy machine takes over half a minute.
  this.timeout(120_000);
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
    for (const name of ["TRIBUTARY_GATEWAY_EARLIER_SIGNERS", "TRIBUTARY_PAYER_KEY"]) expect(text).to.contain(name);
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
    const missing = run(["check", "--config", config], { TRIBUTARY_GATEWAY_KEY: KEY });
    expect(missing.status).to.equal(2);
    expect(missing.text).to.contain("none.json").and.not.to.contain(KEY);
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
    const zero = run(["check", "--config", config], { TRIBUTARY_GATEWAY_KEY: `0x${"0".repeat(64)}` });
    expect([zero.status, zero.text]).to.deep.include(2);
    expect(zero.text).to.contain("TRIBUTARY_GATEWAY_KEY is not a private key");
    const typo = run(["chek"], { TRIBUTARY_GATEWAY_KEY: KEY });
    expect(typo.status).to.equal(2);
    expect(typo.text).to.contain("unknown command 'chek'");
  });

  it("checks what serve would refuse: the deployment, its channels, keys of upstreams and the chain's address", () => {
    const deployment = join(folder, "31337.json");
    const place = (batchSettlement: string): void => {
      const addresses = Object.fromEntries(DEPLOYED_CONTRACTS.map((name) => [name, `0x${"11".repeat(20)}`]));
      const value = {
        chainId: 31337,
        block: 1,
        deployer: `0x${"22".repeat(20)}`,
        addresses: { ...addresses, BatchSettlement: batchSettlement },
        paymentTokens: [],
        transactions: {},
        parameters: {},
      };
      writeFileSync(deployment, JSON.stringify(value));
    };
    const check = (chain: object, more: object = {}) => {
      const upstream = { url: "http://127.0.0.1:9/v1", ...more };
      const models = [{ name: "m", version: 1, upstream }];
      writeFileSync(config, JSON.stringify({ chain: { deployment, ...chain }, models }));
      return run(["check", "--config", config], { TRIBUTARY_GATEWAY_KEY: KEY });
    };
    const rpc = "http://127.0.0.1:8545";
    place(BATCH_SETTLEMENT_ADDRESS);
    expect(check({ rpc })).to.include({ status: 0 });
    expect(check({})).to.include({ status: 2, text: "chain.rpc is not set, and neither is TRIBUTARY_RPC_URL\n" });
    const keyless = check({ rpc }, { keyVariable: "NO_SUCH_KEY" });
    expect(keyless.status).to.equal(2);
    expect(keyless.text).to.contain("NO_SUCH_KEY");
    place(`0x${"33".repeat(20)}`);
    const elsewhere = check({ rpc });
    expect(elsewhere.status).to.equal(2);
    expect(elsewhere.text).to.contain(BATCH_SETTLEMENT_ADDRESS);
  });
});
