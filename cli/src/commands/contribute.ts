// tributary contribute <folder|file>
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { printable } from "@tributary/protocol/printable";
import { toHex } from "viem";
import { id, time, tokens, wholeNumber } from "../amounts.ts";
import { KINDS, readContribution, readTerms } from "../chain/contribution-view.ts";
import { type KeyFlags, withKeys } from "../chain/keys.ts";
import { openWallet } from "../chain/wallet.ts";
import { type ChainFlags, connect, withChain } from "../connection.ts";
import { type Batch, batchesOf, type LeftOut } from "../contribute/batches.ts";
import { carryOut } from "../contribute/carry-out.ts";
import { ContentFolder } from "../contribute/content-folder.ts";
import { MOST_RECORDS } from "../contribute/content.ts";
import { BytesDone } from "../contribute/bytes-done.ts";
import { gasOf, readCost } from "../contribute/cost.ts";
import { type Entry, Journal } from "../contribute/journal.ts";
import { type Noted, takeStock, unmadeEntries } from "../contribute/on-chain.ts";
import {
  compare,
  type Difference,
  differenceText,
  keyOf,
  refuseUnknown,
  summary,
  type Unfinished,
  unfinishedOf,
  uriOf,
} from "../contribute/unfinished.ts";
import { UserError } from "../errors.ts";
import { answering, type Answer, type JsonFlag, listing, table, withJson } from "../output.ts";
import { createProgress, type Progress } from "../progress.ts";
import { KNOWN_ENDS, openSource, readRecords, type Source } from "../records/read-source.ts";
import { type Split, SPLITS } from "../records/text-record.ts";

const USUAL_BATCH = 10_000;

export interface ContributeFlags extends ChainFlags, KeyFlags, JsonFlag {
  datanet: bigint;
  licence: string;
  uri: string;
  column?: string;
  split: Split;
  kind: (typeof KINDS)[number];
  batch: number;
  contents: string;
  finishUnfinished: boolean;
  dropUnfinished: boolean;
  dryRun: boolean;
}

export function contributeCommand(program: Command): void {
  const contribute = program
    .command("contribute")
    .argument("<source>", `a folder, or a file that ends with ${KNOWN_ENDS.join(", ")}`)
    .description("contribute the records of a source to a datanet, under its bond; run again, it goes on where it was")
    .requiredOption("--datanet <id>", "number of the datanet", id)
    .requiredOption("--licence <SPDX>", "SPDX identifier of the records' licence, such as CC-BY-4.0", licence)
    .option("--uri <uri>", 'where the content can be had, "" if nowhere; {root} stands for the content root', "")
    .option("--column <name>", "column or field of the text, where it is neither text nor the only one")
    .addOption(new Option("--split <what>", "what of a text file is a record").choices(SPLITS).default("paragraph"))
    .addOption(new Option("--kind <kind>", "what the records are").choices(KINDS).default("data"))
    .option("--batch <records>", "records of a contribution at most", wholeNumber(1, MOST_RECORDS), USUAL_BATCH)
    .addOption(
      new Option("--contents <folder>", "where texts, hashes and the journal are kept")
        .env("TRIBUTARY_CONTENTS")
        .default("contents"),
    )
    .option("--finish-unfinished", "make what an earlier run noted as it was noted, also where this run differs", false)
    .addOption(
      new Option("--drop-unfinished", "forget what an earlier run noted and did not make")
        .conflicts("finishUnfinished")
        .default(false),
    )
    .option("--dry-run", "say what it would contribute and cost; sends and writes nothing", false);
  withJson(withKeys(withChain(contribute))).action(answering(run));
}

function licence(value: string): string {
  if (!/^[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*$/.test(value))
    throw new UserError(`--licence ${value} is no SPDX identifier, such as CC0-1.0, CC-BY-4.0 or LicenseRef-mine`);
  return value;
}

async function run(path: string, flags: ContributeFlags): Promise<Answer> {
  const source = openSource(path);
  const chain = await connect(flags);
  const wallet = await openWallet(chain, flags);
  const terms = await readTerms(chain, flags.datanet);
  const { chainId, addresses } = chain.deployment;
  const scope = { chainId, registry: addresses.DatanetRegistry, contributor: wallet.address, datanet: flags.datanet };
  const journal = new Journal(join(flags.contents, "journal.sqlite"), scope, flags.dryRun);
  const progress = createProgress();
  try {
    const contents = new ContentFolder(flags.contents);
    const noted: Noted = { chain, wallet, journal, contents, datanet: flags.datanet };
    if (flags.dryRun) {
      const unfinished = await unfinishedOf(noted, await unmadeEntries(noted, () => undefined));
      if (flags.dropUnfinished) refuseUnknown(unfinished, flags.contents);
      const { batches, leftOut, compared } = await plan(
        { source, flags, journal, progress, unfinished },
        () => undefined,
      );
      const records = batches.reduce((sum, { sum: each }) => sum + each, 0n);
      const finished = flags.dropUnfinished ? [] : unfinished.map(({ entry }) => entry.root);
      const all = finished.reduce((sum, { sum: each }) => sum + each, records);
      const gas = gasOf(batches.length + finished.length);
      const cost = await readCost(chain, wallet.address, all * terms.bondPerRecord, gas);
      return wouldCost(flags, {
        batches: batches.length,
        records,
        compared,
        leftOut,
        passedOver: source.passedOver,
        cost,
      });
    }
    const fromBlock = await chain.client.getBlockNumber();
    const unfinished = await unfinishedOf(noted, await takeStock(noted));
    const leftOut = await planAndKeep({ source, flags, journal, progress, unfinished }, contents, fromBlock);
    const stage = progress.stage("contribute");
    await carryOut({
      ...{ ...noted, bondPerRecord: terms.bondPerRecord },
      onProgress: (done, total) => stage.update(done, total),
    });
    const entries = journal.entries();
    stage.finish(`${entries.length} contributions`);
    const made = await Promise.all(
      entries.map(async ({ contribution, root, licence: under }) => ({
        ...{ contribution: contribution!, contentRoot: root.hash, records: root.sum, licence: under },
        ...statusOf(await readContribution(chain, contribution!), terms.reviewWindowSeconds),
      })),
    );
    const dropped = flags.dropUnfinished ? unfinished.length : 0;
    return contributed(flags.datanet, { made, dropped, leftOut }, source);
  } finally {
    journal.close();
    progress.close();
  }
}

interface Planned {
  source: Source;
  flags: ContributeFlags;
  journal: Journal;
  progress: Progress;
  /** By earlier runs. */
  unfinished: readonly Unfinished[];
}

/** Takes a batch, and tells how many of its texts it has taken, now and then. */
type Take = (batch: Batch, onTaken: (count: number) => void) => Promise<void> | void;

/** Reads the whole source, so that what is wrong with it is known before anything is sent. */
async function plan({ source, flags, journal, progress, unfinished }: Planned, take: Take) {
  const pending = new Set(unfinished.flatMap(({ hashes = [] }) => hashes.map(keyOf)));
  const absent = new Set(pending);
  const isKnown = (hash: Uint8Array): boolean => {
    const key = keyOf(hash);
    absent.delete(key);
    return !(flags.dropUnfinished && pending.has(key)) && journal.has(hash);
  };
  const leftOut: LeftOut = { empty: 0, repeated: 0, known: 0 };
  const batches: Batch["root"][] = [];
  const stage = progress.stage("read and hash the records");
  const bytes = new BytesDone(source, stage);
  const records = bytes.read(readRecords(source, { column: flags.column, split: flags.split }));
  const options = { size: flags.batch, isKnown, leftOut };
  let read = 0n;
  for await (const batch of batchesOf(records, options)) {
    await take(batch, bytes.taking(batch.texts));
    batches.push(batch.root);
    read += batch.root.sum;
  }
  stage.finish(`${read} new records`);
  if (read === 0n && leftOut.empty + leftOut.repeated + leftOut.known === 0 && unfinished.length === 0)
    throw new UserError(
      `no record in ${source.files.slice(0, 5).map(printable).join(", ")}${source.files.length > 5 ? ", …" : ""}; nothing was sent`,
    );
  return { batches, leftOut, compared: unfinished.map((each) => compare(each, absent, flags)) };
}

/**
 * Keeps the texts, then notes the contributions; of a source that is wrong nothing is kept.
 * @throws UserError if it would make otherwise what an earlier run has noted, and was not told what to do with that
 */
async function planAndKeep(planned: Planned, contents: ContentFolder, fromBlock: bigint): Promise<LeftOut> {
  const { flags, journal, unfinished } = planned;
  if (flags.dropUnfinished) refuseUnknown(unfinished, flags.contents);
  contents.tidy(journal.salts());
  let leftOut: LeftOut | undefined;
  try {
    await journal.atOnce(async () => {
      if (flags.dropUnfinished) for (const { entry, hashes } of unfinished) journal.drop(entry, hashes!);
      const { leftOut: left, compared } = await plan(planned, async (batch, onTaken) => {
        const salt = toHex(randomBytes(32));
        await contents.keep(salt, batch.texts, onTaken);
        const entry = { kind: KINDS.indexOf(flags.kind), licence: flags.licence, uri: uriOf(flags, batch.root.hash) };
        journal.add(batch, { ...entry, fromBlock, salt });
      });
      const differs = flags.dropUnfinished || flags.finishUnfinished ? undefined : differenceText(compared);
      if (differs !== undefined) throw new UserError(`${differs}\nnothing was sent`);
      leftOut = left;
    });
  } finally {
    contents.tidy(journal.salts());
  }
  return leftOut!;
}

function statusOf(
  { status, bond, contributedAt }: Awaited<ReturnType<typeof readContribution>>,
  windowSeconds: number,
) {
  return { status, bond, acceptableFrom: contributedAt + windowSeconds };
}

type Made = { contribution: bigint; contentRoot: string; records: bigint; licence: string } & ReturnType<
  typeof statusOf
>;

interface Contributed {
  made: readonly Made[];
  /** Contributions of earlier runs that were forgotten. */
  dropped: number;
  leftOut: LeftOut;
}

function contributed(datanet: bigint, { made, dropped, leftOut }: Contributed, { passedOver }: Source): Answer {
  const records = made.reduce((sum, { records: each }) => sum + each, 0n);
  const rows = made.map(({ contribution, status, records: each, licence: under, bond, acceptableFrom }) => [
    ...[String(contribution), status, String(each), under, tokens(bond), time(acceptableFrom)],
  ]);
  return {
    json: { datanet, records, contributions: made, dropped, leftOut, passedOver },
    text: [
      table(["contribution", "status", "records", "licence", "bond held", "acceptable from"], rows),
      `datanet ${datanet} has ${records} records of yours in ${made.length} contributions`,
      ...(dropped > 0 ? [`${dropped} contributions that an earlier run noted were forgotten`] : []),
      ...leftOutLines(leftOut, passedOver),
    ].join("\n"),
  };
}

interface WouldBe {
  batches: number;
  records: bigint;
  /** What earlier runs left. */
  compared: readonly Difference[];
  leftOut: LeftOut;
  passedOver: readonly string[];
  cost: Awaited<ReturnType<typeof readCost>>;
}

function wouldCost(
  { dropUnfinished, finishUnfinished }: ContributeFlags,
  { batches, records, compared, leftOut, passedOver, cost }: WouldBe,
): Answer {
  const differs = dropUnfinished || finishUnfinished ? undefined : differenceText(compared);
  const unfinished = summary(compared.map(({ of }) => of));
  return {
    json: {
      ...{ dryRun: true, contributions: batches, records },
      unfinished: compared.map(({ of: { entry, isReserved }, differences }) => ({
        ...viewOf(entry),
        isReserved,
        differences,
      })),
      ...{ leftOut, passedOver, ...cost },
    },
    text: [
      listing({
        contributions: `${batches} of ${records} records`,
        ...(unfinished !== "" && {
          unfinished: `${unfinished}; of an earlier run${dropUnfinished ? ", forgotten" : ""}`,
        }),
        bond: `${tokens(cost.bond)} OPEN, returned on acceptance; the account has ${tokens(cost.balance)}`,
        gas: `about ${cost.gas}, ${tokens(cost.gasCost)} ETH at the present price; the account has ${tokens(cost.etherBalance)}`,
      }),
      ...leftOutLines(leftOut, passedOver),
      ...(differs === undefined ? [] : [`without --dry-run this ends with 2: ${differs}`]),
      "nothing was sent, nothing was written",
    ].join("\n"),
  };
}

function viewOf({ root, kind, licence: under, uri }: Entry) {
  return { contentRoot: root.hash, records: root.sum, kind: KINDS[kind]!, licence: under, uri };
}

function leftOutLines({ empty, repeated, known }: LeftOut, passedOver: readonly string[]): string[] {
  const lines = [
    [empty, "records without text were left out"],
    [repeated, "records that repeat an earlier one were left out"],
    [known, "records were contributed or noted by an earlier run"],
    [
      passedOver.length,
      `files were passed over: ${passedOver.slice(0, 5).map(printable).join(", ")}${passedOver.length > 5 ? ", …" : ""}`,
    ],
  ] as const;
  return lines.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
}
