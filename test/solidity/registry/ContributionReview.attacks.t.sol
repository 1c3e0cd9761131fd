// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {ContributionId, PoolId, RoundId} from "../../../contracts/types/Ids.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {ContentTree} from "../support/ContentTree.sol";
import {ReviewTest} from "../support/ReviewTest.sol";

/// @notice Ways to abuse reviews, and what stops them.
contract ContributionReviewAttacksTest is ReviewTest {
    /// @dev Has both of a pair settled in one transaction, as a contract of the copier would.
    error NotBoth();

    /// @param votes The verdicts of both rounds; 4 is silence.
    function testFuzz_Attack_SelfAccusationCosts(
        uint16 records,
        uint8 claimed,
        uint8[2] calldata votes,
        uint8 by
    ) public {
        uint256 before = token.balanceOf(alice) + token.balanceOf(bob) + token.balanceOf(carol);
        ContributionId id = _contribute(alice, "a", uint128(records) + 1);
        RoundId round = _object(bob, id, Verdict(1 + (claimed % 3)));
        _voteOrNot(round, votes[0]);
        vm.prank([alice, bob, carol][by % 3]);
        try review.appeal(id) returns (RoundId second) {
            _voteOrNot(second, votes[1]);
        } catch {
            _pass(APPEAL);
        }
        review.resolve(id);
        _acceptIfKept(id);
        assertLt(token.balanceOf(alice) + token.balanceOf(bob) + token.balanceOf(carol), before);
        assertEq(datanets.owed() + review.owed(), 0);
    }

    function testFuzz_Attack_OwnObjectionCosts(uint16 records, uint8 vote, bool appeals, uint8 secondVote) public {
        uint256 before = token.balanceOf(alice);
        ContributionId id = _contribute(alice, "a", uint128(records) + 1);
        RoundId round = _object(alice, id, Verdict.Malice);
        _voteOrNot(round, vote);
        (Verdict verdict, ) = review.verdictOf(round);
        if (appeals && verdict != Verdict.Keep) _voteOrNot(_appeal(alice, id), secondVote);
        else _pass(APPEAL);
        review.resolve(id);
        _acceptIfKept(id);
        assertLt(token.balanceOf(alice), before);
        assertEq(datanets.owed() + review.owed(), 0);
    }

    function test_Attack_BlockedReceiversBlockNobody() public {
        ContributionId first = _contribute(alice, "a", 10);
        ContributionId second = _contribute(carol, "b", 10);
        RoundId round = _object(first);
        token.refuse(alice, true);
        token.refuse(bob, true);
        _voteAll(round, Verdict.Malice);
        _pass(WINDOW);
        review.resolve(first);
        _assertStatus(first, IDatanetRegistry.ContributionStatus.Rejected);
        datanets.accept(second);
        // The reward burned, the bonds wait.
        assertEq(datanets.contributionOf(first).bond, 100);
        assertEq(review.creditOf(bob), BOND);
        _assertSolvent();
        _assertReviewSolvent();
        token.refuse(alice, false);
        token.refuse(bob, false);
        datanets.returnBond(first);
        review.withdrawBond(bob);
        assertEq(datanets.owed() + review.owed(), 0);
    }

    function test_Attack_ObjectionsDelayToAFixedEnd() public {
        ContributionId[3] memory blocked;
        for (uint256 i; i < 3; ++i) blocked[i] = _contribute(alice, vm.toString(i), 1);
        ContributionId honest = _contribute(carol, "honest", 1);
        _pass(WINDOW - 1);
        for (uint256 i; i < 3; ++i) _object(blocked[i]);
        _pass(COMMIT + REVEAL + APPEAL);
        for (uint256 i; i < 3; ++i) {
            review.resolve(blocked[i]);
            datanets.accept(blocked[i]);
        }
        datanets.accept(honest);
    }

    function test_Attack_MovedStakeVotesOnce() public {
        RoundId round = _object(_contribute(alice, "a", 10));
        _commit(round, ONE, Verdict.Malice);
        // The stake behind the vote moves into a pool of the same datanet, and into one that had no stake.
        staking.setStake(ONE, 0);
        staking.setStake(TWO, 200);
        PoolId fresh = staking.open(IOperatorStaking.PoolKind.Validator, 1, carol);
        staking.setStake(fresh, 100);
        _pass(1);
        _commit(round, TWO, Verdict.Malice);
        uint48 snapshot = review.roundOf(round).snapshot;
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NoStake.selector, fresh, snapshot));
        vm.prank(carol);
        review.commitVote(round, fresh, VOTE_SALT);
        _toReveals(round);
        review.revealVote(round, ONE, Verdict.Malice, VOTE_SALT);
        review.revealVote(round, TWO, Verdict.Malice, VOTE_SALT);
        IStakeVotes.Round memory counted = review.roundOf(round);
        assertEq(counted.revealed[uint256(Verdict.Malice)], 200);
        assertLe(counted.revealed[uint256(Verdict.Malice)], counted.stake);
    }

    function test_Attack_TinyValidatorDoesNotJudgeAlone() public {
        _stake(1, 0, 0, 300);
        ContributionId id = _contribute(alice, "a", 10);
        _voteAlone(_object(id), ONE, Verdict.Malice);
        _pass(APPEAL);
        review.resolve(id);
        _assertStatus(id, IDatanetRegistry.ContributionStatus.Pending);
    }

    function test_Attack_CopiedVoteCannotBeRevealed() public {
        RoundId round = _object(_contribute(alice, "a", 10));
        _commit(round, ONE, Verdict.Malice);
        bytes32 copied = review.commitmentOf(round, ONE);
        vm.prank(_operator(TWO));
        review.commitVote(round, TWO, copied);
        _toReveals(round);
        review.revealVote(round, ONE, Verdict.Malice, VOTE_SALT);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.WrongReveal.selector, round, TWO));
        review.revealVote(round, TWO, Verdict.Malice, VOTE_SALT);
        _toEnd(round);
        review.slashUnrevealed(round, TWO);
        assertEq(staking.slashCount(), 1);
        assertEq(review.roundOf(round).revealed[uint256(Verdict.Malice)], 100);
    }

    function test_Attack_CopyCannotBeAcceptedWithItsOriginal() public {
        bytes32[] memory records = new bytes32[](3);
        for (uint256 i; i < 3; ++i) records[i] = keccak256(abi.encode(i));
        ContributionId original = _contribute(alice, ContentTree.rootOf(records));
        ContributionId copy = _contribute(bob, ContentTree.rootOf(records));
        bytes memory opening = ContentTree.open(records, 2);
        vm.prank(carol);
        review.proveDuplicate(copy, 2, original, 2, records[2], opening, opening);
        _pass(WINDOW);
        vm.expectRevert(NotBoth.selector);
        this.acceptBoth(original, copy);
        datanets.accept(original);
        review.settleDuplicate(copy, original);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.Rejected);
    }

    function test_Attack_PlantedDuplicateIsNoWayOut() public {
        bytes32[] memory records = new bytes32[](10);
        for (uint256 i; i < 10; ++i) records[i] = keccak256(abi.encode(i % 9));
        ContributionId id = _contribute(alice, ContentTree.rootOf(records));
        RoundId round = _object(id);
        vm.prank(alice);
        review.proveDuplicate(id, 9, id, 0, records[0], ContentTree.open(records, 9), ContentTree.open(records, 0));
        uint256 before = token.balanceOf(alice);
        _voteAll(round, Verdict.Malice);
        _pass(APPEAL);
        review.resolve(id);
        assertEq(token.balanceOf(alice) - before, 100);
    }

    function acceptBoth(ContributionId original, ContributionId copy) external {
        datanets.accept(original);
        try datanets.accept(copy) {} catch {
            revert NotBoth();
        }
    }

    function _voteOrNot(RoundId round, uint8 vote) private {
        if (vote % 5 == 4) _toEnd(round);
        else _voteAll(round, Verdict(vote % 5));
    }

    function _acceptIfKept(ContributionId id) private {
        if (_statusOf(id) == IDatanetRegistry.ContributionStatus.Rejected) return;
        _pass(WINDOW);
        datanets.accept(id);
    }
}
