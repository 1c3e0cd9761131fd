// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {FeeToken} from "../../../contracts/test/FeeToken.sol";
import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {LedgerFixture} from "./LedgerFixture.sol";

/// @notice Direct income and claims, branch by branch (Claims.tree).
contract ClaimsTest is LedgerFixture {
    uint128 private constant A = 60_000;
    uint128 private constant B = 40_000;

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
        finalizePayouts(POOL, A, B);
        ledger.claim(single(claimOf(ALICES, A, B)));
        accrue(ALICES, 9);
        assertAccount(ALICES, A, 9);
        assertAccount(BOBS, 0, 0);
    }

    function test_Accrue_RevertsForFeeOnTransfer() public {
        FeeToken taxed = new FeeToken();
        taxed.setFee(100);
        RoyaltyLedger other = new RoyaltyLedger(taxed, positions, attributors, governance, ledger.parameters());
        taxed.approve(address(other), 100);
        PositionId[] memory to = new PositionId[](1);
        uint128[] memory amounts = new uint128[](1);
        (to[0], amounts[0]) = (ALICES, 100);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.AmountMismatch.selector, 100, 99));
        other.accrue(to, amounts);
    }

    function test_Accrue_RevertsForUncoveredBooks() public {
        accrue(ALICES, 100);
        vm.prank(address(ledger));
        token.transfer(stranger, 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.BooksNotCovered.selector, 109, 110));
        this.accrueTo(ALICES, 10);
    }

    // --- claim ---

    function test_Claim_PaysOwner() public {
        finalizePayouts(POOL, A, B);
        vm.expectEmit();
        emit IRoyaltyLedger.Claimed(ALICES, alice, A, 0);
        vm.prank(stranger);
        assertEq(ledger.claim(single(claimOf(ALICES, A, B))), A);
        assertEq(token.balanceOf(alice), A);
        assertAccount(ALICES, A, 0);
        assertCovered();
    }

    function test_Claim_PaysBothIncomes() public {
        finalizePayouts(POOL, A, B);
        accrue(ALICES, 7);
        ledger.claim(single(claimOf(ALICES, A, B)));
        assertEq(token.balanceOf(alice), A + 7);
        assertAccount(ALICES, A, 0);
        assertCovered();
    }

    function test_Claim_PaysAccruedOnly() public {
        finalizePayouts(POOL, A, B);
        accrue(ALICES, 7);
        ledger.claim(single(accruedOnly(ALICES)));
        assertEq(token.balanceOf(alice), 7);
        assertAccount(ALICES, 0, 0);
        ledger.claim(single(claimOf(ALICES, A, B)));
        assertEq(token.balanceOf(alice), A + 7);
    }

    function test_Claim_PaysNothingTwice() public {
        finalizePayouts(POOL, A, B);
        IRoyaltyLedger.Claim memory item = claimOf(ALICES, A, B);
        assertEq(ledger.claim(pair(item, item)), A);
        assertEq(ledger.claim(single(item)), 0);
        assertEq(ledger.claim(single(accruedOnly(ALICES))), 0);
        accrue(ALICES, 1);
        assertEq(ledger.claim(pair(item, item)), 1);
        assertEq(ledger.claim(single(item)), 0);
    }

    function test_Claim_PaysEachOwner() public {
        finalizePayouts(POOL, A, B);
        ledger.claim(pair(claimOf(ALICES, A, B), claimOf(BOBS, B, A)));
        assertEq(token.balanceOf(alice), A);
        assertEq(token.balanceOf(bob), B);
        assertCovered();
    }

    function test_Claim_PaysOneOwnerOnce() public {
        finalizePayouts(POOL, A, B);
        vm.prank(bob);
        positions.transferFrom(bob, alice, 3);
        vm.expectCall(address(token), abi.encodeCall(token.transfer, (alice, A + B)), 1);
        ledger.claim(pair(claimOf(ALICES, A, B), claimOf(BOBS, B, A)));
    }

    function test_Claim_ContinuesFromThePathBefore() public {
        finalizePayouts(POOL, A, B);
        IRoyaltyLedger.Claim memory short = claimOf(BOBS, B, A);
        short.opening = abi.encodePacked(uint8(1), uint32(1), SumTree.leafHash(2, A, PAYLOAD), A);
        ledger.claim(pair(claimOf(ALICES, A, B), short));
        assertEq(token.balanceOf(bob), B);
    }

    function test_Claim_RevertsForShortOpeningAlone() public {
        finalizePayouts(POOL, A, B);
        IRoyaltyLedger.Claim memory short = claimOf(BOBS, B, A);
        short.opening = abi.encodePacked(uint8(1), uint32(1), SumTree.leafHash(2, A, PAYLOAD), A);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.InvalidClaim.selector, BOBS));
        ledger.claim(single(short));
    }

    function test_Claim_RevertsForWrongOpening() public {
        finalizePayouts(POOL, A, B);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.InvalidClaim.selector, ALICES));
        ledger.claim(single(claimOf(ALICES, A + 1, B)));
    }

    function test_Claim_RevertsWithoutPosition() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 9));
        ledger.claim(single(accruedOnly(PositionId.wrap(9))));
    }

    function test_Claim_RevertsBelowClaimed() public {
        finalizePayouts(POOL, A, B);
        ledger.claim(single(claimOf(ALICES, A, B)));
        finalizePayouts(POOL, 1, 2 * POOL - 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.CumulativeBelowClaimed.selector, ALICES, 1, A));
        ledger.claim(single(claimOf(ALICES, 1, 2 * POOL - 1)));
    }

    function test_Claim_RevertsBeyondPayouts() public {
        finalizePayouts(POOL, POOL, 0);
        ledger.claim(single(claimOf(ALICES, POOL, 0)));
        accrue(BOBS, 1_000);
        finalizePayouts(POOL, 0, 2 * POOL);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.ClaimsExceedPayouts.selector, 2 * POOL, POOL));
        ledger.claim(single(claimOf(BOBS, 2 * POOL, 0)));
        assertCovered();
    }

    // --- claimTo ---

    function test_ClaimTo_RevertsForZeroRecipient() public {
        vm.expectRevert(IRoyaltyLedger.ZeroRecipient.selector);
        vm.prank(alice);
        ledger.claimTo(address(0), single(accruedOnly(ALICES)));
    }

    function test_ClaimTo_RevertsForStranger() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotClaimer.selector, ALICES, stranger));
        vm.prank(stranger);
        ledger.claimTo(stranger, single(accruedOnly(ALICES)));
    }

    function test_ClaimTo_ServesOwner() public {
        finalizePayouts(POOL, A, B);
        vm.prank(alice);
        assertEq(ledger.claimTo(stranger, single(claimOf(ALICES, A, B))), A);
        assertEq(token.balanceOf(stranger), A);
    }

    function test_ClaimTo_ServesClaimer() public {
        accrue(ALICES, 5);
        vm.prank(alice);
        ledger.setClaimer(ALICES, bob);
        vm.prank(bob);
        ledger.claimTo(stranger, single(accruedOnly(ALICES)));
        assertEq(token.balanceOf(stranger), 5);
    }

    function test_ClaimTo_RevertsAfterTransfer() public {
        vm.prank(alice);
        ledger.setClaimer(ALICES, bob);
        vm.prank(alice);
        positions.transferFrom(alice, stranger, 2);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotClaimer.selector, ALICES, bob));
        vm.prank(bob);
        ledger.claimTo(bob, single(accruedOnly(ALICES)));
    }

    // --- setClaimer ---

    function test_SetClaimer_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotPositionOwner.selector, ALICES, bob));
        vm.prank(bob);
        ledger.setClaimer(ALICES, bob);
    }

    function test_SetClaimer_Appoints() public {
        vm.expectEmit();
        emit IRoyaltyLedger.ClaimerSet(ALICES, alice, bob);
        vm.prank(alice);
        ledger.setClaimer(ALICES, bob);
    }

    // --- claimedOf ---

    function test_ClaimedOf_Neighbours() public {
        finalizePayouts(POOL, A, B);
        ledger.claim(single(claimOf(BOBS, B, A)));
        accrue(TREASURY, 3);
        ledger.claim(single(claimOf(ALICES, A, B)));
        assertAccount(ALICES, A, 0);
        assertAccount(BOBS, B, 0);
        (, uint128 accrued) = ledger.claimedOf(TREASURY);
        assertEq(accrued, 3);
    }

    function test_ClaimedOf_LargeAmounts() public {
        uint128 large = 1 << 85;
        finalizePayouts(large, large - 2, 2);
        ledger.claim(single(claimOf(ALICES, large - 2, 2)));
        assertAccount(ALICES, large - 2, 0);
        finalizePayouts(1, large - 1, 2);
        ledger.claim(single(claimOf(ALICES, large - 1, 2)));
        assertAccount(ALICES, large - 1, 0);
        finalizePayouts(7, large + 6, 2);
        ledger.claim(single(claimOf(ALICES, large + 6, 2)));
        assertAccount(ALICES, large + 6, 0);
        assertEq(token.balanceOf(alice), large + 6);
    }

    function accrueTo(PositionId position, uint128 amount) external {
        accrue(position, amount);
    }
}
