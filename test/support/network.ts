// The simulated chain that all contract tests share, and the snapshots from which they start.
import { network } from "hardhat";

export const { ethers, networkHelpers } = await network.create();
export const { time } = networkHelpers;

type Loaded = { fixture: () => Promise<unknown>; snapshot: string; value: unknown };

/** Fixtures whose snapshots exist, each built on the one before it; the first is the empty chain. */
const loaded: Loaded[] = [{ fixture: empty, snapshot: await takeSnapshot(), value: undefined }];
let isBuilding = false;

/**
 * The state that a fixture builds, from a snapshot after the first time. A fixture may begin by loading another one, which Hardhat's own
 * helper does not allow.
 */
export async function loadFixture<T>(fixture: () => Promise<T>): Promise<T> {
  const at = loaded.findIndex((entry) => entry.fixture === fixture);
  if (at >= 0) return (await restore(at)) as T;
  if (isBuilding) return build(fixture);
  await restore(0);
  isBuilding = true;
  try {
    return await build(fixture);
  } finally {
    isBuilding = false;
  }
}

async function build<T>(fixture: () => Promise<T>): Promise<T> {
  const value = await fixture();
  loaded.push({ fixture, snapshot: await takeSnapshot(), value });
  return value;
}

async function restore(at: number): Promise<unknown> {
  const entry = loaded[at]!;
  loaded.length = at + 1;
  await ethers.provider.send("evm_revert", [entry.snapshot]);
  entry.snapshot = await takeSnapshot();
  return entry.value;
}

function takeSnapshot(): Promise<string> {
  return ethers.provider.send("evm_snapshot", []) as Promise<string>;
}

function empty(): Promise<void> {
  return Promise.resolve();
}
