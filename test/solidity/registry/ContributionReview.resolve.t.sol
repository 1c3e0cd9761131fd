// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IContributionReview} from "../../../contracts/interfaces/IContributionReview.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {ContributionId, DatanetId, RoundId} from "../../../contracts/types/Ids.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {ReviewTest} from "../support/ReviewTest.sol";
import {TrickyToken} from "../support/TrickyToken.sol";

/// @notice Appeals and verdicts, and what becomes of the bonds: Alice contributed, Bob objected.
contract ContributionReviewResolveTest is ReviewTest {
    ContributionId private constant NONE = ContributionId.wrap(99);
    ContributionId private _id;
    RoundId private _round;
    uint256 private _alices;
    uint256 private _bobs;
    uint256 private _supply;

    function setUp() public override {
        super.setUp();
        _id = _contribute(alice, "a", 10);
        _alices = token.balanceOf(alice);
        _bobs = token.balanceOf(bob);
        _supply = token.totalSupply();
        _round = _object(_id, Verdict.Negligence);
    }

    function test_Appeal_RevertsWithoutObjection() public {
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.NotObjected.selector, NONE));
        review.appeal(NONE);
    }

    function test_Appeal_RevertsWhenResolved() public {
        _first(Verdict.Keep);
        _resolve();
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.AlreadyResolved.selector, _id));
        _appeal(bob, _id);
    }

    function test_Appeal_RevertsTheSecondTime() public {
        _first(Verdict.Mistake);
        _appeal(bob, _id);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.AlreadyAppealed.selector, _id));
        _appeal(alice, _id);
    }

    function test_Appeal_RevertsBeforeWindow() public {
        uint48 until = review.roundOf(_round).revealUntil;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.RevealWindowOpen.selector, _round, until));
        _appeal(bob, _id);
    }

    function test_Appeal_RevertsAfterWindow() public {
        _first(Verdict.Keep);
        uint48 until = review.roundOf(_round).revealUntil + APPEAL;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.AppealWindowOver.selector, _id, until));
        _appeal(bob, _id);
        vm.warp(until - 1);
        _appeal(bob, _id);
    }

    function test_Appeal_RevertsForContributorAgainstKeep() public {
        _first(Verdict.Keep);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.MayNotAppeal.selector, _id, alice));
        _appeal(alice, _id);
    }

    function test_Appeal_RevertsForOthersAgainstMalice() public {
        _first(Verdict.Malice);
        address[2] memory others = [bob, stranger];
        for (uint256 i; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IContributionReview.MayNotAppeal.selector, _id, others[i]));
            _appeal(others[i], _id);
        }
    }

    function test_Appeal_RevertsWithoutValidators() public {
        _first(Verdict.Mistake);
        _stake(0, 0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NoVoters.selector));
        _appeal(alice, _id);
    }

    function test_Appeal_OpensRoundForContributor() public {
        _first(Verdict.Malice);
        _assertOpensAppeal(alice);
        assertEq(_alices - token.balanceOf(alice), 2 * BOND);
    }

    function test_Appeal_OpensRoundForObjector() public {
        _first(Verdict.Mistake);
        _assertOpensAppeal(bob);
        assertEq(_bobs - token.balanceOf(bob), 3 * BOND);
    }

    function test_Appeal_OpensRoundForAnybody() public {
        // Also against what the objector claimed.
        _first(Verdict.Negligence);
        _assertOpensAppeal(stranger);
        assertEq(_bobs - token.balanceOf(bob), BOND);
    }

    function test_Appeal_WaitsForWindow() public {
        ContributionId id = _contributeSlowly();
        uint48 until = uint48(vm.getBlockTimestamp()) + SLOW_WINDOW;
        _voteAll(_object(id), Verdict.Keep);
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.AppealWindowOver.selector, id, until));
        _appeal(bob, id);
        vm.warp(until - 1);
        _appeal(bob, id);
    }

    function test_Resolve_RevertsWithoutObjection() public {
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.NotObjected.selector, NONE));
        review.resolve(NONE);
    }

    function test_Resolve_RevertsTheSecondTime() public {
        _first(Verdict.Malice);
        _resolve();
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.AlreadyResolved.selector, _id));
        review.resolve(_id);
    }

    function test_Resolve_RevertsBeforeAppealWindowEnds() public {
        uint48 until = review.roundOf(_round).revealUntil + APPEAL;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.ReviewOpen.selector, _id, until));
        review.resolve(_id);
        vm.warp(until);
        review.resolve(_id);
    }

    function test_Resolve_RevertsDuringWindow() public {
        ContributionId id = _contributeSlowly();
        uint48 until = uint48(vm.getBlockTimestamp()) + SLOW_WINDOW;
        _voteAll(_object(id), Verdict.Malice);
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.ReviewOpen.selector, id, until));
        review.resolve(id);
        vm.warp(until);
        review.resolve(id);
    }

    function test_Resolve_RevertsDuringAppeal() public {
        _first(Verdict.Keep);
        uint48 until = review.roundOf(_appeal(bob, _id)).revealUntil;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.ReviewOpen.selector, _id, until));
        review.resolve(_id);
        vm.warp(until);
        review.resolve(_id);
    }

    function test_Resolve_Keeps() public {
        _first(Verdict.Keep);
        _pass(APPEAL);
        vm.expectEmit(address(review));
        emit IContributionReview.ObjectionResolved(_id, Verdict.Keep);
        vm.expectEmit(address(review));
        emit IContributionReview.BondSlashed(_id, bob, alice, 100, 40);
        vm.prank(stranger);
        review.resolve(_id);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Pending);
        _assertOutcome(40, -100, 60);
        _pass(WINDOW);
        datanets.accept(_id);
    }

    function test_Resolve_KeepsWithoutAnswer() public {
        _commit(_round, ONE, Verdict.Malice);
        _toReveals(_round);
        review.revealVote(_round, ONE, Verdict.Malice, VOTE_SALT);
        _toEnd(_round);
        _pass(APPEAL);
        vm.expectEmit(address(review));
        emit IContributionReview.BondSlashed(_id, bob, address(0), 40, 0);
        vm.expectEmit(address(review));
        emit IContributionReview.BondPaid(bob, 60);
        review.resolve(_id);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Pending);
        _assertOutcome(0, -40, 40);
    }

    function test_Resolve_RejectsAtTier() public {
        int256[4] memory slashes = [int256(0), 50, 300, 900];
        for (uint256 tier = 1; tier <= 3; ++tier) {
            uint256 snapshot = vm.snapshotState();
            _first(Verdict(tier));
            _resolve();
            _assertStatus(_id, IDatanetRegistry.ContributionStatus.Rejected);
            int256 slashed = slashes[tier];
            int256 reward = (slashed * 4) / 10;
            _assertOutcome(1_000 - slashed, reward, slashed - reward);
            vm.revertToState(snapshot);
        }
    }

    function test_Resolve_ContributorWinsAppeal() public {
        _appealed(alice, Verdict.Malice, Verdict.Keep);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Pending);
        _assertOutcome(40, -100, 60);
    }

    function test_Resolve_ContributorLowersTier() public {
        _appealed(alice, Verdict.Malice, Verdict.Mistake);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Rejected);
        _assertOutcome(950, 20, 30);
    }

    function test_Resolve_ContributorLosesAppeal() public {
        _appealed(alice, Verdict.Mistake, Verdict.Mistake);
        _assertOutcome(950 - 200, 20 + 80, 30 + 120);
    }

    function test_Resolve_ContributorRaisesTier() public {
        _appealed(alice, Verdict.Mistake, Verdict.Malice);
        _assertOutcome(100 - 200, 360 + 80, 540 + 120);
    }

    function test_Resolve_ContributorBetsOnSilence() public {
        _first(Verdict.Malice);
        // Less than the quorum of all validators answers the appeal, and would keep the contribution.
        _voteAlone(_appeal(alice, _id), ONE, Verdict.Keep);
        review.resolve(_id);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Rejected);
        _assertOutcome(100 - 80, 360, 540 + 80);
    }

    function test_Resolve_ObjectorWinsAppeal() public {
        _appealed(bob, Verdict.Keep, Verdict.Malice);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Rejected);
        _assertOutcome(100, 360, 540);
    }

    function test_Resolve_ObjectorLosesAppeal() public {
        _appealed(bob, Verdict.Keep, Verdict.Keep);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Pending);
        _assertOutcome(40 + 80, -300, 60 + 120);
    }

    function test_Resolve_ObjectorLowersTier() public {
        _appealed(bob, Verdict.Mistake, Verdict.Keep);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Pending);
        _assertOutcome(40 + 80, -300, 60 + 120);
    }

    function test_Resolve_ObjectorMeetsSilence() public {
        _first(Verdict.Keep);
        _voteAlone(_appeal(bob, _id), ONE, Verdict.Malice);
        review.resolve(_id);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Pending);
        _assertOutcome(40, -100 - 80, 60 + 80);
    }

    function test_Resolve_OthersWinAppeal() public {
        uint256 before = token.balanceOf(stranger);
        _appealed(stranger, Verdict.Keep, Verdict.Malice);
        assertEq(token.balanceOf(stranger) - before, 360);
        _assertOutcome(100, 0, 540);
    }

    function test_Resolve_OthersLoseAppeal() public {
        uint256 before = token.balanceOf(stranger);
        _appealed(stranger, Verdict.Mistake, Verdict.Mistake);
        assertEq(before - token.balanceOf(stranger), 200);
        _assertOutcome(950 + 80, 20, 30 + 120);
    }

    function test_Resolve_CreditsWhoCannotReceive() public {
        token.refuse(alice, true);
        token.refuse(bob, true);
        _first(Verdict.Mistake);
        _answerAppeal(alice, Verdict.Keep);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Pending);
        assertEq(review.creditOf(alice), 200 + 40);
        assertEq(review.owed(), 240);
        _assertReviewSolvent();
        token.refuse(alice, false);
        vm.expectEmit(address(review));
        emit IContributionReview.BondPaid(alice, 240);
        vm.prank(stranger);
        review.withdrawBond(alice);
        assertEq(review.creditOf(alice), 0);
        _assertOutcome(40, -100, 60);
    }

    function test_WithdrawBond_RevertsForNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.NothingToWithdraw.selector, bob));
        review.withdrawBond(bob);
    }

    function test_WithdrawBond_RevertsWhileRefused() public {
        token.refuse(bob, true);
        _first(Verdict.Mistake);
        _pass(APPEAL);
        vm.expectEmit(address(review));
        emit IContributionReview.BondCredited(bob, 100);
        review.resolve(_id);
        vm.expectRevert(abi.encodeWithSelector(TrickyToken.Refused.selector, bob));
        review.withdrawBond(bob);
        assertEq(review.creditOf(bob), 100);
    }

    /// @param votes The verdicts of both rounds; 4 and above is silence.
    function testFuzz_Resolve_ConservesBonds(
        uint8[2] calldata votes,
        uint8 by,
        bool hasAppeal,
        bool refuseAlice,
        bool refuseBob
    ) public {
        uint256 vote = votes[0] % 5;
        if (vote < 4) _voteAll(_round, Verdict(vote));
        else _toEnd(_round);
        (Verdict verdict, ) = review.verdictOf(_round);
        address appellant = [alice, bob, carol][by % 3];
        uint256 carols = token.balanceOf(carol);
        if (hasAppeal && verdict != (appellant == alice ? Verdict.Keep : Verdict.Malice)) {
            RoundId second = _appeal(appellant, _id);
            vote = votes[1] % 5;
            if (vote < 4) _voteAll(second, Verdict(vote));
            else _toEnd(second);
        }
        token.refuse(alice, refuseAlice);
        token.refuse(bob, refuseBob);
        _resolve();
        uint256 registryHolds = datanets.owed();
        uint256 credits = uint256(review.creditOf(alice)) + review.creditOf(bob);
        assertEq(review.owed(), credits);
        _assertReviewSolvent();
        _assertSolvent();
        // What Alice, Bob and Carol had, with Alice's bond in the registry, is theirs, held for them, or burned.
        uint256 theirs =
            token.balanceOf(alice) + token.balanceOf(bob) + token.balanceOf(carol) + credits + registryHolds;
        assertEq(_alices + _bobs + carols + 1_000, theirs + (_supply - token.totalSupply()));
        // Whoever cannot receive at first loses nothing by it but a reward from the contribution's bond.
        token.refuse(alice, false);
        token.refuse(bob, false);
        if (review.creditOf(alice) != 0) review.withdrawBond(alice);
        if (review.creditOf(bob) != 0) review.withdrawBond(bob);
        assertEq(review.owed(), 0);
    }

    function _first(Verdict verdict) private {
        _voteAll(_round, verdict);
    }

    function _resolve() private {
        uint48 until = review.roundOf(_round).revealUntil + APPEAL;
        if (vm.getBlockTimestamp() < until) vm.warp(until);
        review.resolve(_id);
    }

    function _appealed(address by, Verdict first, Verdict second) private {
        _first(first);
        _answerAppeal(by, second);
    }

    function _answerAppeal(address by, Verdict second) private {
        _voteAll(_appeal(by, _id), second);
        review.resolve(_id);
    }

    function _assertOpensAppeal(address by) private {
        uint48 time = uint48(vm.getBlockTimestamp());
        RoundId second = RoundId.wrap(2);
        vm.expectEmit(address(review));
        emit IContributionReview.AppealMade(_id, by, second, 2 * BOND);
        _appeal(by, _id);
        IContributionReview.Objection memory objection = review.objectionOf(_id);
        assertEq(objection.appellant, by);
        assertEq(RoundId.unwrap(objection.appealRound), 2);
        IStakeVotes.Round memory round = review.roundOf(second);
        assertEq(DatanetId.unwrap(round.electorate), 0);
        assertEq(round.snapshot, time - 1);
        assertEq(round.stake, 600);
        assertEq(review.owed(), 3 * BOND);
        _assertReviewSolvent();
    }

    /// @dev What Alice and Bob have more (or less) than before the objection, and what burned.
    function _assertOutcome(int256 alices, int256 bobs, int256 burned) private view {
        assertEq(int256(token.balanceOf(alice)) - int256(_alices), alices, "Alice");
        assertEq(int256(token.balanceOf(bob)) - int256(_bobs), bobs, "Bob");
        assertEq(int256(_supply) - int256(token.totalSupply()), burned, "burned");
        assertEq(review.owed(), 0, "nothing is left");
        _assertReviewSolvent();
        _assertSolvent();
    }
}
