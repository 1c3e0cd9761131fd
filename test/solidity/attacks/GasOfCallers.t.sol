// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// Every amount of gas is tried, most of which are too little.
// solhint-disable avoid-low-level-calls

import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {Epoch} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {LedgerFixture} from "../ledger/LedgerFixture.sol";

/// @notice A stranger who finalises chooses how much gas the proposer's payment is left with.
contract GasOfCallersTest is LedgerFixture {
    /// @dev Whatever gas is given, the epoch stays open or the proposer is paid bond and fee.
    function test_ACaller_CannotStarveTheProposersPayment() public {
        accrue(TREASURY, 1_000);
        Epoch epoch = epochOver(POOL);
        propose(epoch, Root(payoutsHash(60_000, 40_000), POOL), proposer);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        uint256 before = token.balanceOf(proposer);
        uint256 bond = ledger.proposalOf(epoch, 0).bond;
        uint256 starved;
        uint256 finalized;
        for (uint256 gas_ = 20_000; gas_ < 200_000; gas_ += 100) {
            uint256 snapshot = vm.snapshotState();
            vm.prank(stranger);
            (bool success, ) = address(ledger).call{gas: gas_}(abi.encodeCall(IRoyaltyLedger.finalize, (epoch)));
            if (success) {
                ++finalized;
                if (token.balanceOf(proposer) != before + bond + PROPOSER_FEE) ++starved;
            }
            vm.revertToState(snapshot);
        }
        assertGt(finalized, 0);
        assertEq(starved, 0);
    }
}
