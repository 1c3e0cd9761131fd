// The payment channels on the wire: functions, events, errors and typed data are those of x402's public contract.
import { globSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import fc from "fast-check";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { type ChannelConfig, channelId } from "@tributary/protocol/typed-data/channel";
import { claimBatchDigest } from "@tributary/protocol/typed-data/claim-batch";
import { refundDigest } from "@tributary/protocol/typed-data/refund";
import { voucherDigest } from "@tributary/protocol/typed-data/voucher";
import { BATCH_SETTLEMENT_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import { type Abi, type AbiEvent, type AbiFunction, getAddress, toEventSignature, toFunctionSignature } from "viem";
import { ethers, networkHelpers } from "../support/network.ts";

/** Of the public contract, with which of its parameters are topics; x402's packages state only the event that they read. */
const EVENTS = [
  "ChannelClosed(bytes32,(address,address,address,address,address,uint40,bytes32)) indexed 0",
  "ChannelCreated(bytes32,(address,address,address,address,address,uint40,bytes32)) indexed 0",
  "Claimed(bytes32,address,uint128,uint128) indexed 0,1",
  "Deposited(bytes32,address,uint128,uint128) indexed 0,1",
  "EIP712DomainChanged() indexed ",
  "Refunded(bytes32,address,uint128) indexed 0,1",
  "Settled(address,address,address,uint128) indexed 0,1,2",
  "WithdrawFinalized(bytes32,address,uint128) indexed 0,1",
  "WithdrawInitiated(bytes32,uint128,uint40) indexed 0",
];
const ERRORS = [
  "ClaimExceedsBalance",
  "ClaimExceedsCeiling",
  "DepositCollectionFailed",
  "DepositOverflow",
  "EmptyBatch",
  "InvalidChannel",
  "InvalidCollector",
  "InvalidRefundNonce",
  "InvalidSignature",
  "NotAuthorizedToClaim",
  "NotAuthorizedToFinalizeWithdraw",
  "NotAuthorizedToRefund",
  "NotReceiverAuthorizer",
  "NothingToWithdraw",
  "WithdrawAmountExceedsAvailable",
  "WithdrawDelayNotElapsed",
  "WithdrawDelayOutOfRange",
  "WithdrawalAlreadyPending",
  "WithdrawalNotPending",
  "ZeroDeposit",
  "ZeroRefund",
];

type Parameter = { name?: string; type: string; indexed?: boolean; components?: readonly Parameter[] };

/** What x402's package calls, which it does not export. */
async function packagesAbi(): Promise<Abi> {
  const file = globSync("node_modules/@x402/evm/dist/esm/*.mjs").find((name) =>
    readFileSync(name, "utf8").includes("var batchSettlementABI ="),
  );
  const { batchSettlementABI } = (await import(pathToFileURL(file!).href)) as { batchSettlementABI: Abi };
  return batchSettlementABI;
}

/** Names, types and what is indexed, without the compiler's own names of types. */
function shapeOf({ name, type, indexed, components }: Parameter): unknown {
  return { name, type, indexed: indexed ?? false, components: components?.map(shapeOf) };
}

const word = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => ethers.hexlify(bytes) as `0x${string}`);
const account = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(ethers.hexlify(bytes)));
const amount = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
const config: fc.Arbitrary<ChannelConfig> = fc.record({
  payer: account,
  payerAuthorizer: account,
  receiver: account,
  receiverAuthorizer: account,
  token: account,
  withdrawDelay: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
  salt: word,
});

describe("the wire format of the payment channels", () => {
  const own = batchSettlementAbi as Abi;

  it("has every function and event of x402's packages, with the same names, types and mutability", async () => {
    const theirAbi = await packagesAbi();
    expect(theirAbi).to.have.length.above(15);
    for (const item of theirAbi) {
      const { name } = item as AbiFunction | AbiEvent;
      const found = own.find((entry) => entry.type === item.type && "name" in entry && entry.name === name);
      expect(found, name).to.not.equal(undefined);
      const [theirs, ours] = [item as AbiFunction, found as AbiFunction];
      expect(ours.inputs.map(shapeOf), name).to.deep.equal(theirs.inputs.map(shapeOf));
      if (item.type !== "function") continue;
      expect(toFunctionSignature(ours)).to.equal(toFunctionSignature(theirs));
      expect(ours.outputs.map(shapeOf), name).to.deep.equal(theirs.outputs.map(shapeOf));
      expect(ours.stateMutability, name).to.equal(theirs.stateMutability);
    }
  });

  it("has the public contract's events and errors", () => {
    const topicsOf = ({ inputs }: AbiEvent) =>
      inputs.flatMap(({ indexed }, place) => (indexed === true ? [place] : []));
    const events = own
      .filter((entry) => entry.type === "event")
      .map((event) => `${toEventSignature(event)} indexed ${topicsOf(event).join()}`);
    expect(events.sort()).to.deep.equal(EVENTS);
    const errors = own.filter((entry) => entry.type === "error").map(({ name }) => name);
    expect(errors).to.include.members(ERRORS);
  });

  it("signs what the TypeScript twin does, at the address that clients sign for", async () => {
    const elsewhere = await ethers.deployContract("BatchSettlement");
    await networkHelpers.setCode(BATCH_SETTLEMENT_ADDRESS, (await elsewhere.getDeployedCode())!);
    const channels = await ethers.getContractAt("BatchSettlement", BATCH_SETTLEMENT_ADDRESS);
    const { chainId } = await ethers.provider.getNetwork();
    await fc.assert(
      fc.asyncProperty(config, amount, amount, amount, async (channel, most, total, nonce) => {
        const id = channelId(channel, chainId);
        expect(await channels.getChannelId(channel)).to.equal(id);
        const voucher = { channelId: id, maxClaimableAmount: most };
        expect(await channels.getVoucherDigest(id, most)).to.equal(voucherDigest(voucher, chainId));
        const refund = { channelId: id, nonce, amount: total };
        expect(await channels.getRefundDigest(id, nonce, total)).to.equal(refundDigest(refund, chainId));
        const row = { voucher: { channel, maxClaimableAmount: most }, signature: "0x", totalClaimed: total };
        const entry = { ...voucher, totalClaimed: total };
        for (const rows of [0, 1, 3])
          expect(await channels.getClaimBatchDigest(Array(rows).fill(row))).to.equal(
            claimBatchDigest(Array<typeof entry>(rows).fill(entry), chainId),
          );
      }),
      { numRuns: 20 },
    );
  });
});
