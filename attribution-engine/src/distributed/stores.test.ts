// A shared folder and an S3 store keep objects whole, and say what is wrong with them.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { openStore, type ObjectStore } from "./object-store.ts";
import { getInput, getResult, packValue, putInput, putResult } from "./objects.ts";
import { S3_CREDENTIALS, startS3, type Server } from "./test/servers.ts";

describe("object stores", () => {
  let folder: string;
  let s3: Server;
  const environment = { ...process.env };
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-stores-"));
    Object.assign(process.env, S3_CREDENTIALS);
    s3 = await startS3(join(folder, "s3"));
  });
  after(async () => {
    process.env = environment;
    await s3.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const places: [string, () => string][] = [
    ["a folder", () => pathToFileURL(mkdtempSync(join(folder, "store-"))).href],
    ["S3", () => `s3://objects/some/prefix?endpoint=${s3.url}`],
    ["S3 without a prefix", () => `s3://objects?endpoint=${s3.url}`],
  ];
  for (const [what, place] of places) {
    it(`keeps objects in ${what}, replaces them, and has nothing else`, async () => {
      const store = await openStore(place());
      const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251);
      expect(await store.get("a/b")).to.equal(undefined);
      expect(await store.has("a/b")).to.equal(false);
      await store.put("a/b", new Uint8Array(3));
      await store.put("a/b", bytes);
      expect(await store.has("a/b")).to.equal(true);
      expect(Buffer.from((await store.get("a/b"))!).equals(bytes)).to.equal(true);
      store.close();
    });
  }

  it("leaves no part of an object in a folder where writing fails", async () => {
    const path = mkdtempSync(join(folder, "store-"));
    const store = await openStore(pathToFileURL(path).href);
    await store.put("a/b", new Uint8Array(1));
    // An object cannot stand where a folder is.
    const failure = await store.put("a", new Uint8Array(1)).catch(String);
    expect(failure).to.match(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(readdirSync(path)).to.deep.equal(["a"]);
  });

  it("gives values back as they were, checked", async () => {
    const store = await openStore(places[0]![1]());
    const value = {
      name: "é",
      list: [["a", { shape: [2], data: Float32Array.of(1.5, -0) }]],
      w: BigUint64Array.of(2n ** 64n - 1n),
      s: BigInt64Array.of(-1n),
      bytes: new Uint8Array([1, 2, 3]).subarray(1),
    };
    expect(packValue(value)).to.deep.equal(packValue(structuredClone(value)));
    const digest = await putInput(store, value);
    expect(await putInput(store, structuredClone(value))).to.equal(digest);
    expect(await getInput(store, digest)).to.deep.equal({ ...value, bytes: Uint8Array.of(2, 3) });
    expect(await getResult(store, digest)).to.equal(undefined);
    await putResult(store, digest, value);
    expect(await getResult(store, digest)).to.deep.equal({ value: { ...value, bytes: Uint8Array.of(2, 3) } });
  });

  for (const [what, url, message] of [
    [
      "a folder that is not there",
      () => "file:///no/such/folder",
      /file:\/\/\/no\/such\/folder: there is no such folder/,
    ],
    ["another kind of address", () => "ftp://host/folder", /--store is ftp:\/\/host\/folder; must be file:/],
    [
      "a bucket that is not there",
      () => `s3://none?endpoint=${s3.url}`,
      /s3:\/\/none\/ at http.*make the bucket first/,
    ],
    [
      "an endpoint that does not answer",
      () => "s3://objects?endpoint=http://127.0.0.1:1",
      /the bucket cannot be used: ECONNREFUSED; is the endpoint of --store right/,
    ],
  ] as [string, () => string, RegExp][]) {
    it(`names ${what}`, async () => {
      expect(await openStore(url()).then((store: ObjectStore) => store.name, String)).to.match(message);
    });
  }

  it("asks for credentials where there are none", async () => {
    const { AWS_ACCESS_KEY_ID: id, ...others } = process.env;
    process.env = { ...others, AWS_EC2_METADATA_DISABLED: "true", AWS_SHARED_CREDENTIALS_FILE: join(folder, "none") };
    const failure = await openStore(`s3://objects?endpoint=${s3.url}`).catch(String);
    process.env = { ...others, AWS_ACCESS_KEY_ID: id };
    expect(failure).to.match(/no credentials; set AWS_ACCESS_KEY_ID/);
  });
});
