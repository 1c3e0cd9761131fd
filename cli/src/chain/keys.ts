// Whose key signs: of a file, an encrypted keystore, the environment, or a signer elsewhere; never of the command line, never shown.
import { readFileSync, statSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { type Command, Option } from "commander";
import { type Address, getAddress, type Hex, isAddress, isHex, size } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { UserError } from "../errors.ts";
import { OPTIONS_OF } from "../help.ts";

const KEY = "TRIBUTARY_PRIVATE_KEY";
const PASSWORD = "TRIBUTARY_KEYSTORE_PASSWORD";

export interface KeyFlags {
  keyFile?: string;
  keystore?: string;
  passwordFile?: string;
  signer?: string;
  from?: string;
}

/** A key that this process holds, or a signer at a URL, which holds the key of `from`. */
export type Signer = { readonly privateKey: Hex } | { readonly url: string; readonly from: Address };

/** Adds the options that say who signs. */
export function withKeys(command: Command): Command {
  return withKeyFiles(command)
    .addOption(
      new Option("--signer <url>", "JSON-RPC signer (Frame, Clef, Web3Signer) that holds the key of --from")
        .env("TRIBUTARY_SIGNER_URL")
        .helpGroup(OPTIONS_OF.key),
    )
    .addOption(new Option("--from <address>", "the account that signs, with --signer").helpGroup(OPTIONS_OF.key));
}

/** Adds those of them by which this process holds the key. */
export function withKeyFiles(command: Command): Command {
  return command
    .addOption(
      new Option("--key-file <file>", "file with the private key, readable by its owner alone")
        .env("TRIBUTARY_KEY_FILE")
        .helpGroup(OPTIONS_OF.key),
    )
    .addOption(
      new Option(
        "--keystore <file>",
        `encrypted keystore (Web3 Secret Storage); its password is asked for, or in ${PASSWORD}`,
      )
        .env("TRIBUTARY_KEYSTORE")
        .helpGroup(OPTIONS_OF.key),
    )
    .addOption(new Option("--password-file <file>", "file with the keystore's password").helpGroup(OPTIONS_OF.key))
    .addHelpText("after", `\nThe key may be in the environment variable ${KEY} instead.`);
}

/**
 * Who signs.
 * @throws UserError if nobody or several are named, or a key is none; never with any part of it
 */
export async function signerOf(flags: KeyFlags, environment: NodeJS.ProcessEnv = process.env): Promise<Signer> {
  const { keyFile, keystore, signer, from, passwordFile } = flags;
  const options = { "--key-file": keyFile, "--keystore": keystore, "--signer": signer };
  const named = Object.entries(options).filter(([, value]) => value !== undefined);
  if (named.length > 1)
    throw new UserError(`${named.map(([name]) => name).join(" and ")} are both given: name one that signs`);
  if (passwordFile !== undefined && keystore === undefined)
    throw new UserError("--password-file is for --keystore: name the keystore, or leave it out");
  if (signer !== undefined) return { url: signerUrl(signer), from: fromAddress(from) };
  if (from !== undefined) throw new UserError("--from is for --signer: a key has its own address; leave it out");
  if (keyFile !== undefined)
    return { privateKey: privateKey(readSecret(keyFile, "--key-file"), `--key-file ${keyFile}`) };
  if (keystore !== undefined) return { privateKey: await decrypted(keystore, passwordFile, environment) };
  const key = environment[KEY];
  if (key === undefined || key === "")
    throw new UserError(`nobody signs: name --key-file, --keystore or --signer, or set ${KEY}`);
  return { privateKey: privateKey(key, KEY) };
}

function signerUrl(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol))
    throw new UserError("--signer is no http or https URL of a signer");
  return url;
}

function fromAddress(from: string | undefined): Address {
  if (from === undefined) throw new UserError("--signer needs --from: the address whose key it holds");
  if (!isAddress(from, { strict: false }))
    throw new UserError(`--from ${from} is not an address: 0x and 40 hex digits`);
  return getAddress(from);
}

function privateKey(text: string, where: string): Hex {
  const trimmed = text.trim();
  const key = trimmed.startsWith("0x") ? trimmed : `0x${trimmed}`;
  try {
    // 32 bytes are a key unless they are 0 or beyond the curve's order.
    if (isHex(key) && size(key) === 32 && privateKeyToAddress(key)) return key;
  } catch {
    // Said below, without the key that the error may hold.
  }
  throw new UserError(`${where} is not a private key: 0x and 64 hexadecimal digits, as a key has them`);
}

/** @throws UserError if the file is not there, or others may read it */
function readSecret(file: string, option: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() !== true) throw new UserError(`${option} ${file}: there is no such file`);
  if (process.platform !== "win32" && (found.mode & 0o077) !== 0)
    throw new UserError(
      `${option} ${file}: other users may read it; run chmod 600 on it, and think of its key as known`,
    );
  return readFileSync(file, "utf8");
}

async function decrypted(file: string, passwordFile: string | undefined, environment: NodeJS.ProcessEnv): Promise<Hex> {
  let json: string;
  try {
    json = readFileSync(file, "utf8");
  } catch {
    throw new UserError(`--keystore ${file}: it cannot be read; name a keystore file`);
  }
  const { decryptKeystoreJson, isKeystoreJson } = await import("ethers");
  if (!isKeystoreJson(json)) throw new UserError(`--keystore ${file} is no keystore of version 3: name another file`);
  const password =
    passwordFile !== undefined
      ? readSecret(passwordFile, "--password-file").replace(/\r?\n$/, "")
      : (environment[PASSWORD] ?? (await askPassword(file)));
  try {
    return (await decryptKeystoreJson(json, password)).privateKey as Hex;
  } catch {
    // Without the error, which may quote what it was given.
    throw new UserError(`--keystore ${file}: it does not open with this password`);
  }
}

/** Asks on the terminal, without showing what is typed. */
async function askPassword(file: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new UserError(`the password of ${file} is missing: set ${PASSWORD}, or name --password-file`);
  process.stderr.write(`Password of ${file}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await prompt.question("");
  } finally {
    prompt.close();
    process.stderr.write("\n");
  }
}
