// tributary contribution show | accept | withdraw | erase
import { join } from "node:path";
import { type Command, Option } from "commander";
import { type Address, encodeFunctionData, type Hex, isAddressEqual, parseEventLogs } from "viem";
import { contributionReviewAbi } from "@tributary/protocol/abi/contribution-review";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { printable } from "@tributary/protocol/printable";
import { gathered, id, time, tokens } from "../amounts.ts";
import { acceptableOf } from "../chain/acceptance.ts";
import { readContribution, readTerms } from "../chain/contribution-view.ts";
import { eventsOf, noEvent } from "../chain/events.ts";
import { type KeyFlags, withKeys } from "../chain/keys.ts";
import { openWallet, type Wallet } from "../chain/wallet.ts";
import { confirm } from "../confirm.ts";
import { type Chain, type ChainFlags, connect, withChain } from "../connection.ts";
import { ContentFolder } from "../contribute/content-folder.ts";
import { Journal } from "../contribute/journal.ts";
import { UserError } from "../errors.ts";
import { answering, type Answer, type JsonFlag, listing, withJson } from "../output.ts";

/** `Verdict` of the review, by number. */
const VERDICTS = ["nothing wrong", "a mistake", "negligence", "malice"] as const;

/** Kind of a reason that the node cannot tell. */
const UNKNOWN = "unknown";

type ShowFlags = ChainFlags & JsonFlag;
type WithdrawFlags = ShowFlags & KeyFlags & { yes?: boolean };
type EraseFlags = ShowFlags & { contents: string };

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
    withKeys(
      withChain(
        withdraw.description(
          "take a contribution back from models that are registered later; for ever, and only by its contributor",
        ),
      ),
    ),
  )
    .option("--yes", "do not ask before it is sent, which cannot be undone")
    .action(answering(withdrawContribution));
  const erase = contribution.command("erase").argument("<id>", number, id);
  withJson(withChain(erase.description("remove the texts of a contribution that are kept here; their hashes stay")))
    .addOption(
      new Option("--contents <folder>", "where its texts are kept").env("TRIBUTARY_CONTENTS").default("contents"),
    )
    .action(answering(eraseContribution));
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
  const withdrawn = await withdrawnAt(chain, contribution);
  const { datanet, contributor, kind, status, recordCount, position, bond, contentHash, contributedAt, settledAt } =
    found;
  return {
    ok: made !== undefined && reason?.kind !== UNKNOWN,
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
      withdrawnAt: withdrawn,
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
      ...(made?.uri !== "" && { "content at": made?.uri ?? noEvent("of its making") }),
      made: time(contributedAt),
      ...(settledAt > 0 && { settled: time(settledAt) }),
      ...(withdrawn > 0 && {
        withdrawn: `${time(withdrawn)}: models that were registered before go on paying for it, those registered after have it in their index without weight (that they were not trained on it is their developers' word)`,
      }),
      "bond held": `${tokens(bond)} OPEN`,
      ...(position > 0n && { earns: `for position ${position}; "tributary statement ${position}" says what` }),
      ...(licenceIncome > 0n && { "licence income": `${tokens(licenceIncome)} OPEN to be collected` }),
    }),
  };
}

async function acceptContributions(contributions: bigint[], flags: ShowFlags & KeyFlags): Promise<Answer> {
  const chain = await connect(flags);
  const wallet = await openWallet(chain, flags);
  await wallet.settle();
  const accepted: Accepted[] = [];
  let failed: { contribution: bigint; error: string } | undefined;
  for (const contribution of await acceptableOf(chain, wallet.address, contributions)) {
    try {
      accepted.push(await accept(chain, wallet, contribution));
    } catch (error) {
      if (accepted.length === 0 || !(error instanceof UserError)) throw error;
      failed = { contribution, error: error.message };
      break;
    }
  }
  const lines = accepted.map(
    ({ contribution, position, bondReturned }) =>
      `contribution ${contribution} is accepted: it earns for position ${position}, and ${tokens(bondReturned)} OPEN of bond returned`,
  );
  if (failed !== undefined) lines.push(`${printable(failed.error)}; nothing was sent for those after it`);
  return {
    ok: failed === undefined,
    json: { accepted, failed },
    text: lines.join("\n") || "all were accepted already",
  };
}

interface Accepted {
  contribution: bigint;
  position: bigint;
  bondReturned: bigint;
}

async function accept({ deployment }: Chain, wallet: Wallet, contribution: bigint): Promise<Accepted> {
  const { logs } = await wallet.transact({
    what: `accept contribution ${contribution}`,
    to: deployment.addresses.DatanetRegistry,
    data: encodeFunctionData({ abi: datanetRegistryAbi, functionName: "accept", args: [contribution] }),
  });
  const [event] = parseEventLogs({ abi: datanetRegistryAbi, eventName: "ContributionAccepted", logs });
  const [returned] = parseEventLogs({ abi: datanetRegistryAbi, eventName: "BondReturned", logs });
  return { contribution, position: event!.args.position, bondReturned: returned?.args.bond ?? 0n };
}

const WITHDRAWAL = `- models that are registered from now on do not use its records: their index gives them no weight and pays them nothing, and whoever
  commits another index can be proven wrong; it shares no licence fee either
- models that were registered before go on using its records and go on paying for them
- that a later model was really trained without them is attested by its developer, and cannot be proven
- it cannot be undone: whoever contributes the same records again contributes copies, which earn nothing
- the records keep their places and their hashes, which nobody can erase; the texts are with whoever holds them: "tributary contribution erase" removes those
  that are kept here`;

async function withdrawContribution(contribution: bigint, flags: WithdrawFlags): Promise<Answer> {
  const chain = await connect(flags);
  const found = await readContribution(chain, contribution);
  const before = await withdrawnAt(chain, contribution);
  if (before > 0)
    return {
      json: { contribution, withdrawnAt: before, isNew: false },
      text: `contribution ${contribution} was withdrawn at ${time(before)} already; nothing was sent`,
    };
  if (found.status !== "accepted")
    throw new UserError(`contribution ${contribution} ${NOT_WITHDRAWABLE[found.status]}`);
  const wallet = await openWallet(chain, flags);
  if (!isAddressEqual(wallet.address, found.contributor))
    throw new UserError(
      `contribution ${contribution} was made by ${found.contributor}, who alone can withdraw it; ${wallet.address} would sign`,
    );
  if (flags.yes !== true)
    await confirm(`withdraw contribution ${contribution} from models that are registered later`, String(contribution));
  const { logs, transactionHash } = await wallet.transact({
    what: `withdraw contribution ${contribution}`,
    to: chain.deployment.addresses.DatanetRegistry,
    data: encodeFunctionData({ abi: datanetRegistryAbi, functionName: "withdraw", args: [contribution] }),
  });
  const [collected] = parseEventLogs({ abi: datanetRegistryAbi, eventName: "LicenceIncomeCollected", logs });
  const licenceIncome = collected?.args.amount ?? 0n;
  const at = await withdrawnAt(chain, contribution);
  return {
    json: { contribution, withdrawnAt: at, isNew: true, licenceIncome, transactionHash },
    text: [
      `contribution ${contribution} was withdrawn at ${time(at)}.`,
      WITHDRAWAL,
      ...(licenceIncome > 0n
        ? [`the licence income it had, ${tokens(licenceIncome)} OPEN, was accrued to position ${found.position}`]
        : []),
    ].join("\n"),
  };
}

const PENDING = "is not accepted yet, and cannot be withdrawn: only whoever objects can have it rejected until then";

/** Why a contribution cannot be withdrawn, by its status. */
const NOT_WITHDRAWABLE: Record<string, string> = {
  pending: PENDING,
  "under review": PENDING,
  rejected: "was rejected: no model uses it, so there is nothing to withdraw",
};

function withdrawnAt(chain: Chain, contribution: bigint): Promise<number> {
  return chain.client.readContract({ ...registryOf(chain), functionName: "withdrawnAt", args: [contribution] });
}

const ERASURE = `- other keepers and backups are not reached: ask those who have the texts
- what is on the chain, the hashes, cannot be erased; they show no text, but whoever has a text can tell that it is among them
- models that use its records go on paying for them, and without the texts nobody can show a record to whoever asks why it was paid
- "tributary contribution withdraw" takes them back from models that are registered later`;

async function eraseContribution(contribution: bigint, flags: EraseFlags): Promise<Answer> {
  const chain = await connect(flags);
  const found = await readContribution(chain, contribution);
  const contents = new ContentFolder(flags.contents);
  const erased = eraseTexts(chain, { ...found, contribution }, flags.contents, contents);
  const folder = contents.textsOf(contribution);
  return {
    ok: erased,
    json: { contribution, texts: folder, erased },
    text: erased
      ? `${folder} is erased.\n${ERASURE}`
      : `there are no texts of contribution ${contribution} at ${folder}: name the folder with --contents`,
  };
}

interface Erased {
  contribution: bigint;
  contributor: Address;
  datanet: bigint;
  contentHash: Hex;
}

/** @throws UserError if a run is contributing from the folder, or it is of other contributions */
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
    return contents.erase(contribution, contentHash, entry, (root) => journal.saltOf(root));
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
  const verdict = resolved.find(({ transactionHash }) => transactionHash === rejection?.transactionHash);
  const [duplicate] = duplicates;
  if (rejection === undefined || (verdict ?? duplicate) === undefined)
    return { kind: UNKNOWN, text: noEvent("of why it was rejected") };
  const lost = `${tokens(rejection.args.slashed)} OPEN of the bond were lost`;
  if (verdict === undefined) {
    const { earlier, recordHash } = duplicate!.args;
    const where = earlier === contribution ? "at another place of it" : `in the earlier contribution ${earlier}`;
    return { kind: "duplicate", text: `its record ${recordHash} stands ${where}, as was shown; ${lost}` };
  }
  const found = VERDICTS[verdict.args.verdict] ?? `what this version has no name for (${verdict.args.verdict})`;
  const objection = objections.at(-1)?.args.uri ?? noEvent("of the objection");
  return { kind: found, text: `the validators found ${found}${objection && `, for what ${objection} says`}; ${lost}` };
}
