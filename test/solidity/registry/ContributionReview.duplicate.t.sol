// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IContributionReview} from "../../../contracts/interfaces/IContributionReview.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {ContributionId, DatanetId, RoundId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {ContentTree} from "../support/ContentTree.sol";
import {ReviewTest} from "../support/ReviewTest.sol";

/// @notice Showing that records stand earlier already.
contract ContributionReviewDuplicateTest is ReviewTest {
    ContributionId private constant NONE = ContributionId.wrap(99);
    bytes32 private constant SHARED = keccak256("shared");

    /// @dev Five records; the shared one is at place 1.
    bytes32[] private _first;
    /// @dev Ten records; the shared one is at places 4 and 7.
    bytes32[] private _second;

    function setUp() public override {
        super.setUp();
        for (uint256 i; i < 5; ++i) _first.push(i == 1 ? SHARED : keccak256(abi.encode("first", i)));
        for (uint256 i; i < 10; ++i) {
            _second.push(i == 4 || i == 7 ? SHARED : keccak256(abi.encode("second", i)));
        }
    }

    function test_ProveDuplicate_RevertsWithoutContribution() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, NONE));
        _prove(NONE, NONE);
    }

    function test_ProveDuplicate_RevertsWhenSettled() public {
        ContributionId original = _original();
        ContributionId copy = _copy();
        _accept(original);
        _accept(copy);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.ContributionNotPending.selector, copy));
        _prove(copy, original);
    }

    function test_ProveDuplicate_RevertsWithoutEarlier() public {
        ContributionId copy = _copy();
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, NONE));
        _prove(copy, NONE);
    }

    function test_ProveDuplicate_RevertsForOneRecord() public {
        ContributionId copy = _copy();
        bytes memory opening = ContentTree.open(_second, 4);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.SamePlace.selector, 4));
        review.proveDuplicate(copy, 4, copy, 4, SHARED, opening, opening);
    }

    function test_ProveDuplicate_RevertsForLater() public {
        ContributionId copy = _copy();
        ContributionId later = _original();
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.NotEarlier.selector, copy, later));
        _prove(copy, later);
    }

    function test_ProveDuplicate_RevertsForAnotherDatanet() public {
        Root memory root = ContentTree.rootOf(_first);
        DatanetId another = DatanetId.wrap(2);
        datanets.reserve(datanets.reservationOf(alice, another, root, SALT));
        _nextBlock();
        vm.prank(alice);
        ContributionId elsewhere = datanets.contribute(
            another,
            IDatanetRegistry.ContributionKind.Data,
            root,
            LICENCE,
            "",
            SALT
        );
        ContributionId copy = _copy();
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.NotEarlier.selector, copy, elsewhere));
        _prove(copy, elsewhere);
    }

    function test_ProveDuplicate_RevertsForRejected() public {
        ContributionId original = _original();
        ContributionId copy = _copy();
        _judge(original, Verdict.Mistake);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.EarlierRejected.selector, original));
        _prove(copy, original);
    }

    function test_ProveDuplicate_RevertsTheSecondTime() public {
        ContributionId original = _original();
        ContributionId copy = _copy();
        _prove(copy, original);
        _accept(original);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.AlreadyShown.selector, copy, original));
        vm.prank(stranger);
        _prove(copy, original);
    }

    function test_ProveDuplicate_RevertsForOpenings() public {
        ContributionId original = _original();
        ContributionId copy = _copy();
        _accept(original);
        bytes memory inCopy = ContentTree.open(_second, 4);
        bytes memory inOriginal = ContentTree.open(_first, 1);
        bytes4 invalid = SumTree.InvalidOpening.selector;
        vm.expectRevert(invalid);
        review.proveDuplicate(copy, 5, original, 1, SHARED, inCopy, inOriginal);
        vm.expectRevert(invalid);
        review.proveDuplicate(copy, 4, original, 2, SHARED, inCopy, inOriginal);
        vm.expectRevert(invalid);
        review.proveDuplicate(copy, 4, original, 1, _second[4] ^ bytes32(uint256(1)), inCopy, inOriginal);
        vm.expectRevert(invalid);
        review.proveDuplicate(copy, 4, original, 1, SHARED, inOriginal, inOriginal);
        vm.expectRevert(invalid);
        review.proveDuplicate(copy, 4, original, 1, SHARED, inCopy, "");
        // Equal places do not make equal records.
        bytes32 record = _second[3];
        bytes memory third = ContentTree.open(_second, 3);
        vm.expectRevert(invalid);
        review.proveDuplicate(copy, 3, original, 3, record, third, ContentTree.open(_first, 3));
    }

    function test_ProveDuplicate_RejectsCopyOfAccepted() public {
        ContributionId original = _original();
        _accept(original);
        ContributionId copy = _copy();
        _pass(WINDOW);
        uint256 supply = token.totalSupply();
        uint256 provers = token.balanceOf(carol);
        uint256 copiers = token.balanceOf(bob);
        vm.expectEmit(address(review));
        emit IContributionReview.DuplicateShown(copy, original, carol, SHARED);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.ContributionRejected(copy, DATANET, carol, 50, 20);
        vm.prank(carol);
        _prove(copy, original);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.Rejected);
        assertEq(token.balanceOf(carol) - provers, 20);
        assertEq(token.balanceOf(bob) - copiers, 950);
        assertEq(supply - token.totalSupply(), 30);
        assertEq(review.proverOf(copy, original), address(0));
        _assertSolvent();
    }

    function test_ProveDuplicate_RejectsAfterWindow() public {
        ContributionId original = _original();
        ContributionId copy = _copy();
        _accept(original);
        _pass(10 * WINDOW);
        _prove(copy, original);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.Rejected);
    }

    function testFuzz_ProveDuplicate_FindsRecord(uint8 sizes, uint256 places, bytes32 record) public {
        bytes32[] memory first = new bytes32[](1 + (sizes % 16));
        bytes32[] memory second = new bytes32[](1 + (sizes / 16));
        for (uint256 i; i < first.length; ++i) first[i] = keccak256(abi.encode(record, "first", i));
        for (uint256 i; i < second.length; ++i) second[i] = keccak256(abi.encode(record, "second", i));
        uint64 earlierPlace = uint64(places % first.length);
        uint64 place = uint64((places / 16) % second.length);
        first[earlierPlace] = second[place] = record;
        ContributionId original = _contribute(alice, ContentTree.rootOf(first));
        _accept(original);
        ContributionId copy = _contribute(bob, ContentTree.rootOf(second));
        bytes memory opening = ContentTree.open(second, place);
        review.proveDuplicate(
            copy,
            place,
            original,
            earlierPlace,
            record,
            opening,
            ContentTree.open(first, earlierPlace)
        );
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.UnderReview);
        _pass(WINDOW);
        review.settleDuplicate(copy, original);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.Rejected);
    }

    function test_ProveDuplicate_RejectsRepetition() public {
        ContributionId copy = _copy();
        _pass(WINDOW);
        _proveRepetition(copy);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.Rejected);
    }

    function test_ProveDuplicate_HoldsCopyOfPending() public {
        ContributionId original = _original();
        ContributionId copy = _copy();
        vm.prank(carol);
        _prove(copy, original);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.UnderReview);
        assertEq(review.proverOf(copy, original), carol);
        // The copier cannot have both accepted before the proof counts.
        _accept(original);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnderReview.selector, copy));
        datanets.accept(copy);
    }

    function test_ProveDuplicate_HoldsDuringWindow() public {
        ContributionId original = _original();
        _accept(original);
        ContributionId copy = _copy();
        _pass(WINDOW - 1);
        _prove(copy, original);
        _proveRepetition(copy);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.UnderReview);
        assertEq(review.proverOf(copy, original), address(this));
        // It can still be objected to.
        _object(carol, copy, Verdict.Malice);
    }

    function test_ProveDuplicate_WaitsForObjection() public {
        ContributionId original = _original();
        _accept(original);
        ContributionId copy = _copy();
        RoundId round = _object(carol, copy, Verdict.Malice);
        // A planted duplicate is no way out of the higher tier.
        vm.prank(bob);
        _proveRepetition(copy);
        vm.prank(bob);
        _prove(copy, original);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.UnderReview);
        _voteAll(round, Verdict.Malice);
        _pass(APPEAL);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.ContributionRejected(copy, DATANET, carol, 900, 360);
        review.resolve(copy);
    }

    function test_SettleDuplicate_RevertsForNothing() public {
        ContributionId original = _original();
        ContributionId copy = _copy();
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.NothingShown.selector, copy, original));
        review.settleDuplicate(copy, original);
    }

    function test_SettleDuplicate_RevertsWhenRejected() public {
        ContributionId original = _original();
        ContributionId copy = _copy();
        _prove(copy, original);
        _pass(WINDOW);
        _proveRepetition(copy);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.ContributionNotPending.selector, copy));
        review.settleDuplicate(copy, original);
    }

    function test_SettleDuplicate_RevertsDuringObjection() public {
        ContributionId original = _original();
        ContributionId copy = _copy();
        _prove(copy, original);
        _object(carol, copy, Verdict.Malice);
        _accept(original);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.ObjectionOpen.selector, copy));
        review.settleDuplicate(copy, original);
    }

    function test_SettleDuplicate_RevertsBeforeEarlier() public {
        ContributionId original = _original();
        ContributionId copy = _copy();
        _prove(copy, original);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.EarlierNotSettled.selector, original));
        review.settleDuplicate(copy, original);
        _object(carol, original, Verdict.Malice);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.EarlierNotSettled.selector, original));
        review.settleDuplicate(copy, original);
    }

    function test_SettleDuplicate_RevertsDuringWindow() public {
        ContributionId original = _original();
        _pass(1);
        ContributionId copy = _copy();
        _prove(copy, original);
        _accept(original);
        uint48 until = uint48(vm.getBlockTimestamp()) + 1;
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.ReviewOpen.selector, copy, until));
        review.settleDuplicate(copy, original);
        vm.warp(until);
        review.settleDuplicate(copy, original);
    }

    function test_SettleDuplicate_RejectsForProver() public {
        ContributionId original = _original();
        ContributionId copy = _copy();
        vm.prank(carol);
        _prove(copy, original);
        assertEq(review.proverOf(copy, original), carol);
        _accept(original);
        uint256 before = token.balanceOf(carol);
        vm.prank(stranger);
        review.settleDuplicate(copy, original);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.Rejected);
        assertEq(token.balanceOf(carol) - before, 20);
        assertEq(review.proverOf(copy, original), address(0));
    }

    function test_SettleDuplicate_RejectsRepetition() public {
        ContributionId copy = _copy();
        RoundId round = _object(carol, copy, Verdict.Malice);
        _proveRepetition(copy);
        _voteAll(round, Verdict.Keep);
        _pass(APPEAL);
        review.resolve(copy);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.UnderReview);
        review.settleDuplicate(copy, copy);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.Rejected);
    }

    function test_SettleDuplicate_Releases() public {
        ContributionId original = _original();
        ContributionId copy = _copy();
        _prove(copy, original);
        _judge(original, Verdict.Malice);
        vm.expectEmit(address(review));
        emit IContributionReview.DuplicateDismissed(copy, original);
        review.settleDuplicate(copy, original);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.Pending);
        _accept(copy);
    }

    function test_SettleDuplicate_HoldsForAnother() public {
        ContributionId original = _original();
        ContributionId other = _contribute(carol, ContentTree.rootOf(_first));
        ContributionId copy = _copy();
        _prove(copy, other);
        _prove(copy, original);
        _judge(original, Verdict.Malice);
        review.settleDuplicate(copy, original);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.UnderReview);
        _accept(other);
        review.settleDuplicate(copy, other);
        _assertStatus(copy, IDatanetRegistry.ContributionStatus.Rejected);
    }

    function _original() private returns (ContributionId) {
        return _contribute(alice, ContentTree.rootOf(_first));
    }

    function _copy() private returns (ContributionId) {
        return _contribute(bob, ContentTree.rootOf(_second));
    }

    function _accept(ContributionId id) private {
        uint48 until = datanets.contributionOf(id).contributedAt + WINDOW;
        if (vm.getBlockTimestamp() < until) vm.warp(until);
        datanets.accept(id);
    }

    /// @dev By whoever is pranked.
    function _prove(ContributionId copy, ContributionId original) private {
        review.proveDuplicate(copy, 4, original, 1, SHARED, _openSecond(4), _openFirst(1));
    }

    function _proveRepetition(ContributionId copy) private {
        review.proveDuplicate(copy, 4, copy, 7, SHARED, _openSecond(4), _openSecond(7));
    }

    function _openFirst(uint64 place) private view returns (bytes memory) {
        return ContentTree.open(_first, place);
    }

    function _openSecond(uint64 place) private view returns (bytes memory) {
        return ContentTree.open(_second, place);
    }
}
