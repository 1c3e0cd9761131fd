// A stage that is given --queue and --store on the command line leaves the files that it leaves without.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect } from "chai";
import { FIXTURES } from "../decoder/test/fixtures.ts";
import { endAll, startWork } from "../distributed/test/fleet.ts";
import { hasRedis, S3_CREDENTIALS, startRedis, startS3, type Server } from "../distributed/test/servers.ts";
import { sketchModelStage } from "./sketch-model.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const MODEL = join(FIXTURES, "qwen2");
const TEXTS = Array.from({ length: 40 }, (_, i) => `The river of number ${i} runs to the sea of the whale.`);

describe("a stage over a queue, from the command line (needs Debian's redis-server)", function () {
  this.timeout(60_000);
  let folder: string;
  let texts: string;
  let redis: Server;
  let s3: Server;
  let expected: Map<string, string>;

  /** All files of a work folder. */
  const filesOf = (work: string): Map<string, string> =>
    new Map(
      readdirSync(work)
        .sort()
        .map((name) => [name, readFileSync(join(work, name), "hex")]),
    );
  const newWork = (name: string): string => {
    const work = join(folder, name);
    mkdirSync(work);
    return work;
  };

  before(async function () {
    if (!hasRedis()) this.skip();
    folder = mkdtempSync(join(tmpdir(), "tributary-queued-"));
    texts = join(folder, "texts.jsonl");
    writeFileSync(texts, TEXTS.map((text) => `${JSON.stringify({ text })}\n`).join(""));
    [redis, s3] = await Promise.all([startRedis(folder), startS3(join(folder, "s3"))]);
    const work = newWork("alone");
    const options = { model: MODEL, adapter: join(MODEL, "adapter"), texts, k: "32", workers: "1" };
    await sketchModelStage.run({ work, options, onProgress: () => undefined });
    expected = filesOf(work);
  });
  after(async () => {
    if (folder === undefined) return;
    await Promise.all([redis.end(), s3.end()]);
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [what, storeOf] of [
    ["a shared folder", (path: string) => pathToFileURL(path).href],
    ["an S3 store", () => `s3://objects/stage?endpoint=${s3.url}`],
  ] as const) {
    it(`sketch-model leaves the files of one machine, by a worker and ${what}`, async () => {
      const store = storeOf(newWork(`store of ${what}`));
      const worker = await startWork(redis.url, store);
      try {
        const work = newWork(`work with ${what}`);
        const options = ["--model", MODEL, "--adapter", join(MODEL, "adapter"), "--texts", texts, "--k", "32"];
        const args = ["sketch-model", "--work", work, ...options, "--queue", redis.url, "--store", store, "--json"];
        const stage = spawn(process.execPath, [MAIN, ...args], {
          stdio: ["ignore", "pipe", "inherit"],
          env: { ...process.env, ...S3_CREDENTIALS },
        });
        let printed = "";
        stage.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
        await once(stage, "close");
        expect(stage.exitCode).to.equal(0);
        expect(JSON.parse(printed)).to.include({ records: TEXTS.length, k: 32, basisReused: false });
        expect(filesOf(work)).to.deep.equal(expected);
        const { computed, failed } = await worker.drain();
        // Drawn targets, own gradients and sketches, 16 texts a task.
        expect([computed, failed]).to.deep.equal([9, 0]);
      } finally {
        await endAll([worker]);
      }
    });
  }
});
