// Whose key signs: where it is read from, and that no message shows it.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localAddress, localPrivateKey } from "@tributary/protocol/local-keys";
import { expect } from "chai";
import { encryptKeystoreJsonSync } from "ethers";
import { UserError } from "../errors.ts";
import { type KeyFlags, signerOf } from "./keys.ts";

const KEY = localPrivateKey(3);

describe("the signer of commands", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tributary-keys-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function file(name: string, content: string, mode = 0o600): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  }

  function keystore(): string {
    const account = { address: localAddress(3), privateKey: KEY };
    // A weak derivation, so that the test is quick.
    return file("keystore.json", encryptKeystoreJsonSync(account, "right", { scrypt: { N: 2, r: 1, p: 1 } }));
  }

  async function refusal(flags: KeyFlags, environment: NodeJS.ProcessEnv = {}): Promise<string> {
    try {
      await signerOf(flags, environment);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      expect(error.message).not.to.contain(KEY.slice(2, 20));
      return error.message;
    }
    throw new Error("it was taken");
  }

  it("is of the environment, of a file, or of a keystore", async () => {
    expect(await signerOf({}, { TRIBUTARY_PRIVATE_KEY: KEY })).to.deep.equal({ privateKey: KEY });
    expect(await signerOf({ keyFile: file("key", `${KEY.slice(2)}\n`) })).to.deep.equal({ privateKey: KEY });
    const password = { TRIBUTARY_KEYSTORE_PASSWORD: "right" };
    expect(await signerOf({ keystore: keystore() }, password)).to.deep.equal({ privateKey: KEY });
    const passwordFile = file("password", "right\n");
    expect(await signerOf({ keystore: keystore(), passwordFile })).to.deep.equal({ privateKey: KEY });
  });

  it("is elsewhere, where a signer is named with its account", async () => {
    const url = "http://127.0.0.1:1248";
    expect(await signerOf({ signer: url, from: localAddress(3).toLowerCase() })).to.deep.equal({
      url,
      from: localAddress(3),
    });
    expect(await refusal({ signer: url })).to.contain("--signer needs --from");
    expect(await refusal({ signer: url, from: "0x12" })).to.contain("--from 0x12 is not an address");
    expect(await refusal({ signer: "file:///x", from: localAddress(3) })).to.contain("no http or https URL");
  });

  it("is one alone", async () => {
    expect(await refusal({})).to.contain("nobody signs");
    expect(await refusal({ keyFile: "a", keystore: "b" })).to.equal(
      "--key-file and --keystore are both given: name one that signs",
    );
    expect(await refusal({ from: localAddress(3) })).to.contain("--from is for --signer");
    expect(await refusal({ passwordFile: "a" })).to.contain("--password-file is for --keystore");
  });

  it("is refused where others may read it, or it is none", async () => {
    expect(await refusal({ keyFile: file("key", KEY, 0o644) })).to.contain("other users may read it");
    expect(await refusal({ keyFile: join(folder, "none") })).to.contain("there is no such file");
    expect(await refusal({ keyFile: file("half", KEY.slice(0, 40)) })).to.contain("is not a private key");
    expect(await refusal({}, { TRIBUTARY_PRIVATE_KEY: `0x${"f".repeat(64)}` })).to.contain("is not a private key");
    expect(await refusal({ keystore: file("text", "no keystore") })).to.contain("no keystore of version 3");
    expect(await refusal({ keystore: keystore() }, { TRIBUTARY_KEYSTORE_PASSWORD: "wrong" })).to.match(
      /keystore\.json: it does not open with this password$/,
    );
  });
});
