// A deployment whose process is killed, at every kind of instant, and continued by another.
import { existsSync } from "node:fs";
import { cp, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { deployAll } from "../../deploy/deploy-all.ts";
import { parseWhole } from "../../deploy/files.ts";
import { localAddress } from "@tributary/protocol/local-keys";
import type { Chain } from "./support/chain.ts";
import { type Decision, startProxy } from "./support/proxy.ts";
import { optionsOn, runDeploy, sandbox } from "./support/sandbox.ts";

const TRANSACTIONS = 33;

describe("deploy, killed", function () {
  this.timeout(180_000);
  const box = sandbox();

  /** Runs the command until its transaction of this number comes, does that with it, and kills the process. */
  async function killAt(on: Chain, send: number, decision: Decision): Promise<void> {
    let kill = (): void => undefined;
    const proxy = await startProxy(on.rpcUrl, (number) => {
      if (number !== send) return "forward";
      // After the node has the transaction, before the process hears of it.
      setTimeout(kill, decision === "silence" ? 300 : 0);
      return decision;
    });
    box.closing(proxy.close);
    const run = runDeploy(["--network", "local", "--rpc", proxy.rpcUrl, "--state-dir", box.stateDir]);
    kill = () => run.process.kill("SIGKILL");
    expect((await run.ended).code).to.equal(null);
    expect(existsSync(join(box.stateDir, "deployments/31337.json"))).to.equal(false);
  }

  /** Takes the last line with this text, and all after it, out of the journal. */
  async function cutJournal(text: string): Promise<void> {
    const journal = join(box.stateDir, "deployments/chain-31337/journal.jsonl");
    const lines = (await readFile(journal, "utf8")).split("\n");
    const last = lines.findLastIndex((line) => line.includes(text));
    expect(last, text).to.be.greaterThan(0);
    await writeFile(journal, lines.slice(0, last).join("\n"));
  }

  async function continueOn(on: Chain): Promise<string[]> {
    const steps: string[] = [];
    await deployAll(optionsOn(box, on, { onStep: (step) => steps.push(step) }));
    return steps;
  }

  async function addressesIn(folder: string): Promise<Record<string, string> | undefined> {
    return parseWhole(await readFile(join(folder, "deployed_addresses.json"), "utf8"));
  }

  for (const send of [1, 9, 19, TRANSACTIONS]) {
    it(`just after transaction ${send} was sent, before anything was noted of it: finds it`, async () => {
      const on = await box.chain();
      await killAt(on, send, "silence");
      const steps = await continueOn(on);
      expect(steps[0]).to.match(/found the transaction of \w+, which a killed run had sent/);
      expect(await on.client.getTransactionCount({ address: localAddress(0) })).to.equal(TRANSACTIONS);
    });
  }

  for (const send of [1, 12, TRANSACTIONS]) {
    it(`just before transaction ${send} was sent: sends it`, async () => {
      const on = await box.chain();
      await killAt(on, send, "drop");
      const steps = await continueOn(on);
      expect(steps[0]).to.match(/never was: again/);
      expect(await on.client.getTransactionCount({ address: localAddress(0) })).to.equal(TRANSACTIONS);
    });
  }

  it("with its transaction waiting to be mined: waits for it", async () => {
    const on = await box.chain();
    await on.controls.setAutomine(false);
    await killAt(on, 3, "silence");
    const continued = continueOn(on);
    await sleep(1_000);
    await on.controls.setAutomine(true);
    await on.controls.mine({ blocks: 1 });
    await continued;
    expect(await on.client.getTransactionCount({ address: localAddress(0) })).to.equal(TRANSACTIONS);
  });

  it("after a step had begun, before anything of its transaction was noted: begins it again", async () => {
    const on = await box.chain();
    await killAt(on, 9, "drop");
    // The journal as a kill one instant earlier would have left it: its last lines are what the ninth transaction was.
    await cutJournal('"NETWORK_INTERACTION_REQUEST"');
    await continueOn(on);
    expect(await on.client.getTransactionCount({ address: localAddress(0) })).to.equal(TRANSACTIONS);
  });

  for (const [instant, line] of [
    ["before the positions were asked for their vault", '"NETWORK_INTERACTION_REQUEST"'],
    ["before they answered", '"STATIC_CALL_COMPLETE"'],
  ] as const) {
    it(`just ${instant}: asks them again`, async () => {
      const on = await box.chain();
      // They are asked between the eighth transaction and the ninth.
      await killAt(on, 9, "drop");
      await cutJournal('"STATIC_CALL_EXECUTION_STATE_COMPLETE"');
      await cutJournal(line);
      await continueOn(on);
      expect(await on.client.getTransactionCount({ address: localAddress(0) })).to.equal(TRANSACTIONS);
    });
  }

  it("while it wrote its files: takes what is half-written for not written", async () => {
    const on = await box.chain();
    await killAt(on, 9, "drop");
    const folder = join(box.stateDir, "deployments/chain-31337");
    const journal = join(folder, "journal.jsonl");
    const lines = (await readFile(journal, "utf8")).split("\n");
    const sending = lines.findLastIndex((line) => line.includes('"NETWORK_INTERACTION_REQUEST"'));
    await writeFile(journal, lines.slice(0, sending + 1).join("\n"));
    // The code of a step that has not begun, beside what is written of those that have.
    const notBegun = join(folder, "artifacts/Tributary#NotBegun.json");
    await cp(join(folder, "artifacts", (await readdir(join(folder, "artifacts")))[0]!), notBegun);
    for (const file of [journal, join(folder, "deployed_addresses.json"), notBegun])
      await truncate(file, (await stat(file)).size - 9);
    expect(await addressesIn(folder)).to.equal(undefined);
    const { addresses } = await deployAll(optionsOn(box, on));
    expect(await on.client.getTransactionCount({ address: localAddress(0) })).to.equal(TRANSACTIONS);
    expect(Object.values((await addressesIn(folder))!)).to.include.members(Object.values(addresses));
  });

  it("again and again, at any instant", async () => {
    const on = await box.chain();
    for (const milliseconds of [1_000, 1_200, 1_400, 1_600]) {
      const run = runDeploy(["--network", "local", "--rpc", on.rpcUrl, "--state-dir", box.stateDir]);
      await sleep(milliseconds);
      run.process.kill("SIGKILL");
      await run.ended;
    }
    await continueOn(on);
    expect(await on.client.getTransactionCount({ address: localAddress(0) })).to.equal(TRANSACTIONS);
  });
});
