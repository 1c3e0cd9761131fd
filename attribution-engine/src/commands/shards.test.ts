// The options of queue and store are refused where they are wrong, and no password is repeated.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { openShards } from "./shards.ts";
import { UsageError } from "./usage-error.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const STORE = "file:///tmp";

describe("options --queue and --store", () => {
  for (const [queue, store, spreads, message] of [
    ["redis://127.0.0.1:1", undefined, true, /--store is missing/],
    [undefined, STORE, true, /--queue is missing/],
    ["127.0.0.1:1", STORE, true, /--queue must be redis:/],
    ["http://:secret@127.0.0.1:1", STORE, true, /--queue must be redis:/],
    ["redis://127.0.0.1:1", "/tmp", true, /--store is \/tmp; must be file:/],
    ["redis://127.0.0.1:1", STORE, false, /index works on this machine alone; leave out --queue and --store/],
  ] as const) {
    it(`are refused as ${queue} and ${store}`, async () => {
      const failure: unknown = await openShards("index", { queue, store }, spreads).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(UsageError);
      expect(String(failure)).to.match(message).and.not.include("secret");
    });
  }

  it("are refused beside a device whose bits are its own", async () => {
    const options = { queue: "redis://127.0.0.1:1", store: STORE, device: "webgpu" };
    const failure: unknown = await openShards("sketch-records", options, true).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(UsageError);
    expect(String(failure)).to.match(/leave out --device webgpu/);
  });

  it("change nothing where they are left out", async () => {
    expect(await openShards("index", {}, true)).to.equal(undefined);
  });

  it("name a server that does not answer, without its password", async () => {
    const failure = await openShards("index", { queue: "redis://:secret@127.0.0.1:1/2", store: STORE }, true).catch(
      String,
    );
    expect(failure).to.match(/redis:\/\/127.0.0.1:1\/2 cannot be reached: ECONNREFUSED; start Redis/);
    expect(failure).not.to.include("secret");
  });

  for (const [args, code, message] of [
    [["--help"], 0, /^$/],
    [["--store", STORE], 2, /--queue is missing/],
    [["--que"], 2, /--que/],
    [
      ["--queue", "redis://127.0.0.1:1", "--store", STORE, "--concurrency", "0"],
      2,
      /--concurrency is 0; must be a whole/,
    ],
    [
      ["--queue", "redis://127.0.0.1:1", "--store", "file:///no/such"],
      1,
      /file:\/\/\/no\/such: there is no such folder/,
    ],
  ] as const) {
    it(`end \`work ${args.join(" ")}\` with ${code}`, () => {
      const { status, stderr } = spawnSync(process.execPath, [MAIN, "work", ...args], { encoding: "utf8" });
      expect(stderr).to.match(message);
      expect(status).to.equal(code);
    });
  }
});
