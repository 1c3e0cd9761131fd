// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IContributionReview} from "../../../contracts/interfaces/IContributionReview.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {ContributionId, DatanetId, RoundId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {ContentTree} from "../support/ContentTree.sol";
import {ReviewTest} from "../support/ReviewTest.sol";

/// @notice Objecting to contributions, and the parameters of reviews.
contract ContributionReviewObjectTest is ReviewTest {
    ContributionId private constant NONE = ContributionId.wrap(99);

    function test_Constructor_RevertsForWindows() public {
        uint48[2] memory wrong = [uint48(0), 30 days + 1];
        for (uint256 i; i < wrong.length; ++i) {
            IContributionReview.Parameters memory p = _parameters();
            p.commitSeconds = wrong[i];
            _expectInvalid(p, "commitSeconds");
            p = _parameters();
            p.revealSeconds = wrong[i];
            _expectInvalid(p, "revealSeconds");
            p = _parameters();
            p.appealSeconds = wrong[i];
            _expectInvalid(p, "appealSeconds");
        }
    }

    function test_Constructor_RevertsForShares() public {
        IContributionReview.Parameters memory p = _parameters();
        p.objectionBondBps = 10_001;
        _expectInvalid(p, "objectionBondBps");
        p = _parameters();
        p.rewardBps = 5_001;
        _expectInvalid(p, "rewardBps");
        uint16[2] memory wrong = [uint16(0), 10_001];
        for (uint256 i; i < wrong.length; ++i) {
            p = _parameters();
            p.quorumBps = wrong[i];
            _expectInvalid(p, "quorumBps");
            p = _parameters();
            p.unrevealedBps = wrong[i];
            _expectInvalid(p, "unrevealedBps");
        }
    }

    function test_Constructor_RevertsForFloor() public {
        IContributionReview.Parameters memory p = _parameters();
        p.objectionBondFloor = 2;
        _expectInvalid(p, "objectionBondFloor");
        p.objectionBondFloor = 3;
        _deploy(p);
        p.rewardBps = 0;
        _expectInvalid(p, "objectionBondFloor");
    }

    function test_Constructor_RevertsForLeastStake() public {
        IContributionReview.Parameters memory p = _parameters();
        p.leastStake = 0;
        _expectInvalid(p, "leastStake");
    }

    function test_Parameters_AreKept() public view {
        assertEq(abi.encode(review.parameters()), abi.encode(_parameters()));
    }

    function test_AnswerableSeconds_CoversEverything() public {
        ContributionId id = _contribute(alice, "a", 10);
        uint48 snapshot = uint48(vm.getBlockTimestamp()) - 1;
        RoundId round = _object(id);
        _voteAll(round, Verdict.Keep);
        _pass(APPEAL - 1);
        RoundId second = _appeal(bob, id);
        uint48 lastSlash = review.roundOf(second).revealUntil + REVEAL - 1;
        assertEq(review.roundOf(round).snapshot, snapshot);
        assertGt(snapshot + review.answerableSeconds(), lastSlash);
        assertEq(review.answerableSeconds(), 1 + 2 * (COMMIT + REVEAL) + APPEAL + REVEAL);
    }

    function test_BondFor_RevertsWithoutContribution() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, NONE));
        review.bondFor(NONE);
    }

    function test_BondFor_IsTheLargerOne() public {
        assertEq(review.bondFor(_contribute(alice, "a", 4)), 40);
        assertEq(review.bondFor(_contribute(alice, "b", 3)), 40);
        assertEq(review.bondFor(_contribute(alice, "c", 5)), 50);
    }

    function test_Object_RevertsWithoutContribution() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, NONE));
        _object(NONE);
    }

    function test_Object_RevertsWhenSettled() public {
        ContributionId id = _accepted(alice, "a", 10);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.ContributionNotPending.selector, id));
        _object(id);
    }

    function test_Object_RevertsTheSecondTime() public {
        ContributionId id = _contribute(alice, "a", 10);
        _object(id);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.AlreadyObjected.selector, id));
        _object(carol, id, Verdict.Mistake);
    }

    function test_Object_RevertsAfterJudgement() public {
        ContributionId id = _contribute(alice, "a", 10);
        _judge(id, Verdict.Keep);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.AlreadyObjected.selector, id));
        _object(carol, id, Verdict.Mistake);
    }

    function test_Object_RevertsForKeep() public {
        ContributionId id = _contribute(alice, "a", 10);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.NothingClaimed.selector));
        _object(id, Verdict.Keep);
    }

    function test_Object_RevertsAfterWindow() public {
        ContributionId id = _contribute(alice, "a", 10);
        uint48 until = uint48(vm.getBlockTimestamp()) + WINDOW;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.ReviewWindowOver.selector, id, until));
        _object(id);
        vm.warp(until - 1);
        _object(id);
    }

    function test_Object_OpensRound() public {
        ContributionId id = _contribute(alice, "a", 10);
        assertEq(review.objectionOf(id).objector, address(0));
        uint256 before = token.balanceOf(bob);
        uint48 time = uint48(vm.getBlockTimestamp());
        RoundId first = RoundId.wrap(1);
        vm.expectEmit(address(review));
        emit IStakeVotes.RoundOpened(first, DATANET, time - 1, 300, time + COMMIT, time + COMMIT + REVEAL);
        vm.expectEmit(address(review));
        emit IContributionReview.ObjectionMade(id, bob, first, Verdict.Negligence, BOND, REASON, "ipfs://reason");
        _object(id, Verdict.Negligence);

        _assertStatus(id, IDatanetRegistry.ContributionStatus.UnderReview);
        assertEq(before - token.balanceOf(bob), BOND);
        assertEq(review.owed(), BOND);
        assertEq(review.roundCount(), 1);
        IContributionReview.Objection memory objection = review.objectionOf(id);
        assertEq(objection.objector, bob);
        assertEq(uint256(objection.claimed), uint256(Verdict.Negligence));
        assertEq(objection.appellant, address(0));
        assertFalse(objection.isResolved);
        assertEq(objection.bond, BOND);
        assertEq(RoundId.unwrap(objection.round), 1);
        assertEq(RoundId.unwrap(objection.appealRound), 0);
        IStakeVotes.Round memory round = review.roundOf(first);
        assertEq(DatanetId.unwrap(round.electorate), 1);
        assertEq(round.snapshot, time - 1);
        assertEq(round.stake, 300);
    }

    function test_Object_AsksAllValidators() public {
        _stake(20, 20, 9, 300);
        ContributionId id = _contribute(alice, "a", 10);
        IStakeVotes.Round memory round = review.roundOf(_object(id));
        assertEq(DatanetId.unwrap(round.electorate), 0);
        assertEq(round.stake, 349);
    }

    function test_Object_RevertsWithoutValidators() public {
        _stake(0, 0, 0, 0);
        ContributionId id = _contribute(alice, "a", 10);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NoVoters.selector));
        _object(id);
    }

    function test_Object_IgnoresStakeOfThisSecond() public {
        ContributionId id = _contribute(alice, "a", 10);
        staking.setStake(ONE, 1_000_000);
        assertEq(review.roundOf(_object(id)).stake, 300);
    }

    function test_Object_OpensRoundWhenHeld() public {
        bytes32[] memory records = new bytes32[](2);
        records[0] = records[1] = keccak256("record");
        Root memory root = ContentTree.rootOf(records);
        ContributionId first = _contribute(alice, root);
        ContributionId second = _contribute(carol, root);
        bytes memory opening = ContentTree.open(records, 0);
        review.proveDuplicate(second, 0, first, 0, records[0], opening, opening);
        _assertStatus(second, IDatanetRegistry.ContributionStatus.UnderReview);
        _object(second);
        assertEq(review.objectionOf(second).objector, bob);
    }

    function test_Object_RevertsForFee() public {
        ContributionId id = _contribute(alice, "a", 10);
        token.setFee(1_000);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.BondMismatch.selector, 100, 90));
        _object(id);
    }

    function test_Object_RefusesReentry() public {
        ContributionId id = _contribute(alice, "a", 10);
        token.arm(address(review), abi.encodeCall(IContributionReview.resolve, (id)));
        _object(id);
        assertEq(token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        _assertReviewSolvent();
    }

    function _expectInvalid(IContributionReview.Parameters memory p, string memory field) private {
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.InvalidParameter.selector, field));
        _deploy(p);
    }
}
