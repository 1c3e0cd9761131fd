// Tests that servers of bundles can neither stall whoever asks them nor fill the disk, and that nothing half-fetched stays.
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes } from "node:fs/promises";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleHash, decodeManifest, encodeManifest, type IndexManifest } from "@tributary/protocol/bundle-manifest";
import { expect } from "chai";
import type { Hex } from "viem";
import { MANIFEST } from "../bundle/bundle-directory.ts";
import { checkIndexRoot, readIndexBundle, writeIndexBundle } from "../bundle/index-bundle.ts";
import { smallInputs } from "../watcher/test/small-epoch.ts";
import { BundleShelf } from "./bundle-shelf.ts";

const PATIENCE = { silence: 250, bundle: 500 };
/** An epoch whose first group has records. */
const SEED = 1;

describe("bundle shelves", function () {
  this.timeout(20_000);
  let folder: string;
  let kept: string;
  let hash: Hex;
  let manifest: IndexManifest;
  const servers: Server[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-shelf-"));
    const { modelVersion, method, index } = smallInputs(SEED).groups[0]!;
    const identity = { chainId: 1n, modelRegistry: `0x${"cd".repeat(20)}` as const, modelVersion, method };
    ({ hash } = await writeIndexBundle(join(folder, "bundles"), identity, index));
    manifest = decodeManifest(await readFile(join(folder, "bundles", hash, MANIFEST)), "index");
  });

  beforeEach(async () => {
    kept = await mkdtemp(join(folder, "kept-"));
  });

  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  after(() => rm(folder, { recursive: true }));

  /** A server; `serve` gives the bytes of a path, or answers itself. */
  async function start(serve: (path: string, response: ServerResponse) => Promise<Uint8Array | undefined>) {
    const asked: string[] = [];
    const answer = async (path: string, response: ServerResponse): Promise<void> => {
      asked.push(path.split("/").at(-1)!);
      const bytes = await serve(path, response);
      if (bytes !== undefined) response.end(bytes);
    };
    const listener: RequestListener = ({ url }, response) => {
      answer(url!, response).catch(() => response.writeHead(404).end());
    };
    const server = createServer(listener).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  const honest = (path: string): Promise<Uint8Array> => readFile(join(folder, "bundles", path));

  /** Gives the manifest at once, and of the file a byte now and then. */
  const dripping = async (path: string, response: ServerResponse): Promise<Uint8Array | undefined> => {
    if (path.endsWith(MANIFEST)) return honest(path);
    const timer = setInterval(() => response.write("P"), PATIENCE.silence / 5);
    response.on("close", () => clearInterval(timer));
    return undefined;
  };

  function readFrom(urls: readonly string[], asked = hash, accept?: (stated: IndexManifest) => void): Promise<string> {
    const shelf = new BundleShelf(urls, kept, PATIENCE);
    return readBy(shelf, asked, accept);
  }

  function readBy(shelf: BundleShelf, asked = hash, accept?: (stated: IndexManifest) => void): Promise<string> {
    const read = async (bundles: string) => `${(await readIndexBundle(bundles, asked)).index.count} records`;
    return shelf.read("index", asked, read, accept).catch((error: unknown) => (error as Error).message);
  }

  it("give up a server that sends byte after byte, and take the next one's", async () => {
    const slow = await start(dripping);
    const good = await start(honest);
    expect(await readFrom([slow.url])).to.match(/index\.parquet: too slow/);
    expect(await readdir(kept)).to.deep.equal([]);
    const started = Date.now();
    expect(await readFrom([slow.url, good.url])).to.equal(`${manifest.files[0]!.rows} records`);
    expect(Date.now() - started).to.be.lessThan(4 * PATIENCE.bundle);
    expect(await readdir(kept)).to.deep.equal([hash]);
  });

  it("give up a server that says nothing", async () => {
    const silent = await start(() => Promise.resolve(undefined));
    expect(await readFrom([silent.url])).to.match(/manifest\.json: no data for 250 ms/);
    expect(await readdir(kept)).to.deep.equal([]);
  });

  it("ask slow servers again only after many times as long as they took", async () => {
    const slow = await start(dripping);
    const shelf = new BundleShelf([slow.url], kept, { silence: 900, bundle: 700 });
    await readBy(shelf);
    const { length } = slow.asked;
    expect(await readBy(shelf)).to.match(/is nowhere/);
    expect(slow.asked).to.have.length(length);
  });

  it("fetch no file of a manifest whose list is not that of the kind, or is too large, or that is not wanted", async () => {
    const [file] = manifest.files;
    const lists: [IndexManifest["files"], RegExp][] = [
      [
        [file!, { ...file!, name: "more.parquet" }],
        /its files are index\.parquet, more\.parquet; expected index\.parquet/,
      ],
      [[{ ...file!, name: "../../index.parquet" }], /its files are \.\.\/\.\.\/index\.parquet/],
      [[{ ...file!, bytes: 10 ** 6 }], /index\.parquet has 1000000 bytes, \d+ rows have at most/],
      [[{ ...file!, rows: 10 ** 7, bytes: 10 ** 10 }], /10000000000 bytes, more than the 8589934592 that are fetched/],
    ];
    for (const [files, message] of lists) {
      const bytes = encodeManifest({ ...manifest, files });
      const server = await start(() => Promise.resolve(bytes));
      expect(await readFrom([server.url], bundleHash(bytes))).to.match(message);
      expect(server.asked).to.deep.equal([MANIFEST]);
    }
    const server = await start(honest);
    const other = { ...manifest.root, hash };
    expect(await readFrom([server.url], hash, (stated) => checkIndexRoot(stated, other))).to.match(/committed is 0x/);
    expect(server.asked).to.deep.equal([MANIFEST]);
    expect(await readdir(kept)).to.deep.equal([]);
  });

  it("remove what a killed process left long ago, and not what another one is fetching", async () => {
    const good = await start(honest);
    for (const name of [".unfinished-old", ".unfinished-new"]) await mkdir(join(kept, name));
    const [old, now] = [new Date(Date.now() - 25 * 3_600_000), new Date()];
    await utimes(join(kept, ".unfinished-old"), old, old);
    await utimes(join(kept, ".unfinished-new"), now, now);
    await readFrom([good.url]);
    expect(await readdir(kept)).to.have.members([".unfinished-new", hash]);
  });

  it("keep nothing of a bundle with a file that is cut off, longer, or other", async () => {
    const bends: [(bytes: Buffer) => Uint8Array, RegExp][] = [
      [(bytes) => bytes.subarray(0, 100), /its SHA-256 is 0x/],
      [(bytes) => Buffer.concat([bytes, bytes]), /more than \d+ bytes/],
      [(bytes) => Buffer.from(bytes).fill(0), /its SHA-256 is 0x/],
    ];
    for (const [bend, message] of bends) {
      const server = await start(async (path) => {
        const bytes = await readFile(join(folder, "bundles", path));
        return path.endsWith(MANIFEST) ? bytes : bend(bytes);
      });
      expect(await readFrom([server.url])).to.match(message);
      expect(await readdir(kept)).to.deep.equal([]);
    }
  });
});
