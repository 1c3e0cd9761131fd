// The index of a model version as the chain has it: its root counts once nobody can end it any more.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import type { Checks } from "@tributary/protocol/check-steps";
import type { RootHex } from "@tributary/protocol/opened-leaf";
import type { CheckChain } from "./chain.ts";

/** `IndexStatus` of the model registry. */
const USABLE = 2;

export interface UsableIndex {
  readonly root: RootHex;
  /** Coordinates of its sketches. */
  readonly k: number;
}

export async function usableIndex(
  { reader, addresses }: CheckChain,
  version: bigint,
  checks: Checks,
): Promise<UsableIndex> {
  const at = { address: addresses.ModelRegistry, abi: modelRegistryAbi, args: [version] } as const;
  const [status, { hash, sum }, { k }] = await Promise.all([
    reader.readContract({ ...at, functionName: "indexStatus" }),
    reader.readContract({ ...at, functionName: "indexOf" }),
    reader.readContract({ ...at, functionName: "methodOf" }),
  ]);
  const isUsable = status === USABLE;
  const step = { what: `the index of model version ${version}`, expected: "usable", source: "chain" } as const;
  checks.step({ ...step, found: isUsable ? "usable" : `status ${status}`, holds: isUsable });
  return { root: { hash, sum }, k };
}
