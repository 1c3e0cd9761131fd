// Those who call models: agents with an identity, and what they pay through channels for receipts that are settled, or not.
import {
  type Address,
  concatHex,
  encodeAbiParameters,
  type Hex,
  stringToHex,
  toFunctionSelector,
  toHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { agentRegistryAbi } from "@tributary/protocol/abi/agent-registry";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { RECEIPT } from "@tributary/protocol/kinds";
import { encodeReceipt } from "@tributary/protocol/payloads/receipt";
import { leafLink, linkArgument } from "@tributary/protocol/proofs/link";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import { channelId, depositNonce } from "@tributary/protocol/typed-data/channel";
import { type Receipt, receiptHash, receiptTypedData } from "@tributary/protocol/typed-data/receipt";
import { x402Domain } from "@tributary/protocol/typed-data/x402-domain";
import { VOUCHER_TYPES } from "@tributary/protocol/typed-data/voucher";
import { alice, bob, carol, gateway } from "../../../deploy/testing/accounts.ts";
import type { Chain } from "../../../deploy/testing/anvil.ts";
import type { Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import { send, wait } from "../../../deploy/testing/send.ts";
import { hashOf, type Scenario } from "./scenario.ts";

const WITHDRAW_DELAY_SECONDS = 900;
const DEPOSIT = 1_000n;
/** What two calls cost, of which the second one is settled. */
const FIRST = 300n;
const SECOND = 400n;
const FOR_EVER = 2n ** 48n;
const AGENT = 0n;

/** Keys of metadata that are no UTF-8. */
export const NO_TEXTS = ["0xff", "0xfe"] as const;

/** Two agents, one of which changes hands. @param hostile text that they tell of themselves */
export async function registerAgents(chain: Chain, protocol: Protocol, hostile: string): Promise<void> {
  const { AgentRegistry: registry } = protocol.addresses;
  const metadata = [
    { metadataKey: hostile, metadataValue: stringToHex(hostile) },
    // Longer than a database can have in an index.
    { metadataKey: "long ".repeat(2_000), metadataValue: "0x" },
  ] as const;
  await send(chain, alice, registry, agentRegistryAbi, "register", [hostile, metadata]);
  // Only the key's own bytes name a wallet, which has signed; a mark before it is not to be seen, and what is no text is the same as text.
  await send(chain, alice, registry, agentRegistryAbi, "setMetadata", [0n, "\ufeffagentWallet", carol.address]);
  for (const key of NO_TEXTS) await setMetadata(chain, registry, 0n, key);
  await send(chain, bob, registry, agentRegistryAbi, "register", []);
  await send(chain, bob, registry, agentRegistryAbi, "setAgentURI", [1n, "ipfs:agent"]);
  await send(chain, bob, registry, agentRegistryAbi, "transferFrom", [bob.address, carol.address, 1n]);
}

/** Of alice's agent, under a key of any bytes. */
async function setMetadata({ client }: Chain, registry: Address, agent: bigint, key: Hex): Promise<void> {
  const types = [{ type: "uint256" }, { type: "bytes" }, { type: "bytes" }] as const;
  const data = concatHex([
    toFunctionSelector("setMetadata(uint256,string,bytes)"),
    encodeAbiParameters(types, [agent, key, key]),
  ]);
  const hash = await client.sendTransaction({ account: alice, to: registry, data });
  const { status } = await client.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error(`the registry refused metadata under ${key}`);
}

/** A channel from its deposit to its withdrawal. Nobody settles the first receipt that is paid through it; the second one is shown when it is demanded. */
export async function payThroughChannel(chain: Chain, protocol: Protocol, scenario: Scenario): Promise<void> {
  const { BatchSettlement, OpenToken, ERC3009DepositCollector, SettlementProofs, AgentRegistry, RoyaltyLedger } =
    protocol.addresses;
  const { client } = chain;
  const chainId = await client.getChainId();
  const till = scenario.tills[0]!;
  const config = {
    payer: alice.address,
    payerAuthorizer: alice.address,
    receiver: till,
    receiverAuthorizer: gateway.address,
    token: OpenToken,
    withdrawDelay: WITHDRAW_DELAY_SECONDS,
    salt: zeroHash,
  };
  const id = channelId(config, chainId, BatchSettlement);
  const collectorData = await authorize(chain, OpenToken, ERC3009DepositCollector, id);
  const abi = batchSettlementAbi;
  await send(chain, alice, BatchSettlement, abi, "deposit", [config, DEPOSIT, ERC3009DepositCollector, collectorData]);
  const voucher = { channelId: id, maxClaimableAmount: FIRST + SECOND };
  const signature = await alice.signTypedData({
    domain: x402Domain(chainId, BatchSettlement),
    types: VOUCHER_TYPES,
    primaryType: "Voucher",
    message: voucher,
  });
  const claim = {
    voucher: { channel: config, maxClaimableAmount: voucher.maxClaimableAmount },
    signature,
    totalClaimed: FIRST + SECOND,
  };
  await send(chain, alice, BatchSettlement, abi, "initiateWithdraw", [config, DEPOSIT]);
  await send(chain, gateway, BatchSettlement, abi, "claim", [[claim]]);
  await send(chain, carol, BatchSettlement, abi, "settle", [till, OpenToken]);

  const issuedAt = Number((await client.getBlock()).timestamp);
  const receiptOf = (sequence: bigint, amount: bigint, cumulative: bigint): Receipt => ({
    till,
    modelVersion: 1n,
    channelId: id,
    sequence,
    amount,
    cumulative,
    agentRegistry: sequence === 1n ? AgentRegistry : zeroAddress,
    agentId: sequence === 1n ? AGENT : 0n,
    requestHash: hashOf(`request ${sequence}`),
    responseHash: hashOf(`response ${sequence}`),
    issuedAt,
  });
  const receipts = [receiptOf(1n, FIRST, FIRST), receiptOf(2n, SECOND, FIRST + SECOND)] as const;
  const terms = await client.readContract({
    address: SettlementProofs,
    abi: settlementProofsAbi,
    functionName: "inclusionTerms",
  });
  await wait(chain, terms.graceSeconds);
  for (const receipt of receipts) {
    const signed = await gateway.signTypedData(receiptTypedData(receipt, chainId));
    await send(chain, carol, SettlementProofs, settlementProofsAbi, "demandInclusion", [receipt, signed]);
  }
  const { amount, ...payload } = receipts[1];
  const tree = sumTreeOf(RECEIPT.depth, [{ key: 0, sum: amount, payload: encodeReceipt(payload) }]);
  await scenario.close(0, 1n, SECOND, 1, toHex(tree.root.hash));
  const link = linkArgument(leafLink(0, amount, encodeReceipt(payload), tree.open(RECEIPT.depth, 0)));
  const ledger = { address: RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const settlement = await client.readContract({ ...ledger, functionName: "settlementCount" });
  const answer = [receiptHash(receipts[1]), settlement, link] as const;
  await send(chain, gateway, SettlementProofs, settlementProofsAbi, "answerInclusion", answer);
  await wait(chain, terms.answerSeconds + 1);
  const missing = receiptHash(receipts[0]);
  await send(chain, carol, SettlementProofs, settlementProofsAbi, "endInclusion", [missing]);
  await send(chain, carol, SettlementProofs, settlementProofsAbi, "penalizeGateway", [BigInt(missing)]);

  await send(chain, gateway, BatchSettlement, abi, "refund", [config, 100n]);
  await wait(chain, WITHDRAW_DELAY_SECONDS);
  await send(chain, alice, BatchSettlement, abi, "finalizeWithdraw", [config]);
}

/** What the collector needs: the payer's ERC-3009 authorization. */
async function authorize({ client }: Chain, token: Address, collector: Address, channel: Hex): Promise<Hex> {
  const { domain } = await client.getEip712Domain({ address: token });
  const signature = await alice.signTypedData({
    domain: { name: domain.name, version: domain.version, chainId: domain.chainId, verifyingContract: token },
    types: {
      ReceiveWithAuthorization: [
        { name: "from", type: "address" },
        { name: "to", type: "address" },
        { name: "value", type: "uint256" },
        { name: "validAfter", type: "uint256" },
        { name: "validBefore", type: "uint256" },
        { name: "nonce", type: "bytes32" },
      ],
    },
    primaryType: "ReceiveWithAuthorization",
    message: {
      from: alice.address,
      to: collector,
      value: DEPOSIT,
      validAfter: 0n,
      validBefore: FOR_EVER,
      nonce: depositNonce(channel, 1n),
    },
  });
  const types = [{ type: "uint256" }, { type: "uint256" }, { type: "uint256" }, { type: "bytes" }] as const;
  return encodeAbiParameters(types, [0n, FOR_EVER, 1n, signature]);
}
