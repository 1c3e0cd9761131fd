// OPEN, its signed transfers, and gOPEN.
import { ethers, loadFixture, time } from "../../../test/support/network.ts";
import { OPEN } from "../../../test/support/protocol.ts";
import { domainOf, signedPermission } from "../permission.ts";
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
const DELEGATION = [
  { name: "delegatee", type: "address" },
  { name: "nonce", type: "uint256" },
  { name: "expiry", type: "uint256" },
];
const GOVERNANCE_OPEN = "Governance Open";
const NONCE = ethers.id("nonce");

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
  const signature = await p.alice.signTypedData(await domainOf(p.token, "Open"), { [type]: SIGNED_TRANSFER }, message);
  const { v, r, s } = ethers.Signature.from(signature);
  const { to, value, validAfter, validBefore } = message;
  const terms = [from, to, value, validAfter, validBefore, NONCE] as const;
  return { asBytes: [...terms, signature] as const, asParts: [...terms, v, r, s] as const };
}

const TERMS = "address,address,uint256,uint256,uint256,bytes32";

/** Bob may spend twice what is measured, so the allowance is lowered and stays. */
async function allowed() {
  const p = await loadFixture(bound);
  await p.token.connect(p.alice).approve(p.bob, 2n * OPEN);
  return p;
}

async function wrapped() {
  const p = await loadFixture(bound);
  const votes = await ethers.deployContract("GovernanceOpen", [p.token]);
  for (const holder of [p.alice, p.bob]) await p.token.connect(holder).approve(votes, ethers.MaxUint256);
  await votes.connect(p.bob).depositFor(p.bob, OPEN);
  return { ...p, votes };
}

/** Bob's votes count, and so do those of Alice, who holds some too. */
async function delegated() {
  const p = await loadFixture(wrapped);
  await p.votes.connect(p.alice).depositFor(p.alice, OPEN);
  for (const holder of [p.alice, p.bob]) await p.votes.connect(holder).delegate(holder);
  return p;
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
    return p.token.permit(...(await signedPermission(p.token, "Open", p.alice, p.bob, OPEN)));
  }),
  scenario("OpenToken.transferFrom", "to a new holder, of a limited allowance", async () => {
    const p = await loadFixture(allowed);
    return p.token.connect(p.bob).transferFrom(p.alice, p.newcomer, OPEN);
  }),
  scenario("OpenToken.transferFrom", "to a holder, of a limited allowance", async () => {
    const p = await loadFixture(allowed);
    return p.token.connect(p.bob).transferFrom(p.alice, p.bob, OPEN);
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
    const signature = await p.alice.signTypedData(
      await domainOf(p.token, "Open"),
      { CancelAuthorization: CANCELLATION },
      message,
    );
    return p.token["cancelAuthorization(address,bytes32,bytes)"](p.alice, NONCE, signature);
  }),
  scenario("OpenToken.burn", "a part", async () => {
    const p = await loadFixture(bound);
    return p.token.connect(p.alice).burn(OPEN);
  }),
  scenario("OpenToken.burnFrom", "a part, of a limited allowance", async () => {
    const p = await loadFixture(allowed);
    return p.token.connect(p.bob).burnFrom(p.alice, OPEN);
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
  scenario("GovernanceOpen.delegateBySig", "first, to oneself", async () => {
    const p = await loadFixture(wrapped);
    const expiry = BigInt(await time.latest()) + 1_000n;
    const message = { delegatee: p.bob.address, nonce: 0n, expiry };
    const domain = await domainOf(p.votes, GOVERNANCE_OPEN);
    const { v, r, s } = ethers.Signature.from(await p.bob.signTypedData(domain, { Delegation: DELEGATION }, message));
    return p.votes.delegateBySig(p.bob, 0n, expiry, v, r, s);
  }),
  scenario("GovernanceOpen.transfer", "to a new holder, undelegated", async () => {
    const p = await loadFixture(wrapped);
    return p.votes.connect(p.bob).transfer(p.newcomer, OPEN / 2n);
  }),
  scenario("GovernanceOpen.transfer", "to a holder, both delegated", async () => {
    const p = await loadFixture(delegated);
    return p.votes.connect(p.bob).transfer(p.alice, OPEN / 2n);
  }),
  scenario("GovernanceOpen.transferFrom", "to a holder, both delegated, of a limited allowance", async () => {
    const p = await loadFixture(delegated);
    await p.votes.connect(p.bob).approve(p.alice, OPEN);
    return p.votes.connect(p.alice).transferFrom(p.bob, p.alice, OPEN / 2n);
  }),
  scenario("GovernanceOpen.approve", "first", async () => {
    const p = await loadFixture(wrapped);
    return p.votes.connect(p.bob).approve(p.alice, OPEN);
  }),
  scenario("GovernanceOpen.permit", "first", async () => {
    const p = await loadFixture(wrapped);
    return p.votes.permit(...(await signedPermission(p.votes, GOVERNANCE_OPEN, p.bob, p.alice, OPEN)));
  }),
];
