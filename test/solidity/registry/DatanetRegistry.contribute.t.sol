// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {ContributionId, DatanetId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {DatanetsTest} from "../support/DatanetsTest.sol";

/// @notice Reserving and making contributions.
contract DatanetRegistryContributeTest is DatanetsTest {
    IDatanetRegistry.ContributionKind private constant DATA = IDatanetRegistry.ContributionKind.Data;

    function test_Reserve_RemembersBlock() public {
        bytes32 reservation = keccak256("reservation");
        assertEq(datanets.reservedAt(reservation), 0);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.Reserved(reservation);
        datanets.reserve(reservation);
        assertEq(datanets.reservedAt(reservation), 100);
    }

    function test_Reserve_KeepsFirstBlock() public {
        bytes32 reservation = _reserve(alice, _root("a", 1));
        _nextBlock();
        vm.recordLogs();
        vm.prank(stranger);
        datanets.reserve(reservation);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(datanets.reservedAt(reservation), 100);
    }

    function test_ReservationOf_IsTheFormats() public view {
        Root memory root = _root("a", 7);
        assertEq(
            datanets.reservationOf(alice, DATANET, root, SALT),
            keccak256(abi.encode(block.chainid, address(datanets), alice, uint64(1), keccak256("a"), uint128(7), SALT))
        );
    }

    function testFuzz_ReservationOf_BindsItsParts(
        address contributor,
        uint64 datanet,
        Root calldata root,
        bytes32 salt,
        uint256 change
    ) public view {
        bytes32 original = datanets.reservationOf(contributor, DatanetId.wrap(datanet), root, salt);
        uint160 flip = uint160(1 << (change % 64));
        address other = address(uint160(contributor) ^ flip);
        assertNotEq(datanets.reservationOf(other, DatanetId.wrap(datanet), root, salt), original);
        assertNotEq(datanets.reservationOf(contributor, DatanetId.wrap(datanet ^ uint64(flip)), root, salt), original);
        Root memory changed = Root(root.hash ^ bytes32(uint256(flip)), root.sum);
        assertNotEq(datanets.reservationOf(contributor, DatanetId.wrap(datanet), changed, salt), original);
        changed = Root(root.hash, root.sum ^ uint128(flip));
        assertNotEq(datanets.reservationOf(contributor, DatanetId.wrap(datanet), changed, salt), original);
        bytes32 otherSalt = salt ^ bytes32(uint256(flip));
        assertNotEq(datanets.reservationOf(contributor, DatanetId.wrap(datanet), root, otherSalt), original);
    }

    function test_Contribute_RevertsWithoutDatanet() public {
        DatanetId none = DatanetId.wrap(9);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownDatanet.selector, none));
        vm.prank(alice);
        datanets.contribute(none, DATA, _root("a", 1), LICENCE, "", SALT);
    }

    function test_Contribute_RevertsForEmptyRoot() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.EmptyContentRoot.selector));
        vm.prank(alice);
        datanets.contribute(DATANET, DATA, Root(0, 1), LICENCE, "", SALT);
    }

    function test_Contribute_RevertsForRecordCount() public {
        uint128[3] memory counts = [uint128(0), (1 << 24) + 1, type(uint128).max];
        for (uint256 i; i < counts.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.RecordCountOutOfRange.selector, counts[i]));
            vm.prank(alice);
            datanets.contribute(DATANET, DATA, _root("a", counts[i]), LICENCE, "", SALT);
        }
        _contribute(alice, "full", 1 << 24);
    }

    function test_Contribute_RevertsWithoutReservation() public {
        _expectNotReserved(alice, _root("a", 1), SALT);
    }

    function test_Contribute_RevertsForAnothersReservation() public {
        _reserve(alice, _root("a", 1));
        _nextBlock();
        _expectNotReserved(bob, _root("a", 1), SALT);
        _expectNotReserved(alice, _root("a", 2), SALT);
        _expectNotReserved(alice, _root("a", 1), keccak256("another"));
    }

    function test_Contribute_RevertsInTheBlockOfTheReservation() public {
        bytes32 reservation = _reserve(alice, _root("a", 1));
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ReservedInThisBlock.selector, reservation));
        vm.prank(alice);
        datanets.contribute(DATANET, DATA, _root("a", 1), LICENCE, "", SALT);
    }

    function test_Contribute_TakesBond() public {
        Root memory root = _root("a", 7);
        _reserve(alice, root);
        _nextBlock();
        ContributionId first = ContributionId.wrap(1);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.ContributionMade(first, DATANET, alice, DATA, root, LICENCE, 700, "ipfs://content");
        vm.prank(alice);
        datanets.contribute(DATANET, DATA, root, LICENCE, "ipfs://content", SALT);

        IDatanetRegistry.Contribution memory made = datanets.contributionOf(first);
        assertEq(DatanetId.unwrap(made.datanet), 1);
        assertEq(made.recordCount, 7);
        assertEq(made.contributedAt, 1_000_000);
        assertEq(made.contributor, alice);
        assertEq(made.bond, 700);
        assertEq(made.contentHash, root.hash);
        assertEq(made.licence, LICENCE);
        _assertPosition(made.position, 0);
        _assertStatus(first, IDatanetRegistry.ContributionStatus.Pending);
        assertEq(datanets.contributionCount(), 1);
        _assertSame(datanets.nextToSettle(DATANET), first);
        assertEq(datanets.owed(), 700);
        _assertSolvent();
    }

    function test_Contribute_UsesReservationUp() public {
        _contribute(alice, "a", 1);
        _expectNotReserved(alice, _root("a", 1), SALT);
    }

    function test_Contribute_OriginalComesFirst() public {
        Root memory root = _root("a", 1);
        _reserve(alice, root);
        _nextBlock();
        // Bob sees Alice's transaction before it is in a block: he can reserve the same root, and not yet contribute it.
        bytes32 copied = _reserve(bob, root);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ReservedInThisBlock.selector, copied));
        vm.prank(bob);
        datanets.contribute(DATANET, DATA, root, LICENCE, "", SALT);
        vm.prank(alice);
        ContributionId original = datanets.contribute(DATANET, DATA, root, LICENCE, "", SALT);
        _nextBlock();
        vm.prank(bob);
        ContributionId copy = datanets.contribute(DATANET, DATA, root, LICENCE, "", SALT);
        assertLt(ContributionId.unwrap(original), ContributionId.unwrap(copy));
    }

    function test_Contribute_RevertsForFee() public {
        _reserve(alice, _root("a", 1));
        _nextBlock();
        token.setFee(1_000);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.BondMismatch.selector, 100, 90));
        vm.prank(alice);
        datanets.contribute(DATANET, DATA, _root("a", 1), LICENCE, "", SALT);
    }

    function test_Contribute_RefusesReentry() public {
        ContributionId first = _contribute(alice, "a", 1);
        _pass(WINDOW);
        _reserve(alice, _root("b", 1));
        _nextBlock();
        token.arm(address(datanets), abi.encodeCall(IDatanetRegistry.accept, (first)));
        vm.prank(alice);
        datanets.contribute(DATANET, DATA, _root("b", 1), LICENCE, "", SALT);
        assertEq(token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        _assertStatus(first, IDatanetRegistry.ContributionStatus.Pending);
    }

    function _expectNotReserved(address by, Root memory root, bytes32 salt) private {
        bytes32 reservation = datanets.reservationOf(by, DATANET, root, salt);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NotReserved.selector, reservation));
        vm.prank(by);
        datanets.contribute(DATANET, DATA, root, LICENCE, "", salt);
    }
}
