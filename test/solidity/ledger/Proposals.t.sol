// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {SumPath} from "../../../contracts/libraries/SumPath.sol";
import {RoyaltyVault} from "../../../contracts/royalties/RoyaltyVault.sol";
import {Epoch, SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {LedgerFixture} from "./LedgerFixture.sol";

/// @notice Proposals, their finalisation and their bonds, branch by branch (Proposals.tree).
contract ProposalsTest is LedgerFixture {
    uint128 private constant BOND = (POOL * BOND_BPS) / 10_000;

    function _payouts(uint128 sum) private pure returns (Root memory) {
        return Root(keccak256("payouts"), sum);
    }

    function _propose(Epoch epoch, uint128 groups, uint128 payouts) private {
        vm.prank(proposer);
        ledger.propose(epoch, Root(keccak256("groups"), groups), _payouts(payouts), 0);
    }

    function _pending() private returns (Epoch epoch) {
        epoch = epochOver(POOL);
        propose(epoch, _payouts(POOL), proposer);
    }

    // --- propose ---

    function test_Propose_RevertsBeforeEnd() public {
        Epoch epoch = ledger.epochAt(uint48(block.timestamp));
        uint48 end = ledger.epochEnd(epoch);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.EpochNotOver.selector, epoch, end));
        _propose(epoch, 0, 0);
    }

    function test_Propose_RevertsUnadvanced() public {
        SettlementId settlement = open(VERSION, POOL);
        commit(settlement);
        Epoch epoch = ledger.settlementOf(settlement).epoch;
        vm.warp(ledger.epochEnd(epoch));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.EpochNotAdvanced.selector, epoch, settlement));
        _propose(epoch, POOL, POOL);
    }

    function test_Propose_IgnoresLaterSettlements() public {
        Epoch epoch = epochOver(POOL);
        commit(open(VERSION, POOL));
        _propose(epoch, POOL, POOL);
        assertEq(ledger.proposalCount(epoch), 1);
    }

    function test_Propose_RevertsForEmptyEpoch() public {
        Epoch epoch = epochOver(POOL);
        Epoch empty = Epoch.wrap(Epoch.unwrap(epoch) - 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.EpochEmpty.selector, empty));
        _propose(empty, 0, 0);
    }

    function test_Propose_RevertsOutOfOrder() public {
        Epoch first = epochOver(POOL);
        Epoch second = epochOver(POOL);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.EpochNotNext.selector, second, first));
        _propose(second, POOL, POOL);
    }

    function test_Propose_RevertsForGroupsSum() public {
        Epoch epoch = epochOver(POOL);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.GroupsSumMismatch.selector, POOL + 1, POOL));
        _propose(epoch, POOL + 1, POOL);
    }

    function test_Propose_RevertsForPayoutsSum() public {
        finalizePayouts(POOL, POOL, 0);
        Epoch epoch = epochOver(7);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.PayoutsSumMismatch.selector, 7, POOL + 7));
        _propose(epoch, 7, 7);
    }

    function test_Propose_RevertsForSameRoots() public {
        Epoch epoch = _pending();
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.ProposalExists.selector, 0));
        _propose(epoch, POOL, POOL);
    }

    function test_Propose_TakesBond() public {
        Epoch epoch = epochOver(POOL);
        uint256 before = token.balanceOf(proposer);
        uint48 until = uint48(block.timestamp) + CHALLENGE_WINDOW;
        Root memory groups = Root(keccak256("groups"), POOL);
        vm.expectEmit();
        emit IRoyaltyLedger.Proposed(epoch, 0, proposer, groups, _payouts(POOL), 0, BOND, until);
        _propose(epoch, POOL, POOL);
        assertEq(before - token.balanceOf(proposer), BOND);
        assertCovered();
    }

    // --- finalize ---

    function test_Finalize_RevertsOutOfOrder() public {
        Epoch epoch = _pending();
        Epoch other = Epoch.wrap(Epoch.unwrap(epoch) + 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.EpochNotNext.selector, other, epoch));
        ledger.finalize(other);
    }

    function test_Finalize_RevertsWithoutProposal() public {
        Epoch epoch = epochOver(POOL);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NoProposal.selector, epoch));
        ledger.finalize(epoch);
    }

    function test_Finalize_RevertsInWindow() public {
        Epoch epoch = _pending();
        uint48 until = uint48(block.timestamp) + CHALLENGE_WINDOW;
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.ChallengeWindowOpen.selector, epoch, until));
        ledger.finalize(epoch);
    }

    function test_Finalize_TakesEarliest() public {
        Epoch epoch = _pending();
        propose(epoch, Root(keccak256("other"), POOL), rival);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        vm.expectEmit();
        emit IRoyaltyLedger.Finalized(epoch, 0, _payouts(POOL));
        ledger.finalize(epoch);
        assertEq(ledger.payoutsRoot().hash, _payouts(POOL).hash);
        assertEq(uint8(ledger.proposalOf(epoch, 0).status), uint8(IRoyaltyLedger.ProposalStatus.Finalized));
        assertEq(uint8(ledger.proposalOf(epoch, 1).status), uint8(IRoyaltyLedger.ProposalStatus.Superseded));
        (uint256 pools, , uint256 bonds) = ledger.owed();
        assertEq(pools, 0);
        assertEq(bonds, BOND);
    }

    function test_Finalize_SendsThePoolsToTheVault() public {
        Epoch epoch = _pending();
        open(VERSION, 7);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        vm.expectCall(address(vault), abi.encodeCall(IRoyaltyVault.setPayouts, (_payouts(POOL))));
        ledger.finalize(epoch);
        assertEq(vault.unclaimed(), POOL);
        assertEq(vault.payoutsCommitment(), SumPath.commitment(_payouts(POOL).hash, POOL));
        assertCovered();
    }

    function test_Finalize_SendsNothingOfEmptyPools() public {
        Epoch epoch = epochOver(0);
        propose(epoch, Root(0, 0), proposer);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        vm.expectCall(address(token), abi.encodeCall(token.transfer, (address(vault), 0)), 0);
        ledger.finalize(epoch);
        assertEq(vault.payoutsCommitment(), SumPath.commitment(0, 0));
    }

    function test_Finalize_PaysFeeFromTreasury() public {
        accrue(TREASURY, 1_000);
        _assertFee(POOL, PROPOSER_FEE);
        assertAccount(TREASURY, 0, 1_000 - PROPOSER_FEE);
    }

    function test_Finalize_PaysAtMostOnePercent() public {
        accrue(TREASURY, 1_000);
        _assertFee(1_299, 12);
    }

    function test_Finalize_PaysAtMostWhatTreasuryHas() public {
        accrue(TREASURY, 17);
        _assertFee(POOL, 17);
        assertAccount(TREASURY, 0, 0);
        accrue(TREASURY, 4);
        assertAccount(TREASURY, 0, 4);
    }

    function test_Finalize_PaysNoFeeWhereNoneIsSet() public {
        accrue(TREASURY, 1_000);
        vm.prank(governance);
        ledger.setProposerFee(0);
        _assertFee(POOL, 0);
    }

    /// @dev A ledger that was deployed without bonds: governance cannot take them away.
    function _replaceByUnbonded() private {
        IRoyaltyLedger.Parameters memory p = parameters();
        (p.bondFloor, p.bondBps) = (0, 0);
        vault = new RoyaltyVault(token, positions, address(this));
        replaceLedger(p);
    }

    function test_Finalize_WithoutBondOrFee() public {
        _replaceByUnbonded();
        _assertFee(POOL, 0);
    }

    function test_Finalize_PaysFeeWithoutBond() public {
        _replaceByUnbonded();
        accrue(TREASURY, 1_000);
        _assertFee(POOL, PROPOSER_FEE);
    }

    function test_Finalize_KeepsBondAndFeeOfUnpayable() public {
        accrue(TREASURY, 1_000);
        Epoch epoch = _pending();
        token.refuse(proposer, true);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        ledger.finalize(epoch);
        assertAccount(TREASURY, 0, 1_000);
        assertEq(ledger.proposalOf(epoch, 0).bond, BOND);
        assertCovered();
        token.refuse(proposer, false);
        ledger.returnBond(epoch, 0);
        assertCovered();
    }

    function _assertFee(uint128 pool, uint128 fee) private {
        Epoch epoch = epochOver(pool);
        uint256 before = token.balanceOf(proposer);
        propose(epoch, _payouts(pool), proposer);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        if (fee != 0) {
            vm.expectEmit();
            emit IRoyaltyLedger.ProposerPaid(epoch, 0, proposer, fee);
        }
        ledger.finalize(epoch);
        assertEq(token.balanceOf(proposer), before + fee);
        assertEq(ledger.proposalOf(epoch, 0).bond, 0);
        assertCovered();
    }

    // --- returnBond ---

    function test_ReturnBond_RevertsForUnknown() public {
        Epoch epoch = _pending();
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.UnknownProposal.selector, epoch, 1));
        ledger.returnBond(epoch, 1);
    }

    function test_ReturnBond_RevertsWhilePending() public {
        Epoch epoch = _pending();
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotSuperseded.selector, epoch, 0));
        ledger.returnBond(epoch, 0);
    }

    function test_ReturnBond_RevertsForLaterEpoch() public {
        finalizePayouts(POOL, POOL, 0);
        Epoch epoch = epochOver(POOL);
        propose(epoch, _payouts(2 * POOL), proposer);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotSuperseded.selector, epoch, 0));
        ledger.returnBond(epoch, 0);
    }

    function test_ReturnBond_RevertsWhereReturned() public {
        Epoch epoch = finalizePayouts(POOL, POOL, 0);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NothingToReturn.selector, epoch, 0));
        ledger.returnBond(epoch, 0);
    }

    function test_ReturnBond_RevertsForUnpayable() public {
        Epoch epoch = _superseded();
        token.refuse(rival, true);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.BondNotReceivable.selector, epoch, 1, rival));
        ledger.returnBond(epoch, 1);
    }

    function test_ReturnBond_PaysLoser() public {
        Epoch epoch = _superseded();
        uint256 before = token.balanceOf(rival);
        vm.expectEmit();
        emit IRoyaltyLedger.BondReturned(epoch, 1, rival, BOND);
        ledger.returnBond(epoch, 1);
        assertEq(token.balanceOf(rival) - before, BOND);
        assertCovered();
    }

    function _superseded() private returns (Epoch epoch) {
        epoch = _pending();
        propose(epoch, Root(keccak256("other"), POOL), rival);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        ledger.finalize(epoch);
    }

    // --- views ---

    function test_RequiredBond_IsFloorOrShare() public {
        assertEq(ledger.requiredBond(Epoch.wrap(0)), BOND_FLOOR);
        assertEq(ledger.requiredBond(epochOver(POOL)), BOND);
    }

    function test_ProposalCount_CountsProposals() public {
        assertEq(ledger.proposalCount(_pending()), 1);
    }

    function test_ProposalOf_RevertsForUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.UnknownProposal.selector, 0, 0));
        ledger.proposalOf(Epoch.wrap(0), 0);
    }

    function test_ProposalOf_ReturnsPending() public {
        IRoyaltyLedger.Proposal memory pending = ledger.proposalOf(_pending(), 0);
        assertEq(uint8(pending.status), uint8(IRoyaltyLedger.ProposalStatus.Pending));
        assertEq(pending.proposer, proposer);
    }

    function test_PayoutsRoot_IsTheLastFinalised() public {
        assertEq(ledger.payoutsRoot().sum, 0);
        finalizePayouts(POOL, POOL, 0);
        finalizePayouts(3, POOL, 3);
        assertEq(ledger.payoutsRoot().sum, POOL + 3);
        assertEq(ledger.payoutsRoot().hash, payoutsHash(POOL, 3));
    }
}
