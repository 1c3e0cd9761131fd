// The command `tributary audit` against a real node: one line says whether an epoch is right, from the chain and published bundles alone.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { runTributary } from "../../cli/src/testing/tributary-process.ts";
import { finalizeNextEpoch } from "./support/next-epoch.ts";
import { rootsOf, stolenEpoch, useScene } from "./support/scene.ts";
import { runWatcher } from "./support/watcher-process.ts";

describe("tributary audit", function () {
  this.timeout(240_000);
  const scene = useScene(1, true);

  async function audit(bundles: string, ...args: string[]) {
    const { chain, deployment, drawn } = scene();
    const all = ["audit", String(drawn.honest.inputs.epoch), "--bundles", bundles, ...args];
    return runTributary(all, { TRIBUTARY_RPC_URL: chain.rpcUrl, TRIBUTARY_DEPLOYMENT: deployment });
  }

  async function finalize(proposal = 0): Promise<void> {
    const { stage, chain, drawn } = scene();
    const { epoch } = drawn.honest.inputs;
    const { finalizableAt } = await stage.ledger.proposalOf(epoch, proposal);
    await chain.controls.setNextBlockTimestamp({ timestamp: BigInt(finalizableAt) + 1n });
    await (await stage.ledger.connect(stage.prover).finalize(epoch)).wait();
  }

  it("says that a right epoch is right, before it is final and after", async () => {
    await scene().propose(rootsOf(scene().honest), await scene().publish(scene().honest));
    const { code, output, errors } = await audit(scene().bundles);
    expect(output, errors).to.match(
      /^epoch \d+, proposal 0 \(pending\) is right: rebuilt from \d+ calls in \d+ settlements, [^\n]*\n$/,
    );
    expect(code).to.equal(0);
    await finalize();
    const later = await audit(scene().bundles, "--json");
    expect(JSON.parse(later.output), later.errors).to.include({ ok: true, status: "finalized", isPublished: true });
    expect(later.code).to.equal(0);
  });

  it("says what is wrong with one that pays somebody else, also where it is final", async () => {
    const stolen = await stolenEpoch(scene());
    await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    await scene().propose(rootsOf(scene().honest), await scene().publish(scene().honest));
    const wrong = await audit(scene().bundles, "--proposal", "0");
    expect(wrong.output, wrong.errors).to.match(
      /^epoch \d+, proposal 0 \(pending\) is WRONG: .*payouts: 0x[0-9a-f]{64} over \d+ rebuilt, 0x[0-9a-f]{64} over \d+ proposed\n$/,
    );
    expect(wrong.code).to.equal(1);
    const right = await audit(scene().bundles, "--proposal", "1");
    expect([right.code, / is right: /.test(right.output)], right.output).to.deep.equal([0, true]);
    await finalize();
    const final = await audit(scene().bundles);
    expect(final.output).to.match(/proposal 0 \(finalized\) is WRONG: /);
    expect(final.code).to.equal(1);
  });

  it("judges a proposal that was ended, also after another of its epoch is final", async () => {
    const stolen = await stolenEpoch(scene());
    await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    await scene().propose(rootsOf(scene().honest), await scene().publish(scene().honest));
    const watched = await runWatcher(scene()).ended;
    expect(watched.summary, watched.output).to.include({ ended: 1 });
    await finalize(1);
    const wrong = await audit(scene().bundles, "--proposal", "0");
    expect(wrong.output, wrong.errors).to.match(
      /^epoch \d+, proposal 0 \(ended\) is WRONG: .*payouts: 0x[0-9a-f]{64} over \d+ rebuilt, 0x[0-9a-f]{64} over \d+ proposed/,
    );
    expect(wrong.code).to.equal(1);
    const right = await audit(scene().bundles);
    expect(right.output, right.errors).to.match(/^epoch \d+, proposal 1 \(finalized\) is right: /);
    const { chain, deployment, bundles, drawn } = scene();
    const other = await runTributary(["audit", "7", "--bundles", bundles], {
      TRIBUTARY_RPC_URL: chain.rpcUrl,
      TRIBUTARY_DEPLOYMENT: deployment,
    });
    expect(other.errors).to.match(
      new RegExp(
        `^epoch 7 cannot be judged: it has no proposal; final: .*${drawn.honest.inputs.epoch}; none waits for a proposal$`,
        "m",
      ),
    );
    expect(other.code).to.equal(1);
  });

  it("comes after attribute, which refuses an epoch without settlements and says where those that there are stand", async () => {
    const { chain, deployment, folder, stage, drawn } = scene();
    const work = join(folder, "empty-work");
    mkdirSync(work, { recursive: true });
    const { epoch, groups } = drawn.honest.inputs;
    const attributed = await runTributary(["attribute", "--work", work, "--epoch", String(epoch + 70n)], {
      TRIBUTARY_RPC_URL: chain.rpcUrl,
      TRIBUTARY_DEPLOYMENT: deployment,
    });
    expect(attributed.code).to.equal(1);
    const ledger = await stage.ledger.getAddress();
    expect(attributed.errors).to.include(
      `epoch ${epoch + 70n}: the ledger ${ledger} has taken no settlement into it, so there is nothing to attribute`,
    );
    const newest = groups.flatMap(({ settlements }) => settlements).map(({ settlementId }) => settlementId);
    const last = newest.reduce((most, id) => (id > most ? id : most));
    expect(attributed.errors)
      .to.include(`settlement ${last} is in epoch ${epoch}`)
      .and.include("name an epoch that has");
    expect(readdirSync(work)).to.deep.equal([]);
  });

  it("names the earlier epochs that a right one rests on, and judges them too where it is asked to", async () => {
    const { honest, drawn } = scene();
    await scene().propose(rootsOf(honest), await scene().publish(honest));
    const { epoch } = drawn.honest.inputs;
    const before = drawn.honest.previous.tree.root.sum;
    const alone = await audit(scene().bundles);
    expect(alone.output).to.include(
      `; it adds ${honest.payoutsTree.root.sum - before} to the ${before} of earlier epochs, which are taken as final (judge them, up to epoch ${epoch - 1n}, with --from); that sketches are true gradients is attested`,
    );
    expect(alone.code).to.equal(0);
    // Nothing was committed that the epoch before could have paid for: it became final, as nobody challenged it.
    const all = await audit(scene().bundles, "--from", String(epoch - 1n));
    const lines = all.output.trimEnd().split("\n");
    expect(lines[0]).to.match(new RegExp(`^epoch ${epoch - 1n} cannot be judged: `));
    expect(lines[1]).to.match(
      new RegExp(
        `^epoch ${epoch}, .* is right: .*, up to epoch ${epoch - 1n}, which has a line above; of these epoch ${epoch - 1n} could not be judged`,
      ),
    );
    expect([all.code, lines.length]).to.deep.equal([1, 2]);
    const json = await audit(scene().bundles, "--from", String(epoch - 1n), "--json");
    const told = JSON.parse(json.output) as { before: object; earlier: object[] };
    expect(told).to.deep.include({ ok: false, faults: [] });
    expect(told.before).to.include({ epoch: String(epoch - 1n), judged: true });
    expect(told.earlier.map((each) => (each as { ok: boolean }).ok)).to.deep.equal([false]);
    const late = await audit(scene().bundles, "--from", String(epoch + 1n));
    expect([late.code, late.errors]).to.deep.equal([2, `--from is ${epoch + 1n}; must not be after epoch ${epoch}\n`]);
  });

  it("says of a right epoch after a wrong one that is final that it adds to a wrong one, and ends with 1", async () => {
    const stolen = await stolenEpoch(scene());
    await scene().propose(rootsOf(stolen), await scene().publish(stolen));
    await finalize();
    const wrong = scene().drawn.honest.inputs.epoch;
    const later = await finalizeNextEpoch(scene(), stolen);
    const auditLater = (...args: string[]) => {
      const { chain, deployment, bundles } = scene();
      return runTributary(["audit", String(later), "--bundles", bundles, ...args], {
        TRIBUTARY_RPC_URL: chain.rpcUrl,
        TRIBUTARY_DEPLOYMENT: deployment,
      });
    };
    const alone = await auditLater();
    expect(alone.output, alone.errors).to.match(
      new RegExp(`^epoch ${later}, .* is right: .* taken as final \\(judge them, up to epoch ${wrong}, with --from\\)`),
    );
    expect(alone.code).to.equal(0);
    const both = await auditLater("--from", String(wrong));
    const lines = both.output.trimEnd().split("\n");
    expect(lines[0], both.errors).to.match(
      new RegExp(`^epoch ${wrong}, proposal 0 \\(finalized\\) is WRONG: .*payouts: `),
    );
    expect(lines[1]).to.match(
      new RegExp(
        `^epoch ${later}, .* is right: .* of earlier epochs, up to epoch ${wrong}, which has a line above; of these epoch ${wrong} is WRONG, so that payouts are wrong that this one adds to`,
      ),
    );
    expect([both.code, lines.length]).to.deep.equal([1, 2]);
    const json = await auditLater("--from", String(wrong), "--json");
    expect(JSON.parse(json.output)).to.deep.include({ ok: false, faults: [], wrongBefore: [String(wrong)] });
    expect(json.code).to.equal(1);
  });

  it("judges roots whose tables nobody published, and says that nobody can claim by them", async () => {
    await scene().propose(rootsOf(scene().honest), `0x${"12".repeat(32)}`);
    const { code, output } = await audit(scene().bundles, "--json");
    const told = JSON.parse(output) as { reason: string };
    expect(told).to.include({ ok: true, isPublished: false });
    expect(told.reason).to.match(/ is right: .*; what it published is not whole in any place given/);
    expect(code).to.equal(0);
  });

  it("ends with 1 and names what is missing where an input is nowhere, with 2 where it is called wrongly", async () => {
    await scene().propose(rootsOf(scene().honest));
    const empty = join(scene().folder, "empty");
    mkdirSync(empty, { recursive: true });
    const missing = await audit(empty);
    expect(missing.errors).to.match(/^epoch \d+ cannot be judged: .*bundle 0x[0-9a-f]{64} is nowhere/);
    expect([missing.code, missing.output]).to.deep.equal([1, ""]);
    const unknown = await audit(scene().bundles, "--proposal", "7");
    expect(unknown.errors).to.match(/^epoch \d+ cannot be judged: it has 1 proposals: there is no number 7/);
    const named = await audit(scene().bundles, "--rpc", "nobody");
    expect([named.code, named.errors]).to.deep.equal([2, "--rpc (or TRIBUTARY_RPC_URL) is not a URL\n"]);
    const wrong = await audit(scene().bundles, "--proposal", "x");
    expect([wrong.code, wrong.errors]).to.deep.equal([2, "--proposal is x; must be a whole number from 0\n"]);
    const token = await audit(scene().bundles, "--token", "GOLD");
    expect(token.errors).to.match(/--token is GOLD; .* has OPEN/);
    const damaged = join(scene().folder, "damaged.json");
    writeFileSync(damaged, "{");
    const file = await runTributary(["audit", "1", "--bundles", empty, "--deployment", damaged]);
    expect([file.code, file.output]).to.deep.equal([2, ""]);
    expect(file.errors).to.match(/damaged\.json is no JSON .*: name the file that the deployment wrote/);
  });
});
