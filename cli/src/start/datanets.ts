// Creates the datanets on chain and lets every contributor commit their records under a bond, then waits and has them accepted.
import { randomBytes } from "node:crypto";
import { type Address, encodeFunctionData, type Hex, keccak256, parseEventLogs, stringToBytes, toHex } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { canonicalTextBytes } from "@tributary/protocol/canonical-text";
import { keccak256 as keccakBytes } from "@tributary/protocol/keccak";
import { CONTENT } from "@tributary/protocol/kinds";
import { encodeContent } from "@tributary/protocol/payloads/content";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import { reservationHash } from "@tributary/protocol/typed-data/reservation";
import { UserError } from "../errors.ts";
import { contributorAccount, MOST_CONTRIBUTORS, roleAccount } from "./accounts.ts";
import type { Corpus, CorpusContributor } from "./corpus-file.ts";
import type { Deployment } from "./deployment.ts";
import { fundAndApprove } from "./funding.ts";
import type { LocalChain } from "./local-chain.ts";
import { transact, waitForChainTime } from "./transact.ts";

const OPEN = 10n ** 18n;
const DATA = 0;
const TRAINING = 1;

/** Terms of both datanets; the window is short because the local network really waits. */
const TERMS = {
  bondPerRecord: OPEN / 100n,
  licenceFee: 10n * OPEN + 7n,
  reviewWindowSeconds: 4,
  leastDataShareBps: 5_000,
  curatorCutBps: 1_000,
  mistakeBps: 500,
  negligenceBps: 3_000,
  maliceBps: 10_000,
  allowedUses: TRAINING,
} as const;

export interface Contribution {
  id: bigint;
  datanet: bigint;
  /** Index of the contributor over all datanets: also the wallet's index. */
  contributor: number;
  name: string;
  position: bigint;
  records: number;
  /** Place of its first record in the model's index, if the datanets are named in this order. */
  firstPlace: number;
}

export interface Datanets {
  ids: bigint[];
  licenceFee: bigint;
  contributions: Contribution[];
}

/** Root of the content tree of one contributor's records (docs/formats.md §3, §8.1). */
export function contentRoot(contributor: CorpusContributor): { hash: Uint8Array; sum: bigint } {
  const leaves = contributor.records.map(({ text }) => ({
    sum: 1n,
    payload: encodeContent({ recordHash: keccakBytes(canonicalTextBytes(text)) }),
  }));
  return sumTreeOf(CONTENT.depth, leaves).root;
}

/** Runs the whole life of the corpus on chain up to accepted contributions, in the corpus's order. */
export async function contributeCorpus(
  chain: LocalChain,
  deployment: Deployment,
  corpus: Corpus,
  onProgress: (done: number, total: number) => void,
): Promise<Datanets> {
  const { DatanetRegistry: registry } = deployment.addresses;
  const contributors = corpus.datanets.flatMap((datanet, index) =>
    datanet.contributors.map((contributor) => ({ contributor, index })),
  );
  if (contributors.length > MOST_CONTRIBUTORS) {
    throw new UserError(
      `the corpus has ${contributors.length} contributors, the local chain wallets for ${MOST_CONTRIBUTORS}`,
    );
  }
  const total = contributors.length * 3;
  let done = 0;
  const tick = (): void => onProgress(++done, total);

  const ids: bigint[] = [];
  for (const [index, datanet] of corpus.datanets.entries()) {
    const curator = roleAccount(index === 0 ? "curatorA" : "curatorB");
    const data = encodeFunctionData({
      abi: datanetRegistryAbi,
      functionName: "createDatanet",
      args: [TERMS, `npm:${datanet.origin}`],
    });
    const receipt = await transact(chain, curator, { what: `create the datanet ${datanet.name}`, to: registry, data });
    const [created] = parseEventLogs({ abi: datanetRegistryAbi, eventName: "DatanetCreated", logs: receipt.logs });
    if (created === undefined) throw new Error("createDatanet emitted no DatanetCreated");
    ids.push(created.args.datanet);
  }

  const commitments = await Promise.all(
    contributors.map(async ({ contributor, index }, wallet) => {
      await fundBond(chain, deployment, contributor, wallet);
      const commitment = { contentRoot: hexRoot(contributor), salt: toHex(randomBytes(32)) };
      await reserve(chain, registry, ids[index]!, wallet, commitment, contributor.name);
      tick();
      return commitment;
    }),
  );

  const contributions: Contribution[] = [];
  let firstPlace = 0;
  let windowsEnd = 0;
  for (const [wallet, { contributor, index }] of contributors.entries()) {
    const datanet = ids[index];
    const licence = corpus.datanets[index]?.licence;
    const origin = corpus.datanets[index]?.origin;
    const commitment = commitments[wallet];
    if (datanet === undefined || licence === undefined || origin === undefined || commitment === undefined)
      throw new Error(`datanet ${index} was not created`);
    const data = encodeFunctionData({
      abi: datanetRegistryAbi,
      functionName: "contribute",
      args: [
        datanet,
        DATA,
        commitment.contentRoot,
        keccak256(stringToBytes(licence)),
        contributionUri(origin, contributor.name),
        commitment.salt,
      ],
    });
    const receipt = await transact(chain, contributorAccount(wallet), {
      what: `contribute the records of ${contributor.name}`,
      to: registry,
      data,
    });
    const [made] = parseEventLogs({ abi: datanetRegistryAbi, eventName: "ContributionMade", logs: receipt.logs });
    if (made === undefined) throw new Error("contribute emitted no ContributionMade");
    const records = contributor.records.length;
    contributions.push({
      id: made.args.contribution,
      datanet,
      contributor: wallet,
      name: contributor.name,
      position: 0n,
      records,
      firstPlace,
    });
    firstPlace += records;
    const block = await chain.client.getBlock({ blockNumber: receipt.blockNumber });
    windowsEnd = Number(block.timestamp) + TERMS.reviewWindowSeconds;
    tick();
  }

  await waitForChainTime(chain, windowsEnd + 1);
  for (const contribution of contributions) {
    const data = encodeFunctionData({ abi: datanetRegistryAbi, functionName: "accept", args: [contribution.id] });
    const receipt = await transact(chain, roleAccount("deployer"), {
      what: `accept the contribution of ${contribution.name}`,
      to: registry,
      data,
    });
    const [accepted] = parseEventLogs({
      abi: datanetRegistryAbi,
      eventName: "ContributionAccepted",
      logs: receipt.logs,
    });
    if (accepted === undefined) throw new Error("accept emitted no ContributionAccepted");
    contribution.position = accepted.args.position;
    tick();
  }
  return { ids, licenceFee: TERMS.licenceFee, contributions };
}

/** Gives a contributor's wallet what their bond takes, and allows the registry to take it. */
function fundBond(
  chain: LocalChain,
  deployment: Deployment,
  contributor: CorpusContributor,
  wallet: number,
): Promise<void> {
  const bond = TERMS.bondPerRecord * BigInt(contributor.records.length);
  const { DatanetRegistry: registry } = deployment.addresses;
  return fundAndApprove(
    chain,
    deployment,
    contributorAccount(wallet),
    registry,
    bond,
    `the bond of ${contributor.name}`,
  );
}

function hexRoot(contributor: CorpusContributor): { hash: Hex; sum: bigint } {
  const { hash, sum } = contentRoot(contributor);
  return { hash: toHex(hash), sum };
}

/** Reserves a contributor's records, which must happen in an earlier block than their contribution. */
async function reserve(
  chain: LocalChain,
  registry: Address,
  datanetId: bigint,
  wallet: number,
  commitment: { contentRoot: { hash: Hex; sum: bigint }; salt: Hex },
  name: string,
): Promise<void> {
  const account = contributorAccount(wallet);
  const chainId = BigInt(await chain.client.getChainId());
  const reservation = reservationHash({ chainId, registry, contributor: account.address, datanetId, ...commitment });
  const data = encodeFunctionData({ abi: datanetRegistryAbi, functionName: "reserve", args: [reservation] });
  await transact(chain, account, { what: `reserve the contribution of ${name}`, to: registry, data });
}

function contributionUri(origin: string, name: string): string {
  return `npm:${origin}#${encodeURIComponent(name)}`;
}

/** Has every contribution's part of the licence fees credited to its position in the ledger. */
export async function collectLicenceIncome(
  chain: LocalChain,
  deployment: Deployment,
  datanets: Datanets,
): Promise<void> {
  for (const contribution of datanets.contributions) {
    const data = encodeFunctionData({
      abi: datanetRegistryAbi,
      functionName: "collectLicenceIncome",
      args: [contribution.id],
    });
    await transact(chain, roleAccount("deployer"), {
      what: `collect the licence income of ${contribution.name}`,
      to: deployment.addresses.DatanetRegistry,
      data,
    });
  }
}

/** How many positions exist, and the owner of each, in the order of their ids from 1. */
export async function positionOwners(chain: LocalChain, deployment: Deployment): Promise<string[]> {
  const address = deployment.addresses.RoyaltyPositions;
  const count = await chain.client.readContract({ address, abi: royaltyPositionsAbi, functionName: "positionCount" });
  const ids = Array.from({ length: Number(count) }, (_, index) => BigInt(index + 1));
  return Promise.all(
    ids.map((id) =>
      chain.client.readContract({ address, abi: royaltyPositionsAbi, functionName: "ownerOf", args: [id] }),
    ),
  );
}
