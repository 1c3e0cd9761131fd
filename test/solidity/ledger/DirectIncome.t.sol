// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyVault} from "../../../contracts/royalties/RoyaltyVault.sol";
import {FeeToken} from "../../../contracts/test/FeeToken.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {LedgerFixture} from "./LedgerFixture.sol";

/// @notice Income without attribution, branch by branch (DirectIncome.tree).
contract DirectIncomeTest is LedgerFixture {
    // --- accrue ---

    function test_Accrue_RevertsForLengths() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.LengthMismatch.selector, 1, 0));
        ledger.accrue(new PositionId[](1), new uint128[](0));
    }

    function test_Accrue_RevertsForUnknownPosition() public {
        for (uint64 id; id < 5; id += 4) {
            vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.UnknownPosition.selector, PositionId.wrap(id)));
            this.accrueTo(PositionId.wrap(id), 1);
        }
    }

    function test_Accrue_RevertsForTooMuch() public {
        this.accrueTo(ALICES, 5);
        PositionId[] memory to = new PositionId[](2);
        uint128[] memory amounts = new uint128[](2);
        (to[0], to[1]) = (ALICES, ALICES);
        (amounts[0], amounts[1]) = (type(uint128).max - 5, 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.AccruedTooLarge.selector, uint256(1) << 128));
        ledger.accrue(to, amounts);
    }

    function test_Accrue_SkipsZero() public {
        vm.recordLogs();
        accrue(ALICES, 0);
        assertEq(vm.getRecordedLogs().length, 1, "the token's transfer only");
        assertAccount(ALICES, 0, 0);
    }

    function test_Accrue_CreditsPositions() public {
        vm.expectEmit();
        emit IRoyaltyLedger.Accrued(ALICES, address(this), 5);
        accrue(ALICES, 5);
        accrue(ALICES, 6);
        assertAccount(ALICES, 0, 11);
        assertCovered();
    }

    function test_Accrue_KeepsWhatWasClaimed() public {
        finalizePayouts(POOL, 60_000, 40_000);
        vault.claim(single(claimOf(ALICES, 60_000, 40_000)));
        accrue(ALICES, 9);
        assertAccount(ALICES, 60_000, 9);
        assertAccount(BOBS, 0, 0);
    }

    function test_Accrue_MarksPositionOnce() public {
        vm.expectCall(address(vault), abi.encodeCall(IRoyaltyVault.markDirect, (ALICES)), 1);
        accrue(ALICES, 5);
        vault.claim(single(accruedOnly(ALICES)));
        accrue(ALICES, 6);
        assertAccount(ALICES, 0, 6);
    }

    function test_Accrue_RevertsForFeeOnTransfer() public {
        FeeToken taxed = new FeeToken();
        taxed.setFee(100);
        RoyaltyVault other = new RoyaltyVault(taxed, positions, address(this));
        RoyaltyLedger taxing = new RoyaltyLedger(other, attributors, governance, guardian, parameters());
        other.bind(taxing);
        taxed.approve(address(taxing), 100);
        PositionId[] memory to = new PositionId[](1);
        uint128[] memory amounts = new uint128[](1);
        (to[0], amounts[0]) = (ALICES, 100);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.AmountMismatch.selector, 100, 99));
        taxing.accrue(to, amounts);
    }

    function test_Accrue_RevertsForUncoveredBooks() public {
        accrue(ALICES, 100);
        vm.prank(address(ledger));
        token.transfer(stranger, 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.BooksNotCovered.selector, 109, 110));
        this.accrueTo(ALICES, 10);
    }

    // --- payAccrued ---

    function test_PayAccrued_RevertsForOthers() public {
        accrue(ALICES, 5);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotVault.selector, alice));
        vm.prank(alice);
        ledger.payAccrued(ALICES, alice);
    }

    function test_PayAccrued_PaysNothing() public {
        vm.recordLogs();
        vm.prank(address(vault));
        assertEq(ledger.payAccrued(ALICES, alice), 0);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_PayAccrued_PaysRecipient() public {
        accrue(ALICES, 5);
        accrue(BOBS, 6);
        vm.expectEmit();
        emit IRoyaltyLedger.AccruedPaid(ALICES, stranger, 5);
        vm.prank(address(vault));
        assertEq(ledger.payAccrued(ALICES, stranger), 5);
        assertEq(token.balanceOf(stranger), 5);
        assertAccount(ALICES, 0, 0);
        assertAccount(BOBS, 0, 6);
        assertCovered();
    }

    // --- accruedOf ---

    function test_AccruedOf_IsWhatWaits() public {
        assertEq(ledger.accruedOf(ALICES), 0);
        accrue(ALICES, 5);
        assertEq(ledger.accruedOf(ALICES), 5);
        assertEq(ledger.accruedOf(BOBS), 0);
    }

    function accrueTo(PositionId position, uint128 amount) external {
        accrue(position, amount);
    }
}
