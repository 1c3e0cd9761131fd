// The commands `vote-sketches` and `check-sketches` on the protocol as it is deployed: it upholds honest sketches, ends false ones, and needs nothing but its key to reveal a vote.
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import type { VoteLine } from "../../attribution-engine/src/votes/dispute-watch.ts";
import { anvilBinary } from "../deployment/support/chain.ts";
import { ENGINE, killWatchers, runWatcher, type WatcherRun } from "../watcher/support/watcher-process.ts";
import { ATTRIBUTORS, KIND, OUTCOME, type Scene, setScene, VERSION } from "./support/scene.ts";

const CALLS = [
  { prompt: "the river and the ", answer: "union meet the whale" },
  { prompt: "the senate and the ", answer: "ship meet the stream" },
  { prompt: "the whale and the ", answer: "river meet the senate" },
];

interface Votes {
  votes: VoteLine[];
}

describe("vote-sketches", function () {
  this.timeout(240_000);
  let scene: Scene;

  before(async function () {
    if (anvilBinary() === undefined) this.skip();
    scene = await setScene();
  });
  afterEach(killWatchers);
  after(() => scene?.close());

  const vote = (attributor: number, args: readonly string[] = ["--once"], workDir = "one"): WatcherRun<Votes> =>
    runWatcher<Votes>(scene, {
      command: "vote-sketches",
      account: attributor,
      workDir: `${workDir}-${attributor}`,
      args: ["--work", scene.work, "--base", scene.baseFolder, ...args],
    });

  /** Runs it once for the first attributor, who alone is a quorum. @returns its votes */
  async function once(code = 0, args: readonly string[] = []): Promise<VoteLine[]> {
    const { summary, output, ...ended } = await vote(ATTRIBUTORS[0], ["--once", ...args]).ended;
    expect(ended.code, output).to.equal(code);
    return summary!.votes;
  }

  /** Places that `check-sketches` lists. */
  async function falseRecords(): Promise<number[]> {
    const { chain, deployment, work, baseFolder } = scene;
    const options = ["--rpc", chain.rpcUrl, "--deployment", deployment, "--work", work, "--base", baseFolder];
    const { stdout } = await promisify(execFile)(process.execPath, [
      ENGINE,
      "check-sketches",
      ...options,
      "--json",
      "--version",
      String(VERSION),
    ]);
    return (JSON.parse(stdout) as { outside: { place: number }[] }).outside.map(({ place }) => place);
  }

  function stateOf(votes: readonly VoteLine[], round: bigint): string | undefined {
    return votes.find(({ dispute }) => dispute === Number(round))?.state;
  }

  async function decide(rounds: readonly bigint[]): Promise<number[]> {
    await once();
    await scene.pass(scene.windows.commit);
    await once();
    await scene.pass(scene.windows.reveal);
    const outcomes: number[] = [];
    for (const round of rounds) outcomes.push(await scene.resolve(round));
    return outcomes;
  }

  it("ends an index with a false record, judges none by the one that follows, and upholds an honest one and one in withdrawn form", async () => {
    await scene.commitIndex(5, 8);
    expect(await falseRecords()).to.deep.equal([5]);
    const isFalse = await scene.dispute(KIND.index, VERSION, 0, 5);
    const isTrue = await scene.dispute(KIND.index, VERSION, 0, 6);
    const isWithdrawn = await scene.dispute(KIND.index, VERSION, 0, 8);
    await once();
    await scene.pass(scene.windows.commit);
    await once();
    await scene.pass(scene.windows.reveal - 60);
    const late = await scene.dispute(KIND.index, VERSION, 0, 7);
    await scene.pass(60);
    expect(await scene.resolve(isTrue)).to.equal(OUTCOME.within);
    expect(await scene.resolve(isWithdrawn)).to.equal(OUTCOME.within);
    expect(await scene.resolve(isFalse)).to.equal(OUTCOME.outside);
    await scene.commitIndex();
    expect(await falseRecords()).to.deep.equal([]);
    const next = await scene.dispute(KIND.index, VERSION, 1, 5);
    const votes = await once(1);
    expect(stateOf(votes, late)).to.equal("abstained");
    expect(stateOf(votes, next)).to.equal("committed");
    await scene.pass(scene.windows.commit);
    await once();
    await scene.pass(scene.windows.reveal);
    expect(await scene.resolve(next)).to.equal(OUTCOME.within);
    await scene.pass(scene.windows.index);
  });

  it("ends a commit with a false call, and upholds an honest one", async () => {
    const rounds = [
      await scene.dispute(KIND.sketches, await scene.settle(CALLS), 0, 1),
      await scene.dispute(KIND.sketches, await scene.settle(CALLS, 1), 0, 1),
    ];
    expect(await decide(rounds)).to.deep.equal([OUTCOME.within, OUTCOME.outside]);
  });

  it("that is killed once its vote is committed reveals it after it is started again, with nothing but its key", async () => {
    const settlement = await scene.settle(CALLS, 2);
    const round = await scene.dispute(KIND.sketches, settlement, 0, 2);
    const first = vote(ATTRIBUTORS[0], []);
    await first.line("mined");
    first.process.kill("SIGKILL");
    await first.ended;
    rmSync(join(scene.folder, "watchers"), { recursive: true });
    await scene.pass(scene.windows.commit);
    const votes = await once();
    expect(votes.at(-1)).to.deep.include({ dispute: Number(round), state: "revealed", upheld: false });
    await scene.pass(scene.windows.reveal);
    expect(await scene.resolve(round)).to.equal(OUTCOME.outside);
  });

  it("only says how it would vote with --dry-run, and abstains where it lacks the text", async () => {
    const settlement = await scene.settle(CALLS, 1);
    const round = await scene.dispute(KIND.sketches, settlement, 0, 1);
    const dry = await vote(ATTRIBUTORS[0], ["--dry-run"]).ended;
    expect(dry.output).to.include("is false").and.include("would send: commit the vote");
    expect(dry.summary!.votes.at(-1)).to.deep.include({ dispute: Number(round), state: "toCommit", upheld: false });
    rmSync(join(scene.work, `settlement-${settlement}.json`));
    const [abstained] = (await once(1)).slice(-1);
    expect(abstained).to.deep.include({ dispute: Number(round), state: "abstained" });
  });
});
