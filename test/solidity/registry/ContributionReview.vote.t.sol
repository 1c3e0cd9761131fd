// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {ReviewVotes} from "../../../contracts/libraries/ReviewVotes.sol";
import {ContributionId, PoolId, RoundId} from "../../../contracts/types/Ids.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {ReviewTest} from "../support/ReviewTest.sol";

/// @notice Committing and revealing votes, and what happens to those that are not revealed.
contract ContributionReviewVoteTest is ReviewTest {
    RoundId private constant NONE = RoundId.wrap(99);
    ContributionId private _id;
    RoundId private _round;

    function setUp() public override {
        super.setUp();
        _id = _contribute(alice, "a", 10);
        _round = _object(_id);
    }

    function test_CommitVote_RevertsWithoutRound() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.UnknownRound.selector, NONE));
        review.commitVote(NONE, ONE, VOTE_SALT);
    }

    function test_CommitVote_RevertsAfterWindow() public {
        _toReveals(_round);
        uint48 until = review.roundOf(_round).commitUntil;
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.CommitWindowOver.selector, _round, until));
        vm.prank(_operator(ONE));
        review.commitVote(_round, ONE, VOTE_SALT);
        vm.warp(until - 1);
        _commit(_round, ONE, Verdict.Keep);
    }

    function test_CommitVote_RevertsForEmpty() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.EmptyCommitment.selector));
        vm.prank(_operator(ONE));
        review.commitVote(_round, ONE, 0);
    }

    function test_CommitVote_RevertsTheSecondTime() public {
        _commit(_round, ONE, Verdict.Keep);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.AlreadyCommitted.selector, _round, ONE));
        vm.prank(_operator(ONE));
        review.commitVote(_round, ONE, VOTE_SALT);
    }

    function test_CommitVote_RevertsForOtherKinds() public {
        PoolId gateways = staking.open(IOperatorStaking.PoolKind.Gateway, 1, carol);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NotInElectorate.selector, _round, gateways));
        vm.prank(carol);
        review.commitVote(_round, gateways, VOTE_SALT);
    }

    function test_CommitVote_RevertsForOtherDatanets() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NotInElectorate.selector, _round, FAR));
        vm.prank(_operator(FAR));
        review.commitVote(_round, FAR, VOTE_SALT);
    }

    function test_CommitVote_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NotOperator.selector, ONE, _operator(TWO)));
        vm.prank(_operator(TWO));
        review.commitVote(_round, ONE, VOTE_SALT);
    }

    function test_CommitVote_RevertsWithoutStake() public {
        PoolId late = staking.open(IOperatorStaking.PoolKind.Validator, 1, carol);
        staking.setStake(late, 1_000);
        uint48 snapshot = review.roundOf(_round).snapshot;
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NoStake.selector, late, snapshot));
        vm.prank(carol);
        review.commitVote(_round, late, VOTE_SALT);
    }

    function test_CommitVote_RemembersCommitment() public {
        bytes32 commitment = _commitment(_round, ONE, Verdict.Malice);
        vm.expectEmit(address(review));
        emit IStakeVotes.VoteCommitted(_round, ONE, commitment);
        _commit(_round, ONE, Verdict.Malice);
        assertEq(review.commitmentOf(_round, ONE), commitment);
        _toReveals(_round);
        review.revealVote(_round, ONE, Verdict.Malice, VOTE_SALT);
        assertEq(review.commitmentOf(_round, ONE), 0);
    }

    function test_CommitVote_TakesEveryDatanet() public {
        _voteAll(_round, Verdict.Keep);
        RoundId second = _appeal(bob, _id);
        _commit(second, FAR, Verdict.Malice);
        _commit(second, ONE, Verdict.Keep);
        assertNotEq(review.commitmentOf(second, FAR), 0);
    }

    function test_RevealVote_RevertsWithoutRound() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.UnknownRound.selector, NONE));
        review.revealVote(NONE, ONE, Verdict.Keep, VOTE_SALT);
    }

    function test_RevealVote_RevertsBeforeWindow() public {
        _commit(_round, ONE, Verdict.Keep);
        uint48 from = review.roundOf(_round).commitUntil;
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.RevealNotOpen.selector, _round, from));
        review.revealVote(_round, ONE, Verdict.Keep, VOTE_SALT);
    }

    function test_RevealVote_RevertsAfterWindow() public {
        _commit(_round, ONE, Verdict.Keep);
        _toEnd(_round);
        uint48 until = review.roundOf(_round).revealUntil;
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.RevealWindowOver.selector, _round, until));
        review.revealVote(_round, ONE, Verdict.Keep, VOTE_SALT);
        vm.warp(until - 1);
        review.revealVote(_round, ONE, Verdict.Keep, VOTE_SALT);
    }

    function test_RevealVote_RevertsWithoutCommitment() public {
        _toReveals(_round);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NothingCommitted.selector, _round, ONE));
        review.revealVote(_round, ONE, Verdict.Keep, VOTE_SALT);
    }

    function test_RevealVote_RevertsTheSecondTime() public {
        _commit(_round, ONE, Verdict.Keep);
        _toReveals(_round);
        review.revealVote(_round, ONE, Verdict.Keep, VOTE_SALT);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NothingCommitted.selector, _round, ONE));
        review.revealVote(_round, ONE, Verdict.Keep, VOTE_SALT);
    }

    function test_RevealVote_RevertsForAnotherVote() public {
        _commit(_round, ONE, Verdict.Keep);
        _toReveals(_round);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.WrongReveal.selector, _round, ONE));
        review.revealVote(_round, ONE, Verdict.Malice, VOTE_SALT);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.WrongReveal.selector, _round, ONE));
        review.revealVote(_round, ONE, Verdict.Keep, SALT);
    }

    function test_RevealVote_CountsStake() public {
        _commit(_round, ONE, Verdict.Negligence);
        staking.setStake(ONE, 7);
        _toReveals(_round);
        vm.expectEmit(address(review));
        emit IStakeVotes.VoteRevealed(_round, ONE, Verdict.Negligence, 100);
        vm.prank(stranger);
        review.revealVote(_round, ONE, Verdict.Negligence, VOTE_SALT);
        assertEq(review.roundOf(_round).revealed[uint256(Verdict.Negligence)], 100);
        assertEq(review.roundOf(_round).revealed[uint256(Verdict.Keep)], 0);
    }

    function test_SlashUnrevealed_RevertsWithoutRound() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.UnknownRound.selector, NONE));
        review.slashUnrevealed(NONE, ONE);
    }

    function test_SlashUnrevealed_RevertsInWindow() public {
        _commit(_round, ONE, Verdict.Keep);
        uint48 until = review.roundOf(_round).revealUntil;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.RevealWindowOpen.selector, _round, until));
        review.slashUnrevealed(_round, ONE);
    }

    function test_SlashUnrevealed_RevertsLate() public {
        _commit(_round, ONE, Verdict.Keep);
        uint48 until = review.roundOf(_round).revealUntil + REVEAL;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.SlashWindowOver.selector, _round, until));
        review.slashUnrevealed(_round, ONE);
        vm.warp(until - 1);
        review.slashUnrevealed(_round, ONE);
    }

    function test_SlashUnrevealed_RevertsForOthers() public {
        _voteAlone(_round, ONE, Verdict.Keep);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NothingCommitted.selector, _round, ONE));
        review.slashUnrevealed(_round, ONE);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NothingCommitted.selector, _round, TWO));
        review.slashUnrevealed(_round, TWO);
    }

    function test_SlashUnrevealed_RevertsTheSecondTime() public {
        _commit(_round, ONE, Verdict.Keep);
        _toEnd(_round);
        review.slashUnrevealed(_round, ONE);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NothingCommitted.selector, _round, ONE));
        review.slashUnrevealed(_round, ONE);
    }

    function test_SlashUnrevealed_Slashes() public {
        _commit(_round, ONE, Verdict.Keep);
        _commit(_round, TWO, Verdict.Keep);
        _toEnd(_round);
        vm.expectEmit(address(review));
        emit IStakeVotes.UnrevealedSlashed(_round, ONE, 5, 2);
        vm.prank(carol);
        review.slashUnrevealed(_round, ONE);
        (uint256 fault, PoolId pool, uint16 bps, address rewardTo, bytes32 caseId) = staking.slashes(0);
        assertEq(fault, 3);
        assertEq(PoolId.unwrap(pool), 1);
        assertEq(bps, 500);
        assertEq(rewardTo, carol);
        assertEq(caseId, keccak256(abi.encode(address(review), _round, ONE)));
        review.slashUnrevealed(_round, TWO);
        assertEq(staking.slashCount(), 2);
    }

    function test_RoundOf_RevertsWithoutRound() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.UnknownRound.selector, NONE));
        review.roundOf(NONE);
    }

    function test_VerdictOf_RevertsWithoutRound() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.UnknownRound.selector, NONE));
        review.verdictOf(NONE);
    }

    function test_VerdictOf_IsKeepBelowQuorum() public {
        _commit(_round, ONE, Verdict.Malice);
        _commit(_round, TWO, Verdict.Malice);
        _toReveals(_round);
        review.revealVote(_round, ONE, Verdict.Malice, VOTE_SALT);
        (Verdict verdict, bool isAnswered) = review.verdictOf(_round);
        assertEq(uint256(verdict), uint256(Verdict.Keep));
        assertFalse(isAnswered);
        review.revealVote(_round, TWO, Verdict.Malice, VOTE_SALT);
        (verdict, isAnswered) = review.verdictOf(_round);
        assertEq(uint256(verdict), uint256(Verdict.Malice));
        assertTrue(isAnswered);
    }

    function testFuzz_VerdictOf_IsTheMedian(uint32[3] calldata stakes, uint8[3] calldata votes) public {
        _stake(uint128(stakes[0]) + 50, uint128(stakes[1]) + 1, uint128(stakes[2]) + 1, 0);
        RoundId round = _object(_contribute(alice, "fuzzed", 10));
        uint128[4] memory weights;
        for (uint64 i; i < 3; ++i) _commit(round, PoolId.wrap(i + 1), Verdict(votes[i] % 4));
        _toReveals(round);
        for (uint64 i; i < 3; ++i) {
            // A vote of 4 to 7 is not revealed.
            if (votes[i] & 4 != 0) continue;
            review.revealVote(round, PoolId.wrap(i + 1), Verdict(votes[i] % 4), VOTE_SALT);
            weights[votes[i] % 4] += uint128(stakes[i]) + (i == 0 ? 50 : 1);
        }
        uint256 revealed = uint256(weights[0]) + weights[1] + weights[2] + weights[3];
        (Verdict verdict, bool isAnswered) = review.verdictOf(round);
        assertEq(isAnswered, revealed * 10_000 >= uint256(review.roundOf(round).stake) * 4_000);
        Verdict expected = isAnswered ? ReviewVotes.median(weights) : Verdict.Keep;
        assertEq(uint256(verdict), uint256(expected));
    }
}
