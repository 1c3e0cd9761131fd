// The watcher's command against a real node and the real courts, with a SIMULATED dishonest proposer.
import { createReadStream, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { startChain } from "../deployment/support/chain.ts";
import { ended, pending, rootsOf, stolenEpoch, useScene } from "./support/scene.ts";
import { runWatcher } from "./support/watcher-process.ts";

/** `IRoyaltyLedger.SettlementStatus.Voided`. */
const VOIDED = 5n;

describe("watch", function () {
  this.timeout(240_000);
  const scene = useScene(1, true);

  it("lets an honest proposal stand", async () => {
    const proposal = await scene().propose(rootsOf(scene().honest));
    const { code, summary, output } = await runWatcher(scene()).ended;
    expect(code, output).to.equal(0);
    expect(summary).to.include({ checked: 1, agreeing: 1, faulty: 0, ended: 0 });
    expect(await scene().statusOf(proposal)).to.equal(pending);
  });

  it("ends a proposal that pays somebody else, by a proof, and no other", async () => {
    const stolen = await stolenEpoch(scene());
    const faulty = await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    const right = await scene().propose(rootsOf(scene().honest));
    const { code, summary, output } = await runWatcher(scene()).ended;
    expect(code, output).to.equal(0);
    expect(summary).to.include({ checked: 2, agreeing: 1, faulty: 1, ended: 1, demands: 0 });
    const { stage } = scene();
    const reward = 5n * 10n ** 17n;
    expect(summary!.proofs).to.have.length(1);
    expect(summary!.proofs[0]).to.include({
      proposal: faulty,
      fault: "earning",
      function: "proveOwner",
      reward: reward.toString(),
      burned: reward.toString(),
      paid: stage.prover.address,
    });
    expect(await scene().statusOf(faulty)).to.equal(ended);
    expect(await scene().statusOf(right)).to.equal(pending);
  });

  it("ends a proposal that pays a position which was minted after the epoch was computed", async () => {
    const { stage } = scene();
    const decoy = await stolenEpoch(scene());
    await scene().propose(rootsOf(decoy), await scene().publish(decoy));
    const watcher = runWatcher(scene(), { args: [] });
    await watcher.line("proposal 0: ended by");
    await (await stage.origins.mintPositions(stage.positions, 1n)).wait();
    const stolen = await stolenEpoch(scene(), [await stage.positions.positionCount()]);
    const lie = await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    await watcher.line("proposal 1: ended by proveOwner");
    watcher.process.kill("SIGINT");
    const { code, output } = await watcher.ended;
    expect(code, output).to.equal(0);
    expect(output).to.not.include("refused");
    expect(await scene().statusOf(lie)).to.equal(ended);
  });

  it("says with --dry-run what it would send, and sends nothing", async () => {
    const stolen = await stolenEpoch(scene());
    const faulty = await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    const { stage, chain } = scene();
    const sent = await chain.client.getTransactionCount({ address: stage.prover.address as `0x${string}` });
    const { code, summary, output } = await runWatcher(scene(), { args: ["--dry-run"] }).ended;
    expect(code, output).to.equal(1);
    expect(summary).to.include({ faulty: 1, ended: 0 });
    expect(output).to.match(/would send: proveOwner .*: \d+ bytes of calldata, gas \d+, reward 0\.5/);
    expect(await scene().statusOf(faulty)).to.equal(pending);
    expect(await chain.client.getTransactionCount({ address: stage.prover.address as `0x${string}` })).to.equal(sent);
  });

  it("is content where another watcher was faster", async () => {
    const stolen = await stolenEpoch(scene());
    await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    const watchers = [2, 3].map((account) => runWatcher(scene(), { account, workDir: `account-${account}` }));
    const ends = await Promise.all(watchers.map(async (watcher) => watcher.ended));
    for (const { code, output } of ends) expect(code, output).to.equal(0);
    const ended = await scene().stage.faults.queryFilter(scene().stage.faults.filters.FaultProven());
    expect(ended).to.have.length(1);
  });

  it("fetches bundles from a server", async () => {
    const stolen = await stolenEpoch(scene());
    const proposal = await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    const server = createServer((request, response) => {
      createReadStream(join(scene().bundles, request.url!))
        .on("error", () => response.writeHead(404).end())
        .pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const bundles = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { code, output } = await runWatcher(scene(), { bundles }).ended;
      expect(code, output).to.equal(0);
      expect(await scene().statusOf(proposal)).to.equal(ended);
    } finally {
      server.close();
    }
  });

  it("ends with code 1, and says why, where the inputs are nowhere", async () => {
    const proposal = await scene().propose(rootsOf(scene().honest));
    const { code, summary, output } = await runWatcher(scene(), { bundles: scene().folder }).ended;
    expect(code, output).to.equal(1);
    expect(summary).to.include({ checked: 0 });
    expect(output).to.match(/cannot be checked: bundle 0x[0-9a-f]{64} is nowhere/);
    expect(await scene().statusOf(proposal)).to.equal(pending);
  });

  it("ends with code 2 where it is called wrongly", async () => {
    const { code, output } = await runWatcher(scene(), { args: ["--twice"] }).ended;
    expect(code).to.equal(2);
    expect(output).to.include("--twice");
  });

  it("refuses to work with a court that is not there", async () => {
    const file = join(scene().folder, "codeless.json");
    const { addresses, ...rest } = JSON.parse(readFileSync(scene().deployment, "utf8")) as {
      addresses: Record<string, string>;
    };
    const nobody = scene().stage.prover.address;
    writeFileSync(file, JSON.stringify({ ...rest, addresses: { ...addresses, FaultProofs: nobody } }));
    const { code, output } = await runWatcher({ ...scene(), deployment: file }).ended;
    expect(code).to.equal(2);
    expect(output).to.include(`faultProofs of the ledger of OPEN is ${nobody}, where there is no contract`);
  });

  it("refuses a key that everybody knows on a chain that is not local", async () => {
    const chain = await startChain(8453);
    try {
      const { code, output } = await runWatcher(scene(), { rpc: chain.rpcUrl, chainId: 8453 }).ended;
      expect(code).to.equal(2);
      expect(output).to.include("public development mnemonic");
    } finally {
      chain.process.kill();
    }
  });

  it("reserves the reward with --reserve, and has it paid", async () => {
    const stolen = await stolenEpoch(scene());
    const proposal = await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    const { code, output } = await runWatcher(scene(), { args: ["--once", "--reserve"] }).ended;
    expect(code, output).to.equal(0);
    const { faults, prover } = scene().stage;
    expect(await faults.queryFilter(faults.filters.ProofReserved())).to.have.length(1);
    expect(await faults.queryFilter(faults.filters.ProofRevealed())).to.have.length(1);
    expect(output).to.include(`reward 0.5 to ${prover.address}`);
    expect(await scene().statusOf(proposal)).to.equal(ended);
  });

  it("shows a proof that it reserved though another watcher was faster, and wins the reward", async () => {
    const stolen = await stolenEpoch(scene());
    const proposal = await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    const { chain, drawn, stage } = scene();
    const { faults, prover, token } = stage;
    await (await token.connect(prover).approve(faults, 10n ** 24n)).wait();
    await chain.controls.setAutomine(false);
    const watcher = runWatcher(scene(), { args: ["--reserve"] });
    await watcher.line("sent");
    // It sees its reservation and the end of the proposal at one look.
    watcher.process.kill("SIGSTOP");
    await chain.controls.setAutomine(true);
    await chain.controls.mine({ blocks: 1 });
    const rival = await runWatcher(scene(), { account: 3, workDir: "rival", args: ["--once"] }).ended;
    expect(rival.code, rival.output).to.equal(0);
    expect(await scene().statusOf(proposal)).to.equal(ended);
    const accused = { epoch: drawn.honest.inputs.epoch, proposal };
    expect((await faults.docketOf(accused)).winner).to.not.equal(prover.address);
    watcher.process.kill("SIGCONT");
    for (let tries = 0; tries < 100 && (await faults.docketOf(accused)).winner !== prover.address; tries++)
      await sleep(100);
    expect((await faults.docketOf(accused)).winner).to.equal(prover.address);
    expect((await faults.owed()).deposits).to.equal(0n);
    watcher.process.kill("SIGINT");
    expect((await watcher.ended).code).to.equal(0);
  });

  it("shows its numbers to Prometheus, and its summary when it is told to end", async () => {
    await scene().propose(rootsOf(scene().honest));
    const watcher = runWatcher(scene(), { args: ["--metrics-port", "0"] });
    const url = (await watcher.line("metrics at")).split(" ").at(-1)!;
    await watcher.line("agrees");
    let text = "";
    for (let tries = 0; tries < 50 && !text.includes('verdict="agrees"} 1'); tries++) {
      await sleep(100);
      text = await (await fetch(url)).text();
    }
    expect(text).to.include('tributary_watcher_proposals{verdict="agrees"} 1');
    expect(text).to.match(/tributary_watcher_window_seconds\{.*\} \d+/);
    expect(text).to.match(/tributary_watcher_balance_ether \d+/);
    watcher.process.kill("SIGINT");
    const { code, summary } = await watcher.ended;
    expect(code).to.equal(0);
    expect(summary).to.include({ checked: 1, agreeing: 1 });
  });

  it("demands receipts that nobody publishes, and ends their settlement", async () => {
    const { stage, chain, drawn } = scene();
    const { ledger, origins } = stage;
    const { modelVersion, settlements } = drawn.honest.inputs.groups[0]!;
    const { count } = settlements[0]!.receipts;
    const root = { hash: `0x${"77".repeat(32)}`, sum: 5n };
    await (await origins.openSettlement(ledger, modelVersion, root, count, 5n)).wait();
    const settlement = await ledger.settlementCount();
    const watcher = runWatcher(scene(), { args: ["--grace-seconds", "0"] });
    await watcher.line("receipt");
    await watcher.line("mined");
    await chain.controls.increaseTime({ seconds: 61 });
    await chain.controls.mine({ blocks: 1 });
    await watcher.line(": end receipt");
    for (let tries = 0; tries < 100 && (await ledger.settlementOf(settlement)).status !== VOIDED; tries++)
      await sleep(100);
    expect((await ledger.settlementOf(settlement)).status).to.equal(VOIDED);
    watcher.process.kill("SIGINT");
    expect((await watcher.ended).code).to.equal(0);
  });
});
