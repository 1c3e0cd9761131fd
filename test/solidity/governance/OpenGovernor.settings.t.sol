// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotesQuorumFraction} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {OpenGovernor} from "../../../contracts/governance/OpenGovernor.sol";
import {GovernanceFixture} from "./GovernanceFixture.sol";

/// @notice The governor's own settings: their bounds at deployment and after any vote.
contract OpenGovernorSettingsTest is GovernanceFixture {
    /// @dev Passes a vote on a call of the governor, and expects its execution to revert with `revertData` unless that is empty.
    function _govern(bytes memory call, bytes memory revertData) private {
        Proposal memory p = proposalOf(address(governor), call);
        passed(p);
        if (revertData.length != 0) vm.expectRevert(revertData);
        execute(p);
    }

    function _deploy(OpenGovernor.Settings memory s, bytes memory revertData) private returns (OpenGovernor) {
        vm.expectRevert(revertData);
        return new OpenGovernor(votes, timelock, s);
    }

    // --- constructor ---

    function test_Constructor_TakesTheSettings() public view {
        OpenGovernor.Settings memory s = settings();
        assertEq(governor.votingDelay(), s.votingDelaySeconds);
        assertEq(governor.votingPeriod(), s.votingPeriodSeconds);
        assertEq(governor.proposalThreshold(), s.proposalThreshold);
        assertEq(governor.quorumNumerator(), s.quorumBps);
        assertEq(governor.quorumDenominator(), 10_000);
        assertEq(governor.lateQuorumVoteExtension(), s.lateQuorumSeconds);
        assertEq(governor.leastVotingDelay(), s.votingDelaySeconds);
        assertEq(governor.leastVotingPeriod(), s.votingPeriodSeconds);
        assertEq(governor.leastLateQuorumExtension(), s.lateQuorumSeconds);
        assertEq(governor.leastQuorumBps(), s.quorumBps);
        assertEq(governor.leastQuorum(), s.leastQuorum);
    }

    function test_Constructor_TakesSeconds() public {
        OpenGovernor local = new OpenGovernor(votes, timelock, OpenGovernor.Settings(0, 1, 0, 100, 0, 0));
        assertEq(local.votingDelay(), 0);
        assertEq(local.votingPeriod(), 1);
    }

    function test_Constructor_TakesTheMost() public {
        OpenGovernor.Settings memory s = OpenGovernor.Settings(
            14 days,
            30 days,
            10_000_000e18,
            3_000,
            30 days,
            10_000_000e18
        );
        assertEq(new OpenGovernor(votes, timelock, s).quorumNumerator(), 3_000);
    }

    function test_Constructor_RevertsForTooLongADelay() public {
        OpenGovernor.Settings memory s = settings();
        s.votingDelaySeconds = 14 days + 1;
        _deploy(s, abi.encodeWithSelector(OpenGovernor.VotingDelayOutOfRange.selector, 14 days + 1, 0, 14 days));
    }

    function test_Constructor_RevertsForTooLongAPeriod() public {
        OpenGovernor.Settings memory s = settings();
        s.votingPeriodSeconds = 30 days + 1;
        _deploy(s, abi.encodeWithSelector(OpenGovernor.VotingPeriodOutOfRange.selector, 30 days + 1, 0, 30 days));
    }

    function test_Constructor_RevertsForNoPeriod() public {
        OpenGovernor.Settings memory s = settings();
        s.votingPeriodSeconds = 0;
        _deploy(s, abi.encodeWithSelector(IGovernor.GovernorInvalidVotingPeriod.selector, 0));
    }

    function test_Constructor_RevertsForTooHighAThreshold() public {
        OpenGovernor.Settings memory s = settings();
        s.proposalThreshold = 10_000_000e18 + 1;
        _deploy(
            s,
            abi.encodeWithSelector(OpenGovernor.ProposalThresholdTooHigh.selector, 10_000_000e18 + 1, 10_000_000e18)
        );
    }

    function test_Constructor_RevertsForAQuorumOutOfRange() public {
        OpenGovernor.Settings memory s = settings();
        s.quorumBps = 99;
        _deploy(s, abi.encodeWithSelector(OpenGovernor.QuorumOutOfRange.selector, 99, 100, 3_000));
        s.quorumBps = 3_001;
        _deploy(s, abi.encodeWithSelector(OpenGovernor.QuorumOutOfRange.selector, 3_001, 100, 3_000));
    }

    function test_Constructor_RevertsForTooLongALateExtension() public {
        OpenGovernor.Settings memory s = settings();
        s.lateQuorumSeconds = 7 days + 1;
        _deploy(
            s,
            abi.encodeWithSelector(
                GovernorPreventLateQuorum.GovernorPreventLateQuorumVoteExtensionTooLarge.selector,
                7 days + 1,
                7 days
            )
        );
    }

    function test_Constructor_RevertsForTooHighALeastQuorum() public {
        OpenGovernor.Settings memory s = settings();
        s.leastQuorum = 10_000_000e18 + 1;
        _deploy(s, abi.encodeWithSelector(OpenGovernor.LeastQuorumTooHigh.selector, 10_000_000e18 + 1, 10_000_000e18));
    }

    // --- setters ---

    function test_Set_RevertsForAnybodyButTheTimelock() public {
        bytes memory onlyExecutor = abi.encodeWithSelector(IGovernor.GovernorOnlyExecutor.selector, whale);
        vm.startPrank(whale);
        vm.expectRevert(onlyExecutor);
        governor.setVotingDelay(2 days);
        vm.expectRevert(onlyExecutor);
        governor.setVotingPeriod(8 days);
        vm.expectRevert(onlyExecutor);
        governor.setProposalThreshold(0);
        vm.expectRevert(onlyExecutor);
        governor.updateQuorumNumerator(500);
        vm.expectRevert(onlyExecutor);
        governor.setLateQuorumVoteExtension(3 days);
        vm.expectRevert(onlyExecutor);
        governor.relay(address(governed), 0, "");
        vm.stopPrank();
    }

    function test_SetVotingDelay_Changes() public {
        _govern(abi.encodeCall(GovernorSettings.setVotingDelay, (14 days)), "");
        assertEq(governor.votingDelay(), 14 days);
    }

    function test_SetVotingDelay_ReturnsToTheLeast() public {
        _govern(abi.encodeCall(GovernorSettings.setVotingDelay, (2 days)), "");
        _govern(abi.encodeCall(GovernorSettings.setVotingDelay, (1 days)), "");
        assertEq(governor.votingDelay(), 1 days);
    }

    function test_SetVotingDelay_RevertsBelowTheLeast() public {
        _govern(
            abi.encodeCall(GovernorSettings.setVotingDelay, (1 days - 1)),
            abi.encodeWithSelector(OpenGovernor.VotingDelayOutOfRange.selector, 1 days - 1, 1 days, 14 days)
        );
    }

    function test_SetVotingDelay_RevertsAboveTheMost() public {
        _govern(
            abi.encodeCall(GovernorSettings.setVotingDelay, (14 days + 1)),
            abi.encodeWithSelector(OpenGovernor.VotingDelayOutOfRange.selector, 14 days + 1, 1 days, 14 days)
        );
    }

    function test_SetVotingPeriod_Changes() public {
        _govern(abi.encodeCall(GovernorSettings.setVotingPeriod, (30 days)), "");
        assertEq(governor.votingPeriod(), 30 days);
    }

    function test_SetVotingPeriod_RevertsBelowTheLeast() public {
        _govern(
            abi.encodeCall(GovernorSettings.setVotingPeriod, (7 days - 1)),
            abi.encodeWithSelector(OpenGovernor.VotingPeriodOutOfRange.selector, 7 days - 1, 7 days, 30 days)
        );
    }

    function test_SetVotingPeriod_RevertsAboveTheMost() public {
        _govern(
            abi.encodeCall(GovernorSettings.setVotingPeriod, (30 days + 1)),
            abi.encodeWithSelector(OpenGovernor.VotingPeriodOutOfRange.selector, 30 days + 1, 7 days, 30 days)
        );
    }

    function test_SetProposalThreshold_Changes() public {
        _govern(abi.encodeCall(GovernorSettings.setProposalThreshold, (10_000_000e18)), "");
        assertEq(governor.proposalThreshold(), 10_000_000e18);
    }

    function test_SetProposalThreshold_RevertsAboveTheMost() public {
        _govern(
            abi.encodeCall(GovernorSettings.setProposalThreshold, (10_000_000e18 + 1)),
            abi.encodeWithSelector(OpenGovernor.ProposalThresholdTooHigh.selector, 10_000_000e18 + 1, 10_000_000e18)
        );
    }

    function test_UpdateQuorumNumerator_Changes() public {
        _govern(abi.encodeCall(GovernorVotesQuorumFraction.updateQuorumNumerator, (3_000)), "");
        vm.warp(block.timestamp + 1);
        assertEq(governor.quorum(block.timestamp - 1), 30_000_000e18);
    }

    function test_UpdateQuorumNumerator_RevertsBelowTheLeast() public {
        _govern(
            abi.encodeCall(GovernorVotesQuorumFraction.updateQuorumNumerator, (399)),
            abi.encodeWithSelector(OpenGovernor.QuorumOutOfRange.selector, 399, 400, 3_000)
        );
    }

    function test_UpdateQuorumNumerator_ReturnsToTheLeast() public {
        _govern(abi.encodeCall(GovernorVotesQuorumFraction.updateQuorumNumerator, (500)), "");
        _govern(abi.encodeCall(GovernorVotesQuorumFraction.updateQuorumNumerator, (400)), "");
        assertEq(governor.quorumNumerator(), 400);
    }

    function test_UpdateQuorumNumerator_RevertsAboveTheMost() public {
        _govern(
            abi.encodeCall(GovernorVotesQuorumFraction.updateQuorumNumerator, (3_001)),
            abi.encodeWithSelector(OpenGovernor.QuorumOutOfRange.selector, 3_001, 400, 3_000)
        );
    }

    function test_SetLateQuorumVoteExtension_Changes() public {
        _govern(abi.encodeCall(GovernorPreventLateQuorum.setLateQuorumVoteExtension, (7 days)), "");
        assertEq(governor.lateQuorumVoteExtension(), 7 days);
    }

    function test_SetLateQuorumVoteExtension_RevertsBelowTheLeast() public {
        _govern(
            abi.encodeCall(GovernorPreventLateQuorum.setLateQuorumVoteExtension, (2 days - 1)),
            abi.encodeWithSelector(OpenGovernor.LateQuorumExtensionTooShort.selector, 2 days - 1, 2 days)
        );
    }

    function test_SetLateQuorumVoteExtension_RevertsAboveThePeriod() public {
        _govern(
            abi.encodeCall(GovernorPreventLateQuorum.setLateQuorumVoteExtension, (7 days + 1)),
            abi.encodeWithSelector(
                GovernorPreventLateQuorum.GovernorPreventLateQuorumVoteExtensionTooLarge.selector,
                7 days + 1,
                7 days
            )
        );
    }

    function test_UpdateTimelock_RevertsAlways() public {
        vm.expectRevert(OpenGovernor.TimelockFixed.selector);
        governor.updateTimelock(timelock);
        _govern(
            abi.encodeCall(GovernorTimelockControl.updateTimelock, (TimelockController(payable(stranger)))),
            abi.encodeWithSelector(OpenGovernor.TimelockFixed.selector)
        );
        assertEq(governor.timelock(), address(timelock));
    }

    // --- quorum ---

    function test_Quorum_IsAShareOfTheSupply() public view {
        assertEq(governor.quorum(NOW), 4_000_000e18);
    }

    function test_Quorum_NeverFallsBelowTheLeast() public {
        vm.prank(whale);
        votes.withdrawTo(whale, 95_000_000e18);
        vm.warp(NOW + 2);
        assertEq(votes.getPastTotalSupply(NOW + 1), 5_000_000e18);
        assertEq(governor.quorum(NOW + 1), 1_000_000e18);
    }
}
