// The stages that sketch calls, sign and check, on the protocol as it is deployed: killed at any instant, they come to what they come to anyway.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { localAddress, localPrivateKey } from "@tributary/protocol/local-keys";
import { expect } from "chai";
import { createRandom } from "../../attribution-engine/src/numerics/random.ts";
import { anvilBinary } from "../deployment/support/chain.ts";
import { ENGINE } from "../watcher/support/watcher-process.ts";
import { ATTRIBUTORS, type Scene, setScene, VERSION } from "./support/scene.ts";

/** Four parts. */
const CALLS = Array.from({ length: 256 }, (_, i) => ({
  prompt: `the ${["river", "whale", "senate"][i % 3]} and the `,
  answer: `${["union", "ship", "stream", "whale"][i % 4]} meet the river`,
}));

describe("stages that sketch calls and are killed", function () {
  this.timeout(240_000);
  let scene: Scene;
  const running = new Set<ChildProcess>();
  const random = createRandom(Date.now() % 2 ** 31);

  before(async function () {
    if (anvilBinary() === undefined) this.skip();
    scene = await setScene();
  });
  after(() => {
    for (const child of running) child.kill("SIGKILL");
    scene?.close();
  });

  /** Folders of parts in the work folder. */
  const partFolders = (): string[] => readdirSync(scene.work).filter((name) => name.includes("-parts-"));
  const hasPart = (): boolean =>
    partFolders().some((name) =>
      readdirSync(join(scene.work, name), { recursive: true, encoding: "utf8" }).some((file) =>
        file.endsWith(".sketches"),
      ),
    );

  /** What the stage says, or undefined if it was killed before. */
  async function stage(
    name: string,
    args: readonly string[],
    account: number,
    isTime?: () => Promise<unknown>,
  ): Promise<unknown> {
    const { chain, deployment, work, baseFolder } = scene;
    const place = ["--rpc", chain.rpcUrl, "--deployment", deployment, "--work", work, "--base", baseFolder];
    const child = spawn(process.execPath, [ENGINE, name, ...place, ...args, "--workers", "1", "--json"], {
      env: { ...process.env, TRIBUTARY_PRIVATE_KEY: localPrivateKey(account) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    running.add(child);
    const ended = once(child, "close").finally(() => running.delete(child));
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
    if (isTime !== undefined) {
      await Promise.race([ended, isTime()]);
      child.kill("SIGKILL");
    }
    await ended;
    if (isTime === undefined) expect(child.exitCode).to.equal(0);
    return child.exitCode === 0 ? JSON.parse(printed) : undefined;
  }

  /** Kills the stage when it has kept a part, then at a random instant of the time that it takes, and lets it come to its end. */
  async function through(name: string, args: readonly string[], account: number = ATTRIBUTORS[0]): Promise<unknown> {
    const begun = performance.now();
    const first = await stage(name, args, account, async () => {
      while (!hasPart()) await delay(2);
    });
    const time = performance.now() - begun;
    // Before it has an end a stage has left no more than parts.
    if (first === undefined) expect(hasPart(), name).to.equal(true);
    await stage(name, args, account, () => delay(random.uniform() * time));
    return stage(name, args, account);
  }

  it("sign, commit and find what they would have", async () => {
    await scene.commitIndex();
    await scene.pass(scene.windows.index);
    const { settlementId } = await scene.handOver(CALLS);
    const id = String(settlementId);
    const settlement = ["--settlement", id];
    const sketched = (await through("sketch-calls", [...settlement, "--version", String(VERSION)])) as {
      bundleHash: string;
    };
    expect(existsSync(join(scene.bundles, sketched.bundleHash))).to.equal(true);
    await through("attest", settlement, ATTRIBUTORS[1]);
    const { attestations } = JSON.parse(readFileSync(join(scene.work, `attestations-${id}.json`), "utf8")) as {
      attestations: { signer: string }[];
    };
    expect(attestations.map(({ signer }) => signer)).to.deep.equal(ATTRIBUTORS.map((account) => localAddress(account)));
    await stage("commit-sketches", settlement, ATTRIBUTORS[0]);
    expect(await stage("check-sketches", settlement, ATTRIBUTORS[0])).to.deep.equal({
      settlement: id,
      calls: CALLS.length,
      outside: [],
    });
    expect(await through("check-sketches", ["--version", String(VERSION)])).to.deep.include({ outside: [] });
    expect(partFolders()).to.deep.equal([]);
  });
});
