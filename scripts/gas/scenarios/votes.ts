// The other ways to vote: with a reason, with parameters, by signature. Each vote is a voter's first, and reaches the quorum.
import { loadFixture } from "../../../test/support/network.ts";
import { domainOf } from "../permission.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { open } from "./governance.ts";

const BALLOT = [
  { name: "proposalId", type: "uint256" },
  { name: "support", type: "uint8" },
  { name: "voter", type: "address" },
  { name: "nonce", type: "uint256" },
];
const EXTENDED_BALLOT = [...BALLOT, { name: "reason", type: "string" }, { name: "params", type: "bytes" }];
const FOR = 1n;
const REASON = "A longer vote gives everybody time.";
/** No way of counting here reads them; the governor takes and publishes them. */
const PARAMS = `0x${"d5".repeat(32)}`;

async function signable() {
  const p = await loadFixture(open);
  const ballot = { proposalId: p.id, support: FOR, voter: p.alice.address, nonce: 0n };
  return { ...p, ballot, domain: await domainOf(p.governor, "OpenGovernor") };
}

export const voteScenarios: Scenario[] = [
  scenario("OpenGovernor.castVoteWithReason", "that reaches the quorum, 35 bytes of reason", async () => {
    const p = await loadFixture(open);
    return p.governor.connect(p.alice).castVoteWithReason(p.id, FOR, REASON);
  }),
  scenario("OpenGovernor.castVoteWithReasonAndParams", "that reaches the quorum, 35 and 32 bytes", async () => {
    const p = await loadFixture(open);
    return p.governor.connect(p.alice).castVoteWithReasonAndParams(p.id, FOR, REASON, PARAMS);
  }),
  scenario("OpenGovernor.castVoteBySig", "that reaches the quorum, a voter's first signature", async () => {
    const p = await signable();
    const signature = await p.alice.signTypedData(p.domain, { Ballot: BALLOT }, p.ballot);
    return p.governor.castVoteBySig(p.id, FOR, p.alice, signature);
  }),
  scenario(
    "OpenGovernor.castVoteWithReasonAndParamsBySig",
    "that reaches the quorum, a voter's first signature, 35 and 32 bytes",
    async () => {
      const p = await signable();
      const ballot = { ...p.ballot, reason: REASON, params: PARAMS };
      const signature = await p.alice.signTypedData(p.domain, { ExtendedBallot: EXTENDED_BALLOT }, ballot);
      return p.governor.castVoteWithReasonAndParamsBySig(p.id, FOR, p.alice, REASON, PARAMS, signature);
    },
  ),
];
