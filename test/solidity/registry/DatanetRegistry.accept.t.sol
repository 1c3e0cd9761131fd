// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {ContributionId, DatanetId, PositionId} from "../../../contracts/types/Ids.sol";
import {DatanetsTest} from "../support/DatanetsTest.sol";

/// @notice Accepting contributions in the order of their ids; this test acts as the review.
contract DatanetRegistryAcceptTest is DatanetsTest {
    ContributionId private constant NONE = ContributionId.wrap(99);
    DatanetId private constant NO_DATANET = DatanetId.wrap(9);

    function setUp() public override {
        super.setUp();
        datanets.bindReview(address(this));
    }

    function test_Accept_RevertsWithoutContribution() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, NONE));
        datanets.accept(NONE);
    }

    function test_Accept_RevertsUnderReview() public {
        ContributionId id = _contribute(alice, "a", 1);
        _pass(WINDOW);
        datanets.hold(id);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnderReview.selector, id));
        datanets.accept(id);
    }

    function test_Accept_RevertsWhenSettled() public {
        ContributionId accepted = _accepted(alice, "a", 1);
        ContributionId rejected = _contribute(alice, "b", 1);
        datanets.reject(rejected, 0, alice, 0);
        _pass(WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ContributionNotPending.selector, accepted));
        datanets.accept(accepted);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ContributionNotPending.selector, rejected));
        datanets.accept(rejected);
    }

    function test_Accept_RevertsInWindow() public {
        ContributionId id = _contribute(alice, "a", 1);
        _pass(WINDOW - 1);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ReviewWindowOpen.selector, id, 1_000_000 + WINDOW));
        datanets.accept(id);
        _pass(1);
        datanets.accept(id);
    }

    function test_Accept_RevertsBeforeEarlier() public {
        ContributionId first = _contribute(alice, "a", 1);
        ContributionId second = _contribute(bob, "b", 1);
        _pass(WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.EarlierContributionPending.selector, second, first));
        datanets.accept(second);
        datanets.hold(first);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.EarlierContributionPending.selector, second, first));
        datanets.accept(second);
    }

    /// @dev Rejects a set of twelve contributions in any order; the others are accepted in the order of their ids, past the gaps.
    function testFuzz_Accept_SkipsRejected(uint16 rejections, uint256 order) public {
        uint256 count = 12;
        ContributionId[] memory ids = new ContributionId[](count);
        for (uint256 i; i < count; ++i) ids[i] = _contribute(i % 2 == 0 ? alice : bob, vm.toString(i), 2);
        _pass(WINDOW);
        uint256 stride = [uint256(1), 5, 7, 11][order % 4];
        for (uint256 step; step < count; ++step) {
            uint256 i = (order / 4 + step * stride) % count;
            if ((rejections >> i) & 1 == 1) datanets.reject(ids[i], 0, alice, 0);
        }
        uint64 kept;
        for (uint256 i; i < count; ++i) {
            if ((rejections >> i) & 1 == 1) continue;
            _assertSame(datanets.nextToSettle(DATANET), ids[i]);
            datanets.accept(ids[i]);
            (ContributionId found, uint64 before) = datanets.acceptedAt(DATANET, kept);
            _assertSame(found, ids[i]);
            assertEq(before, 2 * kept);
            ++kept;
        }
        assertEq(ContributionId.unwrap(datanets.nextToSettle(DATANET)), 0);
        (uint64 accepted, uint64 records) = datanets.acceptedOf(DATANET);
        assertEq(accepted, kept);
        assertEq(records, 2 * kept);
        // The queue goes on behind whatever left it.
        ContributionId last = _contribute(carol, "last", 1);
        _assertSame(datanets.nextToSettle(DATANET), last);
        assertEq(datanets.owed(), 100);
        _assertSolvent();
    }

    function test_Accept_CreatesPosition() public {
        ContributionId id = _contribute(alice, "a", 7);
        _assertPosition(datanets.positionOf(id), 0);
        _pass(WINDOW);
        uint256 before = token.balanceOf(alice);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.ContributionAccepted(id, DATANET, PositionId.wrap(3), 0, 0);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.BondReturned(id, alice, 700);
        vm.prank(stranger);
        datanets.accept(id);
        assertEq(token.balanceOf(alice) - before, 700);
        assertEq(positions.ownerOf(3), alice);
        _assertPosition(datanets.positionOf(id), 3);
        _assertStatus(id, IDatanetRegistry.ContributionStatus.Accepted);
        assertEq(datanets.contributionOf(id).bond, 0);
        _assertSolvent();
    }

    function test_Accept_UsesPosition() public {
        ContributionId first = _accepted(alice, "a", 7);
        ContributionId second = _contribute(alice, "b", 2);
        _assertPosition(datanets.positionOf(second), 3);
        _pass(WINDOW);
        datanets.accept(second);
        assertEq(positions.positionCount(), 3);
        _assertPosition(datanets.contributionOf(second).position, 3);
        (uint64 count, uint64 records) = datanets.acceptedOf(DATANET);
        assertEq(count, 2);
        assertEq(records, 9);
        (ContributionId found, uint64 before) = datanets.acceptedAt(DATANET, 0);
        _assertSame(found, first);
        assertEq(before, 0);
        (found, before) = datanets.acceptedAt(DATANET, 1);
        _assertSame(found, second);
        assertEq(before, 7);
    }

    function test_Accept_AcceptsWithoutBond() public {
        IDatanetRegistry.Terms memory terms = _terms();
        terms.bondPerRecord = 0;
        DatanetId free = datanets.createDatanet(terms, "");
        datanets.reserve(datanets.reservationOf(alice, free, _root("a", 7), SALT));
        _nextBlock();
        vm.prank(alice);
        ContributionId id = datanets.contribute(
            free,
            IDatanetRegistry.ContributionKind.Data,
            _root("a", 7),
            LICENCE,
            "",
            SALT
        );
        _pass(WINDOW);
        uint256 before = token.balanceOf(alice);
        datanets.accept(id);
        _assertStatus(id, IDatanetRegistry.ContributionStatus.Accepted);
        assertEq(token.balanceOf(alice), before);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NothingToReturn.selector, id));
        datanets.returnBond(id);
    }

    function test_Accept_KeepsBondThatCannotBeReceived() public {
        ContributionId id = _contribute(alice, "a", 7);
        token.refuse(alice, true);
        _pass(WINDOW);
        datanets.accept(id);
        _assertStatus(id, IDatanetRegistry.ContributionStatus.Accepted);
        assertEq(datanets.contributionOf(id).bond, 700);
        assertEq(datanets.owed(), 700);
        _assertSolvent();
    }

    function test_ReturnBond_RevertsWithoutContribution() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, NONE));
        datanets.returnBond(NONE);
    }

    function test_ReturnBond_RevertsBeforeSettled() public {
        ContributionId id = _contribute(alice, "a", 7);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ContributionNotSettled.selector, id));
        datanets.returnBond(id);
        datanets.hold(id);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ContributionNotSettled.selector, id));
        datanets.returnBond(id);
    }

    function test_ReturnBond_RevertsForNothing() public {
        ContributionId id = _accepted(alice, "a", 7);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NothingToReturn.selector, id));
        datanets.returnBond(id);
    }

    function test_ReturnBond_RevertsWhileNotReceivable() public {
        token.refuse(alice, true);
        ContributionId id = _accepted(alice, "a", 7);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.BondNotReceivable.selector, id));
        datanets.returnBond(id);
        assertEq(datanets.owed(), 700);
    }

    function test_ReturnBond_ReturnsBondOfAccepted() public {
        token.refuse(alice, true);
        _returnsAfterRefusal(_accepted(alice, "a", 7), 700);
    }

    function test_ReturnBond_ReturnsRestOfRejected() public {
        token.refuse(alice, true);
        ContributionId id = _contribute(alice, "a", 7);
        datanets.reject(id, 3_000, bob, 5_000);
        _returnsAfterRefusal(id, 490);
    }

    function test_NextToSettle_RevertsWithoutDatanet() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownDatanet.selector, NO_DATANET));
        datanets.nextToSettle(NO_DATANET);
    }

    function test_NextToSettle_IsEarliest() public {
        assertEq(ContributionId.unwrap(datanets.nextToSettle(DATANET)), 0);
        ContributionId first = _contribute(alice, "a", 1);
        _contribute(alice, "b", 1);
        _assertSame(datanets.nextToSettle(DATANET), first);
    }

    function test_ContributionOf_RevertsWithoutContribution() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, NONE));
        datanets.contributionOf(NONE);
    }

    function test_PositionOf_RevertsWithoutContribution() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, NONE));
        datanets.positionOf(NONE);
    }

    function test_EarnerOf_IsNobodyWithoutContribution() public view {
        _assertPosition(datanets.earnerOf(NONE, type(uint48).max), 0);
    }

    function test_EarnerOf_IsNobodyBeforeAcceptance() public {
        _accepted(alice, "a", 1);
        ContributionId pending = _contribute(alice, "b", 1);
        ContributionId rejected = _contribute(alice, "c", 1);
        datanets.reject(rejected, 0, alice, 0);
        _assertPosition(datanets.positionOf(pending), 3);
        _assertPosition(datanets.earnerOf(pending, type(uint48).max), 0);
        _assertPosition(datanets.earnerOf(rejected, type(uint48).max), 0);
        assertEq(datanets.contributionOf(pending).settledAt, 0);
        assertEq(datanets.contributionOf(rejected).settledAt, block.timestamp);
    }

    function test_EarnerOf_IsThePositionAfterAcceptance() public {
        ContributionId id = _accepted(alice, "a", 1);
        uint48 time = uint48(block.timestamp);
        assertEq(datanets.contributionOf(id).settledAt, time);
        _assertPosition(datanets.earnerOf(id, time), 0);
        _assertPosition(datanets.earnerOf(id, time + 1), 3);
    }

    function test_AcceptedOf_RevertsWithoutDatanet() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownDatanet.selector, NO_DATANET));
        datanets.acceptedOf(NO_DATANET);
    }

    function test_AcceptedAt_RevertsWithoutDatanet() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownDatanet.selector, NO_DATANET));
        datanets.acceptedAt(NO_DATANET, 0);
    }

    function test_AcceptedAt_RevertsPastTheList() public {
        _accepted(alice, "a", 1);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.PlaceOutOfRange.selector, DATANET, 1, 1));
        datanets.acceptedAt(DATANET, 1);
    }

    function _returnsAfterRefusal(ContributionId id, uint128 amount) private {
        token.refuse(alice, false);
        uint256 before = token.balanceOf(alice);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.BondReturned(id, alice, amount);
        vm.prank(stranger);
        datanets.returnBond(id);
        assertEq(token.balanceOf(alice) - before, amount);
        assertEq(datanets.owed(), 0);
        _assertSolvent();
    }
}
