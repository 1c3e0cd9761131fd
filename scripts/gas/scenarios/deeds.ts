// Approvals and transfers of what is owned as an ERC-721 token: positions, datanets, models and agents' identities.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { loadFixture } from "../../../test/support/network.ts";
import type {
  AgentRegistry,
  DatanetRegistry,
  ModelRegistry,
  RoyaltyPositions,
} from "../../../types/ethers-contracts/index.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { modelled } from "../stage.ts";
import { registered } from "./agents.ts";

type Deed = {
  deeds: AgentRegistry | DatanetRegistry | ModelRegistry | RoyaltyPositions;
  id: bigint;
  owner: HardhatEthersSigner;
  newcomer: HardhatEthersSigner;
};

function scenariosOf(contract: string, deed: () => Promise<Deed>): Scenario[] {
  return [
    scenario(`${contract}.approve`, "first", async () => {
      const { deeds, id, owner, newcomer } = await deed();
      return deeds.connect(owner).approve(newcomer, id);
    }),
    scenario(`${contract}.setApprovalForAll`, "first", async () => {
      const { deeds, owner, newcomer } = await deed();
      return deeds.connect(owner).setApprovalForAll(newcomer, true);
    }),
    scenario(`${contract}.transferFrom`, "to a new holder", async () => {
      const { deeds, id, owner, newcomer } = await deed();
      return deeds.connect(owner).transferFrom(owner, newcomer, id);
    }),
    scenario(`${contract}.safeTransferFrom`, "to a new holder", async () => {
      const { deeds, id, owner, newcomer } = await deed();
      return deeds.connect(owner)["safeTransferFrom(address,address,uint256)"](owner, newcomer, id);
    }),
    scenario(`${contract}.safeTransferFrom`, "to a new holder, with 32 bytes of data", async () => {
      const { deeds, id, owner, newcomer } = await deed();
      const send = deeds.connect(owner)["safeTransferFrom(address,address,uint256,bytes)"];
      return send(owner, newcomer, id, `0x${"d5".repeat(32)}`);
    }),
  ];
}

export const deedScenarios: Scenario[] = [
  ...scenariosOf("RoyaltyPositions", async () => {
    const { positions, alice, newcomer } = await loadFixture(modelled);
    return { deeds: positions, id: 3n, owner: alice, newcomer };
  }),
  ...scenariosOf("DatanetRegistry", async () => {
    const { datanets, curator, newcomer } = await loadFixture(modelled);
    return { deeds: datanets, id: 1n, owner: curator, newcomer };
  }),
  ...scenariosOf("ModelRegistry", async () => {
    const { models, developer, newcomer } = await loadFixture(modelled);
    return { deeds: models, id: 1n, owner: developer, newcomer };
  }),
  ...scenariosOf("AgentRegistry", async () => {
    const { agents, alice, newcomer } = await loadFixture(registered);
    return { deeds: agents, id: 0n, owner: alice, newcomer };
  }),
];
