// Commits the attribution index of a model version.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import type { ManifestRoot } from "@tributary/protocol/bundle-manifest";
import { refusedBeforePayment } from "@tributary/protocol/refused-before-payment";
import { methodId, type Method } from "@tributary/protocol/typed-data/method-id";
import type { Address, Hex } from "viem";
import { allowBond } from "./allow-bond.ts";
import type { ChainAccess } from "./chain-access.ts";
import { confirm, type Outcome } from "./send-once.ts";

/** What is committed: the root of kind `index` and the bundle that it is published in. */
export interface IndexCommit {
  readonly modelVersion: bigint;
  readonly method: Method;
  readonly root: ManifestRoot;
  readonly bundleHash: Hex;
}

/**
 * Commits an index under the registry's bond, which is in `token`; the sender must own the model. Does nothing if this very index is committed. Throws an Error if
 * another one is, or if the contract refuses.
 */
export async function commitIndex(
  access: ChainAccess,
  contracts: { readonly modelRegistry: Address; readonly token: Address },
  commit: IndexCommit,
): Promise<Outcome> {
  const { reader, sender } = access;
  const { modelVersion, method, root, bundleHash } = commit;
  const registry = { address: contracts.modelRegistry, abi: modelRegistryAbi } as const;
  const what = `index of model version ${modelVersion}`;
  const found = await reader.readContract({ ...registry, functionName: "indexOf", args: [modelVersion] });
  if (found.committedAt !== 0) {
    const same = found.hash === root.hash && found.sum === BigInt(root.sum) && found.methodId === methodId(method);
    if (same) return { status: "present" };
    throw new Error(
      `${what}: another one is committed already, with the root ${found.hash} and the method ${found.methodId}`,
    );
  }
  const bond = await reader.readContract({ ...registry, functionName: "indexBond" });
  const call = {
    ...registry,
    account: sender.account,
    functionName: "commitIndex",
    args: [modelVersion, method, { hash: root.hash, sum: BigInt(root.sum) }, bundleHash],
  } as const;
  await refusedBeforePayment(reader.simulateContract(call));
  await allowBond(access, contracts.token, contracts.modelRegistry, bond);
  const { request } = await reader.simulateContract(call);
  return confirm(reader, await sender.writeContract(request), what);
}
