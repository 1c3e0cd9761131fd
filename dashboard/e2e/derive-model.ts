// Registers a model that derives from another, for tests of what pages say of it.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { encodeFunctionData, keccak256, parseEventLogs, stringToHex } from "viem";
import { GUEST, type Place } from "./place.ts";

/** It owes its parent's developer the parent's royalty besides. */
const CHILD_SPLIT = { treasury: 200, gateway: 500, curators: 300, stakers: 0, data: 7_000 } as const;
const WHOLE_BPS = 10_000;

/** Registers a version that derives from `parent`, as anybody may. */
export async function deriveModel(
  place: Place,
  parent: bigint,
  uri: string,
): Promise<{ model: bigint; version: bigint }> {
  const { ModelRegistry: registry } = place.addresses;
  const contract = { address: registry, abi: modelRegistryAbi } as const;
  const ancestors = await place.chain.readContract({ ...contract, functionName: "ancestorsFor", args: [[parent]] });
  const owed = ancestors.reduce((sum, { bps }) => sum + bps, 0);
  const given = Object.values<number>(CHILD_SPLIT).reduce((sum, bps) => sum + bps, 0);
  const registration = {
    weightsHash: keccak256(stringToHex(`derived ${Date.now()}`)),
    ...{ parents: [parent], datanets: [], royaltyBps: 100, inputPrice: 1n, outputPrice: 2n },
    ...{ split: { ...CHILD_SPLIT, developer: WHOLE_BPS - given - owed }, uri },
  };
  const data = encodeFunctionData({ abi: modelRegistryAbi, functionName: "register", args: [registration] });
  const { logs } = await place.send(GUEST, registry, data);
  const [registered] = parseEventLogs({ abi: modelRegistryAbi, eventName: "VersionRegistered", logs });
  return { model: registered!.args.model, version: registered!.args.version };
}
