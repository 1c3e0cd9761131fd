// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {SumPath} from "../../../contracts/libraries/SumPath.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyVault} from "../../../contracts/royalties/RoyaltyVault.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {LedgerFixture} from "../ledger/LedgerFixture.sol";

/// @notice Set-up, what only the ledger may call, and the two kinds of books, branch by branch (Payouts.tree).
contract PayoutsTest is LedgerFixture {
    uint128 private constant LEAST_TOO_LARGE = 1 << 95;

    // --- constructor ---

    function test_Constructor_IsPrimaryWherePositionsMadeIt() public view {
        assertTrue(vault.isPrimary());
        assertEq(vault.token(), address(token));
        assertEq(vault.positions(), address(positions));
    }

    function test_Constructor_IsNotPrimaryOtherwise() public {
        RoyaltyVault other = _secondary();
        assertFalse(other.isPrimary());
        assertEq(other.token(), address(token));
        assertEq(other.positions(), address(positions));
    }

    // --- bind ---

    function test_Bind_RevertsForOthers() public {
        RoyaltyVault other = _secondary();
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.NotDeployer.selector, alice));
        vm.prank(alice);
        other.bind(ledger);
    }

    function test_Bind_RevertsTwice() public {
        vm.expectRevert(IRoyaltyVault.AlreadyBound.selector);
        vault.bind(ledger);
    }

    function test_Bind_RevertsForForeignLedger() public {
        RoyaltyVault other = _secondary();
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.ForeignLedger.selector, address(ledger)));
        other.bind(ledger);
    }

    function test_Bind_NamesTheLedger() public {
        vault = _secondary();
        RoyaltyLedger second = deployLedger(parameters());
        vm.expectEmit();
        emit IRoyaltyVault.Bound(address(second));
        vault.bind(second);
        assertEq(vault.ledger(), address(second));
    }

    // --- setPayouts ---

    function test_SetPayouts_RevertsBeforeBinding() public {
        vault = _secondary();
        RoyaltyLedger second = deployLedger(parameters());
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.NotLedger.selector, address(second)));
        vm.prank(address(second));
        vault.setPayouts(Root(keccak256("root"), 1));
    }

    function test_SetPayouts_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.NotLedger.selector, address(this)));
        vault.setPayouts(Root(keccak256("root"), 1));
    }

    function test_SetPayouts_ReplacesTheRoot() public {
        vm.startPrank(address(ledger));
        vault.setPayouts(Root(keccak256("root"), 1));
        assertEq(vault.payoutsCommitment(), keccak256(abi.encodePacked(keccak256("root"), uint128(1))));
        vault.setPayouts(Root(payoutsHash(60, 40), 100));
        vm.stopPrank();
        assertEq(vault.payoutsCommitment(), SumPath.commitment(payoutsHash(60, 40), 100));
        token.transfer(address(vault), 100);
        assertEq(vault.claim(single(claimOf(ALICES, 60, 40))), 60);
    }

    // --- markDirect ---

    function test_MarkDirect_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.NotLedger.selector, address(this)));
        vault.markDirect(ALICES);
    }

    function test_MarkDirect_MarksInPositions() public {
        assertFalse(_hasDirect());
        vm.prank(address(ledger));
        vault.markDirect(ALICES);
        assertTrue(_hasDirect());
    }

    function test_MarkDirect_MarksInItsOwnBooks() public {
        _replaceBySecondary();
        vm.prank(address(ledger));
        vault.markDirect(ALICES);
        assertFalse(_hasDirect());
        finalizePayouts(POOL, POOL, 0);
        vm.expectCall(address(ledger), abi.encodeCall(IRoyaltyLedger.payAccrued, (ALICES, alice)), 1);
        vault.claim(single(claimOf(ALICES, POOL, 0)));
    }

    // --- claimed amounts ---

    function test_ClaimedOf_IsWhatPositionsHold() public {
        finalizePayouts(POOL, 60_000, 40_000);
        vault.claim(single(claimOf(ALICES, 60_000, 40_000)));
        assertEq(vault.claimedOf(ALICES), 60_000);
        assertEq(positions.claimedOf(ALICES), 60_000);
    }

    function test_ClaimedOf_IsWhatItsOwnBooksHold() public {
        _replaceBySecondary();
        finalizePayouts(POOL, 60_000, 40_000);
        vault.claim(single(claimOf(ALICES, 60_000, 40_000)));
        assertEq(vault.claimedOf(ALICES), 60_000);
        assertEq(positions.claimedOf(ALICES), 0);
    }

    function test_Claim_RevertsForTooMuchWherePrimary() public {
        token.transfer(proposer, 1e28);
        finalizePayouts(LEAST_TOO_LARGE, LEAST_TOO_LARGE - 1, 1);
        assertEq(vault.claim(single(claimOf(ALICES, LEAST_TOO_LARGE - 1, 1))), LEAST_TOO_LARGE - 1);
        assertEq(vault.claimedOf(ALICES), LEAST_TOO_LARGE - 1);
        finalizePayouts(1, LEAST_TOO_LARGE, 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.CumulativeTooLarge.selector, ALICES, LEAST_TOO_LARGE));
        vault.claim(single(claimOf(ALICES, LEAST_TOO_LARGE, 1)));
    }

    function test_Claim_PaysAnyAmountOtherwise() public {
        _replaceBySecondary();
        token.transfer(proposer, 1e28);
        finalizePayouts(LEAST_TOO_LARGE + 1, LEAST_TOO_LARGE, 1);
        assertEq(vault.claim(single(claimOf(ALICES, LEAST_TOO_LARGE, 1))), LEAST_TOO_LARGE);
        assertEq(vault.claimedOf(ALICES), LEAST_TOO_LARGE);
    }

    // --- views ---

    function test_PayoutsCommitment_IsZeroAtFirst() public view {
        assertEq(vault.payoutsCommitment(), 0);
    }

    function test_Unclaimed_IsTheBalance() public {
        finalizePayouts(POOL, POOL, 0);
        assertEq(vault.unclaimed(), POOL);
        token.transfer(address(vault), 5);
        assertEq(vault.unclaimed(), POOL + 5);
    }

    function test_Ledger_IsZeroAtFirst() public {
        assertEq(_secondary().ledger(), address(0));
        assertEq(vault.ledger(), address(ledger));
    }

    function _secondary() private returns (RoyaltyVault) {
        return new RoyaltyVault(token, positions, address(this));
    }

    /// @dev Another ledger of the same token, as a replacement would be.
    function _replaceBySecondary() private {
        vault = _secondary();
        replaceLedger();
    }

    function _hasDirect() private returns (bool hasDirect) {
        vm.prank(positions.vault());
        (, , hasDirect) = positions.raiseTo(ALICES, 0);
    }
}
