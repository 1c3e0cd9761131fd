// Payment channels: deposits, claims over many channels, and what goes back.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { AbiCoder, type TypedDataField } from "ethers";
import { ethers, loadFixture, time } from "../../../test/support/network.ts";
import { OPEN } from "../../../test/support/protocol.ts";
import { domainOf } from "../permission.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { people } from "../stage.ts";

const DELAY = 900n;
const MANY = 50;
const SPENT = 3n * OPEN;

const VOUCHER = [
  { name: "channelId", type: "bytes32" },
  { name: "maxClaimableAmount", type: "uint128" },
];
const CLAIM_BATCH = {
  ClaimBatch: [{ name: "claims", type: "ClaimEntry[]" }],
  ClaimEntry: [...VOUCHER, { name: "totalClaimed", type: "uint128" }],
};
const REFUND = [
  { name: "channelId", type: "bytes32" },
  { name: "nonce", type: "uint256" },
  { name: "amount", type: "uint128" },
];
const AUTHORIZATION = [
  { name: "from", type: "address" },
  { name: "to", type: "address" },
  { name: "value", type: "uint256" },
  { name: "validAfter", type: "uint256" },
  { name: "validBefore", type: "uint256" },
  { name: "nonce", type: "bytes32" },
];
const PERMIT2 = {
  PermitWitnessTransferFrom: [
    { name: "permitted", type: "TokenPermissions" },
    { name: "spender", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
    { name: "witness", type: "DepositWitness" },
  ],
  TokenPermissions: [
    { name: "token", type: "address" },
    { name: "amount", type: "uint256" },
  ],
  DepositWitness: [{ name: "channelId", type: "bytes32" }],
};

async function opened() {
  const p = await people();
  const token = await ethers.deployContract("OpenToken", [p.alice.address]);
  const channels = await ethers.deployContract("BatchSettlement");
  const permit2 = await ethers.deployContract("Permit2StandIn");
  const by3009 = await ethers.deployContract("ERC3009DepositCollector", [channels]);
  const byPermit2 = await ethers.deployContract("Permit2DepositCollector", [channels, permit2]);
  await token.connect(p.alice).approve(permit2, ethers.MaxUint256);
  const domain = await domainOf(channels, "x402 Batch Settlement");
  return { ...p, token, channels, permit2, by3009, byPermit2, domain };
}
type Opened = Awaited<ReturnType<typeof opened>>;

/** Alice pays the gateway through a channel of this salt. */
async function configOf(p: Opened, salt: number) {
  return {
    payer: p.alice.address,
    payerAuthorizer: p.alice.address,
    receiver: p.gateway.address,
    receiverAuthorizer: p.gateway.address,
    token: await p.token.getAddress(),
    withdrawDelay: DELAY,
    salt: ethers.toBeHex(salt, 32),
  };
}
type Config = Awaited<ReturnType<typeof configOf>>;

async function authorized(p: Opened, config: Config, nonceSalt: bigint): Promise<string> {
  const id = await p.channels.getChannelId(config);
  const coder = AbiCoder.defaultAbiCoder();
  const validBefore = BigInt(await time.latest()) + 10_000n;
  const message = {
    from: p.alice.address,
    to: await p.by3009.getAddress(),
    value: 10n * OPEN,
    validAfter: 0n,
    validBefore,
    nonce: ethers.keccak256(coder.encode(["bytes32", "uint256"], [id, nonceSalt])),
  };
  const types = { ReceiveWithAuthorization: AUTHORIZATION };
  const signature = await p.alice.signTypedData(await domainOf(p.token, "Open"), types, message);
  return coder.encode(["uint256", "uint256", "uint256", "bytes"], [0n, validBefore, nonceSalt, signature]);
}

async function permitted(p: Opened, config: Config): Promise<string> {
  const deadline = BigInt(await time.latest()) + 10_000n;
  const message = {
    permitted: { token: config.token, amount: 10n * OPEN },
    spender: await p.byPermit2.getAddress(),
    nonce: 1n,
    deadline,
    witness: { channelId: await p.channels.getChannelId(config) },
  };
  const { chainId, verifyingContract } = await domainOf(p.permit2, "Permit2");
  const signature = await p.alice.signTypedData({ name: "Permit2", chainId, verifyingContract }, PERMIT2, message);
  const types = ["uint256", "uint256", "bytes", "bytes"];
  return AbiCoder.defaultAbiCoder().encode(types, [1n, deadline, signature, "0x"]);
}

async function deposit(p: Opened, config: Config, nonceSalt: bigint) {
  return p.channels.deposit(config, 10n * OPEN, p.by3009, await authorized(p, config, nonceSalt));
}

/** One channel with a deposit. */
async function funded() {
  const p = await loadFixture(opened);
  const config = await configOf(p, 0);
  await deposit(p, config, 0n);
  return { ...p, config };
}

async function fundedMany() {
  const p = await loadFixture(opened);
  const configs = await Promise.all(Array.from({ length: MANY }, (_, salt) => configOf(p, salt)));
  for (const [index, config] of configs.entries()) await deposit(p, config, BigInt(index));
  return { ...p, configs };
}

async function vouchers(p: Opened, configs: readonly Config[], total: bigint) {
  return Promise.all(
    configs.map(async (channel) => {
      const message = { channelId: await p.channels.getChannelId(channel), maxClaimableAmount: total };
      const signature = await p.alice.signTypedData(p.domain, { Voucher: VOUCHER }, message);
      return { voucher: { channel, maxClaimableAmount: total }, signature, totalClaimed: total };
    }),
  );
}

async function signedBatch(p: Opened, rows: Awaited<ReturnType<typeof vouchers>>): Promise<string> {
  const claims = await Promise.all(
    rows.map(async ({ voucher: { channel, maxClaimableAmount }, totalClaimed }) => ({
      channelId: await p.channels.getChannelId(channel),
      maxClaimableAmount,
      totalClaimed,
    })),
  );
  return p.gateway.signTypedData(p.domain, CLAIM_BATCH as Record<string, TypedDataField[]>, { claims });
}

/** @param claimedBefore whether the channels were claimed from before */
async function claimMany(claimedBefore: boolean) {
  const p = await loadFixture(fundedMany);
  if (claimedBefore) await p.channels.connect(p.gateway).claim(await vouchers(p, p.configs, OPEN));
  const rows = await vouchers(p, p.configs, SPENT);
  return p.channels.connect(p.stranger).claimWithSignature(rows, await signedBatch(p, rows));
}

async function claimed() {
  const p = await funded();
  await p.channels.connect(p.gateway).claim(await vouchers(p, [p.config], SPENT));
  return p;
}

/** A collector's part of a deposit, called as the contract of channels calls it. */
function collect(
  call: string,
  by: "by3009" | "byPermit2",
  consent: (p: Opened, config: Config) => Promise<string>,
): Scenario {
  return scenario(call, "for a new channel", async () => {
    const p = await loadFixture(opened);
    const config = await configOf(p, 0);
    const data = await consent(p, config);
    const id = await p.channels.getChannelId(config);
    const channels = await impersonated(await p.channels.getAddress());
    return p[by].connect(channels).collect(p.alice, p.token, 10n * OPEN, id, data);
  });
}

async function impersonated(address: string): Promise<HardhatEthersSigner> {
  await ethers.provider.send("hardhat_setBalance", [address, ethers.toQuantity(10n ** 18n)]);
  return ethers.getImpersonatedSigner(address);
}

export const channelScenarios: Scenario[] = [
  scenario("BatchSettlement.deposit", "by ERC-3009, for a new channel", async () => {
    const p = await loadFixture(opened);
    return deposit(p, await configOf(p, 0), 0n);
  }),
  scenario("BatchSettlement.deposit", "by ERC-3009, for a channel that has a deposit", async () => {
    const p = await funded();
    return deposit(p, p.config, 1n);
  }),
  scenario("BatchSettlement.deposit", "by Permit2 (a stand-in for it), for a new channel", async () => {
    const p = await loadFixture(opened);
    const config = await configOf(p, 0);
    return p.channels.deposit(config, 10n * OPEN, p.byPermit2, await permitted(p, config));
  }),
  scenario("BatchSettlement.claim", "one channel, first", async () => {
    const p = await funded();
    return p.channels.connect(p.gateway).claim(await vouchers(p, [p.config], SPENT));
  }),
  scenario("BatchSettlement.claimWithSignature", `${MANY} channels, first`, () => claimMany(false)),
  scenario("BatchSettlement.claimWithSignature", `${MANY} channels, repeated`, () => claimMany(true)),
  scenario("BatchSettlement.settle", "first", async () => {
    const p = await claimed();
    return p.channels.settle(p.gateway, p.token);
  }),
  scenario("BatchSettlement.initiateWithdraw", "any", async () => {
    const p = await funded();
    return p.channels.connect(p.alice).initiateWithdraw(p.config, OPEN);
  }),
  scenario("BatchSettlement.finalizeWithdraw", "a part of the deposit", async () => {
    const p = await funded();
    await p.channels.connect(p.alice).initiateWithdraw(p.config, OPEN);
    await time.increase(DELAY);
    return p.channels.connect(p.alice).finalizeWithdraw(p.config);
  }),
  scenario("BatchSettlement.refund", "a part of the deposit", async () => {
    const p = await funded();
    return p.channels.connect(p.gateway).refund(p.config, OPEN);
  }),
  scenario("BatchSettlement.refundWithSignature", "a part of the deposit", async () => {
    const p = await funded();
    const message = { channelId: await p.channels.getChannelId(p.config), nonce: 0n, amount: OPEN };
    const signature = await p.gateway.signTypedData(p.domain, { Refund: REFUND }, message);
    return p.channels.connect(p.stranger).refundWithSignature(p.config, OPEN, 0n, signature);
  }),
  scenario("BatchSettlement.multicall", "a claim from one channel, first, and its settling", async () => {
    const p = await funded();
    const rows = await vouchers(p, [p.config], SPENT);
    const calls = [
      p.channels.interface.encodeFunctionData("claim", [rows]),
      p.channels.interface.encodeFunctionData("settle", [p.gateway.address, await p.token.getAddress()]),
    ];
    return p.channels.connect(p.gateway).multicall(calls);
  }),
  collect("ERC3009DepositCollector.collect", "by3009", (p, config) => authorized(p, config, 0n)),
  collect("Permit2DepositCollector.collect", "byPermit2", permitted),
];
