// Records that an operator keeps, erases or damages, against contributions on a real chain.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { toHex } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { type LeafJson, verifyLeafJson } from "@tributary/protocol/attribution-opening";
import { canonicalTextBytes } from "@tributary/protocol/canonical-text";
import { hashesFile, keepContribution, textFile } from "@tributary/protocol/content-folder";
import { keccak256 } from "@tributary/protocol/keccak";
import { CONTENT } from "@tributary/protocol/kinds";
import { encodeContent } from "@tributary/protocol/payloads/content";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import { alice, curator, deployer } from "../../deploy/testing/accounts.ts";
import { type Chain, startAnvil } from "../../deploy/testing/anvil.ts";
import { contribute } from "../../deploy/testing/contribute.ts";
import { deployContracts, type Protocol } from "../../deploy/testing/deploy-contracts.ts";
import { send } from "../../deploy/testing/send.ts";
import { type OpeningsOptions, type RunningOpenings, startOpenings } from "./start-openings.ts";

const OPEN = 10n ** 18n;
const PURSE = 1_000n * OPEN;
const TERMS = {
  ...{ bondPerRecord: OPEN / 100n, licenceFee: OPEN, reviewWindowSeconds: 3_600, leastDataShareBps: 5_000 },
  ...{ curatorCutBps: 1_000, mistakeBps: 500, negligenceBps: 3_000, maliceBps: 10_000, allowedUses: 1 },
};
const DATA = 0;
const TEXTS = ["The river is wide.", "And  the boat\nis small: <b>naïve</b>.", "Nobody rows."] as const;

describe("openings of records", function () {
  this.timeout(120_000);
  let folder: string;
  let content: string;
  let chain: Chain;
  let protocol: Protocol;
  let running: RunningOpenings;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-records-"));
    chain = await startAnvil();
    protocol = await deployContracts(chain, folder);
    const { OpenToken, DatanetRegistry } = protocol.addresses;
    for (const account of [curator, alice]) {
      await send(chain, deployer, OpenToken, openTokenAbi, "transfer", [account.address, PURSE]);
      await send(chain, account, OpenToken, openTokenAbi, "approve", [DatanetRegistry, PURSE]);
    }
    await send(chain, curator, DatanetRegistry, datanetRegistryAbi, "createDatanet", [TERMS, "npm:rivers"]);
    const leaves = TEXTS.map((text) => ({
      sum: 1n,
      payload: encodeContent({ recordHash: keccak256(canonicalTextBytes(text)) }),
    }));
    const { hash, sum } = sumTreeOf(CONTENT.depth, leaves).root;
    for (const account of [alice, curator])
      await contribute(chain, protocol, {
        account,
        datanetId: 1n,
        kind: DATA,
        contentRoot: { hash: toHex(hash), sum },
      });
  });
  beforeEach(async () => {
    content = join(folder, "content");
    rmSync(content, { recursive: true, force: true });
    await keepContribution(content, 1n, TEXTS);
    running = startOpenings(options());
  });
  afterEach(async () => {
    await running.stop();
  });
  after(async () => {
    await chain.stop();
    rmSync(folder, { recursive: true });
  });

  function options(): OpeningsOptions {
    const shared = { rpcUrl: chain.rpcUrl, deployment: protocol.file, content };
    return { ...shared, bundles: [join(folder, "bundles")], tell: () => undefined };
  }

  async function get(path: string) {
    const response = await running.app.request(`/openings/record/${path}`);
    // Its shape is what is tested.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    return { status: response.status, headers: response.headers, body: (await response.json()) as any };
  }

  async function refused(path: string, status: number, code: string): Promise<void> {
    const { status: found, body } = await get(path);
    expect([found, body.error?.code], JSON.stringify(body)).to.deep.equal([status, code]);
    expect(body).not.to.have.property("text");
  }

  it("serve each text with its place under the contribution's root, and let no cache keep it", async () => {
    for (const [record, text] of TEXTS.entries()) {
      const { status, headers, body } = await get(`1/${record}`);
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(body).to.include({ contribution: "1", index: record, text, contributor: alice.address, datanet: "1" });
      expect(headers.get("cache-control")).to.equal("no-store");
      expect(headers.get("content-type")).to.match(/^application\/json/);
      expect(headers.get("x-content-type-options")).to.equal("nosniff");
      const root = { hash: body.root.hash, sum: BigInt(body.root.sum) };
      const shown = verifyLeafJson(CONTENT, root, body.leaf as LeafJson, "record");
      expect(shown.place).to.equal(record);
      expect(body.recordHash).to.equal(toHex(keccak256(canonicalTextBytes(text))));
      // No index is kept: of none is it said that the record is not in it.
      expect([body.indexes, body.lookedIn]).to.deep.equal([[], []]);
    }
  });

  it("say of an erased text that its operator erased it, with what stays, and serve all others", async () => {
    const whole = (await get("1/1")).body;
    rmSync(textFile(content, 1n, 1));
    await refused("1/1", 410, "content_erased");
    const { body } = await get("1/1");
    expect(body.record).to.deep.equal({ recordHash: whole.recordHash, root: whole.root, leaf: whole.leaf });
    expect(body.error.message).to.include("erased by its operator");
    for (const other of ["1/0", "1/2"]) expect((await get(other)).status).to.equal(200);
    rmSync(join(content, "texts", "1"), { recursive: true });
    await refused("1/0", 410, "content_erased");
    rmSync(hashesFile(content, 1n));
    await refused("1/0", 404, "content_not_kept");
  });

  it("serve no text but the one that was contributed", async () => {
    writeFileSync(textFile(content, 1n, 0), "The river is narrow.");
    await refused("1/0", 502, "content_altered");
    writeFileSync(textFile(content, 1n, 0), "   ");
    await refused("1/0", 502, "content_altered");
    // White space aside, which is not committed to.
    writeFileSync(textFile(content, 1n, 0), "The  river\nis wide. ");
    expect((await get("1/0")).body.text).to.equal("The  river\nis wide. ");
    writeFileSync(textFile(content, 1n, 2), "x".repeat(5 * 2 ** 20));
    await refused("1/2", 503, "record_too_large");
  });

  it("serve again out of a backup that was put back, and nothing out of one that was damaged", async () => {
    const before = (await get("1/1")).body as unknown;
    const [backup, damaged] = [join(folder, "content.tar"), join(folder, "damaged.tar")];
    execFileSync("tar", ["-C", content, "-cf", backup, "."]);
    writeFileSync(textFile(content, 1n, 1), "And the boat is large.");
    execFileSync("tar", ["-C", content, "-cf", damaged, "."]);
    rmSync(content, { recursive: true });
    await refused("1/1", 404, "content_not_kept");
    const restore = async (archive: string): Promise<void> => {
      await running.stop();
      rmSync(content, { recursive: true, force: true });
      mkdirSync(content);
      execFileSync("tar", ["-C", content, "-xf", archive]);
      running = startOpenings(options());
    };
    await restore(damaged);
    await refused("1/1", 502, "content_altered");
    await restore(backup);
    expect((await get("1/1")).body).to.deep.equal(before);
  });

  it("serve nothing by hashes that are not those of the chain", async () => {
    const lines = readFileSync(hashesFile(content, 1n), "utf8").trimEnd().split("\n");
    const write = (changed: readonly string[]): void => {
      writeFileSync(hashesFile(content, 1n), `${changed.join("\n")}\n`);
    };
    expect((await get("1/0")).status).to.equal(200);
    write([lines[1]!, lines[0]!, lines[2]!]);
    await refused("1/0", 502, "opening_does_not_verify");
    write(lines.slice(0, 2));
    await refused("1/2", 502, "opening_does_not_verify");
    write(["river", ...lines.slice(1)]);
    await refused("1/0", 502, "bundle_damaged");
    // The same content, kept under another contribution that has the same root.
    mkdirSync(join(content, "texts", "2"));
    cpSync(textFile(content, 1n, 0), textFile(content, 2n, 0));
    write(lines);
    cpSync(hashesFile(content, 1n), hashesFile(content, 2n));
    expect((await get("2/0")).body).to.include({ contributor: curator.address, text: TEXTS[0] });
  });

  it("say what there is none of", async () => {
    await refused("9/0", 404, "unknown_contribution");
    await refused("1/3", 404, "unknown_record");
    await refused("2/0", 404, "content_not_kept");
    await refused("1/-1", 400, "invalid_id");
    await refused("one/0", 400, "invalid_id");
    await refused("1/99999999999", 400, "invalid_id");
    await refused(`1/${encodeURIComponent("../0")}`, 400, "invalid_id");
    await running.stop();
    const { content: _, ...without } = options();
    running = startOpenings(without);
    await refused("1/0", 404, "content_not_kept");
  });
});
