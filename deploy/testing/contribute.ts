// Contributions of a test: reserved first, in a block of its own.
import { keccak256, stringToBytes, toHex, type Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { keccak256 as keccakBytes } from "@tributary/protocol/keccak";
import { CONTENT } from "@tributary/protocol/kinds";
import { encodeContent } from "@tributary/protocol/payloads/content";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import { reservationHash } from "@tributary/protocol/typed-data/reservation";
import type { Chain } from "./anvil.ts";
import type { Protocol } from "./deploy-contracts.ts";
import { send } from "./send.ts";

export interface Contributing {
  account: HDAccount;
  datanetId: bigint;
  /** IDatanetRegistry.ContributionKind. */
  kind: number;
  contentRoot: { hash: Hex; sum: bigint };
}

export async function contribute(chain: Chain, protocol: Protocol, contributing: Contributing): Promise<void> {
  const { account, datanetId, kind, contentRoot } = contributing;
  const { DatanetRegistry: registry } = protocol.addresses;
  const salt = keccak256(stringToBytes("salt"));
  const chainId = BigInt(await chain.client.getChainId());
  const reserved = { chainId, registry, contributor: account.address, datanetId, contentRoot, salt };
  await send(chain, account, registry, datanetRegistryAbi, "reserve", [reservationHash(reserved)]);
  const licence = keccak256(stringToBytes("CC0-1.0"));
  const args = [datanetId, kind, contentRoot, licence, "ipfs:example", salt] as const;
  await send(chain, account, registry, datanetRegistryAbi, "contribute", args);
}

/** The content tree of records that are known by their names. */
export function contentOf(records: readonly string[]) {
  const hashOf = (record: string): Uint8Array => keccakBytes(stringToBytes(record));
  const tree = sumTreeOf(
    CONTENT.depth,
    records.map((record) => ({ sum: 1n, payload: encodeContent({ recordHash: hashOf(record) }) })),
  );
  return {
    root: { hash: toHex(tree.root.hash), sum: tree.root.sum },
    hash: (place: number): Hex => toHex(hashOf(records[place]!)),
    open: (place: number): Hex => toHex(tree.open(CONTENT.depth, place)),
  };
}
