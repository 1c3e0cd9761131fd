// OPEN, its signed transfers, and gOPEN.
import { ethers, loadFixture, time } from "../../../test/support/network.ts";
import { OPEN } from "../../../test/support/protocol.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { bound, type Deployed } from "../stage.ts";

const SIGNED_TRANSFER = [
  { name: "from", type: "address" },
  { name: "to", type: "address" },
  { name: "value", type: "uint256" },
  { name: "validAfter", type: "uint256" },
  { name: "validBefore", type: "uint256" },
  { name: "nonce", type: "bytes32" },
];
const CANCELLATION = [
  { name: "authorizer", type: "address" },
  { name: "nonce", type: "bytes32" },
];
const PERMISSION = [
  { name: "owner", type: "address" },
  { name: "spender", type: "address" },
  { name: "value", type: "uint256" },
  { name: "nonce", type: "uint256" },
  { name: "deadline", type: "uint256" },
];
const NONCE = ethers.id("nonce");

async function domainOf(p: Deployed) {
  const { chainId } = await ethers.provider.getNetwork();
  return { name: "Open", version: "1", chainId, verifyingContract: await p.token.getAddress() };
}

async function signedTransfer(p: Deployed, type: string) {
  const from = p.alice.address;
  const message = {
    from,
    to: p.bob.address,
    value: OPEN,
    validAfter: 0n,
    validBefore: BigInt(await time.latest()) + 1_000n,
    nonce: NONCE,
  };
  const signature = await p.alice.signTypedData(await domainOf(p), { [type]: SIGNED_TRANSFER }, message);
  const { v, r, s } = ethers.Signature.from(signature);
  const { to, value, validAfter, validBefore } = message;
  const terms = [from, to, value, validAfter, validBefore, NONCE] as const;
  return { asBytes: [...terms, signature] as const, asParts: [...terms, v, r, s] as const };
}

const TERMS = "address,address,uint256,uint256,uint256,bytes32";

async function wrapped() {
  const p = await loadFixture(bound);
  const votes = await ethers.deployContract("GovernanceOpen", [p.token]);
  for (const holder of [p.alice, p.bob]) await p.token.connect(holder).approve(votes, ethers.MaxUint256);
  await votes.connect(p.bob).depositFor(p.bob, OPEN);
  return { ...p, votes };
}

export const tokenScenarios: Scenario[] = [
  scenario("OpenToken.transfer", "to a new holder", async () => {
    const p = await loadFixture(bound);
    return p.token.connect(p.alice).transfer(p.newcomer, OPEN);
  }),
  scenario("OpenToken.transfer", "to a holder", async () => {
    const p = await loadFixture(bound);
    return p.token.connect(p.alice).transfer(p.bob, OPEN);
  }),
  scenario("OpenToken.approve", "first", async () => {
    const p = await loadFixture(bound);
    return p.token.connect(p.alice).approve(p.bob, OPEN);
  }),
  scenario("OpenToken.permit", "first", async () => {
    const p = await loadFixture(bound);
    const deadline = BigInt(await time.latest()) + 1_000n;
    const message = { owner: p.alice.address, spender: p.bob.address, value: OPEN, nonce: 0n, deadline };
    const signature = await p.alice.signTypedData(await domainOf(p), { Permit: PERMISSION }, message);
    const { v, r, s } = ethers.Signature.from(signature);
    return p.token.permit(p.alice, p.bob, OPEN, deadline, v, r, s);
  }),
  scenario("OpenToken.transferWithAuthorization", "to a holder; v, r, s", async () => {
    const p = await loadFixture(bound);
    const { asParts } = await signedTransfer(p, "TransferWithAuthorization");
    return p.token[`transferWithAuthorization(${TERMS},uint8,bytes32,bytes32)`](...asParts);
  }),
  scenario("OpenToken.transferWithAuthorization", "to a holder; signature in bytes", async () => {
    const p = await loadFixture(bound);
    const { asBytes } = await signedTransfer(p, "TransferWithAuthorization");
    return p.token[`transferWithAuthorization(${TERMS},bytes)`](...asBytes);
  }),
  scenario("OpenToken.receiveWithAuthorization", "by a holder; v, r, s", async () => {
    const p = await loadFixture(bound);
    const { asParts } = await signedTransfer(p, "ReceiveWithAuthorization");
    return p.token.connect(p.bob)[`receiveWithAuthorization(${TERMS},uint8,bytes32,bytes32)`](...asParts);
  }),
  scenario("OpenToken.receiveWithAuthorization", "by a holder; signature in bytes", async () => {
    const p = await loadFixture(bound);
    const { asBytes } = await signedTransfer(p, "ReceiveWithAuthorization");
    return p.token.connect(p.bob)[`receiveWithAuthorization(${TERMS},bytes)`](...asBytes);
  }),
  scenario("OpenToken.cancelAuthorization", "signature in bytes", async () => {
    const p = await loadFixture(bound);
    const message = { authorizer: p.alice.address, nonce: NONCE };
    const signature = await p.alice.signTypedData(await domainOf(p), { CancelAuthorization: CANCELLATION }, message);
    return p.token["cancelAuthorization(address,bytes32,bytes)"](p.alice, NONCE, signature);
  }),
  scenario("OpenToken.burn", "a part", async () => {
    const p = await loadFixture(bound);
    return p.token.connect(p.alice).burn(OPEN);
  }),
  scenario("GovernanceOpen.depositFor", "an account's first", async () => {
    const p = await loadFixture(wrapped);
    return p.votes.connect(p.alice).depositFor(p.alice, OPEN);
  }),
  scenario("GovernanceOpen.delegate", "first, to oneself", async () => {
    const p = await loadFixture(wrapped);
    return p.votes.connect(p.bob).delegate(p.bob);
  }),
  scenario("GovernanceOpen.withdrawTo", "a part, undelegated", async () => {
    const p = await loadFixture(wrapped);
    return p.votes.connect(p.bob).withdrawTo(p.bob, OPEN / 2n);
  }),
];
