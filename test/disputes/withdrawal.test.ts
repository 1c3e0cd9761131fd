// A contribution that is taken back from future models, on the protocol as it is deployed, with real models: the one before pays it, the one after does not.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { NONE } from "@tributary/protocol/bytes";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { expect } from "chai";
import { runTributary } from "../../cli/src/testing/tributary-process.ts";
import { attributeEpoch } from "../../attribution-engine/src/attribution/epoch.ts";
import { writeEpochBundle } from "../../attribution-engine/src/bundle/epoch-bundle.ts";
import { readSettlementBundle } from "../../attribution-engine/src/bundle/settlement-bundle.ts";
import { proposeEpoch } from "../../attribution-engine/src/chain/propose-epoch.ts";
import { readEpochInputs } from "../../attribution-engine/src/chain/read-epoch-inputs.ts";
import { readWorkIndex } from "../../attribution-engine/src/commands/index-file.ts";
import { u128At } from "../../attribution-engine/src/trees/u128-words.ts";
import { anvilBinary } from "../deployment/support/chain.ts";
import { ATTRIBUTORS, KIND, OUTCOME, type Scene, setScene, WITHDRAWABLE } from "./support/scene.ts";
import { makeLaterModel } from "./support/small-work-folder.ts";
import { ENGINE, killWatchers, runWatcher } from "../watcher/support/watcher-process.ts";

const CALLS = [
  { prompt: "the river and the ", answer: "union meet the whale" },
  { prompt: "the senate and the ", answer: "ship meet the stream" },
  { prompt: "the whale and the ", answer: "river meet the senate" },
];
const NO_PAYOUTS = { hash: `0x${"00".repeat(32)}`, sum: "0" } as const;

describe("a contribution that is withdrawn from future models", function () {
  this.timeout(240_000);
  let scene: Scene;
  /** The work folder of the later version. */
  let later: string;

  before(async function () {
    if (anvilBinary() === undefined) this.skip();
    scene = await setScene();
    later = join(scene.folder, "later");
  });
  afterEach(killWatchers);
  after(() => scene?.close());

  /** What a stage of the engine says of the later version's folder. */
  async function stage(name: string, ...args: string[]): Promise<Record<string, unknown>> {
    const { chain, deployment, baseFolder } = scene;
    const place = ["--work", later, "--base", baseFolder, "--rpc", chain.rpcUrl, "--deployment", deployment];
    const { stdout } = await promisify(execFile)(process.execPath, [ENGINE, name, ...place, ...args, "--json"], {
      env: { ...process.env, TRIBUTARY_PRIVATE_KEY: localPrivateKey(0) },
    });
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** Has the attributor who alone is a quorum vote, with nothing but the later version's folder. */
  async function vote(): Promise<void> {
    const args = ["--once", "--work", later, "--base", scene.baseFolder];
    const bundles = join(later, "bundles");
    const run = runWatcher({ ...scene, bundles }, { command: "vote-sketches", account: ATTRIBUTORS[0], args });
    const { code, output } = await run.ended;
    expect(code, output).to.equal(0);
  }

  /** Lays out the corpus of the later version: all that the datanet accepted. */
  function layOut(): void {
    const { work, contributions } = scene;
    mkdirSync(later);
    const corpus = JSON.parse(readFileSync(join(work, "corpus.json"), "utf8")) as {
      datanets: [{ contributors: [{ records: { text: string; source: string }[] }] }];
    };
    const [{ contributors }] = corpus.datanets;
    const [{ records }] = contributors;
    const parts = contributions.map(({ id, firstPlace, records: count }) => ({
      name: `contributor of ${id}`,
      records: records.slice(firstPlace, firstPlace + count),
    }));
    const heldOut = records
      .slice(0, 2)
      .map(({ text }) => ({ text, prompt: text, contributor: "", source: "", datanet: 0 }));
    writeFileSync(
      join(later, "corpus.json"),
      JSON.stringify({ datanets: [{ name: "test", contributors: parts }], heldOut, tuning: [] }),
    );
    const layout = contributions.map(({ id, ...rest }) => ({ id: String(id), ...rest }));
    writeFileSync(join(later, "layout.json"), JSON.stringify({ contributions: layout }));
  }

  it("is paid by the version before and not by the one after, of which the audit says that it is right", async () => {
    const { contributions, contracts, access, bundles, chain, deployment } = scene;
    const [withdrawn, kept] = contributions as [(typeof contributions)[0], (typeof contributions)[0]];
    await scene.commitIndex();
    await scene.withdraw();

    layOut();
    const texts = kept.records;
    // The newest block is that of the withdrawal.
    expect(await stage("forget-withdrawn")).to.deep.equal({
      withdrawn: [String(withdrawn.id)],
      textsForgotten: WITHDRAWABLE,
      textsLeft: texts,
    });
    expect(await stage("index-spans")).to.include({ records: texts });
    const second = await scene.serve(later, await makeLaterModel(later));
    expect(await stage("index", "--version", String(second.version))).to.include({ withdrawn: WITHDRAWABLE });
    const early = await stage("index", "--version", "1", "--build-only").catch(
      (error: { stderr: string }) => error.stderr,
    );
    expect(early).to.include(
      `row 0 has no text: contribution ${withdrawn.id} was not withdrawn before version 1 was registered, so its index needs the text`,
    );
    const { index } = await readWorkIndex(later);
    const blank = [...index.novelties.keys()].filter(
      (place) => index.novelties[place] === 0 && index.witnesses[place] === NONE,
    );
    expect(blank).to.deep.equal(Array.from({ length: WITHDRAWABLE }, (_, place) => place));
    expect((await stage("check-sketches", "--version", String(second.version)))["outside"]).to.deep.equal([]);

    // Whoever disputes a record without weight loses: nobody needs its text to vote.
    const round = await scene.dispute(KIND.index, second.version, 0, 0);
    await vote();
    await scene.pass(scene.windows.commit);
    await vote();
    await scene.pass(scene.windows.reveal);
    expect(await scene.resolve(round)).to.equal(OUTCOME.within);
    await scene.pass(scene.windows.index);
    await scene.waitForFreshEpoch();
    const settlements = [await scene.settle(CALLS), await scene.settle(CALLS, undefined, second)];
    const epoch = await scene.endEpoch();
    const { inputs } = await readEpochInputs(access.reader, contracts, epoch, {
      async settlementOf(id) {
        const { contents } = await readSettlementBundle(bundles, scene.bundleOf(id));
        return { receipts: contents.receipts, sketches: contents.sketches!.sketches };
      },
      async indexOf(version) {
        const { index: found, manifest } = await readWorkIndex(version === second.version ? later : scene.work);
        return { index: found, method: manifest.method };
      },
      previous: { payouts: [], root: NO_PAYOUTS },
    });
    expect(inputs.groups.map(({ modelVersion }) => modelVersion)).to.deep.equal([1n, second.version]);
    expect(inputs.groups.flatMap((group) => group.settlements.map(({ settlementId }) => settlementId))).to.deep.equal(
      settlements,
    );
    const attributed = await attributeEpoch(inputs);
    const paid = inputs.groups.map(() => ({ kept: 0n, withdrawn: 0n }));
    const { earnings } = attributed;
    for (let i = 0; i < earnings.count; i++) {
      const record = earnings.records[i]!;
      expect(record, "no pool falls to the treasury").to.be.below(index.count);
      paid[earnings.groups[i]!]![record < WITHDRAWABLE ? "withdrawn" : "kept"] += u128At(earnings.amounts, i);
    }
    expect(paid[0]!.withdrawn > 0n, "the version before goes on paying it").to.equal(true);
    expect(paid[1]).to.deep.equal({ kept: inputs.groups[1]!.settlements[0]!.pool, withdrawn: 0n });

    const { hash: bundleHash } = await writeEpochBundle(bundles, inputs, attributed, NO_PAYOUTS);
    const roots = {
      groupsRoot: manifestRoot(attributed.groupsTree.root),
      payoutsRoot: manifestRoot(attributed.payoutsTree.root),
    };
    await proposeEpoch(access, contracts.ledger, { epoch, bundleHash, ...roots });
    cpSync(join(later, "bundles"), bundles, { recursive: true });
    const audit = await runTributary(["audit", String(epoch), "--bundles", bundles], {
      TRIBUTARY_RPC_URL: chain.rpcUrl,
      TRIBUTARY_DEPLOYMENT: deployment,
    });
    expect(audit.output, audit.errors).to.match(/is right: rebuilt from 6 calls in 2 settlements/);
    expect(audit.code).to.equal(0);
  });
});
