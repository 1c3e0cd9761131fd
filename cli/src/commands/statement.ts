// tributary statement <position|address>
import type { Command } from "commander";
import { getAddress, isAddress } from "viem";
import { id, time, tokens } from "../amounts.ts";
import { inToken, type PaymentToken, type TokenFlag, withToken } from "../chain/payment-token.ts";
import { positionsOf, readPosition } from "../chain/positions.ts";
import { type Chain, type ChainFlags, connect, withChain } from "../connection.ts";
import { csv } from "../csv.ts";
import { UserError } from "../errors.ts";
import { earningsOf, type Entry } from "../openings/earnings.ts";
import { finalEpochs } from "../openings/final-epochs.ts";
import { namedCalls } from "../openings/named-calls.ts";
import { openSource, type SourceFlags, withOpenings } from "../openings/source.ts";
import { answering, type Answer, type JsonFlag, withJson } from "../output.ts";
import { createProgress } from "../progress.ts";

const COLUMNS = ["date", "position", "type", "epoch", "call", "amount", "unit", "label", "reason", "transaction"];

interface StatementFlags extends ChainFlags, SourceFlags, TokenFlag, JsonFlag {
  since?: bigint;
  until?: bigint;
}

export function statementCommand(program: Command): void {
  const statement = program
    .command("statement")
    .argument("<position|address>", "number of a position, or the account whose positions they are")
    .description(
      "print what positions earned and were paid as CSV: when, in which epoch, by which call, how much and why",
    )
    .option("--since <date>", "first day (UTC) or time, such as 2026-01-31", moment)
    .option("--until <date>", "first day or time that is left out", moment);
  withJson(withOpenings(withChain(withToken(statement)))).action(answering(run));
}

/** Unix seconds of a date. */
function moment(value: string): bigint {
  const milliseconds = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(milliseconds))
    throw new UserError(`${value} is not a date such as 2026-01-31, nor a time such as 2026-01-31T12:00:00Z`);
  return BigInt(Math.floor(milliseconds / 1_000));
}

async function run(whose: string, flags: StatementFlags): Promise<Answer> {
  const { since = 0n, until } = flags;
  const { chain, token } = await inToken(await connect(flags), flags);
  const wanted = await positionsNamed(chain, whose);
  const isAsked = ({ at }: { at: bigint }): boolean => at >= since && (until === undefined || at < until);
  const epochs = (await finalEpochs(chain)).filter(isAsked);
  const source = openSource(flags, chain);
  const progress = createProgress();
  const stage = progress.stage("open the calls that paid");
  const { client: reader, deployment } = chain;
  const named = namedCalls({ reader, addresses: deployment.addresses }, source, stage.update);
  const entries: Entry[] = [];
  try {
    for (const position of wanted)
      entries.push(...(await earningsOf(chain, source, named, epochs, await readPosition(chain, position))));
    stage.finish(
      `${named.opened} named calls were opened from roots on chain; what no call is named for is the rest of an epoch's proven sum`,
    );
  } finally {
    progress.close();
    source.close();
  }
  const shown = entries.filter(isAsked);
  shown.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : Number(a.position - b.position)));
  return {
    json: {
      token,
      positions: wanted,
      earned: total(shown, true),
      paid: total(shown, false),
      callsOpened: named.opened,
      entries: shown,
    },
    text: csv([COLUMNS, ...rowsOf(shown, token)]),
  };
}

async function positionsNamed(chain: Chain, whose: string): Promise<bigint[]> {
  if (!isAddress(whose, { strict: false })) {
    try {
      return [id(whose)];
    } catch {
      throw new UserError(`${whose} is neither the number of a position nor an address`);
    }
  }
  const owned = await positionsOf(chain, getAddress(whose));
  if (owned.length === 0) throw new UserError(`${whose} owns no position on this chain`);
  return owned;
}

function total(entries: readonly Entry[], isEarned: boolean): bigint {
  return entries.reduce((sum, { what, amount }) => ((what !== "paid") === isEarned ? sum + amount : sum), 0n);
}

/** Exact amounts. */
function rowsOf(entries: readonly Entry[], { symbol, decimals }: PaymentToken): string[][] {
  return entries.map(({ at, position, what, epoch, receipt, amount, label, reason, transaction }) => [
    ...[
      time(at),
      String(position),
      what,
      String(epoch ?? ""),
      receipt ?? "",
      tokens(amount, decimals),
      symbol,
      label,
      reason,
    ],
    transaction ?? "",
  ]);
}
