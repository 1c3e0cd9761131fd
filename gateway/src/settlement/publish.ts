// Publishes a settlement's receipts as a bundle through the engine's command, which alone writes bundles.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Hex } from "viem";

const ENGINE = fileURLToPath(new URL("../../../attribution-engine/src/main.ts", import.meta.url));
const MOST_OUTPUT_BYTES = 2 ** 28;

export interface PublishedReceipts {
  readonly bundleHash: Hex;
  readonly root: { readonly hash: Hex; readonly sum: string };
  readonly count: number;
}

/** Rows are short-lived and many: with little room for young ones a million receipts take a quarter less memory, and a tenth longer. */
const NODE_OPTIONS = ["--max-semi-space-size=4"] as const;

/**
 * Runs one stage of the engine.
 * @param options on its command line, which other users of the machine can read
 * @param environment what they may not
 * @throws Error with the engine's own sentence if it fails
 */
export async function runEngine<Result>(
  stage: string,
  options: Readonly<Record<string, string>>,
  { signal, environment = {} }: { signal?: AbortSignal; environment?: Readonly<Record<string, string>> } = {},
): Promise<Result> {
  const args = [
    ...NODE_OPTIONS,
    ENGINE,
    stage,
    "--json",
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
  ];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      maxBuffer: MOST_OUTPUT_BYTES,
      signal,
      env: { ...process.env, ...environment },
    });
    return JSON.parse(stdout) as Result;
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split("\n").at(-1);
    throw new Error(`the engine's ${stage} failed: ${said ?? (cause as Error).message}`, { cause });
  }
}

/**
 * Writes the bundle of the receipts in `file`; one that is there already is left, so this may be repeated.
 * @param work folder in whose `bundles/` it is published
 */
export function publishReceipts(
  work: string,
  file: string,
  chainId: number,
  version: bigint,
): Promise<PublishedReceipts> {
  return runEngine("publish-receipts", {
    work,
    receipts: file,
    chain: String(chainId),
    version: String(version),
  });
}
