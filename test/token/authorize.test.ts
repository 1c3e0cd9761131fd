// OPEN: its fixed supply, and spending by signature (ERC-2612, ERC-3009).
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { ethers, loadFixture, time } from "../support/network.ts";
import { actors } from "../support/protocol.ts";

async function issued() {
  const people = await actors();
  const token = await ethers.deployContract("OpenToken", [people.alice.address]);
  return { ...people, token };
}

type Issued = Awaited<ReturnType<typeof issued>>;

const SUPPLY = 1_000_000_000n * 10n ** 18n;
const TRANSFER_FIELDS = [
  { name: "from", type: "address" },
  { name: "to", type: "address" },
  { name: "value", type: "uint256" },
  { name: "validAfter", type: "uint256" },
  { name: "validBefore", type: "uint256" },
  { name: "nonce", type: "bytes32" },
];

async function domainOf(p: Issued) {
  const { chainId } = await ethers.provider.getNetwork();
  return { name: "Open", version: "1", chainId, verifyingContract: await p.token.getAddress() };
}

async function authorization(p: Issued, type: string, overrides: Record<string, unknown> = {}) {
  const message = {
    from: p.alice.address,
    to: p.bob.address,
    value: 5n,
    validAfter: 0n,
    validBefore: BigInt(await time.latest()) + 100n,
    nonce: ethers.id("nonce"),
    ...overrides,
  };
  const signature = await p.alice.signTypedData(await domainOf(p), { [type]: TRANSFER_FIELDS }, message);
  return { message, signature, parts: ethers.Signature.from(signature) };
}

type Authorization = Awaited<ReturnType<typeof authorization>>;

const TRANSFER = "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)";

function transferWith(p: Issued, { message: m, parts }: Authorization, sender: HardhatEthersSigner) {
  const transfer = p.token.connect(sender)[TRANSFER];
  return transfer(m.from, m.to, m.value, m.validAfter, m.validBefore, m.nonce, parts.v, parts.r, parts.s);
}

describe("OpenToken", () => {
  it("mints the whole supply once, to the recipient", async () => {
    const p = await loadFixture(issued);
    expect(await p.token.totalSupply()).to.equal(SUPPLY);
    expect(await p.token.balanceOf(p.alice)).to.equal(SUPPLY);
    expect(p.token.interface.fragments.filter((fragment) => "name" in fragment && fragment.name === "mint")).to.be
      .empty;
  });

  it("burns what its holder burns", async () => {
    const p = await loadFixture(issued);
    await p.token.connect(p.alice).burn(7n);
    expect(await p.token.totalSupply()).to.equal(SUPPLY - 7n);
  });

  it("accepts a permit once", async () => {
    const p = await loadFixture(issued);
    const deadline = BigInt(await time.latest()) + 100n;
    const types = {
      Permit: [
        { name: "owner", type: "address" },
        { name: "spender", type: "address" },
        { name: "value", type: "uint256" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint256" },
      ],
    };
    const message = { owner: p.alice.address, spender: p.bob.address, value: 9n, nonce: 0n, deadline };
    const { v, r, s } = ethers.Signature.from(await p.alice.signTypedData(await domainOf(p), types, message));
    await p.token.permit(p.alice, p.bob, 9n, deadline, v, r, s);
    expect(await p.token.allowance(p.alice, p.bob)).to.equal(9n);
    await expect(p.token.permit(p.alice, p.bob, 9n, deadline, v, r, s)).to.be.revertedWithCustomError(
      p.token,
      "ERC2612InvalidSigner",
    );
  });

  describe("transferWithAuthorization", () => {
    it("moves tokens by signature, whoever sends it", async () => {
      const p = await loadFixture(issued);
      const signed = await authorization(p, "TransferWithAuthorization");
      await expect(transferWith(p, signed, p.stranger)).to.changeTokenBalances(
        ethers,
        p.token,
        [p.alice, p.bob],
        [-5n, 5n],
      );
      expect(await p.token.authorizationState(p.alice, signed.message.nonce)).to.equal(true);
    });

    it("when used twice, it reverts", async () => {
      const p = await loadFixture(issued);
      const signed = await authorization(p, "TransferWithAuthorization");
      await transferWith(p, signed, p.stranger);
      await expect(transferWith(p, signed, p.stranger)).to.be.revertedWithCustomError(
        p.token,
        "ERC3009UsedAuthorization",
      );
    });

    it("when expired or not yet valid, it reverts", async () => {
      const p = await loadFixture(issued);
      const soon = BigInt(await time.latest()) + 50n;
      for (const window of [{ validBefore: soon - 60n }, { validAfter: soon }]) {
        const signed = await authorization(p, "TransferWithAuthorization", window);
        await expect(transferWith(p, signed, p.stranger)).to.be.revertedWithCustomError(
          p.token,
          "ERC3009InvalidAuthorizationTime",
        );
      }
    });

    it("when any field differs from what was signed, it reverts", async () => {
      const p = await loadFixture(issued);
      const signed = await authorization(p, "TransferWithAuthorization");
      const changed = { ...signed, message: { ...signed.message, value: 6n } };
      await expect(transferWith(p, changed, p.stranger)).to.be.revertedWithCustomError(
        p.token,
        "ERC3009InvalidSignature",
      );
    });

    it("when a smart account signs (ERC-1271), it moves the account's tokens", async () => {
      const p = await loadFixture(issued);
      const account = await ethers.deployContract("SmartAccount", [p.alice.address]);
      await p.token.connect(p.alice).transfer(account, 10n);
      const from = await account.getAddress();
      const { message: m, signature } = await authorization(p, "TransferWithAuthorization", { from });
      await expect(
        p.token["transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)"](
          m.from,
          m.to,
          m.value,
          m.validAfter,
          m.validBefore,
          m.nonce,
          signature,
        ),
      ).to.changeTokenBalances(ethers, p.token, [account, p.bob], [-5n, 5n]);
    });
  });

  describe("receiveWithAuthorization", () => {
    const receive = "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)";

    it("pays the recipient who sends it", async () => {
      const p = await loadFixture(issued);
      const { message: m, signature } = await authorization(p, "ReceiveWithAuthorization");
      await expect(
        p.token.connect(p.bob)[receive](m.from, m.to, m.value, m.validAfter, m.validBefore, m.nonce, signature),
      ).to.changeTokenBalance(ethers, p.token, p.bob, 5n);
    });

    it("when somebody else sends it first, it reverts", async () => {
      const p = await loadFixture(issued);
      const { message: m, signature } = await authorization(p, "ReceiveWithAuthorization");
      await expect(
        p.token.connect(p.stranger)[receive](m.from, m.to, m.value, m.validAfter, m.validBefore, m.nonce, signature),
      ).to.be.revertedWithCustomError(p.token, "ERC20InvalidReceiver");
    });

    it("when it was signed as a transfer, it reverts", async () => {
      const p = await loadFixture(issued);
      const { message: m, signature } = await authorization(p, "TransferWithAuthorization");
      await expect(
        p.token.connect(p.bob)[receive](m.from, m.to, m.value, m.validAfter, m.validBefore, m.nonce, signature),
      ).to.be.revertedWithCustomError(p.token, "ERC3009InvalidSignature");
    });
  });

  it("does not honour a cancelled authorization", async () => {
    const p = await loadFixture(issued);
    const nonce = ethers.id("nonce");
    const types = {
      CancelAuthorization: [
        { name: "authorizer", type: "address" },
        { name: "nonce", type: "bytes32" },
      ],
    };
    const signature = await p.alice.signTypedData(await domainOf(p), types, { authorizer: p.alice.address, nonce });
    await expect(p.token["cancelAuthorization(address,bytes32,bytes)"](p.alice.address, nonce, signature))
      .to.emit(p.token, "AuthorizationCanceled")
      .withArgs(p.alice.address, nonce);
    const signed = await authorization(p, "TransferWithAuthorization", { nonce });
    await expect(transferWith(p, signed, p.stranger)).to.be.revertedWithCustomError(
      p.token,
      "ERC3009UsedAuthorization",
    );
  });
});
