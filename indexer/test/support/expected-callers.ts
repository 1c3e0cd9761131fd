// What the tables must say of agents, channels, receipts and governance, compared with the chain.
import { expect } from "chai";
import { agentRegistryAbi } from "@tributary/protocol/abi/agent-registry";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { governanceOpenAbi } from "@tributary/protocol/abi/governance-open";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { openGovernorAbi } from "@tributary/protocol/abi/open-governor";
import { type Address, type Hex, keccak256 } from "viem";
import { alice, bob, carol, gateway } from "../../../deploy/testing/accounts.ts";
import type { Chain } from "../../../deploy/testing/anvil.ts";
import type { Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import { NO_TEXTS } from "./callers.ts";
import { NEW_BOND } from "./governance.ts";
import { rowsOf } from "./rows.ts";

/** @param hostile What everybody said of themselves; the database has no character 0. */
export async function expectCallers(
  { client }: Chain,
  { addresses }: Protocol,
  graphqlUrl: string,
  hostile: string,
): Promise<void> {
  const rows = rowsOf.bind(undefined, graphqlUrl);
  const lower = ({ address }: { address: string }) => address.toLowerCase();
  const shown = hostile.replaceAll("\u0000", "\ufffd");

  const registry = { address: addresses.AgentRegistry, abi: agentRegistryAbi } as const;
  const agents = await rows("agents", "id owner uri wallet");
  expect(agents).to.deep.equal([
    { id: "0", owner: lower(alice), uri: shown, wallet: lower(alice) },
    { id: "1", owner: lower(carol), uri: "ipfs:agent", wallet: null },
  ]);
  for (const { id, owner } of agents) {
    const args = [BigInt(id as string)] as const;
    expect((await client.readContract({ ...registry, functionName: "ownerOf", args })).toLowerCase()).to.equal(owner);
  }
  const metadata = await rows("agentMetadatas", "agentId keyHash key value", "setAt");
  expect(metadata.map(({ key }) => key)).to.include.members([shown, "long ".repeat(2_000), "agentWallet"]);
  const noTexts = metadata.filter(({ key }) => key === "\ufffd").map(({ keyHash, value }) => ({ keyHash, value }));
  expect(noTexts).to.have.deep.members(NO_TEXTS.map((key) => ({ keyHash: keccak256(key), value: key })));
  expect((await rows("models", "uri")).at(-1)).to.deep.equal({ uri: shown });

  const channels = { address: addresses.BatchSettlement, abi: batchSettlementAbi } as const;
  const [channel] = await rows(
    "channels",
    "id status payer tillId balance claimed deposited refunded withdrawn announced withdrawableAt",
  );
  const args = [channel!["id"] as Hex] as const;
  const [balance, claimed] = await client.readContract({ ...channels, functionName: "channels", args });
  expect(channel).to.deep.include({
    status: "open",
    payer: lower(alice),
    balance: String(balance),
    claimed: String(claimed),
    deposited: "1000",
    refunded: "100",
    withdrawn: "200",
    announced: "0",
    withdrawableAt: null,
  });
  const movements = await rows("channelMovements", "kind amount", "block");
  expect(movements.map(({ kind, amount }) => `${kind} ${amount}`)).to.deep.equal([
    "deposit 1000",
    "withdrawal_announced 1000",
    "claim 700",
    "refund 100",
    "withdrawal 200",
  ]);
  expect(await rows("tillDeposits", "tillId amount")).to.deep.equal([{ tillId: channel!["tillId"], amount: "700" }]);
  const inclusions = await rows("inclusions", "sequence status gateway channelId agentId settlementId", "sequence");
  const common = { gateway: lower(gateway), channelId: channel!["id"] };
  expect(inclusions).to.deep.equal([
    { ...common, sequence: "1", status: "unanswered", agentId: "0", settlementId: null },
    { ...common, sequence: "2", status: "answered", agentId: null, settlementId: "5" },
  ]);

  const proposals = await rows(
    "governanceProposals",
    "id status description targets values votesFor votesAgainst voterCount executedAt",
    "proposedAt",
  );
  expect(proposals.map(({ status, voterCount }) => [status, voterCount])).to.have.deep.members([
    ["executed", 2],
    ["canceled", 0],
  ]);
  const executed = proposals.find(({ status }) => status === "executed")!;
  expect(executed["description"]).to.equal(shown);
  expect(executed["targets"]).to.deep.equal([addresses.ModelRegistry.toLowerCase()]);
  const governor = { address: addresses.OpenGovernor, abi: openGovernorAbi } as const;
  const [against, votesFor] = await client.readContract({
    ...governor,
    functionName: "proposalVotes",
    args: [BigInt(executed["id"] as string)],
  });
  expect([executed["votesAgainst"], executed["votesFor"]]).to.deep.equal([String(against), String(votesFor)]);
  expect(
    (await rows("governanceVotes", "voter support reason", "block")).map(({ voter, support }) => [voter, support]),
  ).to.deep.equal([
    [lower(bob), "against"],
    [lower(carol), "for"],
  ]);
  const token = { address: addresses.GovernanceOpen, abi: governanceOpenAbi } as const;
  for (const { id, balance: held, votes, delegate } of await rows("voters", "id balance votes delegate")) {
    const account = [id as Address] as const;
    expect(held).to.equal(String(await client.readContract({ ...token, functionName: "balanceOf", args: account })));
    expect(votes).to.equal(String(await client.readContract({ ...token, functionName: "getVotes", args: account })));
    expect(delegate).to.equal(id);
  }
  const bond = await client.readContract({
    address: addresses.ModelRegistry,
    abi: modelRegistryAbi,
    functionName: "indexBond",
  });
  expect(bond).to.equal(NEW_BOND);
  const parameters = await rows("parameters", "id value");
  expect(parameters.find(({ id }) => id === "ModelRegistry.indexBond")!["value"]).to.equal(String(bond));
  const changes = await rows("parameterChanges", "parameterId value", "block");
  expect(changes.filter(({ parameterId }) => parameterId === "ModelRegistry.indexBond")).to.have.length(2);
}
