// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {ISketchDisputes} from "../../../contracts/interfaces/ISketchDisputes.sol";
import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {SketchVotes} from "../../../contracts/libraries/SketchVotes.sol";
import {PoolId, RoundId} from "../../../contracts/types/Ids.sol";
import {DisputesFixture} from "./DisputesFixture.sol";

/// @notice Attempts to buy, copy, double or evade votes, to stall with disputes and to earn by them (SketchDisputes.attacks.tree).
contract SketchDisputesAttacksTest is DisputesFixture {
    uint256 private constant ALL = 15;

    /// @dev An attributor with half of all stake from this second on. @return pool Its pool.
    function _buyMajority() private returns (PoolId pool) {
        vm.startPrank(outsider);
        pool = staking.openPool(IOperatorStaking.PoolKind.Attributor, 0, 0);
        staking.stake(pool, 10 * UNIT);
        vm.stopPrank();
    }

    /// @dev All that an attributor has, in hand and at stake.
    function _worthOf(uint256 i) private view returns (uint256) {
        IOperatorStaking.Pool memory pool = staking.poolOf(pools[i]);
        return token.balanceOf(operatorOf(i)) + pool.stake + pool.unbonding;
    }

    function test_Attack_VoteWithStakeOfLater() public {
        RoundId round = dispute(committed());
        PoolId bought = _buyMajority();
        uint48 snapshot = disputes.roundOf(round).snapshot;
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NoStake.selector, bought, snapshot));
        disputes.commitVote(round, bought, SALT);
    }

    /// @dev The stake comes before the dispute, but in its second.
    function test_Attack_VoteWithStakeOfTheSameSecond() public {
        IDemands.Commitment memory commitment = committed();
        PoolId bought = _buyMajority();
        RoundId round = dispute(commitment);
        assertEq(disputes.roundOf(round).stake, 10 * UNIT);
        uint48 snapshot = disputes.roundOf(round).snapshot;
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NoStake.selector, bought, snapshot));
        disputes.commitVote(round, bought, SALT);
    }

    /// @dev What is delegated to a pool after the snapshot adds nothing to its vote.
    function test_Attack_VoteWithMoreStakeOfLater() public {
        RoundId round = dispute(committed());
        vm.prank(outsider);
        staking.stake(pools[3], 500_000);
        vote(round, 0, 8);
        assertEq(disputes.roundOf(round).revealed[1], UNIT);
        disputes.resolve(round);
        assertOutcome(round, ISketchDisputes.Outcome.Unanswered);
    }

    function test_Attack_VoteTwice() public {
        RoundId round = dispute(committed());
        vote(round, 0, 1);
        vm.warp(disputes.roundOf(round).commitUntil);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NothingCommitted.selector, round, pools[0]));
        reveal(round, 0, false);
        assertEq(disputes.roundOf(round).revealed[1], 4 * UNIT);
    }

    /// @dev A copy of somebody's commitment cannot be revealed with what that one reveals: it names the voter.
    function test_Attack_CopyAVote() public {
        RoundId round = dispute(committed());
        address voter = operatorOf(0);
        bytes32 hash = SketchVotes.commitmentOf(block.chainid, address(ledger), round, voter, true, SALT);
        commitVote(round, 0, true);
        vm.prank(operatorOf(1));
        disputes.commitVote(round, pools[1], hash);
        toReveals(round);
        vm.prank(operatorOf(1));
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.WrongReveal.selector, round, pools[1]));
        disputes.revealVote(round, pools[1], true, SALT);
        // Who reveals another's vote before that one does it changes nothing.
        vm.prank(operatorOf(1));
        disputes.revealVote(round, pools[0], true, SALT);
        assertEq(disputes.roundOf(round).revealed[0], 4 * UNIT);
    }

    function test_Attack_VoteForAnotherDispute() public {
        IDemands.Commitment memory commitment = committed();
        RoundId first = disputeBy(alice, commitment, 0);
        RoundId second = disputeBy(alice, commitment, 1);
        address voter = operatorOf(0);
        bytes32 hash = SketchVotes.commitmentOf(block.chainid, address(ledger), first, voter, true, SALT);
        vm.prank(voter);
        disputes.commitVote(second, pools[0], hash);
        toReveals(second);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.WrongReveal.selector, second, pools[0]));
        reveal(second, 0, true);
    }

    /// @dev The largest attributor, with 40 %, against silence and against the rest.
    function test_Attack_LargestStakeAlone() public {
        IDemands.Commitment memory commitment = committed();
        RoundId round = dispute(commitment);
        vote(round, 0, 1);
        disputes.resolve(round);
        assertOutcome(round, ISketchDisputes.Outcome.Unanswered);
        assertStatus(commitment, IRoyaltyLedger.SettlementStatus.Committed);
        commitment = committed();
        round = dispute(commitment);
        vote(round, 14, 1);
        disputes.resolve(round);
        assertOutcome(round, ISketchDisputes.Outcome.Within);
    }

    /// @dev Disputes of every call, at the last second and one by one, delay no more than one does, and each of them costs.
    function test_Attack_StallWithManyDisputes() public {
        IDemands.Commitment memory commitment = committed();
        uint48 dueAt = settlementOf(commitment).readyAt;
        IDemands.Commitment memory other = committed();
        uint256 before = token.balanceOf(alice);
        RoundId[] memory rounds = new RoundId[](CALLS);
        for (uint32 i; i < CALLS; ++i) {
            vm.warp(dueAt - CALLS + i);
            rounds[i] = disputeBy(alice, commitment, i);
        }
        assertEq(settlementOf(commitment).readyAt, dueAt - 1 + HOLD);
        vm.warp(dueAt);
        ledger.advance(10);
        assertStatus(other, IRoyaltyLedger.SettlementStatus.Ready);
        vm.warp(dueAt - 1 + HOLD);
        ledger.advance(10);
        assertStatus(commitment, IRoyaltyLedger.SettlementStatus.Ready);
        for (uint32 i; i < CALLS; ++i) disputes.resolve(rounds[i]);
        assertEq(before - token.balanceOf(alice), (CALLS * BOND) / 10);
    }

    /// @dev A signer that disputes what it signed, with all others agreeing, ends with less than it had.
    function test_Attack_DisputeOnesOwnSketches() public {
        for (uint256 admits; admits < 2; ++admits) {
            IDemands.Commitment memory commitment = committed();
            uint256 before = _worthOf(0);
            RoundId round = disputeBy(operatorOf(0), commitment, 0);
            vote(round, 1 - admits, 14 + admits);
            disputes.resolve(round);
            toPenalties(round);
            disputes.penalizeSigner(round, signers(), placeOf(0));
            assertEq(before - _worthOf(0), admits == 1 ? (4 * UNIT - 4_000) / 200 : (4 * UNIT) / 20);
        }
    }

    /// @dev Two signers in league: the reward for one's slash is never more than half of it.
    function test_Attack_DisputeAnAllysSketches() public {
        IDemands.Commitment memory commitment = committed();
        uint256 before = _worthOf(0) + _worthOf(1);
        RoundId round = disputeBy(operatorOf(0), commitment, 0);
        vote(round, 0, ALL);
        disputes.resolve(round);
        toPenalties(round);
        disputes.penalizeSigner(round, signers(), 0);
        disputes.penalizeSigner(round, signers(), 1);
        assertEq(before - _worthOf(0) - _worthOf(1), (7 * UNIT) / 200);
    }

    /// @dev A signer that denies what it signed where a stranger disputes it, and admits it where a friend does: whichever is resolved first, it is slashed in full, and
    /// the stranger is rewarded.
    function test_Attack_AdmitInAFriendsDispute() public {
        IDemands.Commitment memory commitment = committed();
        RoundId strangers = disputeBy(alice, commitment, 0);
        RoundId friends = disputeBy(bob, commitment, 1);
        _denyAndAdmit(strangers, friends, false);
        disputes.resolve(friends);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISketchDisputes.PenaltyTooEarly.selector,
                friends,
                disputes.roundOf(friends).revealUntil + RESOLVE
            )
        );
        disputes.penalizeSigner(friends, signers(), placeOf(0));
        disputes.resolve(strangers);
        toPenalties(friends);
        uint256 before = token.balanceOf(alice);
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.NotDecisive.selector, friends, strangers));
        disputes.penalizeSigner(friends, signers(), placeOf(0));
        disputes.penalizeSigner(strangers, signers(), placeOf(0));
        assertEq(staking.poolOf(pools[0]).stake, 4 * UNIT - (4 * UNIT * SIGNER_BPS) / 10_000);
        assertEq(token.balanceOf(alice) - before, (2 * UNIT * SIGNER_BPS) / 10_000);
    }

    /// @dev A friend disputes a true sketch of the commit before anybody disputes a false one: to call that false admits nothing.
    function test_Attack_AdmitInADisputeOfATrueSketch() public {
        IDemands.Commitment memory commitment = committed();
        RoundId friends = disputeBy(bob, commitment, 1);
        RoundId strangers = disputeBy(alice, commitment, 0);
        _denyAndAdmit(strangers, friends, true);
        disputes.resolve(friends);
        assertOutcome(friends, ISketchDisputes.Outcome.Within);
        disputes.resolve(strangers);
        toPenalties(strangers);
        disputes.penalizeSigner(strangers, signers(), placeOf(0));
        assertEq(staking.poolOf(pools[0]).stake, 4 * UNIT - (4 * UNIT * SIGNER_BPS) / 10_000);
    }

    /// @dev The first attributor denies in one and admits in the other; the rest say the truth in both. @param isTrue Whether the friend's sketch is.
    function _denyAndAdmit(RoundId denied, RoundId admitted, bool isTrue) private {
        commitVote(denied, 0, true);
        commitVote(admitted, 0, false);
        for (uint256 i = 1; i < 4; ++i) {
            commitVote(denied, i, false);
            commitVote(admitted, i, isTrue);
        }
        toReveals(denied);
        reveal(denied, 0, true);
        reveal(admitted, 0, false);
        for (uint256 i = 1; i < 4; ++i) {
            reveal(denied, i, false);
            reveal(admitted, i, isTrue);
        }
        toEnd(denied);
    }

    /// @dev A signer that leaves right after signing is slashed in the last second all the same.
    function test_Attack_LeaveAfterSigning() public {
        IDemands.Commitment memory commitment = committed();
        vm.prank(operatorOf(0));
        uint256 unbonding = staking.unbond(pools[0], 0, 4 * UNIT);
        vm.warp(settlementOf(commitment).readyAt - 1);
        RoundId round = dispute(commitment);
        vote(round, 0, 14);
        disputes.resolve(round);
        vm.warp(disputes.disputeOf(round).committedAt + ANSWERABLE);
        disputes.penalizeSigner(round, signers(), placeOf(0));
        assertEq(staking.unbondingOf(unbonding).stake, 4 * UNIT - (4 * UNIT) / 10);
    }

    /// @dev Calls back while its bond is paid.
    function test_Attack_ResolveTwiceByReentry() public {
        RoundId round = dispute(committed());
        vote(round, 0, ALL);
        token.arm(address(disputes), abi.encodeCall(disputes.resolve, (round)));
        disputes.resolve(round);
        assertEq(token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        assertCovered();
    }
}
