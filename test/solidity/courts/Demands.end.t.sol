// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICourtLedger} from "../../../contracts/interfaces/ICourtLedger.sol";
import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {DemandsFixture} from "./DemandsFixture.sol";

/// @notice What a missing answer ends, and the ways of a deposit back, branch by branch (Demands.end.tree).
contract DemandsEndTest is DemandsFixture {
    using SparseTree for SparseTree.Tree;

    function _overdue() private {
        vm.warp(block.timestamp + ANSWER_SECONDS + 1);
    }

    function _sketchDemand() private returns (SettlementId settlement, uint256 id) {
        SparseTree.Tree memory tree = inputTree(TreeKind.SKETCH, 2);
        settlement = open(Root("receipts", 2), 2);
        commit(settlement, tree.root());
        id = demandNode(IDemands.Commitment(4, SettlementId.unwrap(settlement), 0), noPath(), tree, 0, 0);
    }

    function _receiptDemand() private returns (SettlementId settlement, uint256 id) {
        SparseTree.Tree memory tree = inputTree(TreeKind.RECEIPT, 2);
        settlement = open(tree.root(), 2);
        id = demandNode(IDemands.Commitment(3, SettlementId.unwrap(settlement), 0), noPath(), tree, 0, 0);
    }

    function _statusOf(SettlementId settlement) private view returns (uint8) {
        return uint8(ledger.settlementOf(settlement).status);
    }

    // --- endUnanswered ---

    function test_EndUnanswered_RevertsForUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IDemands.DemandNotOpen.selector, 1));
        demands.endUnanswered(1);
    }

    function test_EndUnanswered_RevertsInTime() public {
        uint256 id = demandRoot(knownProposal());
        uint48 deadline = uint48(block.timestamp) + ANSWER_SECONDS;
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(IDemands.DemandNotOverdue.selector, id, deadline));
        demands.endUnanswered(id);
    }

    function test_EndUnanswered_EndsProposalAndPaysDemander() public {
        IFaultProofs.Accused memory a = knownProposal();
        uint256 before = token.balanceOf(alice);
        uint256 supply = token.totalSupply();
        uint256 id = demandRoot(a);
        _overdue();
        vm.expectEmit(address(demands));
        emit IDemands.EndedUnanswered(id, alice, DEMAND_DEPOSIT, REWARD);
        vm.prank(bob);
        demands.endUnanswered(id);
        assertStatus(a, IRoyaltyLedger.ProposalStatus.Ended);
        assertEq(token.balanceOf(alice) - before, REWARD);
        assertEq(supply - token.totalSupply(), BOND - REWARD);
        assertCovered();
    }

    function test_EndUnanswered_RevertsForEndedProposal() public {
        IFaultProofs.Accused memory a = knownProposal();
        uint256 id = demandRoot(a);
        judge.prove(a, 0, true);
        _overdue();
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.ProposalNotPending.selector, a.epoch, a.proposal));
        demands.endUnanswered(id);
    }

    /// @dev An accomplice of the liar demands first, from an account that the token does not pay: that must not save the lie.
    function test_EndUnanswered_EndsThoughDemanderCannotReceive() public {
        IFaultProofs.Accused memory a = knownProposal();
        uint256 id = demandRoot(a);
        token.refuse(alice, true);
        _overdue();
        uint256 supply = token.totalSupply();
        vm.expectEmit(address(demands));
        emit IDemands.EndedUnanswered(id, alice, 0, 0);
        demands.endUnanswered(id);
        assertStatus(a, IRoyaltyLedger.ProposalStatus.Ended);
        assertEq(supply - token.totalSupply(), BOND + DEMAND_DEPOSIT);
        assertCovered();
    }

    function test_EndUnanswered_OpensSettlementAgain() public {
        (SettlementId settlement, uint256 id) = _sketchDemand();
        uint256 before = token.balanceOf(alice);
        _overdue();
        demands.endUnanswered(id);
        assertEq(_statusOf(settlement), uint8(IRoyaltyLedger.SettlementStatus.Open));
        assertEq(token.balanceOf(alice) - before, DEMAND_DEPOSIT);
        assertCovered();
    }

    function test_EndUnanswered_RevertsOnceSketchesAreReady() public {
        (SettlementId settlement, uint256 id) = _sketchDemand();
        vm.warp(block.timestamp + SKETCH_WINDOW);
        IDemands.Commitment memory commitment = IDemands.Commitment(4, SettlementId.unwrap(settlement), 0);
        vm.expectRevert(abi.encodeWithSelector(IDemands.CommitmentNotLive.selector, commitment));
        demands.endUnanswered(id);
        demands.refund(id);
    }

    /// @dev A demand for sketches that were ended does not reach those that came in their place.
    function test_EndUnanswered_SparesLaterSketches() public {
        (SettlementId settlement, uint256 id) = _sketchDemand();
        vm.prank(address(judge));
        ledger.endSketches(settlement, true);
        commit(settlement, Root("others", 2));
        _overdue();
        IDemands.Commitment memory commitment = IDemands.Commitment(4, SettlementId.unwrap(settlement), 0);
        vm.expectRevert(abi.encodeWithSelector(IDemands.CommitmentNotLive.selector, commitment));
        demands.endUnanswered(id);
    }

    function test_EndUnanswered_VoidsSettlement() public {
        (SettlementId settlement, uint256 id) = _receiptDemand();
        _overdue();
        demands.endUnanswered(id);
        assertEq(_statusOf(settlement), uint8(IRoyaltyLedger.SettlementStatus.Voided));
        assertEq(ledger.accruedOf(ledger.treasuryPosition()), POOL);
        assertCovered();
    }

    /// @dev Sketches that are committed while receipts are demanded do not bring the settlement out of reach.
    function test_EndUnanswered_VoidsThoughSketchesCame() public {
        (SettlementId settlement, uint256 id) = _receiptDemand();
        commit(settlement, Root("sketches", 2));
        vm.warp(block.timestamp + SKETCH_WINDOW - 1);
        demands.endUnanswered(id);
        assertEq(_statusOf(settlement), uint8(IRoyaltyLedger.SettlementStatus.Voided));
    }

    function test_EndUnanswered_EndsIndex() public {
        SparseTree.Tree memory tree = inputTree(TreeKind.INDEX, 5);
        Root memory root = tree.root();
        (index.hash, index.sum, index.usableAt) = (root.hash, root.sum, uint48(block.timestamp) + ROUND);
        indexStatusNow = IModelRegistry.IndexStatus.Pending;
        uint256 id = demandNode(IDemands.Commitment(2, 1, 0), noPath(), tree, 32, 4);
        _overdue();
        vm.expectEmit(address(demands));
        emit IDemands.EndedUnanswered(id, alice, DEMAND_DEPOSIT, 3);
        demands.endUnanswered(id);
        assertEq(indexProver, alice);
    }

    // --- refund ---

    function test_Refund_RevertsForUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IDemands.DemandNotOpen.selector, 1));
        demands.refund(1);
    }

    function test_Refund_RevertsWhileLive() public {
        uint256 id = demandRoot(knownProposal());
        _overdue();
        vm.expectRevert(abi.encodeWithSelector(IDemands.StillLive.selector, id));
        demands.refund(id);
    }

    function test_Refund_ReturnsDepositOfEndedProposal() public {
        IFaultProofs.Accused memory a = knownProposal();
        uint256 before = token.balanceOf(alice);
        uint256 id = demandRoot(a);
        judge.prove(a, 0, true);
        demands.refund(id);
        assertEq(token.balanceOf(alice), before);
        assertEq(uint8(demands.demandOf(id).status), uint8(IDemands.Status.Refunded));
        assertCovered();
    }

    function test_Refund_ReturnsDepositOfFinalizedProposal() public {
        IFaultProofs.Accused memory a = knownProposal();
        uint256 id = demandRoot(a);
        vm.warp(block.timestamp + CHALLENGE_WINDOW + ROUND);
        ledger.finalize(a.epoch);
        demands.refund(id);
        assertCovered();
    }

    function test_Refund_ReturnsDepositOfVoidedReceipts() public {
        (SettlementId settlement, uint256 id) = _receiptDemand();
        vm.prank(address(judge));
        ledger.voidSettlement(settlement);
        demands.refund(id);
        assertCovered();
    }

    function test_Refund_ReturnsDepositOfUsableIndex() public {
        SparseTree.Tree memory tree = inputTree(TreeKind.INDEX, 5);
        Root memory root = tree.root();
        (index.hash, index.sum, index.usableAt) = (root.hash, root.sum, uint48(block.timestamp) + ROUND);
        indexStatusNow = IModelRegistry.IndexStatus.Pending;
        uint256 id = demandNode(IDemands.Commitment(2, 1, 0), noPath(), tree, 32, 4);
        vm.expectRevert(abi.encodeWithSelector(IDemands.StillLive.selector, id));
        demands.refund(id);
        indexStatusNow = IModelRegistry.IndexStatus.Usable;
        demands.refund(id);
    }
}
