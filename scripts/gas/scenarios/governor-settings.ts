// What only a passed vote can call at the governor: the figure is the whole `execute`, through the timelock.
import { ethers, loadFixture, time } from "../../../test/support/network.ts";
import { OPEN } from "../../../test/support/protocol.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { DAY } from "../stage.ts";
import { actionOf, DESCRIPTION, governed } from "./governance.ts";

type Governed = Awaited<ReturnType<typeof governed>>;

const GIVEN = "in `execute`, after a vote";

/** @param encode the call that is voted for */
function voted(name: string, given: string, encode: (p: Governed) => string | Promise<string>): Scenario {
  return scenario(`OpenGovernor.${name}`, given, async () => {
    const p = await loadFixture(governed);
    const action = await actionOf(p.governor, await encode(p));
    const description = ethers.id(DESCRIPTION);
    await p.governor.connect(p.alice).propose(...action, DESCRIPTION);
    const id = await p.governor.getProposalId(...action, description);
    await time.increase(DAY + 1n);
    for (const voter of [p.alice, p.bob]) await p.governor.connect(voter).castVote(id, 1n);
    await time.increase(8n * DAY);
    await p.governor.queue(...action, description);
    await time.increase(2n * DAY);
    return p.governor.execute(...action, description);
  });
}

export const governorSettingScenarios: Scenario[] = [
  voted("setVotingDelay", GIVEN, ({ governor }) => governor.interface.encodeFunctionData("setVotingDelay", [2n * DAY])),
  voted("setVotingPeriod", GIVEN, ({ governor }) =>
    governor.interface.encodeFunctionData("setVotingPeriod", [8n * DAY]),
  ),
  voted("setProposalThreshold", GIVEN, ({ governor }) =>
    governor.interface.encodeFunctionData("setProposalThreshold", [2_000_000n * OPEN]),
  ),
  voted("updateQuorumNumerator", GIVEN, ({ governor }) =>
    governor.interface.encodeFunctionData("updateQuorumNumerator", [500n]),
  ),
  voted("setLateQuorumVoteExtension", GIVEN, ({ governor }) =>
    governor.interface.encodeFunctionData("setLateQuorumVoteExtension", [3n * DAY]),
  ),
  voted("relay", `${GIVEN}: an approval of OPEN`, async ({ governor, token, bob }) => {
    const approval = token.interface.encodeFunctionData("approve", [bob.address, OPEN]);
    return governor.interface.encodeFunctionData("relay", [await token.getAddress(), 0n, approval]);
  }),
];
