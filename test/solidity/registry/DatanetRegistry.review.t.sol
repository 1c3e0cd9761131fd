// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {ContributionId, DatanetId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {DatanetsTest} from "../support/DatanetsTest.sol";

/// @notice What the review may do with contributions; this test acts as the review.
contract DatanetRegistryReviewTest is DatanetsTest {
    ContributionId private constant NONE = ContributionId.wrap(99);
    ContributionId private _id;

    function setUp() public override {
        super.setUp();
        datanets.bindReview(address(this));
        _id = _contribute(alice, "a", 10);
    }

    function test_Hold_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NotReview.selector, stranger));
        vm.prank(stranger);
        datanets.hold(_id);
    }

    function test_Hold_RevertsWithoutContribution() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, NONE));
        datanets.hold(NONE);
    }

    function test_Hold_RevertsUnlessPending() public {
        datanets.hold(_id);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ContributionNotPending.selector, _id));
        datanets.hold(_id);
    }

    function test_Hold_PutsUnderReview() public {
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.ContributionHeld(_id);
        datanets.hold(_id);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.UnderReview);
    }

    function test_Release_RevertsForOthers() public {
        datanets.hold(_id);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NotReview.selector, stranger));
        vm.prank(stranger);
        datanets.release(_id);
    }

    function test_Release_RevertsWithoutContribution() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, NONE));
        datanets.release(NONE);
    }

    function test_Release_RevertsUnlessHeld() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NotUnderReview.selector, _id));
        datanets.release(_id);
    }

    function test_Release_LetsAccept() public {
        datanets.hold(_id);
        _pass(WINDOW);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.ContributionReleased(_id);
        datanets.release(_id);
        datanets.accept(_id);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Accepted);
    }

    function test_Reject_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NotReview.selector, stranger));
        vm.prank(stranger);
        datanets.reject(_id, 0, bob, 0);
    }

    function test_Reject_RevertsWithoutContribution() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, NONE));
        datanets.reject(NONE, 0, bob, 0);
    }

    function test_Reject_RevertsWhenSettled() public {
        datanets.reject(_id, 0, bob, 0);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ContributionNotPending.selector, _id));
        datanets.reject(_id, 0, bob, 0);
        ContributionId accepted = _accepted(bob, "b", 1);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ContributionNotPending.selector, accepted));
        datanets.reject(accepted, 0, bob, 0);
    }

    function test_Reject_RevertsAboveTerms() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.PenaltyAboveTerms.selector, 9_001, 9_000));
        datanets.reject(_id, 9_001, bob, 0);
    }

    function test_Reject_RevertsAboveCap() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.RewardAboveCap.selector, 5_001, 5_000));
        datanets.reject(_id, 0, bob, 5_001);
    }

    function test_Reject_ReturnsBondWithoutPenalty() public {
        uint256 before = token.balanceOf(alice);
        (uint128 slashed, uint128 reward) = datanets.reject(_id, 0, bob, 5_000);
        assertEq(slashed, 0);
        assertEq(reward, 0);
        assertEq(token.balanceOf(alice) - before, 1_000);
        _assertSolvent();
    }

    function test_Reject_ReturnsNothingWhereAllIsSlashed() public {
        IDatanetRegistry.Terms memory terms = _terms();
        terms.maliceBps = 10_000;
        DatanetId strict = datanets.createDatanet(terms, "ipfs://strict");
        Root memory root = _root("b", 10);
        datanets.reserve(datanets.reservationOf(alice, strict, root, SALT));
        _nextBlock();
        vm.prank(alice);
        ContributionId id = datanets.contribute(
            strict,
            IDatanetRegistry.ContributionKind.Data,
            root,
            LICENCE,
            "ipfs://content",
            SALT
        );
        uint256 alices = token.balanceOf(alice);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.ContributionRejected(id, strict, bob, 1_000, 0);
        (uint128 slashed, ) = datanets.reject(id, 10_000, bob, 0);
        assertEq(slashed, 1_000);
        assertEq(token.balanceOf(alice), alices);
        assertEq(datanets.contributionOf(id).bond, 0);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NothingToReturn.selector, id));
        datanets.returnBond(id);
        _assertSolvent();
    }

    function test_Reject_SlashesShare() public {
        uint256 supply = token.totalSupply();
        uint256 alices = token.balanceOf(alice);
        uint256 bobs = token.balanceOf(bob);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.ContributionRejected(_id, DATANET, bob, 300, 120);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.BondReturned(_id, alice, 700);
        (uint128 slashed, uint128 reward) = datanets.reject(_id, 3_000, bob, 4_000);
        assertEq(slashed, 300);
        assertEq(reward, 120);
        assertEq(token.balanceOf(bob) - bobs, 120);
        assertEq(token.balanceOf(alice) - alices, 700);
        assertEq(supply - token.totalSupply(), 180);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Rejected);
        _assertPosition(datanets.positionOf(_id), 0);
        assertEq(ContributionId.unwrap(datanets.nextToSettle(DATANET)), 0);
        assertEq(datanets.owed(), 0);
        _assertSolvent();
    }

    function testFuzz_Reject_ConservesBonds(
        uint24 records,
        uint16 bondBps,
        uint16 rewardBps,
        bool refuseBob,
        bool refuseAlice
    ) public {
        token.refuse(bob, refuseBob);
        ContributionId id = _contribute(alice, "fuzzed", uint128(bound(records, 1, 1 << 24)));
        token.refuse(alice, refuseAlice);
        _rejectAndAccount(id, uint16(bound(bondBps, 0, 9_000)), uint16(bound(rewardBps, 0, 5_000)));
        _assertSolvent();
    }

    function _rejectAndAccount(ContributionId id, uint16 bondBps, uint16 rewardBps) private {
        uint128 bond = datanets.contributionOf(id).bond;
        uint256 supply = token.totalSupply();
        uint256 alices = token.balanceOf(alice);
        uint256 bobs = token.balanceOf(bob);
        (uint128 slashed, uint128 reward) = datanets.reject(id, bondBps, bob, rewardBps);
        uint256 burned = supply - token.totalSupply();
        uint256 refunded = token.balanceOf(alice) - alices;
        assertEq(slashed, (uint256(bond) * bondBps) / 10_000);
        assertEq(token.balanceOf(bob) - bobs, reward);
        assertEq(burned + reward, slashed);
        assertGe(burned, reward, "at least half burns");
        assertEq(burned + reward + refunded + datanets.contributionOf(id).bond, bond);
    }

    function test_Reject_BurnsRewardThatCannotBeReceived() public {
        uint256 supply = token.totalSupply();
        token.refuse(bob, true);
        (uint128 slashed, uint128 reward) = datanets.reject(_id, 3_000, bob, 4_000);
        assertEq(slashed, 300);
        assertEq(reward, 0);
        assertEq(supply - token.totalSupply(), 300);
        _assertSolvent();
    }

    function test_Reject_KeepsRestThatCannotBeReceived() public {
        token.refuse(alice, true);
        datanets.reject(_id, 3_000, bob, 4_000);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Rejected);
        assertEq(datanets.contributionOf(_id).bond, 700);
        assertEq(datanets.owed(), 700);
        _assertSolvent();
    }

    function test_Reject_RejectsHeld() public {
        datanets.hold(_id);
        datanets.reject(_id, 3_000, bob, 4_000);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Rejected);
    }

    function test_Reject_RefusesReentry() public {
        token.arm(address(datanets), abi.encodeCall(IDatanetRegistry.returnBond, (_id)));
        datanets.reject(_id, 3_000, bob, 4_000);
        assertEq(token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        _assertSolvent();
    }
}
