// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {ContributionId, DatanetId, PositionId} from "../../../contracts/types/Ids.sol";
import {DatanetsTest} from "../support/DatanetsTest.sol";

/// @notice Licence income of datanets.
contract DatanetRegistryLicenceTest is DatanetsTest {
    function test_PayLicence_RevertsWithoutDatanet() public {
        DatanetId none = DatanetId.wrap(9);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownDatanet.selector, none));
        datanets.payLicence(none, 1);
    }

    function test_PayLicence_RevertsWithoutRecords() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NothingToLicense.selector, DATANET));
        datanets.payLicence(DATANET, 1);
    }

    function test_PayLicence_RevertsForTooMuch() public {
        _accepted(alice, "a", 7);
        uint128 most = type(uint128).max / 2;
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.AmountTooLarge.selector, most + 1, most));
        datanets.payLicence(DATANET, most + 1);
    }

    function test_PayLicence_RevertsForFee() public {
        _accepted(alice, "a", 7);
        token.setFee(1_000);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.AmountMismatch.selector, 100, 90));
        vm.prank(stranger);
        datanets.payLicence(DATANET, 100);
    }

    function test_PayLicence_AccruesCut() public {
        _accepted(alice, "a", 7);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.LicenceIncome(DATANET, stranger, 10, 95);
        vm.prank(stranger);
        datanets.payLicence(DATANET, 105);
        assertEq(ledger.accruedOf(PositionId.wrap(2)), 10);
        assertEq(datanets.owed(), 95);
        _assertSolvent();
    }

    function test_PayLicence_SharesWithoutCut() public {
        ContributionId id = _accepted(alice, "a", 7);
        vm.prank(stranger);
        datanets.payLicence(DATANET, 9);
        assertEq(ledger.accruedOf(PositionId.wrap(2)), 0);
        assertEq(datanets.licenceIncomeOf(id), 7);
        // The remainder of 2 is divided with the next 5.
        vm.prank(stranger);
        datanets.payLicence(DATANET, 5);
        assertEq(datanets.licenceIncomeOf(id), 14);
    }

    function test_CollectLicenceIncome_RevertsUnlessAccepted() public {
        ContributionId id = _contribute(alice, "a", 7);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ContributionNotAccepted.selector, id));
        datanets.collectLicenceIncome(id);
    }

    function test_CollectLicenceIncome_DoesNothing() public {
        ContributionId id = _accepted(alice, "a", 7);
        vm.recordLogs();
        assertEq(datanets.collectLicenceIncome(id), 0);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function testFuzz_CollectLicenceIncome_AccruesByRecord(uint8[3] calldata records, uint64[4] calldata paid) public {
        ContributionId[3] memory ids;
        uint256 total;
        uint256 taken;
        for (uint256 i; i < 3; ++i) {
            ids[i] = _accepted(i == 1 ? bob : alice, vm.toString(i), uint128(records[i]) + 1);
            vm.prank(stranger);
            datanets.payLicence(DATANET, paid[i]);
            total += paid[i];
        }
        vm.prank(stranger);
        datanets.payLicence(DATANET, paid[3]);
        total += paid[3];
        for (uint256 i; i < 3; ++i) {
            uint128 due = datanets.licenceIncomeOf(ids[i]);
            assertEq(datanets.collectLicenceIncome(ids[i]), due);
            assertEq(datanets.licenceIncomeOf(ids[i]), 0);
            taken += due;
        }
        assertEq(ledger.accruedOf(PositionId.wrap(3)) + ledger.accruedOf(PositionId.wrap(4)), taken);
        uint256 cut = ledger.accruedOf(PositionId.wrap(2));
        assertEq(total, cut + taken + datanets.owed());
        // What stays is less than one unit for each record.
        assertLt(datanets.owed(), uint256(records[0]) + records[1] + records[2] + 3);
        _assertSolvent();
    }

    function test_LicenceIncomeOf_RevertsWithoutContribution() public {
        ContributionId none = ContributionId.wrap(99);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, none));
        datanets.licenceIncomeOf(none);
    }

    function test_LicenceIncomeOf_IsNotForLaterOnes() public {
        _accepted(alice, "a", 7);
        vm.prank(stranger);
        datanets.payLicence(DATANET, 7_000);
        ContributionId later = _accepted(bob, "b", 7);
        assertEq(datanets.licenceIncomeOf(later), 0);
    }
}
