// SIMULATED COPIER: contributes records of another contributor as its own, so that a watcher can prove it and have the copy rejected. No real copier, watcher
// or dispute is involved; the contribution, both openings, the rejection and the slash are real transactions.
import { encodeFunctionData, parseEventLogs, toHex, zeroAddress, type TransactionReceipt } from "viem";
import { contributionReviewAbi } from "@tributary/protocol/abi/contribution-review";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { CONTENT } from "@tributary/protocol/kinds";
import { roleAccount } from "./accounts.ts";
import { contentTree, recordHash } from "../contribute/content.ts";
import { contributeRecords, reserveRecords, type MadeContribution } from "./contribution.ts";
import type { Corpus } from "./corpus-file.ts";
import { contributionUri, TERMS, type Datanets } from "./datanets.ts";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import { transact, waitForChainTime } from "./transact.ts";

const COPIED_RECORDS = 20;
/** Place in the original contribution of the first record that is copied. */
const FIRST_COPIED = 2;
/** Which of the copied records is proven to be one. */
const PROVEN = 7;

/** What became of the copy; amounts are what was transferred, in base units. */
export interface RejectedCopy {
  contribution: bigint;
  /** Who contributed the records first. */
  original: string;
  records: number;
  bond: bigint;
  /** Back to the copier, to the prover, and burned. */
  refund: bigint;
  reward: bigint;
  burned: bigint;
  /** Of the two openings together. */
  proofBytes: number;
}

/** Contributes a copy of records of the first accepted contribution, proves it to be one, and has it rejected. */
export async function contributeAndProveCopy(
  chain: LocalChain,
  deployment: Deployment,
  corpus: Corpus,
  { contributions }: Datanets,
): Promise<RejectedCopy> {
  const [datanet] = corpus.datanets;
  const [author] = datanet?.contributors ?? [];
  const [original] = contributions;
  if (datanet === undefined || author === undefined || original === undefined)
    throw new Error("there is nothing to copy");
  const texts = author.records.map(({ text }) => text);
  const copied = texts.slice(FIRST_COPIED, FIRST_COPIED + COPIED_RECORDS);
  const proven = copied[PROVEN];
  if (proven === undefined) throw new Error(`${author.name} has too few records to copy`);

  const copier = {
    account: roleAccount("copier"),
    name: "the SIMULATED copier",
    datanetId: original.datanet,
    texts: copied,
    licence: datanet.licence,
    uri: contributionUri(datanet, "simulated copier"),
  };
  const reserved = await reserveRecords(chain, deployment, copier, TERMS.bondPerRecord);
  const copy = await contributeRecords(chain, deployment, reserved);

  const opening = contentTree(copied.map(recordHash)).open(CONTENT.depth, PROVEN);
  const place = FIRST_COPIED + PROVEN;
  const originalOpening = contentTree(texts.map(recordHash)).open(CONTENT.depth, place);
  const data = encodeFunctionData({
    abi: contributionReviewAbi,
    functionName: "proveDuplicate",
    args: [
      copy.id,
      BigInt(PROVEN),
      original.id,
      BigInt(place),
      toHex(recordHash(proven)),
      toHex(opening),
      toHex(originalOpening),
    ],
  });
  const shown = await transact(chain, roleAccount("watcher"), {
    what: "prove that the SIMULATED copier's record is a copy",
    to: deployment.addresses.ContributionReview,
    data,
  });
  // Within the copy's window the proof only holds it: a verdict could still cost it more.
  const receipt = isRejection(shown) ? shown : await settleProof(chain, deployment, copy, original.id);
  const moved = movedBy(receipt, deployment);
  return {
    contribution: copy.id,
    original: author.name,
    records: copied.length,
    bond: copy.bond,
    refund: moved(roleAccount("copier").address),
    reward: moved(roleAccount("watcher").address),
    burned: moved(zeroAddress),
    proofBytes: opening.length + originalOpening.length,
  };
}

function isRejection({ logs }: TransactionReceipt): boolean {
  return parseEventLogs({ abi: datanetRegistryAbi, eventName: "ContributionRejected", logs }).length > 0;
}

/** Has the copy rejected once its window is over. */
async function settleProof(
  chain: LocalChain,
  deployment: Deployment,
  copy: MadeContribution,
  original: bigint,
): Promise<TransactionReceipt> {
  await waitForChainTime(chain, copy.contributedAt + TERMS.reviewWindowSeconds);
  return transact(chain, roleAccount("watcher"), {
    what: "have the SIMULATED copier's contribution rejected",
    to: deployment.addresses.ContributionReview,
    data: encodeFunctionData({
      abi: contributionReviewAbi,
      functionName: "settleDuplicate",
      args: [copy.id, original],
    }),
  });
}

/** What a transaction moved from the registry to each account; the zero address receives what is burned. */
function movedBy({ logs }: TransactionReceipt, { addresses }: Deployment): (account: string) => bigint {
  const transfers = parseEventLogs({ abi: openTokenAbi, eventName: "Transfer", logs }).filter(
    ({ address, args }) =>
      address.toLowerCase() === addresses.OpenToken.toLowerCase() && args.from === addresses.DatanetRegistry,
  );
  return (account) => transfers.reduce((sum, { args }) => (args.to === account ? sum + args.value : sum), 0n);
}
