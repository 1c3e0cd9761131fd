// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Vm} from "forge-std/Vm.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {ContributionId, DatanetId, PositionId} from "../../../contracts/types/Ids.sol";
import {DatanetsTest} from "../support/DatanetsTest.sol";

/// @notice Contributions that are taken back from future models.
contract DatanetRegistryWithdrawTest is DatanetsTest {
    ContributionId private constant NONE = ContributionId.wrap(99);
    PositionId private constant CURATOR = PositionId.wrap(2);
    PositionId private constant ALICE = PositionId.wrap(3);
    PositionId private constant BOB = PositionId.wrap(4);
    uint256 private constant STEPS = 24;

    /// @dev What licence income ought to be, by the plainest rule: each payment is divided over the records that are not withdrawn when it comes in.
    struct Book {
        uint256 remainder;
        uint256 paid;
        uint256 cut;
        ContributionId[] ids;
        uint256[] due;
        uint256[] records;
    }

    function setUp() public override {
        super.setUp();
        datanets.bindReview(address(this));
    }

    function _withdraw(ContributionId id, address by) private {
        vm.prank(by);
        datanets.withdraw(id);
    }

    function _pay(uint128 amount) private {
        vm.prank(stranger);
        datanets.payLicence(DATANET, amount);
    }

    // --- who, and when ---

    function test_Withdraw_RevertsWithoutContribution() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, NONE));
        datanets.withdraw(NONE);
    }

    /// @dev The test is deployer and review. The right does not go with the position: who buys it buys what it earns.
    function test_Withdraw_RevertsForEverybodyElse() public {
        ContributionId id = _accepted(alice, "a", 3);
        vm.prank(alice);
        positions.transferFrom(alice, carol, PositionId.unwrap(ALICE));
        address[5] memory others = [address(this), curator, bob, stranger, carol];
        for (uint256 i; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NotContributor.selector, id, others[i]));
            _withdraw(id, others[i]);
        }
        assertEq(datanets.withdrawnAt(id), 0);
        _withdraw(id, alice);
    }

    function test_Withdraw_RevertsUnlessAccepted() public {
        ContributionId pending = _contribute(alice, "a", 3);
        ContributionId held = _contribute(alice, "b", 3);
        ContributionId rejected = _contribute(alice, "c", 3);
        datanets.hold(held);
        datanets.reject(rejected, 0, alice, 0);
        ContributionId[3] memory ids = [pending, held, rejected];
        for (uint256 i; i < ids.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ContributionNotAccepted.selector, ids[i]));
            _withdraw(ids[i], alice);
        }
    }

    function test_Withdraw_RevertsTheSecondTime() public {
        ContributionId id = _accepted(alice, "a", 3);
        _withdraw(id, alice);
        uint48 time = datanets.withdrawnAt(id);
        _pass(1_000);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.AlreadyWithdrawn.selector, id));
        _withdraw(id, alice);
        assertEq(datanets.withdrawnAt(id), time);
    }

    // --- what it does ---

    function test_Withdraw_RemembersTheSecond() public {
        ContributionId id = _accepted(alice, "a", 3);
        _pass(77);
        vm.recordLogs();
        _withdraw(id, alice);
        // Where there is no income, nothing is said of it.
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1);
        assertEq(logs[0].topics[0], IDatanetRegistry.ContributionWithdrawn.selector);
        assertEq(uint256(logs[0].topics[1]), ContributionId.unwrap(id));
        assertEq(uint256(logs[0].topics[2]), DatanetId.unwrap(DATANET));
        assertEq(address(uint160(uint256(logs[0].topics[3]))), alice);
        assertEq(datanets.withdrawnAt(id), block.timestamp);
        _assertStatus(id, IDatanetRegistry.ContributionStatus.Accepted);
    }

    function test_Withdraw_AccruesWhatItHas() public {
        ContributionId id = _accepted(alice, "a", 3);
        _accepted(bob, "b", 4);
        _pay(9);
        assertEq(datanets.licenceIncomeOf(id), 3);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.LicenceIncomeCollected(id, ALICE, 3);
        _withdraw(id, alice);
        assertEq(ledger.accruedOf(ALICE), 3);
        assertEq(datanets.licenceIncomeOf(id), 0);
        _assertSolvent();
    }

    /// @dev The remainder of 2 was left by seven records; four divide it.
    function test_Withdraw_LeavesLaterIncomeToTheOthers() public {
        ContributionId id = _accepted(alice, "a", 3);
        ContributionId other = _accepted(bob, "b", 4);
        _pay(9);
        _withdraw(id, alice);
        _pay(7);
        assertEq(datanets.licenceIncomeOf(id), 0);
        assertEq(datanets.collectLicenceIncome(id), 0);
        assertEq(ledger.accruedOf(ALICE), 3);
        assertEq(datanets.licenceIncomeOf(other), 4 + 8);
        datanets.collectLicenceIncome(other);
        assertEq(datanets.owed(), 1);
        _assertSolvent();
    }

    function test_Withdraw_TouchesNoOtherContribution() public {
        ContributionId id = _accepted(alice, "a", 3);
        ContributionId second = _accepted(alice, "b", 4);
        _withdraw(id, alice);
        _pay(8);
        assertEq(datanets.withdrawnAt(second), 0);
        assertEq(datanets.licenceIncomeOf(second), 8);
        _withdraw(second, alice);
        assertEq(ledger.accruedOf(ALICE), 8);
    }

    function test_Withdraw_ChangesNoPlace() public {
        ContributionId first = _accepted(alice, "a", 3);
        ContributionId second = _accepted(bob, "b", 4);
        _withdraw(first, alice);
        (uint64 count, uint64 records) = datanets.acceptedOf(DATANET);
        assertEq(count, 2);
        assertEq(records, 7);
        (ContributionId listed, uint64 before) = datanets.acceptedAt(DATANET, 0);
        _assertSame(listed, first);
        assertEq(before, 0);
        (listed, before) = datanets.acceptedAt(DATANET, 1);
        _assertSame(listed, second);
        assertEq(before, 3);
        assertEq(PositionId.unwrap(datanets.earnerOf(first, type(uint48).max)), PositionId.unwrap(ALICE));
    }

    function test_Withdraw_LeavesTheBondToBeReturned() public {
        token.refuse(alice, true);
        ContributionId id = _accepted(alice, "a", 3);
        _withdraw(id, alice);
        token.refuse(alice, false);
        uint256 before = token.balanceOf(alice);
        datanets.returnBond(id);
        assertEq(token.balanceOf(alice) - before, 3 * BOND_PER_RECORD);
        _assertSolvent();
    }

    /// @dev Also what was accepted before and is contributed again: it is another contribution.
    function test_Withdraw_LetsLaterContributionsShare() public {
        ContributionId id = _accepted(alice, "a", 3);
        _pay(4);
        _withdraw(id, alice);
        ContributionId later = _accepted(bob, "b", 2);
        _pay(6);
        // The remainder of 1 is divided with the later 6.
        assertEq(datanets.licenceIncomeOf(later), 6);
        assertEq(ledger.accruedOf(ALICE), 3);
        assertEq(datanets.owed(), 7);
        _assertSolvent();
    }

    // --- what it is asked ---

    function test_IsWithdrawn_IsForLaterSecondsOnly() public {
        ContributionId id = _accepted(alice, "a", 3);
        assertFalse(datanets.isWithdrawn(id, type(uint48).max));
        _pass(5);
        uint48 time = uint48(block.timestamp);
        _withdraw(id, alice);
        assertFalse(datanets.isWithdrawn(id, 0));
        assertFalse(datanets.isWithdrawn(id, time - 1));
        assertFalse(datanets.isWithdrawn(id, time));
        assertTrue(datanets.isWithdrawn(id, time + 1));
        assertTrue(datanets.isWithdrawn(id, type(uint48).max));
    }

    /// @dev For a second that has passed, and the one that is: whatever is withdrawn in it, the answer stays.
    function testFuzz_IsWithdrawn_NeverChangesForTimesThatPassed(uint48 wait, uint48 asked) public {
        ContributionId id = _accepted(alice, "a", 3);
        _pass(uint48(bound(wait, 0, 1e9)));
        uint48 time = uint48(bound(asked, 0, block.timestamp));
        bool before = datanets.isWithdrawn(id, time);
        _withdraw(id, alice);
        assertEq(datanets.isWithdrawn(id, time), before);
        _pass(1_000);
        assertEq(datanets.isWithdrawn(id, time), before);
    }

    function test_IsWithdrawn_IsFalseWithoutContribution() public view {
        assertEq(datanets.withdrawnAt(NONE), 0);
        assertFalse(datanets.isWithdrawn(NONE, type(uint48).max));
    }

    function test_LicensedRecordsOf_RevertsWithoutDatanet() public {
        DatanetId none = DatanetId.wrap(9);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownDatanet.selector, none));
        datanets.licensedRecordsOf(none);
    }

    function test_LicensedRecordsOf_CountsWhatIsNotWithdrawn() public {
        assertEq(datanets.licensedRecordsOf(DATANET), 0);
        ContributionId id = _accepted(alice, "a", 3);
        _accepted(bob, "b", 4);
        _contribute(bob, "c", 8);
        assertEq(datanets.licensedRecordsOf(DATANET), 7);
        _withdraw(id, alice);
        assertEq(datanets.licensedRecordsOf(DATANET), 4);
    }

    function test_PayLicence_RevertsWhereAllIsWithdrawn() public {
        ContributionId id = _accepted(alice, "a", 3);
        _withdraw(id, alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NothingToLicense.selector, DATANET));
        _pay(1);
    }

    // --- money ---

    /// @dev Contributions, payments, collections and withdrawals in any order: each contribution gets its records' part of what came in while it was licensed,
    /// and all of it adds up to the unit.
    function testFuzz_Withdraw_LosesNoUnit(uint256 seed) public {
        Book memory book;
        (book.ids, book.due) = (new ContributionId[](STEPS), new uint256[](STEPS));
        book.records = new uint256[](STEPS);
        uint256 made;
        for (uint256 step; step < STEPS; ++step) {
            uint256 drawn = uint256(keccak256(abi.encode(seed, step)));
            uint256 which = made == 0 ? 0 : (drawn >> 8) % made;
            if (made == 0 || drawn % 4 == 0) {
                book.records[made] = 1 + ((drawn >> 16) % 50);
                uint128 records = uint128(book.records[made]);
                book.ids[made] = _accepted(made % 2 == 0 ? alice : bob, vm.toString(made), records);
                ++made;
            } else if (drawn % 4 == 1) {
                _payAndBook(book, made, uint64(drawn >> 32));
            } else if (drawn % 4 == 2) {
                datanets.collectLicenceIncome(book.ids[which]);
            } else if (datanets.withdrawnAt(book.ids[which]) == 0) {
                _withdraw(book.ids[which], which % 2 == 0 ? alice : bob);
            }
            _assertBook(book, made);
        }
        for (uint256 i; i < made; ++i) datanets.collectLicenceIncome(book.ids[i]);
        assertEq(datanets.owed(), book.remainder, "nothing but the remainder stays");
        _assertBook(book, made);
    }

    function _payAndBook(Book memory book, uint256 made, uint64 amount) private {
        uint256 licensed;
        for (uint256 i; i < made; ++i) if (datanets.withdrawnAt(book.ids[i]) == 0) licensed += book.records[i];
        assertEq(datanets.licensedRecordsOf(DATANET), licensed);
        if (licensed == 0) return;
        _pay(amount);
        uint256 cut = (uint256(amount) * _terms().curatorCutBps) / 10_000;
        uint256 pot = book.remainder + amount - cut;
        for (uint256 i; i < made; ++i) {
            if (datanets.withdrawnAt(book.ids[i]) == 0) book.due[i] += (pot / licensed) * book.records[i];
        }
        (book.paid, book.cut, book.remainder) = (book.paid + amount, book.cut + cut, pot % licensed);
    }

    function _assertBook(Book memory book, uint256 made) private view {
        uint256[2] memory expected;
        uint256 waiting;
        for (uint256 i; i < made; ++i) {
            expected[i % 2] += book.due[i];
            uint256 income = datanets.licenceIncomeOf(book.ids[i]);
            expected[i % 2] -= income;
            waiting += income;
        }
        assertEq(ledger.accruedOf(CURATOR), book.cut, "cut");
        assertEq(ledger.accruedOf(ALICE), expected[0], "alice");
        assertEq(ledger.accruedOf(BOB), expected[1], "bob");
        assertEq(datanets.owed(), waiting + book.remainder, "owed");
        assertEq(book.paid, book.cut + expected[0] + expected[1] + datanets.owed(), "all of it");
        _assertSolvent();
    }
}
