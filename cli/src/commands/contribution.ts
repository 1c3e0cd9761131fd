// tributary contribution show | accept | withdraw
import { join } from "node:path";
import { type Command, Option } from "commander";
import { type Address, encodeFunctionData, type Hex, parseEventLogs } from "viem";
import { contributionReviewAbi } from "@tributary/protocol/abi/contribution-review";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { gathered, id, time, tokens } from "../amounts.ts";
import { readContribution, readTerms } from "../chain/contribution-view.ts";
import { eventsOf } from "../chain/events.ts";
import { type KeyFlags, withKeys } from "../chain/keys.ts";
import { openWallet } from "../chain/wallet.ts";
import { type Chain, type ChainFlags, connect, withChain } from "../connection.ts";
import { ContentFolder } from "../contribute/content-folder.ts";
import { Journal } from "../contribute/journal.ts";
import { answering, type Answer, type JsonFlag, listing, withJson } from "../output.ts";

/** `Verdict` of the review, by number. */
const VERDICTS = ["nothing wrong", "a mistake", "negligence", "malice"] as const;

type ShowFlags = ChainFlags & JsonFlag;
type WithdrawFlags = ShowFlags & { contents: string; eraseTexts: boolean };

export function contributionCommands(program: Command): void {
  const contribution = program.command("contribution").description("look at contributions, and have them accepted");
  const number = "number of the contribution";
  const show = contribution.command("show").argument("<id>", number, id);
  withJson(withChain(show.description("show what became of a contribution, and why"))).action(
    answering(showContribution),
  );
  const accept = contribution.command("accept").argument("<ids...>", "numbers of contributions", gathered(id), []);
  withJson(
    withKeys(
      withChain(
        accept.description(
          "accept contributions whose review window is over; their bonds return, and anybody may do it",
        ),
      ),
    ),
  ).action(answering(acceptContributions));
  const withdraw = contribution.command("withdraw").argument("<id>", number, id);
  withJson(
    withChain(withdraw.description("say what can be taken back of a contribution; erase the texts that are kept here")),
  )
    .addOption(
      new Option("--contents <folder>", "where its texts are kept").env("TRIBUTARY_CONTENTS").default("contents"),
    )
    .option("--erase-texts", "remove its texts from that folder; their hashes stay", false)
    .action(answering(withdrawContribution));
}

async function showContribution(contribution: bigint, flags: ShowFlags): Promise<Answer> {
  const chain = await connect(flags);
  const found = await readContribution(chain, contribution);
  const terms = await readTerms(chain, found.datanet);
  const acceptableFrom = found.contributedAt + terms.reviewWindowSeconds;
  const made = await madeEvent(chain, contribution);
  const reason = found.status === "rejected" ? await rejectionOf(chain, contribution) : undefined;
  const licenceIncome =
    found.status === "accepted"
      ? await chain.client.readContract({ ...registryOf(chain), functionName: "licenceIncomeOf", args: [contribution] })
      : 0n;
  const { datanet, contributor, kind, status, recordCount, position, bond, contentHash, contributedAt, settledAt } =
    found;
  return {
    json: {
      ...{
        contribution,
        datanet,
        contributor,
        kind,
        status,
        reason,
        records: recordCount,
        position,
        bond,
        licenceIncome,
      },
      ...{ contentRoot: contentHash, uri: made?.uri, contributedAt, settledAt, acceptableFrom },
    },
    text: listing({
      contribution: `${contribution}, to datanet ${datanet}`,
      status:
        { pending: `pending; it can be accepted from ${time(acceptableFrom)} on if nobody objects` }[
          status as "pending"
        ] ?? status,
      ...(reason && { reason: reason.text }),
      contributor,
      records: `${recordCount} (${kind}), content root ${contentHash}`,
      ...(made !== undefined && made.uri !== "" && { "content at": made.uri }),
      made: time(contributedAt),
      ...(settledAt > 0 && { settled: time(settledAt) }),
      "bond held": `${tokens(bond)} OPEN`,
      ...(position > 0n && { earns: `for position ${position}; "tributary statement ${position}" says what` }),
      ...(licenceIncome > 0n && { "licence income": `${tokens(licenceIncome)} OPEN to be collected` }),
    }),
  };
}

async function acceptContributions(contributions: bigint[], flags: ShowFlags & KeyFlags): Promise<Answer> {
  const chain = await connect(flags);
  const wallet = await openWallet(chain, flags);
  const accepted = [];
  // In their order: a datanet accepts an earlier one first.
  for (const contribution of contributions.toSorted((a, b) => (a < b ? -1 : 1))) {
    const { status } = await readContribution(chain, contribution);
    if (status === "accepted") continue;
    const { logs } = await wallet.transact({
      what: `accept contribution ${contribution}`,
      to: chain.deployment.addresses.DatanetRegistry,
      data: encodeFunctionData({ abi: datanetRegistryAbi, functionName: "accept", args: [contribution] }),
    });
    const [event] = parseEventLogs({ abi: datanetRegistryAbi, eventName: "ContributionAccepted", logs });
    const [returned] = parseEventLogs({ abi: datanetRegistryAbi, eventName: "BondReturned", logs });
    accepted.push({ contribution, position: event!.args.position, bondReturned: returned?.args.bond ?? 0n });
  }
  return {
    json: { accepted },
    text:
      accepted
        .map(
          ({ contribution, position, bondReturned }) =>
            `contribution ${contribution} is accepted: it earns for position ${position}, and ${tokens(bondReturned)} OPEN of bond returned`,
        )
        .join("\n") || "all were accepted already",
  };
}

const WITHDRAWAL = `No contract takes a contribution back: which records a model version was trained on is fixed when it is registered, and the
list of a datanet's accepted contributions only grows, so that nobody's place in an index can be taken from them.
What can be done:
- before it is accepted: nothing takes it back either; if it is wrong, whoever objects (the curator, anybody) can have it rejected
- its income can be given away or sold: the position is an ERC-721 token
- the texts are with whoever holds them: here they are erased with --erase-texts, elsewhere by asking those who have them; the
  licence that was named stays with those who have the texts
- what is on the chain, the hashes, cannot be erased; they show no text, but whoever has a text can tell that it is among them
- without its texts nobody can show a record to whoever asks why it was paid, and its earnings go on`;

async function withdrawContribution(contribution: bigint, flags: WithdrawFlags): Promise<Answer> {
  const chain = await connect(flags);
  const found = await readContribution(chain, contribution);
  const { status } = found;
  const contents = new ContentFolder(flags.contents);
  const erased = flags.eraseTexts && eraseTexts(chain, { ...found, contribution }, flags.contents, contents);
  const folder = contents.textsOf(contribution);
  return {
    // What was asked for, that no model uses the records any more, is not to be had.
    ok: flags.eraseTexts && erased,
    json: { contribution, status, withdrawn: false, texts: folder, erased, why: WITHDRAWAL.replaceAll("\n", " ") },
    text: [
      `contribution ${contribution} is ${status} and stays so.`,
      WITHDRAWAL,
      ...(flags.eraseTexts
        ? [erased ? `${folder} is erased` : `there are no texts of it at ${folder}: name the folder with --contents`]
        : []),
    ].join("\n"),
  };
}

interface Erased {
  contribution: bigint;
  contributor: Address;
  datanet: bigint;
  contentHash: Hex;
}

/** @throws UserError if a run is contributing from the folder */
function eraseTexts({ deployment }: Chain, erased: Erased, folder: string, contents: ContentFolder): boolean {
  const { contribution, contributor, datanet, contentHash } = erased;
  const { chainId, addresses } = deployment;
  const scope = { chainId, registry: addresses.DatanetRegistry, contributor, datanet };
  const journal = new Journal(join(folder, "journal.sqlite"), scope, true);
  try {
    // A killed run may have left its texts where they wait for their number.
    const entry = journal
      .entries()
      .find(({ root, contribution: made = contribution }) => root.hash === contentHash && made === contribution);
    if (entry !== undefined) contents.made(entry, contribution);
    return contents.erase(contribution);
  } finally {
    journal.close();
  }
}

function registryOf({ deployment }: Chain) {
  return { address: deployment.addresses.DatanetRegistry, abi: datanetRegistryAbi } as const;
}

async function madeEvent(chain: Chain, contribution: bigint) {
  const events = await eventsOf(chain, {
    ...registryOf(chain),
    eventName: "ContributionMade",
    args: { contribution },
    fromBlock: BigInt(chain.deployment.block),
  });
  return events[0]?.args;
}

/** Why a contribution was rejected: the verdict of the validators where that came with it, else a duplicate that was shown. */
async function rejectionOf(chain: Chain, contribution: bigint): Promise<{ kind: string; text: string }> {
  const { deployment } = chain;
  const fromBlock = BigInt(deployment.block);
  const review = { address: deployment.addresses.ContributionReview, abi: contributionReviewAbi } as const;
  const of = { args: { contribution }, fromBlock };
  const [[rejection], resolved, objections, duplicates] = await Promise.all([
    eventsOf(chain, { ...registryOf(chain), eventName: "ContributionRejected", ...of }),
    eventsOf(chain, { ...review, eventName: "ObjectionResolved", ...of }),
    eventsOf(chain, { ...review, eventName: "ObjectionMade", ...of }),
    eventsOf(chain, { ...review, eventName: "DuplicateShown", ...of }),
  ]);
  const lost = `${tokens(rejection?.args.slashed ?? 0n)} OPEN of the bond were lost`;
  const verdict = resolved.find(({ transactionHash }) => transactionHash === rejection?.transactionHash);
  const [duplicate] = duplicates;
  if (verdict === undefined && duplicate !== undefined) {
    const { earlier, recordHash } = duplicate.args;
    const where = earlier === contribution ? "at another place of it" : `in the earlier contribution ${earlier}`;
    return { kind: "duplicate", text: `its record ${recordHash} stands ${where}, as was shown; ${lost}` };
  }
  const found = VERDICTS[verdict?.args.verdict ?? 0] ?? "nothing wrong";
  const objection = objections.at(-1)?.args.uri ?? "";
  return { kind: found, text: `the validators found ${found}${objection && `, for what ${objection} says`}; ${lost}` };
}
