// Proofs of faults of an index at the budgeted sizes (k = 256, a million records), and reservations of their rewards.
import { INDEX } from "@tributary/protocol/kinds";
import { inputProofCommitmentHash } from "@tributary/protocol/typed-data/input-proof-commitment";
import type { ContractTransactionResponse } from "ethers";
import type { Address, Hex } from "viem";
import { ethers, loadFixture, networkHelpers } from "../../../test/support/network.ts";
import { accusedIndex } from "../index-stage.ts";
import { type Scenario, scenario } from "../scenario.ts";

const GIVEN = "of a million records, by a new holder of the token";
const REVEAL_BLOCKS = 50;

type Accused = Awaited<ReturnType<typeof accusedIndex>>;

function proof(name: string, send: (a: Accused) => Promise<ContractTransactionResponse>): Scenario {
  return scenario(`IndexProofs.${name}`, GIVEN, async () => send(await loadFixture(accusedIndex)));
}

/** Alice reserves the reward of the proof of form. */
async function reserve(a: Accused): Promise<{ commitment: Hex; response: ContractTransactionResponse }> {
  const commitment = inputProofCommitmentHash({
    chainId: (await ethers.provider.getNetwork()).chainId,
    court: (await a.court.getAddress()) as Address,
    commit: { kind: INDEX, id: a.accused.version, sub: a.accused.sub },
    proofHash: a.hashOf(a.court.interface.encodeFunctionData("proveForm", [a.accused, a.malformed])),
    sender: a.alice.address as Address,
  });
  const response = await a.court.connect(a.alice).commitProof(a.accused, commitment);
  return { commitment, response };
}

export const indexScenarios: Scenario[] = [
  proof("proveForm", (a) => a.prover.proveForm(a.accused, a.malformed)),
  proof("proveLayout", (a) => a.prover.proveLayout(a.accused, a.elsewhere, 0n)),
  scenario("IndexProofs.proveLayout", `of a record in withdrawn form that is not withdrawn, ${GIVEN}`, async () => {
    const a = await loadFixture(accusedIndex);
    return a.prover.proveLayout(a.accused, a.emptied, 0n);
  }),
  proof("proveContent", (a) => a.prover.proveContent(a.accused, a.record, a.content)),
  proof("proveNovelty", (a) => a.prover.proveNovelty(a.accused, a.record, a.earlier)),
  scenario("IndexProofs.commitProof", "the first against an index", async () => {
    const { response } = await reserve(await loadFixture(accusedIndex));
    return response;
  }),
  scenario("IndexProofs.proveForm", "which was reserved", async () => {
    const a = await loadFixture(accusedIndex);
    await reserve(a);
    return a.court.connect(a.alice).proveForm(a.accused, a.malformed);
  }),
  scenario("IndexProofs.payReward", "to whoever had reserved it", async () => {
    const a = await loadFixture(accusedIndex);
    await reserve(a);
    await a.prover.proveForm(a.accused, a.malformed);
    await a.court.connect(a.alice).proveForm(a.accused, a.malformed);
    await networkHelpers.mine(REVEAL_BLOCKS + 1);
    return a.court.payReward(a.accused);
  }),
  scenario("IndexProofs.burnDeposit", "of a lapsed reservation", async () => {
    const a = await loadFixture(accusedIndex);
    const { commitment } = await reserve(a);
    await networkHelpers.mine(REVEAL_BLOCKS + 1);
    return a.court.burnDeposit(a.alice, commitment);
  }),
];
