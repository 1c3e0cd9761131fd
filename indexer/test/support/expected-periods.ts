// What each hour and day of each model, datanet and position must have, added up anew from the chain's logs.
import { expect } from "chai";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import type { Chain } from "../../../deploy/testing/anvil.ts";
import type { Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import { rowsOf } from "./rows.ts";

const PARTS = ["treasury", "gateway", "ancestors", "curators", "stakers", "developer", "data"];
const FEES = ["calls", "fees", "plainFees", ...PARTS];
const CONTRIBUTIONS = ["contributions", "accepted", "rejected", "acceptedRecords", "licenceIncome"];
const INCOME = ["accrued", "claimedAccrued", "claimedAttributed"];

const TABLES = {
  protocolPeriods: {
    keys: ["period"],
    columns: [...FEES, ...CONTRIBUTIONS, ...INCOME, "settlements", "claims", "attributed"],
  },
  modelPeriods: { keys: ["modelId", "period"], columns: FEES },
  datanetPeriods: { keys: ["datanetId", "period"], columns: [...CONTRIBUTIONS, "calls", "fees", ...INCOME] },
  positionDays: { keys: ["positionId"], columns: INCOME },
} as const;
type Table = keyof typeof TABLES;
type Amounts = Readonly<Record<string, bigint>>;

/** `PositionKind` of the positions. */
const CURATOR = 2;
const CONTRIBUTOR = 3;
const SECONDS = { hour: 3_600n, day: 86_400n } as const;

/** @returns How many models, datanets and positions, hours and days have a row. */
export async function expectPeriods(
  chain: Chain,
  protocol: Protocol,
  graphqlUrl: string,
): Promise<{ models: number; datanets: number; positions: number; hours: number; days: number }> {
  const expected = await periodsOf(chain, protocol);
  const found = new Map<string, Amounts>();
  for (const [table, { keys, columns }] of Object.entries(TABLES)) {
    const rows = await rowsOf(graphqlUrl, table, [...keys, "start", ...columns].join(" "), "start");
    for (const row of rows) {
      const amounts = columns.map((column) => [column, BigInt(row[column] as string | number)] as const);
      found.set([table, ...keys.map((key) => row[key]), row["start"]].join(" "), Object.fromEntries(amounts));
    }
  }
  expect([...found.keys()].sort()).to.deep.equal([...expected.keys()].sort());
  for (const [key, amounts] of expected) expect(found.get(key), key).to.deep.equal(amounts);
  const distinct = (start: string, part: number) =>
    new Set([...found.keys()].filter((key) => key.startsWith(start)).map((key) => key.split(" ")[part])).size;
  return {
    models: distinct("modelPeriods", 1),
    datanets: distinct("datanetPeriods", 1),
    positions: distinct("positionDays", 1),
    hours: distinct("protocolPeriods hour", 2),
    days: distinct("protocolPeriods day", 2),
  };
}

async function periodsOf({ client }: Chain, { addresses }: Protocol): Promise<Map<string, Amounts>> {
  const sums = new Map<string, Record<string, bigint>>();
  const add = (table: Table, key: readonly (string | bigint)[], amounts: Amounts): void => {
    const name = [table, ...key].join(" ");
    const row = sums.get(name) ?? Object.fromEntries(TABLES[table].columns.map((column) => [column, 0n]));
    for (const [column, amount] of Object.entries(amounts)) row[column] = row[column]! + amount;
    sums.set(name, row);
  };

  const times = new Map<bigint, bigint>();
  const periods = async (blockNumber: bigint): Promise<[string, bigint][]> => {
    const time = times.get(blockNumber) ?? (await client.getBlock({ blockNumber })).timestamp;
    times.set(blockNumber, time);
    return Object.entries(SECONDS).map(([period, seconds]) => [period, (time / seconds) * seconds]);
  };
  const addToAll = async (block: bigint, amounts: Amounts) => {
    for (const period of await periods(block)) add("protocolPeriods", period, amounts);
  };
  const addToDatanet = async (block: bigint, datanet: bigint, amounts: Amounts) => {
    for (const period of await periods(block)) add("datanetPeriods", [datanet, ...period], amounts);
  };
  const registry = { address: addresses.ModelRegistry, abi: modelRegistryAbi } as const;
  const addToModel = async (block: bigint, version: bigint, amounts: Amounts) => {
    const { model } = await client.readContract({ ...registry, functionName: "versionOf", args: [version] });
    for (const period of await periods(block)) add("modelPeriods", [model, ...period], amounts);
  };
  const addUse = async (block: bigint, version: bigint, amounts: Amounts) => {
    const layout = await client.readContract({ ...registry, functionName: "layoutOf", args: [version] });
    for (const id of new Set(layout.map(({ datanet }) => datanet))) await addToDatanet(block, id, amounts);
  };
  const addIncome = async (block: bigint, position: bigint, amounts: Amounts) => {
    await addToAll(block, amounts);
    for (const [period, start] of await periods(block))
      if (period === "day") add("positionDays", [position, start], amounts);
    const { kind, subject } = await client.readContract({
      ...{ address: addresses.RoyaltyPositions, abi: royaltyPositionsAbi },
      ...{ functionName: "positionOf", args: [position] },
    } as const);
    if (kind === CURATOR || kind === CONTRIBUTOR) await addToDatanet(block, subject, amounts);
  };

  const all = { fromBlock: 0n, strict: true } as const;
  const tills = await client.getContractEvents({
    ...{ address: addresses.TillFactory, abi: tillFactoryAbi, eventName: "TillCreated", ...all },
  });
  const ofTills = await client.getContractEvents({
    ...{ address: tills.map(({ args }) => args.till), abi: modelTillAbi, ...all },
  });
  for (const log of ofTills) {
    if (log.eventName === "FeeSplit") {
      const { version, ...parts } = log.args;
      const fees = Object.values(parts).reduce((sum, part) => sum + part, 0n);
      await addToAll(log.blockNumber, { fees, ...parts });
      await addToModel(log.blockNumber, version, { fees, ...parts });
      await addUse(log.blockNumber, version, { fees });
    } else if (log.eventName === "ClosedPlain") {
      await addToAll(log.blockNumber, { plainFees: log.args.fee });
      await addToModel(log.blockNumber, log.args.version, { plainFees: log.args.fee });
    }
  }

  const ledger = { address: addresses.RoyaltyLedger, abi: royaltyLedgerAbi, ...all } as const;
  const claims = new Set<string>();
  const addClaim = async (
    { blockNumber, transactionHash }: { blockNumber: bigint; transactionHash: string },
    { position, recipient }: { position: bigint; recipient: string },
    amounts: Amounts,
  ) => {
    await addIncome(blockNumber, position, amounts);
    const claim = [transactionHash, position, recipient].join();
    if (!claims.has(claim)) await addToAll(blockNumber, { claims: 1n });
    claims.add(claim);
  };
  let finalSum = 0n;
  for (const log of await client.getContractEvents(ledger)) {
    if (log.eventName === "SettlementOpened") {
      const calls = BigInt(log.args.count);
      await addToAll(log.blockNumber, { calls, settlements: 1n });
      await addToModel(log.blockNumber, log.args.version, { calls });
      await addUse(log.blockNumber, log.args.version, { calls });
    } else if (log.eventName === "Accrued")
      await addIncome(log.blockNumber, log.args.position, { accrued: log.args.amount });
    else if (log.eventName === "AccruedPaid")
      await addClaim(log, log.args, { claimedAccrued: log.args.amount, claimedAttributed: 0n });
    else if (log.eventName === "Finalized") {
      await addToAll(log.blockNumber, { attributed: log.args.payouts.sum - finalSum });
      finalSum = log.args.payouts.sum;
    }
  }
  const vault = { address: addresses.RoyaltyVault, abi: royaltyVaultAbi, eventName: "Claimed", ...all } as const;
  for (const log of await client.getContractEvents(vault))
    await addClaim(log, log.args, { claimedAttributed: log.args.attributed, claimedAccrued: 0n });

  const records = new Map<bigint, bigint>();
  const datanets = { address: addresses.DatanetRegistry, abi: datanetRegistryAbi, ...all } as const;
  for (const { eventName, args, blockNumber } of await client.getContractEvents(datanets)) {
    let amounts: Amounts | undefined;
    if (eventName === "ContributionMade") {
      records.set(args.contribution, args.contentRoot.sum);
      amounts = { contributions: 1n };
    } else if (eventName === "ContributionAccepted")
      amounts = { accepted: 1n, acceptedRecords: records.get(args.contribution)! };
    else if (eventName === "ContributionRejected") amounts = { rejected: 1n };
    else if (eventName === "LicenceIncome") amounts = { licenceIncome: args.curatorPart + args.contributorsPart };
    if (amounts === undefined || !("datanet" in args)) continue;
    await addToAll(blockNumber, amounts);
    await addToDatanet(blockNumber, args.datanet, amounts);
  }
  return sums;
}
