// The engine's command refuses wrong calls and broken files with a message that names them, and writes nothing.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { SHIPPED_BASE } from "./commands/files.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const NOBODY = "http://127.0.0.1:1";

function run(args: readonly string[]): { code: number | null; errors: string } {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
  return { code: status, errors: stderr };
}

describe("the engine's command", () => {
  let work: string;
  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), "tributary-engine-"));
  });
  afterEach(() => {
    rmSync(work, { recursive: true, force: true });
  });

  it("names the stages when it is given another", () => {
    const { code, errors } = run(["atribute", "--work", work]);
    expect(code).to.equal(2);
    expect(errors).to.include("atribute").and.to.include("attribute");
  });

  it("refuses to sign what another device than the pinned processor computed", () => {
    const { code, errors } = run(["attest", "--work", work, "--device", "webgpu"]);
    expect(code).to.equal(2);
    expect(errors).to.include("pinned cpu").and.to.include("attest");
  });

  it("asks for the work folder", () => {
    const { code, errors } = run(["corpus"]);
    expect(code).to.equal(2);
    expect(errors).to.include("--work");
  });

  it("says what serve-model is called wrongly with, and what it needs", () => {
    const options = ["serve-model", "--work", work];
    for (const [args, code, told] of [
      [["serve-model"], 2, "--work is missing"],
      [[...options, "--port", "65536"], 2, "--port is 65536; must be a whole number from 0 to 65535"],
      [[...options, "--prot", "1"], 2, "--prot"],
      [options, 1, "run the stage train first"],
    ] as const) {
      const ended = run(args);
      expect(ended.code).to.equal(code);
      expect(ended.errors).to.include(told);
    }
  });

  for (const [name, length] of [
    ["in its tensors", 1_000_000],
    ["in its header", 100],
    ["before its header", 3],
  ] as const) {
    it(`names a base checkpoint that is cut off ${name}`, () => {
      const checkpoint = join(work, "model.safetensors");
      copyFileSync(join(SHIPPED_BASE, "model.safetensors"), checkpoint);
      copyFileSync(join(SHIPPED_BASE, "tokenizer.json"), join(work, "tokenizer.json"));
      truncateSync(checkpoint, length);
      const { code, errors } = run(["corpus", "--work", work, "--base", work]);
      expect(code).to.equal(1);
      expect(errors).to.include(checkpoint);
      expect(existsSync(join(work, "corpus.json"))).to.equal(false);
    });
  }

  it("names a damaged corpus and the stage that makes it", () => {
    writeFileSync(join(work, "corpus.json"), '{"datanets": [');
    const { code, errors } = run(["train", "--work", work]);
    expect(code).to.equal(1);
    expect(errors).to.include(join(work, "corpus.json")).and.to.include("corpus");
    expect(existsSync(join(work, "adapter.safetensors"))).to.equal(false);
  });

  it("names a file that an earlier stage should have made", () => {
    const { code, errors } = run(["train", "--work", work]);
    expect(code).to.equal(1);
    expect(errors).to.include(join(work, "corpus.json"));
  });

  it("prints a result in lines, and with --json as one object", () => {
    const args = ["find-spans", "--work", work, "--answer", join(work, "answer.txt")];
    const records = [{ text: "Call me Ishmael. Some years ago I went to sea.", source: "chapter 1" }];
    const datanets = [{ name: "Books", contributors: [{ name: "Ada", records }] }];
    writeFileSync(join(work, "corpus.json"), JSON.stringify({ datanets, heldOut: [], tuning: [] }));
    writeFileSync(join(work, "answer.txt"), "He said: call me Ishmael. Some years ago, that was.");
    const printed = (options: readonly string[]): string =>
      spawnSync(process.execPath, [MAIN, ...options], { encoding: "utf8" }).stdout;
    expect(printed(["index-spans", "--work", work])).to.match(/^file {11}\/.*\nisNew {10}true\nrecords {8}1\n/);
    expect(JSON.parse(printed([...args, "--json"]))).to.have.nested.property("spans[0].text");
    expect(printed(args)).to.match(/^spans +\[\{/m);
  });

  it("asks for the number of a proposal as a number", () => {
    const { code, errors } = run(["audit", "--work", work, "--epoch", "0", "--proposal", "first"]);
    expect(code).to.equal(2);
    expect(errors).to.include("--proposal is first");
  });

  for (const [args, message] of [
    [["corpus", "--nope"], "Unknown option '--nope'; main.ts --help lists"],
    [["index"], "--rpc .or TRIBUTARY_RPC_URL. is missing"],
    [["index", "--rpc", "node"], "--rpc .or TRIBUTARY_RPC_URL. is not a URL"],
    [["attribute", "--epoch", "0", "--rpc", NOBODY], "--deployment <file> .or TRIBUTARY_DEPLOYMENT. is missing"],
    [
      ["attribute", "--epoch", "0", "--rpc", NOBODY, "--deployment", "/none.json"],
      '--deployment /none.json: there is no such file; "tributary deploy" writes it',
    ],
    [
      ["attribute", "--epoch", "0", "--rpc", NOBODY, "--deployment", MAIN],
      "--deployment .*main.ts is no JSON .*: name the file that the deployment wrote",
    ],
    [["sketch-records", "--workers", "0"], "--workers is 0; must be a whole number from 1"],
    [["attribute", "--epoch", "0", "--memory", "abc"], "--memory is abc"],
  ] as const) {
    it(`ends ${args.join(" ")} with 2, as a wrong call`, () => {
      const { code, errors } = run([...args, "--work", work]);
      expect(errors)
        .to.match(new RegExp(`^${message}`))
        .and.not.include("positional");
      expect(code).to.equal(2);
    });
  }

  it("names the search backends when it is given another", () => {
    const { code, errors } = run(["attribute", "--work", work, "--epoch", "0", "--search", "fastest"]);
    expect(code).to.equal(2);
    expect(errors).to.include("--search is fastest").and.to.include("auto, gpu, vnni, u8u8, wasm");
  });

  it("keeps a key that is not one out of its message", () => {
    const secret = "0xnot-a-key-but-secret";
    const chain = ["--rpc", "http://127.0.0.1:1", "--deployment", join(work, "deployment.json")];
    const { status, stderr } = spawnSync(
      process.execPath,
      [MAIN, "propose", "--work", work, "--epoch", "0", ...chain],
      {
        encoding: "utf8",
        env: { ...process.env, TRIBUTARY_PRIVATE_KEY: secret },
      },
    );
    expect(status).to.equal(2);
    expect(stderr).to.include("TRIBUTARY_PRIVATE_KEY is not set to a private key").and.not.to.include(secret);
  });
});
