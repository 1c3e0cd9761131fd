// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {Epoch} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {LedgerFixture} from "./LedgerFixture.sol";

/// @notice The calendar and what an epoch holds, branch by branch (Epochs.tree).
contract EpochsTest is LedgerFixture {
    function test_EpochAt_CountsFromGenesis() public view {
        uint48 genesis = ledger.genesis();
        assertEq(Epoch.unwrap(ledger.epochAt(genesis)), 0);
        assertEq(Epoch.unwrap(ledger.epochAt(genesis + EPOCH_SECONDS - 1)), 0);
        assertEq(Epoch.unwrap(ledger.epochAt(genesis + EPOCH_SECONDS)), 1);
    }

    function test_EpochAt_RevertsBeforeGenesis() public {
        uint48 genesis = ledger.genesis();
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.BeforeGenesis.selector, genesis - 1, genesis));
        ledger.epochAt(genesis - 1);
    }

    function test_EpochEnd_IsTheNextOnesBegin() public view {
        assertEq(ledger.epochEnd(Epoch.wrap(0)), ledger.genesis() + EPOCH_SECONDS);
        assertEq(Epoch.unwrap(ledger.epochAt(ledger.epochEnd(Epoch.wrap(4)))), 5);
    }

    function test_NextEpoch_RevertsWithoutGroups() public {
        vm.expectRevert(IRoyaltyLedger.NoOpenEpoch.selector);
        ledger.nextEpoch();
    }

    function test_NextEpoch_IsTheEarliestNotFinalised() public {
        Epoch first = epochOver(POOL);
        epochOver(POOL);
        assertEq(Epoch.unwrap(ledger.nextEpoch()), Epoch.unwrap(first));
        propose(first, Root(keccak256("p"), POOL), proposer);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        ledger.finalize(first);
        assertGt(Epoch.unwrap(ledger.nextEpoch()), Epoch.unwrap(first));
    }

    function test_GroupCount_CountsGroups() public {
        Epoch epoch = epochOver(POOL);
        assertEq(ledger.groupCount(epoch), 1);
        assertEq(ledger.groupCount(Epoch.wrap(77)), 0);
    }

    function test_GroupOf_RevertsForUnknown() public {
        Epoch epoch = epochOver(POOL);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.UnknownGroup.selector, epoch, 1));
        ledger.groupOf(epoch, 1);
    }

    function test_GroupOf_ReturnsGroup() public {
        Epoch epoch = epochOver(POOL);
        assertEq(ledger.groupOf(epoch, 0).pool, POOL);
    }

    function test_EpochPools_AddsUpPools() public {
        commit(open(VERSION, 4));
        Epoch epoch = epochOver(POOL);
        assertEq(ledger.epochPools(epoch), POOL);
    }
}
