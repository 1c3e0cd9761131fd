// tributary datanet create | show | list
import { type Command, Option } from "commander";
import { encodeFunctionData, parseEventLogs } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { amount, basisPoints, id, time, tokens, wholeNumber } from "../amounts.ts";
import { refuseSameDatanet } from "../chain/already-made.ts";
import { orUnknown, readContribution, readTerms, USES, usesOf } from "../chain/contribution-view.ts";
import { eventsOf, noEvent } from "../chain/events.ts";
import { type KeyFlags, withKeys } from "../chain/keys.ts";
import { someAtATime } from "../chain/some-at-a-time.ts";
import { openWallet } from "../chain/wallet.ts";
import { type Chain, type ChainFlags, connect, withChain } from "../connection.ts";
import { UserError } from "../errors.ts";
import { answering, type JsonFlag, listing, table, withJson } from "../output.ts";

const YEAR_SECONDS = 366 * 86_400;
/** Rows that a list shows, the newest. */
const MOST_LISTED = 50;

interface CreateFlags extends ChainFlags, KeyFlags, JsonFlag {
  bondPerRecord: bigint;
  licenceFee: bigint;
  reviewWindow: number;
  leastDataShare: number;
  curatorCut: number;
  mistake: number;
  negligence: number;
  malice: number;
  use: (keyof typeof USES)[];
  uri: string;
  another: boolean;
}

export function datanetCommands(program: Command): void {
  const datanet = program.command("datanet").description("create a community dataset, or look at what there is");
  const create = datanet
    .command("create")
    .description("create a datanet; the account that signs curates it, and its terms never change")
    .requiredOption("--bond-per-record <OPEN>", "bond for each contributed record, returned on acceptance", amount)
    .requiredOption("--licence-fee <OPEN>", "what each model version pays that trains on it", amount)
    .requiredOption(
      "--review-window <seconds>",
      "how long a contribution can be objected to",
      wholeNumber(1, YEAR_SECONDS),
    )
    .requiredOption("--uri <uri>", "where people read what the datanet is for")
    .option("--least-data-share <bps>", "least share of its fees that a model must grant to data", basisPoints, 5_000)
    .option("--curator-cut <bps>", "the curator's share of licence fees", basisPoints, 1_000)
    .option("--mistake <bps>", "share of the bond that is lost for a mistake", basisPoints, 500)
    .option("--negligence <bps>", "the same for negligence", basisPoints, 3_000)
    .option("--malice <bps>", "the same for malice", basisPoints, 10_000)
    .addOption(
      new Option("--use <use...>", "what it may be used for").choices(Object.keys(USES)).default(["training"]),
    );
  create.option("--another", "create it though the account has one of the same terms and --uri", false);
  withJson(withKeys(withChain(create))).action(answering(createDatanet));
  const show = datanet.command("show").argument("<id>", "number of the datanet", id);
  withJson(withChain(show.description("show a datanet's terms, and the last of its contributions"))).action(
    answering(showDatanet),
  );
  withJson(withChain(datanet.command("list").description("list the datanets"))).action(answering(listDatanets));
}

async function createDatanet(flags: CreateFlags) {
  const chain = await connect(flags);
  const wallet = await openWallet(chain, flags);
  const terms = {
    bondPerRecord: flags.bondPerRecord,
    licenceFee: flags.licenceFee,
    reviewWindowSeconds: flags.reviewWindow,
    leastDataShareBps: flags.leastDataShare,
    curatorCutBps: flags.curatorCut,
    mistakeBps: flags.mistake,
    negligenceBps: flags.negligence,
    maliceBps: flags.malice,
    allowedUses: flags.use.reduce((bits, use) => bits | USES[use], 0),
  };
  await refuseTerms(chain, terms);
  // What a killed or broken run sent has to be in a block before it can be found.
  await wallet.settle();
  if (!flags.another) await refuseSameDatanet(chain, wallet.address, terms, flags.uri);
  const { logs, transactionHash } = await wallet.transact({
    what: "create the datanet",
    to: chain.deployment.addresses.DatanetRegistry,
    data: encodeFunctionData({ abi: datanetRegistryAbi, functionName: "createDatanet", args: [terms, flags.uri] }),
  });
  const [created] = parseEventLogs({ abi: datanetRegistryAbi, eventName: "DatanetCreated", logs });
  const { datanet, curatorPosition } = created!.args;
  return {
    json: { datanet, curator: wallet.address, curatorPosition, transaction: transactionHash },
    text: `datanet ${datanet} is created; ${wallet.address} curates it, and what it earns is owed to position ${curatorPosition}`,
  };
}

/** Says what the registry would refuse, which names a field and no bounds. @throws UserError */
async function refuseTerms(
  chain: Chain,
  { reviewWindowSeconds, mistakeBps, negligenceBps, maliceBps }: Record<string, number | bigint>,
): Promise<void> {
  const registry = registryOf(chain);
  const [least, most] = await Promise.all([
    chain.client.readContract({ ...registry, functionName: "leastReviewWindowSeconds" }),
    chain.client.readContract({ ...registry, functionName: "mostReviewWindowSeconds" }),
  ]);
  if (reviewWindowSeconds! < least || reviewWindowSeconds! > most)
    throw new UserError(
      `--review-window ${reviewWindowSeconds}: the registry of this deployment takes ${least} to ${most} seconds`,
    );
  if (mistakeBps! > negligenceBps! || negligenceBps! > maliceBps!)
    throw new UserError(
      `--mistake ${mistakeBps}, --negligence ${negligenceBps}, --malice ${maliceBps}: a worse verdict may not cost less than a lighter one`,
    );
}

async function showDatanet(datanet: bigint, flags: ChainFlags & JsonFlag) {
  const chain = await connect(flags);
  const terms = await readTerms(chain, datanet);
  const { curator, accepted, records, uri } = await readDatanet(chain, datanet);
  const asked = { ...registryOf(chain), args: { datanet }, fromBlock: BigInt(chain.deployment.block) } as const;
  const [made, created] = await Promise.all([
    eventsOf(chain, { ...asked, eventName: "ContributionMade" }),
    eventsOf(chain, { ...asked, eventName: "DatanetCreated" }),
  ]);
  const last = made.slice(-MOST_LISTED).map(({ args }) => args.contribution);
  const contributions = await someAtATime(last, async (contribution) => ({
    contribution,
    ...(await readContribution(chain, contribution)),
  }));
  const uses = usesOf(terms.allowedUses);
  // All that were accepted were made, and the datanet was created: where the node tells of fewer, or not of that, it tells of none for sure.
  const isKnown = BigInt(made.length) >= BigInt(accepted) && created.length > 0;
  return {
    ok: isKnown,
    json: {
      ...{
        datanet,
        curator,
        uri,
        terms,
        uses,
        contributionsMade: isKnown ? made.length : null,
        contributionsAccepted: accepted,
        records,
      },
      contributions: contributions.map(({ contribution, contributor, status, recordCount, bond }) => ({
        ...{ contribution, contributor, status, records: recordCount, bond },
      })),
    },
    text: [
      listing({
        datanet: String(datanet),
        curator,
        about: uri,
        "bond per record": `${tokens(terms.bondPerRecord)} OPEN`,
        "licence fee": `${tokens(terms.licenceFee)} OPEN a model version, ${terms.curatorCutBps} bps of it to the curator`,
        "review window": `${terms.reviewWindowSeconds} s`,
        "least data share": `${terms.leastDataShareBps} bps`,
        penalties: `${terms.mistakeBps} bps of the bond for a mistake, ${terms.negligenceBps} negligence, ${terms.maliceBps} malice`,
        uses: uses.join(", "),
        accepted: `${accepted}${isKnown ? ` of ${made.length}` : ""} contributions, ${records} records`,
        ...(!isKnown && {
          contributions: noEvent(
            created.length > 0
              ? `of ${BigInt(accepted) - BigInt(made.length)} of them or more`
              : "of the datanet’s creation",
          ),
        }),
      }),
      "",
      table(
        ["contribution", "status", "records", "made", "contributor"],
        contributions.map(({ contribution, status, recordCount, contributedAt, contributor }) => [
          ...[String(contribution), status, String(recordCount), time(contributedAt), contributor],
        ]),
      ),
      ...(made.length > last.length ? [`… and ${made.length - last.length} earlier ones`] : []),
    ].join("\n"),
  };
}

async function listDatanets(flags: ChainFlags & JsonFlag) {
  const chain = await connect(flags);
  const count = await chain.client.readContract({ ...registryOf(chain), functionName: "datanetCount" });
  const shown = Math.min(Number(count), MOST_LISTED);
  const earlier = Number(count) - shown;
  const ids = Array.from({ length: shown }, (_, i) => BigInt(earlier + i + 1));
  const datanets = await someAtATime(ids, async (datanet) => {
    const terms = await readTerms(chain, datanet);
    const rest = await readDatanet(chain, datanet);
    return { datanet, ...rest, bondPerRecord: terms.bondPerRecord, licenceFee: terms.licenceFee };
  });
  return {
    json: { datanetsCreated: count, datanets },
    text:
      datanets.length === 0
        ? 'there is no datanet; "tributary datanet create" makes one'
        : table(
            ["datanet", "records", "bond per record", "licence fee", "curator", "about"],
            datanets.map(({ datanet, records, bondPerRecord, licenceFee, curator, uri }) => [
              ...[String(datanet), String(records), tokens(bondPerRecord), tokens(licenceFee), curator, uri],
            ]),
          ) + (earlier > 0 ? `\n… and ${earlier} earlier ones; "tributary datanet show <id>" shows each` : ""),
  };
}

function registryOf({ deployment }: Chain) {
  return { address: deployment.addresses.DatanetRegistry, abi: datanetRegistryAbi } as const;
}

async function readDatanet(chain: Chain, datanet: bigint) {
  const read = { ...registryOf(chain), args: [datanet] } as const;
  const [curator, [accepted, records], uri] = await orUnknown(`datanet ${datanet}`, "tributary datanet list", () =>
    Promise.all([
      chain.client.readContract({ ...read, functionName: "ownerOf" }),
      chain.client.readContract({ ...read, functionName: "acceptedOf" }),
      chain.client.readContract({ ...read, functionName: "tokenURI" }),
    ]),
  );
  return { curator, accepted, records, uri };
}
