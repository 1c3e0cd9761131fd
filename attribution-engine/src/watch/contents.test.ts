// Tests of where the content of contributions is found: in files of record hashes, and in indexes that are published.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToHex } from "@tributary/protocol/bytes";
import { INDEX } from "@tributary/protocol/kinds";
import { decodeContent } from "@tributary/protocol/payloads/content";
import { expect } from "chai";
import { numberToHex } from "viem";
import { writeIndexBundle } from "../bundle/index-bundle.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { readCommittedIndex } from "../watcher/committed-inputs.ts";
import { wholeTree } from "../watcher/shown-tree.ts";
import { type DrawnIndex, drawIndex } from "../watcher/test/drawn-index.ts";
import { BundleShelf } from "./bundle-shelf.ts";
import { Contents, requireFiles } from "./contents.ts";
import { LogBook } from "./log-book.ts";
import { ledgerAt } from "./test/ledger-at.ts";
import { scriptedNode } from "./test/scripted-node.ts";

const ADDRESS = numberToHex(1, { size: 20 });

describe("Contents", () => {
  let folder: string;
  let drawn: DrawnIndex;
  let problems: string[];
  /** Bundles, each time they are opened. */
  let opened: string[];

  before(async () => {
    drawn = await drawIndex(3);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-contents-"));
    mkdirSync(join(folder, "files"));
    problems = [];
    opened = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A shelf that notes what is opened. */
  function notingShelf(): BundleShelf {
    const shelf = new BundleShelf([join(folder, "bundles")], join(folder, "kept"));
    const read = shelf.read.bind(shelf);
    const noting = (...args: Parameters<typeof read>): Promise<unknown> => {
      opened.push(args[1]);
      return read(...args);
    };
    shelf.read = noting as typeof read;
    return shelf;
  }

  const wanted = (ids: readonly bigint[]) => new Map(ids.map((id) => [id, drawn.contents.get(id)!.root]));

  function write(name: string, { root, payload }: PayloadTree): void {
    const hashes = Array.from({ length: Number(root.sum) }, (_, i) => decodeContent(payload(i)!).recordHash);
    writeFileSync(join(folder, "files", name), hashes.map((hash) => `${bytesToHex(hash)}\n`).join(""));
  }

  function contents(...others: string[]): Contents {
    const reader = scriptedNode({ eth_getLogs: () => [] });
    const source = {
      reader,
      contracts: ledgerAt(ADDRESS),
      logs: new LogBook(reader, [ADDRESS], 0n),
      shelf: notingShelf(),
      keptPayouts: () => undefined,
    };
    const folders = [...others, "files"].map((name) => join(folder, name));
    return new Contents(source, folders, (problem) => problems.push(problem));
  }

  it("are found in a file of any name, by their root", async () => {
    const [first, second] = [drawn.contents.get(1n)!, drawn.contents.get(2n)!];
    write("2", first);
    const found = await contents().find(wanted([1n, 2n]));
    expect([...found.keys()]).to.deep.equal([1n]);
    expect(found.get(1n)!.root).to.deep.equal(first.root);
    write("1", second);
    expect([...(await contents().find(wanted([1n, 2n]))).keys()]).to.have.members([1n, 2n]);
  });

  it("are found in another index that holds them right", async () => {
    const { facts, method, tree } = drawn;
    const index = readCommittedIndex(facts.records, method.k, wholeTree(INDEX, tree, method.k));
    index.recordHashes[0]! ^= 1;
    const identity = { chainId: 1n, modelRegistry: ADDRESS, modelVersion: 9n, method } as const;
    await writeIndexBundle(join(folder, "bundles"), identity, index);
    const held = facts.layout.flatMap(({ accepted }) => accepted.map(({ contribution }) => contribution));
    // The first one's records are not what it committed to.
    expect([...(await contents().find(wanted(held))).keys()]).to.have.members(held.slice(1));
  });

  it("are found beside what cannot be read, which is named, and refused at start", async () => {
    const { root } = drawn.contents.get(1n)!;
    write("1", drawn.contents.get(1n)!);
    mkdirSync(join(folder, "files", "0"));
    expect(() => requireFiles([join(folder, "files")])).to.throw("0 is not a file");
    expect(() => requireFiles([join(folder, "gone")])).to.throw(/no such file or directory.*gone/);
    expect(() => requireFiles([join(folder, "files", "1")])).to.throw(/not a directory/);
    const found = await contents("gone").find(wanted([1n]));
    expect(found.get(1n)!.root).to.deep.equal(root);
    expect(problems).to.have.length(2);
    expect(problems[0]).to.match(/no such file or directory.*gone/);
    expect(problems[1]).to.match(/illegal operation on a directory/);
    rmSync(join(folder, "files", "0"), { recursive: true });
    expect(() => requireFiles([join(folder, "files")])).to.not.throw();
  });

  it("are looked for in an index once, unless it holds them, and after a pause where it cannot be opened", async () => {
    const { facts, method, tree } = drawn;
    const index = readCommittedIndex(facts.records, method.k, wholeTree(INDEX, tree, method.k));
    // Of the first contribution there is a record that no contribution has room for.
    index.recordIndexes[0] = 2 ** 31 - 1;
    const identity = { chainId: 1n, modelRegistry: ADDRESS, modelVersion: 9n, method } as const;
    const { hash } = await writeIndexBundle(join(folder, "bundles"), identity, index);
    const held = facts.layout.flatMap(({ accepted }) => accepted.map(({ contribution }) => contribution));
    const searched = contents();
    expect([...(await searched.find(wanted(held))).keys()]).to.have.members(held.slice(1));
    expect(opened).to.deep.equal([hash]);
    expect((await searched.find(wanted([held[0]!]))).size).to.equal(0);
    expect(opened).to.deep.equal([hash]);
    expect((await searched.find(wanted([held[1]!]))).size).to.equal(1);
    expect(opened).to.deep.equal([hash, hash]);
    const broken = contents();
    writeFileSync(join(folder, "bundles", hash, "index.parquet"), "");
    for (let time = 0; time < 2; time++) expect((await broken.find(wanted(held))).size).to.equal(0);
    expect(opened).to.deep.equal([hash, hash, hash]);
  });

  it("are not found in a file with a line that is no hash, which is named", async () => {
    write("1", drawn.contents.get(1n)!);
    writeFileSync(join(folder, "files", "2"), `0x${"11".repeat(32)}\n0x11\n`);
    expect([...(await contents().find(wanted([1n, 2n]))).keys()]).to.deep.equal([1n]);
    expect(problems).to.have.length(1);
    expect(problems[0]).to.match(/2, line 2: not the hash of a record/);
  });
});
