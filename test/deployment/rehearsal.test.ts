// The rehearsal: it shows every transaction and its cost, and nothing reaches the chain or the disk.
import { readdirSync } from "node:fs";
import { expect } from "chai";
import { deployAll } from "../../deploy/deploy-all.ts";
import { localAddress } from "@tributary/protocol/local-keys";
import { local } from "../../deploy/networks/local.ts";
import { OWN_CHANNELS_NOTE } from "../../deploy/payment-channels.ts";
import { rehearse } from "../../deploy/rehearsal.ts";
import type { Chain } from "./support/chain.ts";
import { failureOf, optionsOn, runDeploy, sandbox } from "./support/sandbox.ts";

const TRANSACTIONS = 33;
const GAS_PRICE_ORACLE = "0x420000000000000000000000000000000000000F";
/** Answers 1,000,000 whatever is asked. */
const ORACLE_CODE = "0x620f424060005260206000f3";
const FEE_WEI = 1_000_000n;

describe("rehearse", function () {
  this.timeout(180_000);
  const box = sandbox();

  function rehearsalOn({ rpcUrl, client }: Chain, overrides: Partial<Parameters<typeof rehearse>[0]> = {}) {
    const { parameters } = local;
    const from = localAddress(0);
    return rehearse({
      rpcUrl,
      client,
      chainId: 31337,
      from,
      kind: "local",
      parameters,
      stateDir: box.stateDir,
      ...overrides,
    });
  }

  it("shows what a deployment then does, sends nothing and writes nothing", async () => {
    const on = await box.chain();
    const rehearsal = await rehearsalOn(on);
    expect(await on.client.getBlockNumber()).to.equal(0n);
    expect(readdirSync(box.stateDir)).to.deep.equal([]);
    expect(rehearsal.steps).to.have.length(TRANSACTIONS);
    expect(rehearsal.statements.every(({ holds }) => holds)).to.equal(true);
    expect(rehearsal.costWei).to.equal(rehearsal.gas * rehearsal.gasPriceWei);

    const { addresses, transactions } = await deployAll(optionsOn(box, on));
    for (const { step, action, contract, address, gas } of rehearsal.steps) {
      expect(address, step).to.equal(addresses[contract as keyof typeof addresses]);
      expect(action).to.equal(step === contract ? "deploy" : "call");
      const { gasUsed } = await on.client.getTransactionReceipt({ hash: transactions[step]! });
      expect(Number(gas), step).to.be.closeTo(Number(gasUsed), 100);
    }
    const ledger = rehearsal.steps.find(({ step }) => step === "RoyaltyLedger")!;
    expect(ledger.arguments.map(({ name }) => name)).to.deep.equal([
      "vault",
      "attributors",
      "governance",
      "guardian",
      "p",
    ]);
  });

  it("of a deployment that was stopped, shows what is left", async () => {
    const on = await box.chain();
    // A simulator would rather fork a chain of this length where nothing can be undone any more: too far back.
    await on.controls.mine({ blocks: 100 });
    let steps = 0;
    const onStep = (): void => {
      if (++steps === 10) throw new Error("stopped");
    };
    await failureOf(deployAll(optionsOn(box, on, { onStep })));
    const sent = await on.client.getTransactionCount({ address: localAddress(0) });
    const rehearsal = await rehearsalOn(on);
    expect(rehearsal.steps).to.have.length(TRANSACTIONS - sent);
    await deployAll(optionsOn(box, on));
    const { steps: none, statements } = await rehearsalOn(on);
    expect(none).to.deep.equal([]);
    expect(statements.every(({ holds }) => holds)).to.equal(true);
  });

  it("needs no money and no key", async () => {
    const on = await box.chain();
    const from = "0x00000000000000000000000000000000005ea111";
    const rehearsal = await rehearsalOn(on, { from });
    expect(rehearsal.balanceWei).to.equal(0n);
    expect(rehearsal.steps).to.have.length(TRANSACTIONS);
  });

  it("on the OP Stack, adds what publishing the transactions costs", async () => {
    const on = await box.chain();
    await on.controls.setCode({ address: GAS_PRICE_ORACLE, bytecode: ORACLE_CODE });
    const { costWei, gas, gasPriceWei, steps } = await rehearsalOn(on, { kind: "op-stack" });
    expect(costWei - gas * gasPriceWei).to.equal(BigInt(steps.length) * FEE_WEI);
  });

  it("where x402's public payment channels are missing, deploys its own and says what that means", async () => {
    const on = await box.chain();
    const { steps, notes, statements } = await rehearsalOn(on, { kind: "ethereum" });
    expect(notes).to.deep.equal([OWN_CHANNELS_NOTE]);
    expect(steps).to.have.length(TRANSACTIONS + 3);
    expect(statements.filter(({ holds }) => !holds)).to.deep.equal([]);
  });

  it("as a command, prints every step or one JSON object", async () => {
    const on = await box.chain();
    const args = ["--network", "local", "--rpc", on.rpcUrl, "--state-dir", box.stateDir, "--dry-run"];
    const [text, json] = await Promise.all([runDeploy(args).ended, runDeploy([...args, "--json"]).ended]);
    expect(text.code).to.equal(0);
    expect(text.stdout).to.match(/1\. deploy OpenToken|deploy OpenToken to 0x/);
    expect(text.stdout).to.match(new RegExp(`${TRANSACTIONS} transactions of 0x[0-9a-fA-F]{40}`));
    expect(text.stdout).to.contain("all hold");
    const parsed = JSON.parse(json.stdout) as { steps: unknown[]; costWei: string };
    expect(parsed.steps).to.have.length(TRANSACTIONS);
    expect(BigInt(parsed.costWei) > 0n).to.equal(true);
    expect(await on.client.getBlockNumber()).to.equal(0n);
    expect(readdirSync(box.stateDir)).to.deep.equal([]);
  });
});
