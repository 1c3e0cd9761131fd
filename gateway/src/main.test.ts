// Tests of the gateway's command: what it says of its settings, and of its secrets nothing.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { DEPLOYED_CONTRACTS, TOKEN_CONTRACTS } from "@tributary/protocol/deployment";
import { BATCH_SETTLEMENT_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import { anvilBinary } from "../../test/deployment/support/chain.ts";
import { startPaymentChain } from "./testing/chain.ts";

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
    const place = (batchSettlement: string, chainId = 31337): void => {
      const addresses = Object.fromEntries(DEPLOYED_CONTRACTS.map((name) => [name, `0x${"11".repeat(20)}`]));
      const value = {
        chainId,
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
    const rpc = "http://127.0.0.1:1";
    place(BATCH_SETTLEMENT_ADDRESS);
    const unasked = check({ rpc });
    expect(unasked.status).to.equal(0);
    expect(unasked.text).to.contain("warning: not checked on the chain: the chain does not answer");
    expect(check({})).to.include({ status: 2, text: "chain.rpc is not set, and neither is TRIBUTARY_RPC_URL\n" });
    const keyless = check({ rpc }, { keyVariable: "NO_SUCH_KEY" });
    expect(keyless.status).to.equal(2);
    expect(keyless.text).to.contain("NO_SUCH_KEY");
    place(`0x${"33".repeat(20)}`);
    const elsewhere = check({ rpc });
    expect(elsewhere.status).to.equal(2);
    expect(elsewhere.text).to.contain(BATCH_SETTLEMENT_ADDRESS);
    place(BATCH_SETTLEMENT_ADDRESS, 84532);
    const shared = check({ rpc });
    expect(shared.status).to.equal(2);
    expect(shared.text).to.contain("TRIBUTARY_OPERATOR_KEY is not set, or is a key of the gateway");
  });

  it("refuses at the start, and in a check, to sell in a further token that no client could deposit", async function () {
    if (anvilBinary() === undefined) return this.skip();
    const chain = await startPaymentChain();
    try {
      const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, chain.open]));
      const deployment = join(folder, "tokens.json");
      const tokens = {
        FITS: await chain.deploy("test/FiatTokenShape", ["2", "2"]),
        UNFIT: await chain.deploy("test/FiatTokenShape", ["2", "3"]),
        PLAIN: await chain.deploy("test/FeeToken", []),
      };
      const value = {
        ...{ chainId: 31337, block: 1, deployer: chain.open, transactions: {}, parameters: {} },
        addresses: { ...named(DEPLOYED_CONTRACTS), BatchSettlement: BATCH_SETTLEMENT_ADDRESS },
        paymentTokens: Object.entries(tokens).map(([symbol, token]) => ({ symbol, token, ...named(TOKEN_CONTRACTS) })),
      };
      writeFileSync(deployment, JSON.stringify(value));
      const said = (command: string, token: string, permit2: boolean) => {
        const models = [{ name: "m", version: 1, upstream: { url: "http://127.0.0.1:9/v1" } }];
        writeFileSync(
          config,
          JSON.stringify({ chain: { rpc: chain.rpcUrl, deployment }, models, token, payments: { permit2 } }),
        );
        return run([command, "--config", config], { TRIBUTARY_GATEWAY_KEY: KEY });
      };
      for (const [token, permit2] of [
        ["OPEN", false],
        ["FITS", false],
        ["UNFIT", true],
      ] as const) {
        const { status, text } = said("check", token, permit2);
        expect([status, text.includes("on the chain")], text).to.deep.equal([0, false]);
      }
      for (const [command, token] of [
        ["check", "UNFIT"],
        ["check", "PLAIN"],
        ["serve", "UNFIT"],
      ] as const) {
        const { status, text } = said(command, token, false);
        expect(status, text).to.equal(2);
        expect(text).to.contain(`the token ${token} (`).and.contain("can't be paid in").and.contain("payments.permit2");
      }
    } finally {
      await chain.stop();
    }
  });
});
