// tributary explain <receipt>
import { readFileSync, statSync } from "node:fs";
import { type Command, Option } from "commander";
import { type Hex, isHash } from "viem";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import type { AttributedCall } from "@tributary/protocol/attribution-opening";
import { printable } from "@tributary/protocol/printable";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import { time, tokens, wholeNumber } from "../amounts.ts";
import { readContribution } from "../chain/contribution-view.ts";
import { inToken, type PaymentToken, type TokenFlag, withToken } from "../chain/payment-token.ts";
import { readPosition } from "../chain/positions.ts";
import { type Chain, type ChainFlags, connect, withChain } from "../connection.ts";
import { ContentFolder } from "../contribute/content-folder.ts";
import { UserError } from "../errors.ts";
import { finalEpochs } from "../openings/final-epochs.ts";
import { differencesFrom, type ToldReceipt, uncompared } from "../openings/told-receipt.ts";
import { openSource, type SourceFlags, withOpenings } from "../openings/source.ts";
import { verifiedCall } from "../openings/verified-call.ts";
import { answering, type Answer, type JsonFlag, listing, table, withJson } from "../output.ts";

const MOST_RECEIPT_BYTES = 1 << 20;
const SHOWN_TEXT = 70;

interface ExplainFlags extends ChainFlags, SourceFlags, TokenFlag, JsonFlag {
  contents: string;
  most: number;
}

export function explainCommand(program: Command): void {
  const explain = program
    .command("explain")
    .argument("<receipt>", "id of a receipt, or a file with it as the gateway gave it")
    .description("say who was paid for an answer, how much, because of which records, and what of that is proven")
    .addOption(
      new Option("--contents <folder>", "where texts of records are kept, to be shown")
        .env("TRIBUTARY_CONTENTS")
        .default("contents"),
    );
  explain.option("--most <records>", "records of each list that are shown; --json has all", wholeNumber(1, 256), 10);
  withJson(withOpenings(withChain(withToken(explain)))).action(answering(run));
}

async function run(receipt: string, flags: ExplainFlags): Promise<Answer> {
  const { id, says } = receiptOf(receipt);
  const { chain, token } = await inToken(await connect(flags), flags);
  const epochs = await finalEpochs(chain);
  const source = openSource(flags, chain);
  const found = await source.call(epochs, id).finally(() => source.close());
  if (found === undefined)
    throw new UserError(
      `no epoch that is final and kept there has a call with the receipt ${id}: a call is explained once its epoch is final, where its bundle is kept; before that its gateway says what it waits for; one that was not paid in ${token.symbol} is found with its own --token`,
      1,
    );
  const { client: reader, deployment } = chain;
  const { call, standing } = await verifiedCall({ reader, addresses: deployment.addresses }, id, found);
  refuseOther(says, call.receipt);
  const records = await describeRecords(chain, call, new ContentFolder(flags.contents));
  const [split] = await reader.readContract({
    ...{ address: deployment.addresses.ModelRegistry, abi: modelRegistryAbi },
    functionName: "splitOf",
    args: [call.receipt.modelVersion],
  });
  const { epoch, proposal } = standing;
  const notCompared = uncompared(says);
  return {
    json: {
      token,
      ...{ receipt: id, status: "proven", epoch, proposal, settlement: found.settlement, fee: call.receipt.amount },
      ...{ modelVersion: call.receipt.modelVersion, till: call.receipt.till, issuedAt: call.receipt.issuedAt },
      ...{ toData: call.amount, split, roots: standing.roots, records },
      attested: ATTESTED,
      notCompared,
    },
    text: explanation(id, call, records, {
      ...{ token, epoch, proposal, settlement: found.settlement, split, most: flags.most, notCompared },
    }),
  };
}

/** A receipt's id, and all that the file says of it, where it is in one. @throws UserError if it is neither a hash nor a file that holds one */
function receiptOf(receipt: string): { id: Hex; says: ToldReceipt } {
  if (isHash(receipt)) return { id: receipt.toLowerCase() as Hex, says: {} };
  const wrong = `${receipt} is neither a receipt's id (0x and 64 hex digits) nor a file with a receipt`;
  const found = statSync(receipt, { throwIfNoEntry: false });
  if (found?.isFile() !== true || found.size > MOST_RECEIPT_BYTES) throw new UserError(wrong);
  const text = readFileSync(receipt, "utf8").trim();
  try {
    // As in the answer's header, or the JSON that stands in it.
    const json = JSON.parse(
      text.startsWith("{") ? text : Buffer.from(text, "base64url").toString("utf8"),
    ) as ToldReceipt & {
      id?: unknown;
      receiptId?: unknown;
    };
    const id = json.id ?? json.receiptId;
    if (typeof id === "string" && isHash(id)) return { id: id.toLowerCase() as Hex, says: json };
  } catch {
    // Said below.
  }
  throw new UserError(wrong);
}

/** @throws UserError naming what the file has otherwise than what was settled */
function refuseOther(says: ToldReceipt, settled: Receipt): void {
  const differences = differencesFrom(says, settled);
  if (differences.length === 0) return;
  throw new UserError(
    `REFUSED: the file's receipt is not the one that was settled under its id: ${differences.map(printable).join("; ")}; the id alone, without the file, has the settled one explained`,
    1,
  );
}

async function describeRecords(chain: Chain, { records }: AttributedCall, contents: ContentFolder) {
  const contributions = new Map<bigint, Awaited<ReturnType<typeof readContribution>>>();
  const owners = new Map<bigint, string>();
  for (const { contributionId, position } of records) {
    if (!contributions.has(contributionId))
      contributions.set(contributionId, await readContribution(chain, contributionId));
    if (position !== undefined && !owners.has(position))
      owners.set(position, (await readPosition(chain, position)).owner);
  }
  return records.map((record) => {
    const { contributor, datanet } = contributions.get(record.contributionId)!;
    return {
      ...record,
      contributor,
      datanet,
      owner: record.position === undefined ? undefined : owners.get(record.position),
      text: contents.textAt(record.contributionId, record.recordIndex, record.recordHash),
    };
  });
}

type Described = Awaited<ReturnType<typeof describeRecords>>[number];

const ATTESTED =
  "that the sketches are the true gradients of the call and of the records: signed by a quorum of staked attributors and committed by the model's owner";

interface Standing {
  token: PaymentToken;
  epoch: bigint;
  proposal: number;
  settlement: bigint;
  split: Readonly<Record<string, number>>;
  most: number;
  /** Texts of the file that it has no salt for. */
  notCompared: readonly string[];
}

function explanation(
  id: Hex,
  { receipt, amount }: AttributedCall,
  records: readonly Described[],
  { token, epoch, proposal, settlement, split, most, notCompared }: Standing,
): string {
  const shownIn = (amount: bigint): string => tokens(amount, token.decimals);
  const shown = [
    ...records.filter(({ list }) => list === "helpful").slice(0, most),
    ...records.filter(({ list }) => list === "harmful").slice(0, most),
  ];
  const rows = shown.map(({ list, position, owner, contributionId, recordIndex, novelty, s, paidByCall, text }) => [
    list,
    shownIn(paidByCall),
    position === undefined ? "–" : `${position}`,
    owner ?? "–",
    `${contributionId}:${recordIndex}`,
    `${s}`,
    `${novelty}`,
    ...(shown.some((each) => each.text !== undefined) ? [shortened(text ?? "")] : []),
  ]);
  const paid = records.reduce((sum, { paidByCall }) => sum + paidByCall, 0n);
  return [
    listing({
      receipt: id,
      call: `of model version ${receipt.modelVersion}, ${time(receipt.issuedAt)}, number ${receipt.sequence} of channel ${receipt.channelId}`,
      fee: `${shownIn(receipt.amount)} ${token.symbol}; ${Object.entries(split)
        .map(([name, bps]) => `${name} ${bps}`)
        .join(", ")} bps (enforced when settlement ${settlement} was booked)`,
      "to data": `${shownIn(amount)} ${token.symbol} are this call's part of the pool; the records below were paid ${shownIn(paid)} for it, as what an epoch pays a record is shared over its calls by points; epoch ${epoch}, proposal ${proposal}, final`,
    }),
    "",
    table(
      ["", `${token.symbol} paid`, "position", "owner", "contribution:record", "influence", "novelty", "text"].slice(
        0,
        rows[0]?.length ?? 7,
      ),
      rows,
    ),
    ...(shown.length < records.length
      ? [`… and ${records.length - shown.length} further records; --most shows more`]
      : []),
    "",
    "proven: all of the above opens from roots read from the chain, every number that follows from others was recomputed here, and each position is the one that the chain says earns for its contribution",
    `attested: ${ATTESTED}`,
    ...(notCompared.length === 0
      ? []
      : [
          `not compared: the file's ${notCompared.join(" and ")}, as it has no salt, under which the receipt's hashes are`,
        ]),
  ].join("\n");
}

function shortened(text: string): string {
  const shown = printable(text);
  return shown.length > SHOWN_TEXT ? `${shown.slice(0, SHOWN_TEXT)}…` : shown;
}
