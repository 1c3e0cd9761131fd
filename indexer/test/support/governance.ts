// Governance: a proposal that is carried out, and one that its proposer takes back.
import { encodeFunctionData, keccak256, stringToBytes } from "viem";
import { governanceOpenAbi } from "@tributary/protocol/abi/governance-open";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { openGovernorAbi } from "@tributary/protocol/abi/open-governor";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { bob, carol, PURSE } from "../../../deploy/testing/accounts.ts";
import type { Chain } from "../../../deploy/testing/anvil.ts";
import type { Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import { send, wait } from "../../../deploy/testing/send.ts";
import { pass } from "./next-at.ts";

const OPEN = 10n ** 18n;
export const NEW_BOND = 2_000n * OPEN;
const CAROLS = 5_000n * OPEN;
const BOBS = 7n * OPEN;
const FOR = 1;
const AGAINST = 0;

/** @param description of what is proposed */
export async function govern(chain: Chain, protocol: Protocol, description: string): Promise<void> {
  const { OpenToken, GovernanceOpen, OpenGovernor, ModelRegistry } = protocol.addresses;
  const { client } = chain;
  for (const [account, amount] of [
    [carol, CAROLS],
    [bob, BOBS],
  ] as const) {
    await send(chain, account, OpenToken, openTokenAbi, "approve", [GovernanceOpen, PURSE]);
    await send(chain, account, GovernanceOpen, governanceOpenAbi, "depositFor", [account.address, amount]);
    await send(chain, account, GovernanceOpen, governanceOpenAbi, "delegate", [account.address]);
  }
  await wait(chain, 1);
  const governor = { address: OpenGovernor, abi: openGovernorAbi } as const;
  const calls = (bond: bigint) =>
    [
      [ModelRegistry],
      [0n],
      [encodeFunctionData({ abi: modelRegistryAbi, functionName: "setIndexBond", args: [bond] })],
    ] as const;
  const hash = keccak256(stringToBytes(description));
  await send(chain, carol, OpenGovernor, openGovernorAbi, "propose", [...calls(NEW_BOND), description]);
  const id = await client.readContract({
    ...governor,
    functionName: "getProposalId",
    args: [...calls(NEW_BOND), hash],
  });
  await send(chain, carol, OpenGovernor, openGovernorAbi, "propose", [...calls(NEW_BOND + 1n), description]);
  await send(chain, carol, OpenGovernor, openGovernorAbi, "cancel", [...calls(NEW_BOND + 1n), hash]);
  const delay = await client.readContract({ ...governor, functionName: "votingDelay" });
  await wait(chain, Number(delay) + 1);
  await pass(chain, 0);
  await send(chain, bob, OpenGovernor, openGovernorAbi, "castVoteWithReasonAndParams", [
    id,
    AGAINST,
    "too dear",
    "0x01",
  ]);
  await pass(chain, 0);
  await send(chain, carol, OpenGovernor, openGovernorAbi, "castVote", [id, FOR]);
  const deadline = await client.readContract({ ...governor, functionName: "proposalDeadline", args: [id] });
  await chain.waitUntil(Number(deadline) + 1);
  await send(chain, carol, OpenGovernor, openGovernorAbi, "queue", [...calls(NEW_BOND), hash]);
  const eta = await client.readContract({ ...governor, functionName: "proposalEta", args: [id] });
  await chain.waitUntil(Number(eta) + 1);
  await send(chain, carol, OpenGovernor, openGovernorAbi, "execute", [...calls(NEW_BOND), hash]);
}
