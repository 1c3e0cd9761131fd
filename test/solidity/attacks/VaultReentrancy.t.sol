// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {Epoch} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {LedgerFixture} from "../ledger/LedgerFixture.sol";

/// @notice The vault has no guard: while it pays, the token calls it, or its ledger, again. Every claim is paid once, whatever comes in between (VaultReentrancy.tree).
contract VaultReentrancyTest is LedgerFixture {
    uint128 private constant A = 60_000;
    uint128 private constant B = 40_000;

    function setUp() public override {
        super.setUp();
        finalizePayouts(POOL, A, B);
    }

    function test_TheSameClaim_PaysNothingMore() public {
        bytes[3] memory calls = [_claim(claimOf(ALICES, A, B)), _claimOne(claimOf(ALICES, A, B)), _claimTo()];
        for (uint256 i; i < calls.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            token.arm(address(vault), calls[i]);
            assertEq(vault.claim(single(claimOf(ALICES, A, B))), A);
            assertEq(token.wasRefused(), i == 2, "only claimTo asks who calls");
            assertEq(token.balanceOf(alice), A);
            assertEq(vault.unclaimed(), B);
            vm.revertToState(snapshot);
        }
    }

    function test_ALaterClaimOfTheBatch_IsPaidOnce() public {
        token.arm(address(vault), _claim(claimOf(BOBS, B, A)));
        assertEq(vault.claim(pair(claimOf(ALICES, A, B), claimOf(BOBS, B, A))), POOL);
        assertEq(token.balanceOf(alice), A);
        assertEq(token.balanceOf(bob), B);
        assertEq(vault.unclaimed(), 0);
    }

    /// @dev Alice's direct income is paid first: then the token calls, while her attributed income is booked and not yet paid.
    function test_AClaimThatIsBookedAndNotYetPaid_IsPaidOnce() public {
        accrue(ALICES, 7);
        token.arm(address(vault), _claim(claimOf(BOBS, B, A)));
        assertEq(vault.claim(single(claimOf(ALICES, A, B))), A + 7);
        assertFalse(token.wasRefused());
        token.arm(address(vault), _claim(claimOf(ALICES, A, B)));
        assertEq(vault.claim(single(claimOf(ALICES, A, B))), 0);
        assertEq(token.balanceOf(alice), A + 7);
        assertEq(token.balanceOf(bob), B);
        assertCovered();
    }

    function test_DirectIncome_CannotBePaidWhileItIsPaid() public {
        accrue(ALICES, 7);
        accrue(BOBS, 5);
        token.arm(address(vault), _claim(accruedOnly(BOBS)));
        assertEq(vault.claim(single(accruedOnly(ALICES))), 7);
        assertTrue(token.wasRefused());
        assertEq(token.balanceOf(bob), 0);
        assertEq(vault.claim(single(accruedOnly(BOBS))), 5);
    }

    /// @dev What a batch opens later is still opened in the root with which it began, and what the new root adds stays claimable.
    function test_AnEpochFinalisedInBetween_ChangesNoAmount() public {
        Epoch epoch = epochOver(POOL);
        propose(epoch, Root(payoutsHash(A, B + POOL), 2 * POOL), proposer);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        token.arm(address(ledger), abi.encodeCall(IRoyaltyLedger.finalize, (epoch)));
        assertEq(vault.claim(pair(claimOf(ALICES, A, B), claimOf(BOBS, B, A))), POOL);
        assertFalse(token.wasRefused());
        assertEq(vault.claim(single(claimOf(BOBS, B + POOL, A))), POOL);
        assertEq(vault.unclaimed(), 0);
        assertCovered();
    }

    /// @dev The root is set before the pools arrive: a claim of them at that moment has nothing to take.
    function test_AClaimWhileThePoolsAreSent_TakesNoMoreThanThereIs() public {
        Epoch epoch = epochOver(POOL);
        propose(epoch, Root(payoutsHash(A, B + POOL), 2 * POOL), proposer);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        token.arm(address(vault), _claim(claimOf(BOBS, B + POOL, A)));
        ledger.finalize(epoch);
        assertFalse(token.wasRefused());
        assertEq(token.balanceOf(bob), B + POOL);
        assertEq(vault.unclaimed(), A);
        assertCovered();
    }

    function _claim(IRoyaltyVault.Claim memory item) private pure returns (bytes memory) {
        return abi.encodeCall(IRoyaltyVault.claim, (single(item)));
    }

    function _claimOne(IRoyaltyVault.Claim memory item) private pure returns (bytes memory) {
        return abi.encodeCall(IRoyaltyVault.claimOne, (item.position, item.cumulative, item.payloadHash, item.opening));
    }

    function _claimTo() private pure returns (bytes memory) {
        return abi.encodeCall(IRoyaltyVault.claimTo, (address(7), single(claimOf(ALICES, A, B))));
    }
}
