// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {Governed, GovernanceFixture} from "./GovernanceFixture.sol";

/// @notice From a proposal to its execution through the timelock, and who has a say on the way.
contract OpenGovernorTest is GovernanceFixture {
    function _setParameter() private view returns (Proposal memory) {
        return proposalOf(address(governed), abi.encodeCall(Governed.setParameter, (42)));
    }

    /// @dev A proposal that can be voted on.
    function _active(Proposal memory p) private returns (uint256 id) {
        id = propose(whale, p);
        vm.warp(governor.proposalSnapshot(id) + 1);
    }

    function _bitmap(IGovernor.ProposalState state) private pure returns (bytes32) {
        return bytes32(1 << uint8(state));
    }

    function _expectState(uint256 id, IGovernor.ProposalState current, IGovernor.ProposalState wanted) private {
        vm.expectRevert(
            abi.encodeWithSelector(IGovernor.GovernorUnexpectedProposalState.selector, id, current, _bitmap(wanted))
        );
    }

    // --- roles ---

    function test_Constructor_LeavesTheTimelockToTheGovernor() public view {
        bytes32 admin = timelock.DEFAULT_ADMIN_ROLE();
        bytes32 proposer = timelock.PROPOSER_ROLE();
        bytes32 canceller = timelock.CANCELLER_ROLE();
        bytes32 executor = timelock.EXECUTOR_ROLE();
        assertTrue(timelock.hasRole(admin, address(timelock)));
        assertTrue(timelock.hasRole(proposer, address(governor)));
        assertTrue(timelock.hasRole(canceller, address(governor)));
        assertTrue(timelock.hasRole(executor, address(0)));
        assertFalse(timelock.hasRole(admin, address(governor)));
        address[4] memory others = [deployer, whale, stranger, address(this)];
        for (uint256 i; i < others.length; ++i) {
            assertFalse(timelock.hasRole(admin, others[i]));
            assertFalse(timelock.hasRole(proposer, others[i]));
            assertFalse(timelock.hasRole(canceller, others[i]));
        }
        assertEq(governor.timelock(), address(timelock));
        assertEq(governor.name(), "OpenGovernor");
        assertEq(address(governor.token()), address(votes));
        assertEq(governor.clock(), block.timestamp);
        assertEq(governor.CLOCK_MODE(), "mode=timestamp");
    }

    function test_Execute_IsTheOnlyWayToGovern() public {
        vm.prank(deployer);
        vm.expectRevert(abi.encodeWithSelector(Governed.NotGovernance.selector, deployer));
        governed.setParameter(42);

        bytes memory call = abi.encodeCall(Governed.setParameter, (42));
        address[3] memory callers = [deployer, whale, address(this)];
        bytes32 proposer = timelock.PROPOSER_ROLE();
        bytes32 admin = timelock.DEFAULT_ADMIN_ROLE();
        for (uint256 i; i < callers.length; ++i) {
            vm.prank(callers[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, callers[i], proposer)
            );
            timelock.schedule(address(governed), 0, call, 0, 0, TIMELOCK_DELAY);
        }
        vm.prank(deployer);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, deployer, admin)
        );
        timelock.grantRole(proposer, deployer);
        vm.prank(deployer);
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, deployer));
        timelock.updateDelay(0);
    }

    // --- propose ---

    function test_Propose_RevertsBelowTheThreshold() public {
        Proposal memory p = _setParameter();
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IGovernor.GovernorInsufficientProposerVotes.selector, stranger, 0, 1_000_000e18)
        );
        governor.propose(p.targets, p.values, p.calldatas, p.description);
    }

    function test_Propose_RevertsForAnotherProposersText() public {
        Proposal memory p = _setParameter();
        p.description = string.concat("Set it#proposer=", vm.toString(minority));
        vm.prank(whale);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorRestrictedProposer.selector, whale));
        governor.propose(p.targets, p.values, p.calldatas, p.description);
        propose(minority, p);
    }

    function test_Propose_StartsTheDelay() public {
        uint256 id = propose(minority, _setParameter());
        assertEq(governor.proposalSnapshot(id), block.timestamp + 1 days);
        assertEq(governor.proposalDeadline(id), block.timestamp + 8 days);
        assertTrue(governor.proposalNeedsQueuing(id));
        assertEq(uint8(governor.state(id)), uint8(IGovernor.ProposalState.Pending));
        vm.warp(block.timestamp + 1 days);
        assertEq(uint8(governor.state(id)), uint8(IGovernor.ProposalState.Pending));
        vm.warp(block.timestamp + 1);
        assertEq(uint8(governor.state(id)), uint8(IGovernor.ProposalState.Active));
    }

    // --- cancel ---

    function test_Cancel_ByTheProposerWhilePending() public {
        Proposal memory p = _setParameter();
        uint256 id = propose(minority, p);
        vm.prank(minority);
        governor.cancel(p.targets, p.values, p.calldatas, keccak256(bytes(p.description)));
        assertEq(uint8(governor.state(id)), uint8(IGovernor.ProposalState.Canceled));
    }

    function test_Cancel_RevertsForOthers() public {
        Proposal memory p = _setParameter();
        uint256 id = propose(minority, p);
        vm.prank(whale);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorUnableToCancel.selector, id, whale));
        governor.cancel(p.targets, p.values, p.calldatas, keccak256(bytes(p.description)));
    }

    function test_Cancel_RevertsOnceVotingBegan() public {
        Proposal memory p = _setParameter();
        uint256 id = _active(p);
        vm.prank(whale);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorUnableToCancel.selector, id, whale));
        governor.cancel(p.targets, p.values, p.calldatas, keccak256(bytes(p.description)));
    }

    // --- castVote ---

    function test_CastVote_CountsTheVotesAtTheSnapshot() public {
        uint256 id = propose(whale, _setParameter());
        vm.warp(governor.proposalSnapshot(id) + 1);
        votes.depositFor(stranger, 500_000_000e18);
        vm.prank(stranger);
        votes.delegate(stranger);
        vote(stranger, id, 1);
        (, uint256 forVotes, ) = governor.proposalVotes(id);
        assertEq(forVotes, 0);
        vote(minority, id, 1);
        (, forVotes, ) = governor.proposalVotes(id);
        assertEq(forVotes, 5_000_000e18);
        assertTrue(governor.hasVoted(id, minority));
    }

    function test_CastVote_KeepsALateVoteOpen() public {
        uint256 id = _active(_setParameter());
        uint256 deadline = governor.proposalDeadline(id);
        vm.warp(deadline);
        vm.expectEmit(address(governor));
        emit GovernorPreventLateQuorum.ProposalExtended(id, uint64(deadline + 2 days));
        vote(minority, id, 1);
        assertEq(governor.proposalDeadline(id), deadline + 2 days);
        // The others have the time to answer.
        vm.warp(deadline + 2 days);
        vote(whale, id, 0);
        assertEq(governor.proposalDeadline(id), deadline + 2 days);
        vm.warp(deadline + 2 days + 1);
        assertEq(uint8(governor.state(id)), uint8(IGovernor.ProposalState.Defeated));
    }

    function test_CastVote_LeavesTheDeadlineWhenTheQuorumIsEarly() public {
        uint256 id = _active(_setParameter());
        uint256 deadline = governor.proposalDeadline(id);
        vote(minority, id, 1);
        assertEq(governor.proposalDeadline(id), deadline);
    }

    // --- queue ---

    function test_Queue_RevertsBelowTheQuorum() public {
        vm.prank(minority);
        votes.transfer(stranger, 1_500_000e18);
        vm.warp(block.timestamp + 1);
        Proposal memory p = _setParameter();
        uint256 id = _active(p);
        vote(minority, id, 1);
        vm.warp(governor.proposalDeadline(id) + 1);
        _expectState(id, IGovernor.ProposalState.Defeated, IGovernor.ProposalState.Succeeded);
        queue(p);
    }

    function test_Queue_RevertsForADefeatedProposal() public {
        Proposal memory p = _setParameter();
        uint256 id = _active(p);
        vote(minority, id, 1);
        vote(whale, id, 0);
        vm.warp(governor.proposalDeadline(id) + 1);
        _expectState(id, IGovernor.ProposalState.Defeated, IGovernor.ProposalState.Succeeded);
        queue(p);
    }

    function test_Queue_SchedulesInTheTimelock() public {
        Proposal memory p = _setParameter();
        uint256 id = _active(p);
        vote(whale, id, 1);
        vm.warp(governor.proposalDeadline(id) + 1);
        queue(p);
        assertEq(uint8(governor.state(id)), uint8(IGovernor.ProposalState.Queued));
        assertEq(governor.proposalEta(id), block.timestamp + TIMELOCK_DELAY);
    }

    // --- execute ---

    function test_Execute_ChangesTheParameter() public {
        Proposal memory p = _setParameter();
        passed(p);
        vm.prank(stranger);
        execute(p);
        assertEq(governed.parameter(), 42);
    }

    function test_Execute_RevertsBeforeTheDelay() public {
        Proposal memory p = _setParameter();
        passed(p);
        vm.warp(block.timestamp - 1);
        bytes32 operation = timelock.hashOperationBatch(
            p.targets,
            p.values,
            p.calldatas,
            0,
            bytes20(address(governor)) ^ keccak256(bytes(p.description))
        );
        vm.expectRevert(
            abi.encodeWithSelector(
                TimelockController.TimelockUnexpectedOperationState.selector,
                operation,
                bytes32(1 << uint8(TimelockController.OperationState.Ready))
            )
        );
        execute(p);
    }

    function test_Execute_RevertsTwice() public {
        Proposal memory p = _setParameter();
        passed(p);
        execute(p);
        uint256 id = governor.hashProposal(p.targets, p.values, p.calldatas, keccak256(bytes(p.description)));
        _expectState(id, IGovernor.ProposalState.Executed, IGovernor.ProposalState.Queued);
        execute(p);
    }

    function test_Execute_IsSeenWhenTheTimelockWasCalledDirectly() public {
        Proposal memory p = _setParameter();
        passed(p);
        bytes32 salt = bytes20(address(governor)) ^ keccak256(bytes(p.description));
        vm.prank(stranger);
        timelock.executeBatch(p.targets, p.values, p.calldatas, 0, salt);
        uint256 id = governor.hashProposal(p.targets, p.values, p.calldatas, keccak256(bytes(p.description)));
        assertEq(uint8(governor.state(id)), uint8(IGovernor.ProposalState.Executed));
        assertEq(governed.parameter(), 42);
    }
}
