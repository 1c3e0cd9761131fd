// Commands of other parts under this one's name: the options are listed here, for help and completion, and what they do is there.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import { type KeyFlags, signerOf, withKeyFiles } from "../chain/keys.ts";
import { Ended } from "../errors.ts";
import { OPTIONS_OF } from "../help.ts";

const ENGINE = fileURLToPath(new URL("../../../attribution-engine/src/main.ts", import.meta.url));

const RPC = "--rpc";

/** Flags as commander writes them, what they are for, and the variable that may hold their value. */
type PassedOption = readonly [flags: string, description: string, variable?: string];

export interface PassedCommand {
  readonly name: string;
  readonly description: string;
  /** File and first arguments of the command that does it. */
  readonly runs: readonly string[];
  readonly options: readonly PassedOption[];
  /** An argument that it takes as an option. */
  readonly argument?: readonly [name: string, description: string, option: string];
  /** Whether it signs: it gets the key in its environment. */
  readonly signs?: boolean;
}

export const CHAIN_OPTIONS: readonly PassedOption[] = [
  [`${RPC} <url>`, "JSON-RPC address of the chain", "TRIBUTARY_RPC_URL"],
  ["--deployment <file>", "the deployment file <chainId>.json", "TRIBUTARY_DEPLOYMENT"],
];

export const JSON_OPTION: PassedOption = ["--json", "print one JSON object on standard output"];
const JSON_PROGRESS_OPTION: PassedOption = [
  "--json-progress",
  "print progress and result as JSON objects, one a line; ends when standard input closes",
];

/** Groups of help, of options that other commands have, too. */
const GROUPS: ReadonlyMap<string, string> = new Map([
  [RPC, OPTIONS_OF.connection],
  ["--deployment", OPTIONS_OF.connection],
  ["--signer", OPTIONS_OF.key],
  ["--from", OPTIONS_OF.key],
  ["--json", OPTIONS_OF.output],
  ["--json-progress", OPTIONS_OF.output],
]);

/** A stage of the engine, which works in a folder. */
export function stage(name: string, stageName: string, description: string, options: readonly PassedOption[]) {
  const work: PassedOption = ["--work <folder>", "folder that the engine's stages share"];
  return {
    name,
    description,
    runs: [ENGINE, stageName],
    options: [work, ...CHAIN_OPTIONS, ...options, JSON_OPTION, JSON_PROGRESS_OPTION],
  };
}

/** A service of the engine, which stays at work. */
export function service(name: string, description: string, options: readonly PassedOption[]) {
  return { name, description, runs: [ENGINE, name], options: [...CHAIN_OPTIONS, ...options, JSON_OPTION] };
}

export function passThrough(
  parent: Command,
  { name, description, runs, options, argument, signs = false }: PassedCommand,
): void {
  const command = parent.command(name).description(description);
  const passed = options.map(([flags, about, variable]) => {
    const option = new Option(flags, about);
    if (variable !== undefined) option.env(variable);
    // Of a command that signs it is an account.
    const group = option.long === "--from" && !signs ? undefined : GROUPS.get(option.long!);
    if (group !== undefined) option.helpGroup(group);
    // Given again, it gathers; what values may be is said where they are read.
    if (/\.\.\.[\]>]$/.test(flags)) option.argParser((value: string, before?: string[]) => [...(before ?? []), value]);
    command.addOption(option);
    return option;
  });
  if (signs) withKeyFiles(command);
  if (argument !== undefined) command.argument(argument[0], argument[1]);
  command.action(async (...given: unknown[]) => {
    const [flags, value] = given.slice(0, argument === undefined ? 1 : 2).toReversed() as [Flags, string?];
    const first = argument === undefined ? [] : [`${argument[2]}=${value!}`];
    const args = passed.flatMap((option) => argumentsOf(option, flags[option.attributeName()]));
    throw new Ended(await run([...runs, ...first, ...args], { ...rpcIn(flags), ...(signs && (await keyIn(flags))) }));
  });
}

type Flags = Record<string, unknown> & KeyFlags;

function argumentsOf({ long }: Option, value: unknown): string[] {
  if (value === undefined || value === false || long === RPC) return [];
  if (value === true) return [long!];
  // With an equals sign, so that a value may begin with a hyphen.
  return (Array.isArray(value) ? value : [value]).map((each) => `${long!}=${String(each)}`);
}

/** A node's URL can hold a key, and command lines can be read by other users. */
function rpcIn({ rpc }: Record<string, unknown>): Record<string, string> {
  return typeof rpc === "string" ? { TRIBUTARY_RPC_URL: rpc } : {};
}

/** The key, for the environment of the command that signs; where none is named that command says what it lacks. */
async function keyIn(flags: KeyFlags): Promise<Record<string, string>> {
  if (flags.keyFile === undefined && flags.keystore === undefined) return {};
  const { keyFile, keystore, passwordFile } = flags;
  const signer = await signerOf({ keyFile, keystore, passwordFile } as KeyFlags);
  return "privateKey" in signer ? { TRIBUTARY_PRIVATE_KEY: signer.privateKey } : {};
}

/** Runs it on this command's own terminal. @returns its exit code */
async function run(args: readonly string[], environment: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, [...args], { stdio: "inherit", env: { ...process.env, ...environment } });
  // It ends in its own time. A terminal interrupts both, and nobody is to be interrupted twice: so what is passed on is the other signal.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
