// A ledger over a token that can misbehave, brought to a pending proposal.
import { ZeroHash } from "ethers";
import type { HostileToken } from "../../types/ethers-contracts/index.ts";
import { ethers, time } from "./network.ts";
import {
  anyRoot,
  contribute,
  type deployOver,
  INDEX_WINDOW,
  METHOD,
  registration,
  startEpoch,
  TERMS,
  attest,
} from "./protocol.ts";

type Base = Awaited<ReturnType<typeof deployOver>>;

/** One model, one till, all over the given token, everything paid by the deployer. */
export async function hostileModel(p: Base, token: HostileToken) {
  for (const spender of [p.datanets, p.models, p.ledger]) await token.approve(spender, ethers.MaxUint256);
  await p.datanets.createDatanet(TERMS, "");
  await contribute(p.datanets, 1n, 0n, anyRoot("c", 10n), ethers.id("MIT"), "");
  await time.increase(TERMS.reviewWindowSeconds);
  await p.datanets.accept(1n);
  await p.models.register(registration());
  await p.models.commitIndex(1n, METHOD, anyRoot("i", 10n), ZeroHash);
  await time.increase(INDEX_WINDOW);
  await p.tills.createTill(1n, p.gateway);
  const { predicted } = await p.tills.tillOf(1n, p.gateway);
  return { ...p, till: await ethers.getContractAt("ModelTill", predicted) };
}

export async function hostileEpoch(base: Base, token: HostileToken) {
  const p = await hostileModel(base, token);
  const epoch = await startEpoch(p);
  await token.transfer(p.till, 1_000n);
  await p.till.connect(p.gateway).close(1n, anyRoot("r", 1_000n), 5n, ZeroHash);
  const sketches = anyRoot("s", 5n);
  const signatures = await attest(p, 1n, sketches.hash, [p.attributorA, p.attributorB]);
  await p.ledger.commitSketches(1n, sketches, ZeroHash, signatures);
  await time.increaseTo(await p.ledger.epochEnd(epoch));
  await p.ledger.advance(1n);
  await token.transfer(p.proposer, 10n ** 24n);
  await token.connect(p.proposer).approve(p.ledger, ethers.MaxUint256);
  await p.ledger.connect(p.proposer).propose(epoch, anyRoot("g", 700n), anyRoot("p", 700n), ZeroHash);
  return { ...p, epoch };
}
