// A folder's index is taken into memory where that has room for it, and otherwise searched in its store.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { madeIndex, publish } from "../bundle/test/published-index.ts";
import { isStored } from "../index/attribution-index.ts";
import { rootOfIndex } from "../index/index-tree.ts";
import { FILES, writeJson } from "./files.ts";
import { openWorkIndex } from "./index-file.ts";

const K = 64;
const COUNT = 300;

describe("a folder's index", () => {
  let work: string;
  const stores = (): string[] => readdirSync(join(work, FILES.recordStores));

  before(async () => {
    work = mkdtempSync(join(tmpdir(), "tributary-index-file-"));
    const { hash } = await publish(join(work, FILES.bundles), madeIndex(COUNT, K));
    writeJson(work, FILES.index, { bundleHash: hash });
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  it("is in memory if its sketches fit, and makes no store", async () => {
    const { index, manifest } = await openWorkIndex(work, COUNT * K);
    expect(isStored(index)).to.equal(false);
    expect(manifest.method.k).to.equal(K);
    expect(existsSync(join(work, FILES.recordStores))).to.equal(false);
  });

  it("is in its store, of the same root, if they are a byte more; one that is damaged is named with what to do", async () => {
    const { index } = await openWorkIndex(work, COUNT * K - 1);
    expect(isStored(index)).to.equal(true);
    const root = rootOfIndex((await openWorkIndex(work, COUNT * K)).index);
    expect(rootOfIndex(index)).to.deep.equal(root);
    const [name] = stores();
    const path = join(work, FILES.recordStores, name!);
    writeFileSync(path, "not a store");
    const failure = await openWorkIndex(work, 0).catch(String);
    expect(failure).to.include(`${path}: 11 bytes; not a record store`).and.include(`remove ${path}`);
    rmSync(path);
    await openWorkIndex(work, 0);
    expect(stores()).to.deep.equal([name]);
  });
});
