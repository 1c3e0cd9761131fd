// What a deployment leaves on disk: Ignition's journal, the chain it belongs to, and the result that other programs read.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Deployment, parseDeployment } from "@tributary/protocol/deployment";
import type { Hex, PublicClient } from "viem";
import { codeHash, loadArtifact } from "./artifacts.ts";
import { parseWhole, writeWhole } from "./files.ts";
import { deployedAddresses, stepName } from "./journal.ts";

export type State = {
  /** Ignition's own folder. */
  journalFolder: string;
  resultFile: string;
  /** What block explorers need to verify the code. */
  verificationFolder: string;
};

type ChainMark = { genesis: Hex; block: number };

export function stateOf(stateFolder: string, chainId: number): State {
  const folder = join(stateFolder, "deployments");
  return {
    journalFolder: join(folder, `chain-${chainId}`),
    resultFile: join(folder, `${chainId}.json`),
    verificationFolder: join(folder, `verification-${chainId}`),
  };
}

/**
 * Looks whether the state on disk belongs to this very chain; changes nothing.
 * @param mayStartAnew whether the state of a chain that was reset may be forgotten
 * @returns the first block of the deployment, and whether it was begun and the chain then reset
 * @throws Error if the chain is not the one that was deployed to, or no longer has the contracts
 */
export async function inspectState(
  state: State,
  client: PublicClient,
  mayStartAnew: boolean,
): Promise<{ block: number; genesis: Hex; isStarted: boolean; wasReset: boolean }> {
  const { hash: genesis } = await client.getBlock({ blockNumber: 0n });
  const markFile = markOf(state);
  const mark = existsSync(markFile) ? (JSON.parse(await readFile(markFile, "utf8")) as ChainMark) : undefined;
  const lost = mark === undefined ? undefined : await findLoss(state, client, mark, genesis);
  if (lost !== undefined && !mayStartAnew)
    throw new Error(
      `${lost}: this is not the chain that ${state.journalFolder} was deployed to; name another --state-dir, or remove that folder`,
    );
  const isStarted = mark !== undefined && lost === undefined;
  const block = isStarted ? mark.block : Number(await client.getBlockNumber());
  return { block, genesis, isStarted, wasReset: lost !== undefined };
}

/** Makes the state on disk that of this very chain: marks it with the chain on the first run, and forgets what a reset chain left. */
export async function claimState(
  state: State,
  client: PublicClient,
  mayStartAnew: boolean,
): Promise<{ block: number; wasReset: boolean }> {
  const { block, genesis, isStarted, wasReset } = await inspectState(state, client, mayStartAnew);
  if (wasReset)
    for (const left of [state.journalFolder, state.verificationFolder, state.resultFile])
      await rm(left, { recursive: true, force: true });
  if (!isStarted) {
    await mkdir(state.journalFolder, { recursive: true });
    await writeWhole(markOf(state), JSON.stringify({ genesis, block } satisfies ChainMark));
  }
  return { block, wasReset };
}

function markOf({ journalFolder }: State): string {
  return join(journalFolder, "chain.json");
}

async function findLoss(
  state: State,
  client: PublicClient,
  mark: ChainMark,
  genesis: Hex,
): Promise<string | undefined> {
  if (mark.genesis !== genesis) return `the chain began with block ${genesis}, not ${mark.genesis}`;
  for (const [step, address] of await deployedAddresses(state.journalFolder)) {
    const code = await client.getCode({ address });
    if (code === undefined) return `there is no code at ${address}, where ${stepName(step)} was deployed`;
  }
  return undefined;
}

/**
 * Ignition takes a contract that it has deployed for the present one, whatever its code has become; this refuses to.
 * @throws Error naming the contracts whose code was edited after their deployment
 */
export async function refuseEditedContracts(state: State): Promise<void> {
  const folder = join(state.journalFolder, "artifacts");
  if (!existsSync(folder)) return;
  const edited: string[] = [];
  for (const entry of await readdir(folder)) {
    if (!entry.endsWith(".json") || entry.endsWith(".dbg.json")) continue;
    type Recorded = { contractName: string; bytecode: string };
    const deployed = parseWhole<Recorded>(await readFile(join(folder, entry), "utf8"));
    // Ignition records the code before it begins the step: what a kill cut off was not deployed, and is recorded again.
    if (deployed === undefined) continue;
    const present = await loadArtifact(deployed.contractName);
    if (codeHash(present.bytecode) !== codeHash(deployed.bytecode)) edited.push(deployed.contractName);
  }
  if (edited.length > 0)
    throw new Error(
      `${edited.join(", ")}: the code was edited after its deployment (recorded in ${state.journalFolder}), and deployed contracts cannot change. ` +
        "Build the sources that were deployed, or deploy anew with another --state-dir",
    );
}

/**
 * Keeps a second run out of the same state.
 * @returns what gives the lock back; a lock of a process that is gone is taken over
 * @throws Error if another run is at work
 */
export async function lockState(state: State): Promise<() => Promise<void>> {
  const file = `${state.journalFolder}.lock`;
  await mkdir(dirname(file), { recursive: true });
  if (existsSync(file)) {
    const holder = Number(await readFile(file, "utf8"));
    if (holder !== process.pid && isAlive(holder))
      throw new Error(
        `the process ${holder} is deploying with ${state.journalFolder}; wait for it, or name another --state-dir`,
      );
  }
  await writeWhole(file, String(process.pid));
  return () => rm(file, { force: true });
}

function isAlive(process_: number): boolean {
  try {
    return process.kill(process_, 0);
  } catch {
    return false;
  }
}

/** Writes the result; a reader sees the old one or the new one, never a part. */
export async function writeResult(state: State, deployment: Deployment): Promise<void> {
  await writeWhole(state.resultFile, `${JSON.stringify(deployment, null, 2)}\n`);
}

/** The deployment that was written, if one was completed. */
export async function readResult(state: State): Promise<Deployment | undefined> {
  if (!existsSync(state.resultFile)) return undefined;
  return parseDeployment(JSON.parse(await readFile(state.resultFile, "utf8")), state.resultFile);
}
