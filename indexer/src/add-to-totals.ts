// Adds to the totals of the protocol, of hours and of days: every row is made by the first event that counts in it.
import type { Context } from "ponder:registry";
import { datanetPeriod, modelPeriod, period as periods, positionDay, protocol, protocolPeriod } from "ponder:schema";

type Db = Pick<Context, "db">;
type Timed = { block: { timestamp: bigint } };
type Amounts<Row> = { [Column in keyof Row as Row[Column] extends bigint | number ? Column : never]?: Row[Column] };

const SECONDS = { hour: 3_600n, day: 86_400n } as const;

const NO_FEES = {
  calls: 0n,
  fees: 0n,
  plainFees: 0n,
  treasury: 0n,
  gateway: 0n,
  ancestors: 0n,
  curators: 0n,
  stakers: 0n,
  developer: 0n,
  data: 0n,
};
const NO_CONTRIBUTIONS = { contributions: 0, accepted: 0, rejected: 0, acceptedRecords: 0n, licenceIncome: 0n };
const NO_INCOME = { accrued: 0n, claimedAccrued: 0n, claimedAttributed: 0n };

const NOTHING = {
  ...NO_FEES,
  ...NO_CONTRIBUTIONS,
  ...NO_INCOME,
  attributed: 0n,
  givenUp: 0n,
  datanets: 0,
  models: 0,
  modelVersions: 0,
  positions: 0,
  tills: 0,
  settlements: 0,
  settlementsVoided: 0,
  settlementsExpired: 0,
  sketchCommits: 0,
  sketchCommitsEnded: 0,
  indexCommits: 0,
  indexCommitsEnded: 0,
  epochs: 0,
  epochsFinalized: 0,
  proposals: 0,
  proposalsEnded: 0,
  provenFaults: 0,
  demands: 0,
  demandsUnanswered: 0,
  disputes: 0,
  disputesOutside: 0,
  claims: 0,
  stakePools: 0,
  staked: 0n,
  slashed: 0n,
  agents: 0,
  channels: 0,
  channelDeposits: 0n,
  channelClaims: 0n,
};
const NOTHING_IN_PERIOD = { ...NO_FEES, ...NO_CONTRIBUTIONS, ...NO_INCOME, settlements: 0, claims: 0, attributed: 0n };
const NOTHING_OF_DATANET = { ...NO_CONTRIBUTIONS, ...NO_INCOME, calls: 0n, fees: 0n };

export type ProtocolAmounts = Amounts<typeof protocol.$inferSelect>;
export type PeriodAmounts = Amounts<Omit<typeof protocolPeriod.$inferSelect, "start">>;
export type ModelAmounts = Amounts<Omit<typeof modelPeriod.$inferSelect, "start" | "modelId">>;
export type DatanetAmounts = Amounts<Omit<typeof datanetPeriod.$inferSelect, "start" | "datanetId">>;
export type PositionAmounts = Amounts<Omit<typeof positionDay.$inferSelect, "start" | "positionId">>;

/** To the whole alone: what is no matter of a period. */
export async function addToProtocol({ db }: Db, change: ProtocolAmounts): Promise<void> {
  await db
    .insert(protocol)
    .values({ id: "all", ...NOTHING, ...change })
    .onConflictDoUpdate((row) => sum(row, change));
}

/** To the whole, and to its hour and day. */
export async function addToPeriods(context: Db, event: Timed, change: PeriodAmounts): Promise<void> {
  await addToProtocol(context, change);
  for (const period of periods.enumValues) {
    await context.db
      .insert(protocolPeriod)
      .values({ period, start: startOf(event, period), ...NOTHING_IN_PERIOD, ...change })
      .onConflictDoUpdate((row) => sum(row, change));
  }
}

export async function addToModel({ db }: Db, event: Timed, modelId: bigint, change: ModelAmounts): Promise<void> {
  for (const period of periods.enumValues) {
    await db
      .insert(modelPeriod)
      .values({ modelId, period, start: startOf(event, period), ...NO_FEES, ...change })
      .onConflictDoUpdate((row) => sum(row, change));
  }
}

export async function addToDatanet({ db }: Db, event: Timed, datanetId: bigint, change: DatanetAmounts): Promise<void> {
  for (const period of periods.enumValues) {
    await db
      .insert(datanetPeriod)
      .values({ datanetId, period, start: startOf(event, period), ...NOTHING_OF_DATANET, ...change })
      .onConflictDoUpdate((row) => sum(row, change));
  }
}

/**
 * To the day of a position, and to the periods of its datanet and of the whole.
 * @param datanetId of a curator's or contributor's position
 */
export async function addIncome(
  context: Db,
  event: Timed,
  { id: positionId, datanetId }: { id: bigint; datanetId: bigint | null },
  change: PositionAmounts,
): Promise<void> {
  await addToPeriods(context, event, change);
  await context.db
    .insert(positionDay)
    .values({ positionId, start: startOf(event, "day"), ...NO_INCOME, ...change })
    .onConflictDoUpdate((row) => sum(row, change));
  if (datanetId !== null) await addToDatanet(context, event, datanetId, change);
}

function startOf({ block: { timestamp } }: Timed, period: keyof typeof SECONDS): bigint {
  return timestamp - (timestamp % SECONDS[period]);
}

/** The columns of `change`, with what the row has of them added. */
function sum<Row extends object>(row: Row, change: Amounts<Row>): Partial<Row> {
  const current = row as Record<string, bigint | number>;
  const entries = Object.entries(change as Record<string, bigint | number>).map(([column, amount]) => [
    column,
    typeof amount === "bigint" ? (current[column] as bigint) + amount : (current[column] as number) + amount,
  ]);
  return Object.fromEntries(entries) as Partial<Row>;
}
