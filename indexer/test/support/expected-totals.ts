// The totals must be the sums of the tables that they are of.
import { expect } from "chai";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import type { Chain } from "../../../deploy/testing/anvil.ts";
import type { Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import { rowsOf, sumOf } from "./rows.ts";

const PARTS = ["treasury", "gateway", "ancestors", "curators", "stakers", "developer", "data"];
const INCOME = ["accrued", "claimedAccrued", "claimedAttributed"];

export async function expectTotals(chain: Chain, { addresses }: Protocol, graphqlUrl: string): Promise<void> {
  const rows = rowsOf.bind(undefined, graphqlUrl);
  const common = `calls fees plainFees ${PARTS.join(" ")} contributions accepted rejected acceptedRecords licenceIncome ${INCOME.join(" ")} settlements claims attributed`;
  const [total] = await rows(
    "protocols",
    `${common} givenUp datanets models modelVersions positions tills
    settlementsVoided settlementsExpired sketchCommits sketchCommitsEnded indexCommits indexCommitsEnded epochs epochsFinalized
    proposals proposalsEnded provenFaults demands demandsUnanswered disputes disputesOutside stakePools staked slashed agents
    channels channelDeposits channelClaims`,
  );
  const count = async (table: string, orderBy = "id", where: (row: Record<string, unknown>) => boolean = () => true) =>
    (await rows(table, orderBy === "id" ? "id" : `${orderBy} status`, orderBy)).filter(where).length;
  const value = (column: string) => BigInt(total![column] as string | number);

  const splits = await rows("feeSplits", `fee settlementId ${PARTS.join(" ")}`, "block");
  expect(value("fees")).to.equal(sumOf(splits, "fee"));
  expect(PARTS.reduce((sum, part) => sum + value(part), 0n)).to.equal(value("fees"));
  for (const part of PARTS) expect(value(part), part).to.equal(sumOf(splits, part));
  const plain = splits.filter(({ settlementId }) => settlementId === null);
  expect(value("plainFees")).to.equal(sumOf(plain, "fee"));
  expect(value("calls")).to.equal(sumOf(await rows("settlements", "count"), "count"));
  const [ledger] = await rows("ledgers", "payoutsSum owedPools");
  expect(value("attributed")).to.equal(BigInt(ledger!["payoutsSum"] as string));
  // What was taken for data is attributed, given up, or waits.
  const waiting = BigInt(ledger!["owedPools"] as string);
  expect(value("data")).to.equal(value("attributed") + value("givenUp") + waiting);
  for (const [column, table] of [
    ["datanets", "datanets"],
    ["models", "models"],
    ["modelVersions", "modelVersions"],
    ["positions", "positions"],
    ["tills", "tills"],
    ["settlements", "settlements"],
    ["epochs", "epochs"],
    ["claims", "claims"],
    ["contributions", "contributions"],
    ["provenFaults", "provenFaults"],
    ["demands", "demands"],
    ["disputes", "disputes"],
    ["stakePools", "stakePools"],
    ["agents", "agents"],
    ["channels", "channels"],
  ] as const)
    expect(value(column), column).to.equal(BigInt(await count(table)));
  for (const [column, table, orderBy] of [
    ["proposals", "proposals", "proposal"],
    ["sketchCommits", "sketchCommits", "sub"],
    ["indexCommits", "indexCommits", "sub"],
  ] as const) {
    expect(value(column), column).to.equal(BigInt(await count(table, orderBy)));
    const ended = await count(table, orderBy, ({ status }) => status === "ended");
    expect(value(`${column}Ended`), column).to.equal(BigInt(ended));
  }
  const staking = { address: addresses.OperatorStaking, abi: operatorStakingAbi } as const;
  const [staked] = await chain.client.readContract({ ...staking, functionName: "owed", args: [addresses.OpenToken] });
  expect(value("staked")).to.equal(staked);
  expect(value("slashed")).to.equal(sumOf(await rows("stakePools", "slashed"), "slashed"));

  const periods = await rows("protocolPeriods", `period start ${common}`, "start");
  for (const period of ["hour", "day"]) {
    const ofPeriod = periods.filter((row) => row["period"] === period);
    const seconds = period === "hour" ? 3_600 : 86_400;
    for (const { start } of ofPeriod) expect(Number(start) % seconds).to.equal(0);
    for (const column of common.split(/\s+/))
      expect(sumOf(ofPeriod, column), `${period} ${column}`).to.equal(value(column));
  }
  const models = await rows("modelPeriods", `modelId period calls fees plainFees ${PARTS.join(" ")}`, "start");
  const days = models.filter(({ period }) => period === "day");
  for (const column of ["calls", "fees", "plainFees", ...PARTS])
    expect(sumOf(days, column), column).to.equal(value(column));

  const positions = await rows("positions", `id datanetId ${INCOME.join(" ")}`);
  const positionDays = await rows("positionDays", `positionId ${INCOME.join(" ")}`, "start");
  for (const position of positions)
    for (const column of INCOME) {
      const ofPosition = positionDays.filter(({ positionId }) => positionId === position["id"]);
      expect(sumOf(ofPosition, column), column).to.equal(BigInt(position[column] as string));
    }
  const columns = `contributions accepted rejected acceptedRecords licenceIncome calls fees ${INCOME.join(" ")}`;
  const datanetPeriods = await rows("datanetPeriods", `datanetId period ${columns}`, "start");
  const uses = await rows("versionDatanets", "versionId datanetId callCount fees", "versionId");
  const contributors = await rows("datanetContributors", "datanetId contributions accepted rejected", "datanetId");
  for (const datanet of await rows(
    "datanets",
    "id contributionCount acceptedContributions rejectedContributions acceptedRecords contributorCount licenceIncome",
  )) {
    const { id } = datanet;
    const ofDatanet = datanetPeriods.filter(({ datanetId, period }) => datanetId === id && period === "day");
    for (const [column, whole] of [
      ["contributions", "contributionCount"],
      ["accepted", "acceptedContributions"],
      ["rejected", "rejectedContributions"],
      ["acceptedRecords", "acceptedRecords"],
      ["licenceIncome", "licenceIncome"],
    ] as const)
      expect(sumOf(ofDatanet, column), column).to.equal(BigInt(datanet[whole] as string));
    const ofUse = uses.filter(({ datanetId }) => datanetId === id);
    expect(sumOf(ofDatanet, "calls")).to.equal(sumOf(ofUse, "callCount"));
    expect(sumOf(ofDatanet, "fees")).to.equal(sumOf(ofUse, "fees"));
    const ofPositions = positions.filter(({ datanetId }) => datanetId === id);
    for (const column of INCOME) expect(sumOf(ofDatanet, column), column).to.equal(sumOf(ofPositions, column));
    const own = contributors.filter(({ datanetId }) => datanetId === id);
    expect(own).to.have.length(datanet["contributorCount"] as number);
    expect(sumOf(own, "contributions")).to.equal(BigInt(datanet["contributionCount"] as string));
    expect(sumOf(own, "accepted")).to.equal(BigInt(datanet["acceptedContributions"] as string));
  }
  const gateways = await rows("gateways", "callCount fees share settlementCount");
  expect([sumOf(gateways, "callCount"), sumOf(gateways, "fees"), sumOf(gateways, "share")]).to.deep.equal([
    value("calls"),
    value("fees"),
    value("gateway"),
  ]);
}
