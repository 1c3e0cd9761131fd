// How one party commits records to a datanet: the bond, the reservation that hides them, and the contribution itself.
import { randomBytes } from "node:crypto";
import { encodeFunctionData, type Account, type Hex, keccak256, parseEventLogs, stringToBytes, toHex } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { reservationHash } from "@tributary/protocol/typed-data/reservation";
import { contentRoot, recordHash } from "../contribute/content.ts";
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
  const commitment = { contentRoot: contentRoot(texts.map(recordHash)), salt: toHex(randomBytes(32)) };
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
