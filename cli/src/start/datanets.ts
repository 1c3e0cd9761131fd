// Creates the datanets on chain and lets every contributor commit their records under a bond, then waits and has them accepted.
import { type Address, encodeFunctionData, parseEventLogs } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { keepContribution } from "@tributary/protocol/content-folder";
import { UserError } from "../errors.ts";
import { contributorAccount, MOST_CONTRIBUTORS, roleAccount } from "./accounts.ts";
import { contributeRecords, reserveRecords, type Records } from "./contribution.ts";
import type { Corpus, CorpusDatanet } from "./corpus-file.ts";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import { transact, waitForChainTime } from "./transact.ts";

const OPEN = 10n ** 18n;
const TRAINING = 1;

/** Terms of both datanets; the window is short because the local network really waits. */
export const TERMS = {
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

/** Runs the whole life of the corpus on chain up to accepted contributions, in the corpus's order. */
export async function contributeCorpus(
  chain: LocalChain,
  deployment: Deployment,
  corpus: Corpus,
  onProgress: (done: number, total: number) => void,
): Promise<Datanets> {
  const { DatanetRegistry: registry } = deployment.addresses;
  const contributors = corpus.datanets.reduce((count, datanet) => count + datanet.contributors.length, 0);
  if (contributors > MOST_CONTRIBUTORS) {
    throw new UserError(
      `the corpus has ${contributors} contributors, the local chain wallets for ${MOST_CONTRIBUTORS}`,
    );
  }
  const total = contributors * 3;
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

  const reserved = await Promise.all(
    recordsOf(corpus, ids).map(async (records) => {
      const reservation = await reserveRecords(chain, deployment, records, TERMS.bondPerRecord);
      tick();
      return reservation;
    }),
  );

  const contributions: Contribution[] = [];
  let firstPlace = 0;
  let windowsEnd = 0;
  for (const [contributor, reservation] of reserved.entries()) {
    const { id, contributedAt } = await contributeRecords(chain, deployment, reservation);
    const { datanetId, name, texts } = reservation;
    const records = texts.length;
    contributions.push({ id, datanet: datanetId, contributor, name, position: 0n, records, firstPlace });
    firstPlace += records;
    windowsEnd = contributedAt + TERMS.reviewWindowSeconds;
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

/** Keeps what was contributed, whose licences allow that anybody serves it. */
export async function keepContent(
  folder: string,
  corpus: Corpus,
  { contributions }: Pick<Datanets, "contributions">,
): Promise<void> {
  const contributors = corpus.datanets.flatMap((datanet) => datanet.contributors);
  for (const { id, contributor } of contributions) {
    const texts = contributors[contributor]!.records.map(({ text }) => text);
    await keepContribution(folder, id, texts);
  }
}

/** What each contributor has to contribute; one wallet per contributor of any datanet, in the corpus's order. */
function recordsOf(corpus: Corpus, ids: readonly bigint[]): Records[] {
  const all = corpus.datanets.flatMap((datanet, index) =>
    datanet.contributors.map((contributor) => ({ datanet, contributor, datanetId: ids[index] })),
  );
  return all.map(({ datanet, contributor, datanetId }, wallet) => {
    if (datanetId === undefined) throw new Error(`the datanet ${datanet.name} was not created`);
    const { name, records } = contributor;
    return {
      account: contributorAccount(wallet),
      name,
      datanetId,
      texts: records.map(({ text }) => text),
      licence: datanet.licence,
      uri: contributionUri(datanet, name),
    };
  });
}

/** Where the text of a contribution can be had. */
export function contributionUri({ origin }: CorpusDatanet, name: string): string {
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
export async function positionOwners(chain: LocalChain, deployment: Deployment): Promise<Address[]> {
  const address = deployment.addresses.RoyaltyPositions;
  const count = await chain.client.readContract({ address, abi: royaltyPositionsAbi, functionName: "positionCount" });
  const ids = Array.from({ length: Number(count) }, (_, index) => BigInt(index + 1));
  return Promise.all(
    ids.map((id) =>
      chain.client.readContract({ address, abi: royaltyPositionsAbi, functionName: "ownerOf", args: [id] }),
    ),
  );
}
