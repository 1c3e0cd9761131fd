// How one party commits records to a datanet: the bond, the reservation that hides them, and the contribution itself.
import { randomBytes } from "node:crypto";
import { encodeFunctionData, type Account, type Hex, keccak256, parseEventLogs, stringToBytes, toHex } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { canonicalTextBytes } from "@tributary/protocol/canonical-text";
import { keccak256 as keccakBytes } from "@tributary/protocol/keccak";
import { CONTENT } from "@tributary/protocol/kinds";
import { encodeContent } from "@tributary/protocol/payloads/content";
import { sumTreeOf, type SumTree } from "@tributary/protocol/sum-tree";
import { reservationHash } from "@tributary/protocol/typed-data/reservation";
import type { Deployment } from "./deployment.ts";
import { fundAndApprove } from "./funding.ts";
import type { LocalChain } from "./local-chain.ts";
import { transact } from "./transact.ts";

const DATA = 0;

/** What is to be contributed, and by whom. */
export interface Records {
  account: Account;
  /** Of the contributor, for messages. */
  name: string;
  datanetId: bigint;
  texts: readonly string[];
  /** SPDX identifier. */
  licence: string;
  uri: string;
}

/** Records that were reserved and may be contributed from the next block on. */
export interface ReservedRecords extends Records {
  contentRoot: { hash: Hex; sum: bigint };
  salt: Hex;
}

export interface MadeContribution {
  id: bigint;
  bond: bigint;
  /** Unix seconds. */
  contributedAt: number;
}

/** Hash of a record (docs/formats.md §8.1). */
export function recordHash(text: string): Uint8Array {
  return keccakBytes(canonicalTextBytes(text));
}

/** The content tree of records (docs/formats.md §3). */
export function contentTree(texts: readonly string[]): SumTree {
  return sumTreeOf(
    CONTENT.depth,
    texts.map((text) => ({ sum: 1n, payload: encodeContent({ recordHash: recordHash(text) }) })),
  );
}

/** Gives the contributor what the bond takes, and reserves the records, which must happen in an earlier block than their contribution. */
export async function reserveRecords(
  chain: LocalChain,
  deployment: Deployment,
  records: Records,
  bondPerRecord: bigint,
): Promise<ReservedRecords> {
  const { DatanetRegistry: registry } = deployment.addresses;
  const { account, name, datanetId, texts } = records;
  const bond = bondPerRecord * BigInt(texts.length);
  await fundAndApprove(chain, deployment, account, registry, bond, `the bond of ${name}`);
  const { hash, sum } = contentTree(texts).root;
  const commitment = { contentRoot: { hash: toHex(hash), sum }, salt: toHex(randomBytes(32)) };
  const place = { chainId: BigInt(deployment.chainId), registry, contributor: account.address, datanetId };
  const data = encodeFunctionData({
    abi: datanetRegistryAbi,
    functionName: "reserve",
    args: [reservationHash({ ...place, ...commitment })],
  });
  await transact(chain, account, { what: `reserve the contribution of ${name}`, to: registry, data });
  return { ...records, ...commitment };
}

/** Contributes what was reserved. */
export async function contributeRecords(
  chain: LocalChain,
  deployment: Deployment,
  { account, name, datanetId, contentRoot, licence, uri, salt }: ReservedRecords,
): Promise<MadeContribution> {
  const data = encodeFunctionData({
    abi: datanetRegistryAbi,
    functionName: "contribute",
    args: [datanetId, DATA, contentRoot, keccak256(stringToBytes(licence)), uri, salt],
  });
  const receipt = await transact(chain, account, {
    what: `contribute the records of ${name}`,
    to: deployment.addresses.DatanetRegistry,
    data,
  });
  const [made] = parseEventLogs({ abi: datanetRegistryAbi, eventName: "ContributionMade", logs: receipt.logs });
  if (made === undefined) throw new Error("contribute emitted no ContributionMade");
  const { timestamp } = await chain.client.getBlock({ blockNumber: receipt.blockNumber });
  return { id: made.args.contribution, bond: made.args.bond, contributedAt: Number(timestamp) };
}
