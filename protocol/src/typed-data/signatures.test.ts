// Tests that signatures over the ledger's and the channels' typed data recover to their signers.
import { expect } from "chai";
import { encodeAbiParameters, hashTypedData, keccak256, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { BATCH_SETTLEMENT_ADDRESS } from "./x402-domain.ts";
import { channelId, depositNonce } from "./channel.ts";
import { claimDelegationTypedData, recoverDelegator } from "./claim-delegation.ts";
import { recoverAttributor, sketchAttestationTypedData } from "./sketch-attestation.ts";
import { recoverVoucherSigner, voucherDigest, voucherTypedData } from "./voucher.ts";

const account = privateKeyToAccount(`0x${"22".repeat(32)}`);
const place = { chainId: 31337, ledger: `0x${"a1".repeat(20)}` } as const;
const vaultPlace = { chainId: 31337, vault: `0x${"c3".repeat(20)}` } as const;
const hash = `0x${"b2".repeat(32)}` as const;

describe("sketch attestations", () => {
  it("recover to the attributor", async () => {
    const attestation = { settlementId: 1n, indexRoot: hash, sketchesRoot: hash, count: 4n };
    const signature = await account.signTypedData(sketchAttestationTypedData(attestation, place));
    expect(await recoverAttributor(attestation, signature, place)).to.equal(account.address);
    expect(await recoverAttributor({ ...attestation, count: 5n }, signature, place)).not.to.equal(account.address);
  });
});

describe("claim delegations", () => {
  it("recover to the owner", async () => {
    const delegation = {
      positionId: 1n,
      claimer: place.ledger,
      recipient: place.ledger,
      nonce: 0n,
      deadline: 2_000_000_000,
    };
    const signature = await account.signTypedData(claimDelegationTypedData(delegation, vaultPlace));
    expect(await recoverDelegator(delegation, signature, vaultPlace)).to.equal(account.address);
    expect(await recoverDelegator(delegation, signature, { ...vaultPlace, chainId: 1 })).not.to.equal(account.address);
    const otherVault = { ...vaultPlace, vault: place.ledger };
    expect(await recoverDelegator(delegation, signature, otherVault)).not.to.equal(account.address);
  });
});

describe("x402 channels and vouchers", () => {
  const config = {
    payer: account.address,
    payerAuthorizer: account.address,
    receiver: place.ledger,
    receiverAuthorizer: place.ledger,
    token: place.ledger,
    withdrawDelay: 900,
    salt: hash,
  };

  it("have the digest that EIP-712's definition gives", () => {
    const typeHash = (type: string) => keccak256(toHex(type));
    const domain = encodeAbiParameters(
      [{ type: "bytes32" }, { type: "bytes32" }, { type: "bytes32" }, { type: "uint256" }, { type: "address" }],
      [
        typeHash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
        typeHash("x402 Batch Settlement"),
        typeHash("1"),
        8453n,
        BATCH_SETTLEMENT_ADDRESS,
      ],
    );
    const voucher = { channelId: channelId(config, 8453), maxClaimableAmount: 7n };
    const struct = encodeAbiParameters(
      [{ type: "bytes32" }, { type: "bytes32" }, { type: "uint128" }],
      [typeHash("Voucher(bytes32 channelId,uint128 maxClaimableAmount)"), voucher.channelId, 7n],
    );
    expect(voucherDigest(voucher, 8453)).to.equal(
      keccak256(`0x1901${keccak256(domain).slice(2)}${keccak256(struct).slice(2)}`),
    );
    expect(voucherDigest(voucher, 8453n)).to.equal(hashTypedData(voucherTypedData(voucher, 8453)));
    expect(depositNonce(voucher.channelId, 1n)).to.equal(keccak256(`${voucher.channelId}${"1".padStart(64, "0")}`));
  });

  it("recover to the payer", async () => {
    const voucher = { channelId: channelId(config, 31337), maxClaimableAmount: 7n };
    const signature = await account.signTypedData(voucherTypedData(voucher, 31337));
    expect(await recoverVoucherSigner(voucher, signature, 31337)).to.equal(account.address);
    expect(channelId(config, 1)).not.to.equal(voucher.channelId);
  });
});
