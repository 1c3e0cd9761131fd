// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "solady/src/tokens/ERC721.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {HostileToken} from "../../../contracts/test/HostileToken.sol";
import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {LedgerFixture} from "../ledger/LedgerFixture.sol";

/// @notice Claims, branch by branch (Claims.tree), from the primary vault.
contract ClaimsTest is LedgerFixture {
    uint128 private constant A = 60_000;
    uint128 private constant B = 40_000;

    // --- claim ---

    function test_Claim_PaysOwner() public {
        finalizePayouts(POOL, A, B);
        vm.expectEmit();
        emit IRoyaltyVault.Claimed(ALICES, alice, A);
        vm.prank(stranger);
        assertEq(vault.claim(single(claimOf(ALICES, A, B))), A);
        assertEq(token.balanceOf(alice), A);
        assertAccount(ALICES, A, 0);
        assertCovered();
    }

    function test_Claim_PaysBothIncomes() public {
        finalizePayouts(POOL, A, B);
        accrue(ALICES, 7);
        vault.claim(single(claimOf(ALICES, A, B)));
        assertEq(token.balanceOf(alice), A + 7);
        assertAccount(ALICES, A, 0);
        assertCovered();
    }

    function test_Claim_PaysAccruedOnly() public {
        finalizePayouts(POOL, A, B);
        accrue(ALICES, 7);
        vault.claim(single(accruedOnly(ALICES)));
        assertEq(token.balanceOf(alice), 7);
        assertAccount(ALICES, 0, 0);
        vault.claim(single(claimOf(ALICES, A, B)));
        assertEq(token.balanceOf(alice), A + 7);
    }

    function test_Claim_PaysNothingTwice() public {
        finalizePayouts(POOL, A, B);
        IRoyaltyVault.Claim memory item = claimOf(ALICES, A, B);
        assertEq(vault.claim(pair(item, item)), A);
        assertEq(vault.claim(single(item)), 0);
        assertEq(vault.claim(single(accruedOnly(ALICES))), 0);
        accrue(ALICES, 1);
        assertEq(vault.claim(pair(item, item)), 1);
        assertEq(vault.claim(single(item)), 0);
    }

    function test_Claim_PaysEachOwner() public {
        finalizePayouts(POOL, A, B);
        vault.claim(pair(claimOf(ALICES, A, B), claimOf(BOBS, B, A)));
        assertEq(token.balanceOf(alice), A);
        assertEq(token.balanceOf(bob), B);
        assertCovered();
    }

    function test_Claim_PaysOneOwnerOnce() public {
        finalizePayouts(POOL, A, B);
        vm.prank(bob);
        positions.transferFrom(bob, alice, 3);
        vm.expectCall(address(token), abi.encodeCall(token.transfer, (alice, A + B)), 1);
        vault.claim(pair(claimOf(ALICES, A, B), claimOf(BOBS, B, A)));
    }

    function test_Claim_ContinuesFromThePathBefore() public {
        finalizePayouts(POOL, A, B);
        IRoyaltyVault.Claim memory short = claimOf(BOBS, B, A);
        short.opening = abi.encodePacked(uint8(1), uint32(1), SumTree.leafHash(2, A, PAYLOAD), A);
        vault.claim(pair(claimOf(ALICES, A, B), short));
        assertEq(token.balanceOf(bob), B);
    }

    function test_Claim_RevertsForShortOpeningAlone() public {
        finalizePayouts(POOL, A, B);
        IRoyaltyVault.Claim memory short = claimOf(BOBS, B, A);
        short.opening = abi.encodePacked(uint8(1), uint32(1), SumTree.leafHash(2, A, PAYLOAD), A);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.InvalidClaim.selector, BOBS));
        vault.claim(single(short));
    }

    function test_Claim_RevertsForWrongOpening() public {
        finalizePayouts(POOL, A, B);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.InvalidClaim.selector, ALICES));
        vault.claim(single(claimOf(ALICES, A + 1, B)));
    }

    function test_Claim_RevertsWithoutPosition() public {
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        vault.claim(single(accruedOnly(PositionId.wrap(9))));
    }

    function test_Claim_RevertsForLeafWithoutPosition() public {
        bytes32 leaf = SumTree.leafHash(9, POOL, PAYLOAD);
        Root memory payouts = Root(leaf, POOL);
        for (uint256 level; level < PAYOUT_DEPTH; ++level) {
            payouts.hash =
                (9 >> level) & 1 == 0
                    ? SumTree.innerHash(payouts.hash, POOL, 0, 0)
                    : SumTree.innerHash(0, 0, payouts.hash, POOL);
        }
        finalizeRoot(POOL, payouts);
        bytes memory opening = abi.encodePacked(uint8(PAYOUT_DEPTH), uint32(0));
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        vault.claim(single(IRoyaltyVault.Claim(PositionId.wrap(9), POOL, PAYLOAD, opening)));
    }

    function test_Claim_RevertsBeforeTheFirstRoot() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.InvalidClaim.selector, ALICES));
        vault.claim(single(claimOf(ALICES, A, B)));
    }

    function test_Claim_RevertsBelowClaimed() public {
        finalizePayouts(POOL, A, B);
        vault.claim(single(claimOf(ALICES, A, B)));
        finalizePayouts(POOL, 1, 2 * POOL - 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.CumulativeBelowClaimed.selector, ALICES, 1, A));
        vault.claim(single(claimOf(ALICES, 1, 2 * POOL - 1)));
    }

    function test_Claim_RevertsBeyondPayouts() public {
        finalizePayouts(POOL, POOL, 0);
        vault.claim(single(claimOf(ALICES, POOL, 0)));
        accrue(BOBS, 1_000);
        open(VERSION, 1_000);
        finalizePayouts(POOL, 0, 2 * POOL);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.ClaimsExceedPayouts.selector, 2 * POOL, POOL));
        vault.claim(single(claimOf(BOBS, 2 * POOL, 0)));
        assertCovered();
    }

    function test_Claim_RevertsWithTheToken() public {
        finalizePayouts(POOL, A, B);
        token.refuse(alice, true);
        vm.expectRevert(abi.encodeWithSelector(HostileToken.Refused.selector, alice));
        vault.claim(single(claimOf(ALICES, A, B)));
        token.refuse(alice, false);
        vault.claim(single(claimOf(ALICES, A, B)));
        assertEq(token.balanceOf(alice), A);
    }

    function test_Claim_PaysFromDonations() public {
        finalizePayouts(POOL, A, B);
        vm.prank(address(vault));
        token.transfer(stranger, A);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.ClaimsExceedPayouts.selector, A, B));
        vault.claim(single(claimOf(ALICES, A, B)));
        vm.prank(stranger);
        token.transfer(address(vault), A);
        vault.claim(pair(claimOf(ALICES, A, B), claimOf(BOBS, B, A)));
        assertEq(vault.unclaimed(), 0);
    }

    // --- claimOne ---

    function test_ClaimOne_PaysAccruedOnly() public {
        finalizePayouts(POOL, A, B);
        accrue(ALICES, 7);
        assertEq(_claimOne(accruedOnly(ALICES)), 7);
        assertEq(token.balanceOf(alice), 7);
        assertAccount(ALICES, 0, 0);
    }

    function test_ClaimOne_RevertsForWrongOpening() public {
        finalizePayouts(POOL, A, B);
        IRoyaltyVault.Claim memory item = claimOf(ALICES, A + 1, B);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.InvalidClaim.selector, ALICES));
        vault.claimOne(item.position, item.cumulative, item.payloadHash, item.opening);
    }

    function test_ClaimOne_PaysOwner() public {
        finalizePayouts(POOL, A, B);
        accrue(ALICES, 7);
        vm.expectEmit();
        emit IRoyaltyLedger.AccruedPaid(ALICES, alice, 7);
        vm.expectEmit();
        emit IRoyaltyVault.Claimed(ALICES, alice, A);
        vm.prank(stranger);
        assertEq(_claimOne(claimOf(ALICES, A, B)), A + 7);
        assertEq(token.balanceOf(alice), A + 7);
        assertAccount(ALICES, A, 0);
        assertCovered();
    }

    function test_ClaimOne_PaysNothingTwice() public {
        finalizePayouts(POOL, A, B);
        IRoyaltyVault.Claim memory item = claimOf(ALICES, A, B);
        assertEq(_claimOne(item), A);
        vm.recordLogs();
        assertEq(_claimOne(item), 0);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function _claimOne(IRoyaltyVault.Claim memory item) private returns (uint256) {
        return vault.claimOne(item.position, item.cumulative, item.payloadHash, item.opening);
    }

    // --- claimTo ---

    function test_ClaimTo_RevertsForZeroRecipient() public {
        vm.expectRevert(IRoyaltyVault.ZeroRecipient.selector);
        vm.prank(alice);
        vault.claimTo(address(0), single(accruedOnly(ALICES)));
    }

    function test_ClaimTo_RevertsForStranger() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.NotClaimer.selector, ALICES, stranger));
        vm.prank(stranger);
        vault.claimTo(stranger, single(accruedOnly(ALICES)));
    }

    function test_ClaimTo_ServesOwner() public {
        finalizePayouts(POOL, A, B);
        vm.prank(alice);
        assertEq(vault.claimTo(stranger, single(claimOf(ALICES, A, B))), A);
        assertEq(token.balanceOf(stranger), A);
    }

    function test_ClaimTo_ServesClaimer() public {
        accrue(ALICES, 5);
        vm.prank(alice);
        vault.setClaimer(ALICES, bob);
        vm.prank(bob);
        vault.claimTo(stranger, single(accruedOnly(ALICES)));
        assertEq(token.balanceOf(stranger), 5);
    }

    function test_ClaimTo_RevertsAfterTransfer() public {
        vm.prank(alice);
        vault.setClaimer(ALICES, bob);
        vm.prank(alice);
        positions.transferFrom(alice, stranger, 2);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.NotClaimer.selector, ALICES, bob));
        vm.prank(bob);
        vault.claimTo(bob, single(accruedOnly(ALICES)));
    }

    // --- setClaimer ---

    function test_SetClaimer_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.NotPositionOwner.selector, ALICES, bob));
        vm.prank(bob);
        vault.setClaimer(ALICES, bob);
    }

    function test_SetClaimer_Appoints() public {
        vm.expectEmit();
        emit IRoyaltyVault.ClaimerSet(ALICES, alice, bob);
        vm.prank(alice);
        vault.setClaimer(ALICES, bob);
    }

    // --- claimedOf ---

    function test_ClaimedOf_Neighbours() public {
        finalizePayouts(POOL, A, B);
        vault.claim(single(claimOf(BOBS, B, A)));
        accrue(TREASURY, 3);
        assertAccount(ALICES, 0, 0);
        vault.claim(single(claimOf(ALICES, A, B)));
        assertAccount(ALICES, A, 0);
        assertAccount(BOBS, B, 0);
        assertAccount(TREASURY, 0, 3);
    }

    function test_ClaimedOf_SurvivesTransfer() public {
        finalizePayouts(POOL, A, B);
        vault.claim(single(claimOf(ALICES, A, B)));
        accrue(ALICES, 7);
        vm.prank(alice);
        positions.transferFrom(alice, stranger, 2);
        assertAccount(ALICES, A, 7);
        assertEq(vault.claim(single(claimOf(ALICES, A, B))), 7);
        assertEq(token.balanceOf(stranger), 7);
    }
}
