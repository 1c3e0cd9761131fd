// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {GovernorVotesQuorumFraction} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice Votes of gOPEN on calls that a timelock then makes; its own settings stay within fixed bounds whatever is voted.
/// @dev The least delay, period, late extension and quorum are those given at deployment: a majority can give the others more time to react, or
/// ask for more votes, and take that back, but never go below what everybody saw when they wrapped their OPEN.
contract OpenGovernor is
    Governor,
    GovernorSettings,
    GovernorCountingSimple,
    GovernorVotes,
    GovernorVotesQuorumFraction,
    GovernorTimelockControl,
    GovernorPreventLateQuorum
{
    /// @param votingDelaySeconds From a proposal to the snapshot of the votes.
    /// @param votingPeriodSeconds From the snapshot to the end of the vote.
    /// @param proposalThreshold Votes that a proposer needs.
    /// @param quorumBps Share of the gOPEN supply at the snapshot that must vote for or abstain.
    /// @param lateQuorumSeconds How long a vote stays open, at least, after it has reached the quorum.
    /// @param leastQuorum Votes that the quorum never falls below, however little OPEN is wrapped.
    struct Settings {
        uint48 votingDelaySeconds;
        uint32 votingPeriodSeconds;
        uint256 proposalThreshold;
        uint16 quorumBps;
        uint48 lateQuorumSeconds;
        uint256 leastQuorum;
    }

    uint256 public constant MOST_VOTING_DELAY = 14 days;
    uint256 public constant MOST_VOTING_PERIOD = 30 days;
    /// @notice Of any deployment; what a vote can set is bounded by `leastQuorumBps`.
    uint256 public constant LEAST_QUORUM_BPS = 100;
    uint256 public constant MOST_QUORUM_BPS = 3_000;

    /// @notice 1 % of the OPEN that was issued: anybody who reaches it by wrapping can propose.
    uint256 public constant MOST_PROPOSAL_THRESHOLD = 10_000_000e18;

    /// @notice 1 % of the OPEN that was issued: a bound against passing votes while hardly any OPEN is wrapped, not against voting.
    uint256 public constant MOST_LEAST_QUORUM = 10_000_000e18;

    uint48 public immutable leastVotingDelay;
    uint32 public immutable leastVotingPeriod;
    uint48 public immutable leastLateQuorumExtension;
    uint16 public immutable leastQuorumBps;
    uint256 public immutable leastQuorum;

    error VotingDelayOutOfRange(uint256 votingDelay, uint256 least, uint256 most);
    error VotingPeriodOutOfRange(uint256 votingPeriod, uint256 least, uint256 most);
    error ProposalThresholdTooHigh(uint256 threshold, uint256 most);
    error QuorumOutOfRange(uint256 quorumBps, uint256 least, uint256 most);
    error LeastQuorumTooHigh(uint256 leastQuorum, uint256 most);
    error LateQuorumExtensionTooShort(uint256 extension, uint256 least);
    error TimelockFixed();

    constructor(
        IVotes token,
        TimelockController timelock,
        Settings memory settings
    )
        Governor("OpenGovernor")
        GovernorSettings(settings.votingDelaySeconds, settings.votingPeriodSeconds, settings.proposalThreshold)
        GovernorVotes(token)
        GovernorVotesQuorumFraction(settings.quorumBps)
        GovernorTimelockControl(timelock)
        GovernorPreventLateQuorum(settings.lateQuorumSeconds)
    {
        if (settings.leastQuorum > MOST_LEAST_QUORUM) {
            revert LeastQuorumTooHigh(settings.leastQuorum, MOST_LEAST_QUORUM);
        }
        leastVotingDelay = settings.votingDelaySeconds;
        leastVotingPeriod = settings.votingPeriodSeconds;
        leastLateQuorumExtension = settings.lateQuorumSeconds;
        leastQuorumBps = settings.quorumBps;
        leastQuorum = settings.leastQuorum;
    }

    /// @notice Always reverts: the contracts that are governed name this timelock for good, so another could not act on them.
    function updateTimelock(TimelockController) public pure override {
        revert TimelockFixed();
    }

    /// @notice Votes for and abstaining that a proposal needs, of the supply at `timepoint`.
    function quorum(uint256 timepoint) public view override(Governor, GovernorVotesQuorumFraction) returns (uint256) {
        return Math.max(super.quorum(timepoint), leastQuorum);
    }

    function quorumDenominator() public pure override returns (uint256) {
        return 10_000;
    }

    function votingDelay() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.votingDelay();
    }

    function votingPeriod() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.votingPeriod();
    }

    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    function proposalDeadline(
        uint256 proposalId
    ) public view override(Governor, GovernorPreventLateQuorum) returns (uint256) {
        return super.proposalDeadline(proposalId);
    }

    function proposalNeedsQueuing(
        uint256 proposalId
    ) public view override(Governor, GovernorTimelockControl) returns (bool) {
        return super.proposalNeedsQueuing(proposalId);
    }

    function state(uint256 proposalId) public view override(Governor, GovernorTimelockControl) returns (ProposalState) {
        return super.state(proposalId);
    }

    // The bounds are in the internal setters, which the constructors of the extensions call as well: the least is still 0 there, and a
    // deployment may start with any value up to the most.

    function _setVotingDelay(uint48 newVotingDelay) internal override {
        if (newVotingDelay < leastVotingDelay || newVotingDelay > MOST_VOTING_DELAY) {
            revert VotingDelayOutOfRange(newVotingDelay, leastVotingDelay, MOST_VOTING_DELAY);
        }
        super._setVotingDelay(newVotingDelay);
    }

    function _setVotingPeriod(uint32 newVotingPeriod) internal override {
        if (newVotingPeriod < leastVotingPeriod || newVotingPeriod > MOST_VOTING_PERIOD) {
            revert VotingPeriodOutOfRange(newVotingPeriod, leastVotingPeriod, MOST_VOTING_PERIOD);
        }
        super._setVotingPeriod(newVotingPeriod);
    }

    function _setProposalThreshold(uint256 newProposalThreshold) internal override {
        if (newProposalThreshold > MOST_PROPOSAL_THRESHOLD) {
            revert ProposalThresholdTooHigh(newProposalThreshold, MOST_PROPOSAL_THRESHOLD);
        }
        super._setProposalThreshold(newProposalThreshold);
    }

    function _updateQuorumNumerator(uint256 newQuorumNumerator) internal override {
        uint256 least = Math.max(LEAST_QUORUM_BPS, leastQuorumBps);
        if (newQuorumNumerator < least || newQuorumNumerator > MOST_QUORUM_BPS) {
            revert QuorumOutOfRange(newQuorumNumerator, least, MOST_QUORUM_BPS);
        }
        super._updateQuorumNumerator(newQuorumNumerator);
    }

    /// @dev Bounded above by the voting period, in the extension.
    function _setLateQuorumVoteExtension(uint48 newVoteExtension) internal override {
        if (newVoteExtension < leastLateQuorumExtension) {
            revert LateQuorumExtensionTooShort(newVoteExtension, leastLateQuorumExtension);
        }
        super._setLateQuorumVoteExtension(newVoteExtension);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }
}
