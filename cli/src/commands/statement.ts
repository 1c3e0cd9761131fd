// tributary statement <position|address>
import type { Command } from "commander";
import { getAddress, isAddress } from "viem";
import { id } from "../amounts.ts";
import { inToken, type TokenFlag, withToken } from "../chain/payment-token.ts";
import { type Position, positionsOf, readPosition } from "../chain/positions.ts";
import { type Chain, type ChainFlags, connect, withChain } from "../connection.ts";
import { UserError } from "../errors.ts";
import { earningsOf, type Entry } from "../openings/earnings.ts";
import { allFinalEpochs } from "../openings/final-epochs.ts";
import { namedCalls } from "../openings/named-calls.ts";
import type { Handover } from "../openings/owners.ts";
import { type MissingEpoch, notesOf, statementAnswer } from "../openings/statement.ts";
import { openSource, type SourceFlags, withOpenings } from "../openings/source.ts";
import { answering, type Answer, type JsonFlag, withJson } from "../output.ts";
import { createProgress } from "../progress.ts";

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
  // Date takes the 30th of February for the 2nd of March.
  if (
    Number.isNaN(milliseconds) ||
    !new Date(milliseconds).toISOString().startsWith(value.slice(0, "2026-01-31".length))
  )
    throw new UserError(`${value} is not a date such as 2026-01-31, nor a time such as 2026-01-31T12:00:00Z`);
  return BigInt(Math.floor(milliseconds / 1_000));
}

async function run(whose: string, flags: StatementFlags): Promise<Answer> {
  const { since = 0n, until } = flags;
  if (until !== undefined && until <= since)
    throw new UserError("--until is not after --since: no time is between them");
  const { chain, token } = await inToken(await connect(flags), flags);
  const wanted = await positionsNamed(chain, whose);
  const isAsked = ({ at }: { at: bigint }): boolean => at >= since && (until === undefined || at < until);
  const epochs = await allFinalEpochs(chain);
  const source = openSource(flags, chain);
  const progress = createProgress();
  const stage = progress.stage("open the calls that paid");
  const { client: reader, deployment } = chain;
  const named = namedCalls({ reader, addresses: deployment.addresses }, source, stage.update);
  const positions: Position[] = [];
  const entries: Entry[] = [];
  const handovers: Handover[] = [];
  const missing: MissingEpoch[] = [];
  try {
    for (const position of wanted) {
      const known = await readPosition(chain, position);
      const earned = await earningsOf(chain, source, named, epochs, isAsked, known);
      positions.push(known);
      handovers.push(...earned.handovers.filter(isAsked));
      entries.push(...earned.entries.filter(isAsked));
      missing.push(...earned.missing.map(({ epoch, at, why }) => ({ epoch, at, position, why })));
    }
    stage.finish(
      `${named.opened} named calls were opened from roots on chain; what no call is named for is the rest of an epoch's proven sum`,
    );
    for (const note of notesOf({ token, positions, entries, handovers, missing })) progress.note(note);
  } finally {
    progress.close();
    source.close();
  }
  return statementAnswer({ token, positions, entries, handovers, missing }, named.opened);
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
