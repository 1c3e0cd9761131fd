// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IPenalties} from "../../../contracts/interfaces/IPenalties.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Demands} from "../../../contracts/royalties/Demands.sol";
import {PoolId, SettlementId} from "../../../contracts/types/Ids.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {DemandsFixture} from "./DemandsFixture.sol";

/// @notice What inputs that were not revealed cost attributors and gateways, branch by branch (Demands.penalize.tree).
contract DemandsPenalizeTest is DemandsFixture {
    using SparseTree for SparseTree.Tree;

    uint128 private constant STAKE = 1_000_000;

    address private _attributor = vm.addr(ATTRIBUTOR_KEY);

    function _openPool(address operator, IOperatorStaking.PoolKind kind) private returns (PoolId pool) {
        token.transfer(operator, STAKE);
        vm.startPrank(operator);
        pool = staking.openPool(kind, 0, 0);
        token.approve(address(staking), STAKE);
        staking.stake(pool, STAKE);
        vm.stopPrank();
    }

    function _signers() private view returns (address[] memory signers) {
        signers = new address[](1);
        signers[0] = _attributor;
    }

    /// @dev Demands the root of an input, committed or opened now, and ends it for want of an answer.
    function _unanswered(uint8 kind) private returns (uint256 id) {
        SparseTree.Tree memory tree = inputTree(kind, 2);
        bool isSketch = kind == TreeKind.SKETCH;
        SettlementId settlement = open(inputTree(TreeKind.RECEIPT, 2).root(), 2);
        if (isSketch) commit(settlement, tree.root());
        id = demandNode(IDemands.Commitment(kind, SettlementId.unwrap(settlement), 0), noPath(), tree, 0, 0);
        vm.warp(block.timestamp + ANSWER_SECONDS + 1);
        demands.endUnanswered(id);
    }

    // --- construction ---

    function _refuses(string memory name, IPenalties.Penalties memory p) private {
        vm.expectRevert(abi.encodeWithSelector(IPenalties.InvalidPenalty.selector, name));
        new Demands(ledger, IModelRegistry(address(this)), staking, demandParameters(), p);
    }

    function test_Penalties_RefusesThoseOutOfRange() public {
        _refuses("sketchBps", IPenalties.Penalties(0, 1, 0, 1, ANSWERABLE_SECONDS));
        _refuses("sketchBps", IPenalties.Penalties(0, 1, 10_001, 1, ANSWERABLE_SECONDS));
        _refuses("receiptBps", IPenalties.Penalties(0, 1, 1, 0, ANSWERABLE_SECONDS));
        _refuses("receiptBps", IPenalties.Penalties(0, 1, 1, 10_001, ANSWERABLE_SECONDS));
        _refuses("answerableSeconds", IPenalties.Penalties(0, 1, 1, 1, SKETCH_WINDOW - 1));
    }

    function test_Penalties_AreAsDeployed() public view {
        assertEq(abi.encode(demands.penalties()), abi.encode(penaltyParameters()));
        assertEq(demands.answerableSeconds(), ANSWERABLE_SECONDS);
    }

    // --- penalizeSigner ---

    function test_PenalizeSigner_SlashesForTheDemander() public {
        PoolId pool = _openPool(_attributor, IOperatorStaking.PoolKind.Attributor);
        uint256 id = _unanswered(TreeKind.SKETCH);
        uint256 before = token.balanceOf(alice);
        vm.expectEmit(address(demands));
        emit IPenalties.Penalized(id, _attributor, STAKE / 10, STAKE / 20);
        vm.prank(bob);
        demands.penalizeSigner(id, _signers(), 0);
        assertEq(token.balanceOf(alice) - before, STAKE / 20);
        assertEq(staking.poolOf(pool).stake, STAKE - STAKE / 10);
    }

    function test_PenalizeSigner_RevertsForTheSameAgain() public {
        _openPool(_attributor, IOperatorStaking.PoolKind.Attributor);
        uint256 id = _unanswered(TreeKind.SKETCH);
        demands.penalizeSigner(id, _signers(), 0);
        bytes32 caseId = keccak256(abi.encode(address(demands), id, _attributor));
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.CaseAlreadySlashed.selector, 0, caseId));
        demands.penalizeSigner(id, _signers(), 0);
    }

    function test_PenalizeSigner_RevertsForOthers() public {
        uint256 id = _unanswered(TreeKind.SKETCH);
        address[] memory others = _signers();
        others[0] = bob;
        vm.expectRevert(abi.encodeWithSelector(IPenalties.WrongSigners.selector, id));
        demands.penalizeSigner(id, others, 0);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.WrongSigners.selector, id));
        demands.penalizeSigner(id, _signers(), 1);
    }

    function test_PenalizeSigner_RevertsWithoutPool() public {
        uint256 id = _unanswered(TreeKind.SKETCH);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 0));
        demands.penalizeSigner(id, _signers(), 0);
    }

    function test_PenalizeSigner_RevertsForOtherDemands() public {
        uint256 id = demandRoot(knownProposal());
        vm.expectRevert(abi.encodeWithSelector(IPenalties.NothingToPenalize.selector, id));
        demands.penalizeSigner(id, _signers(), 0);
        id = _unanswered(TreeKind.RECEIPT);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.NothingToPenalize.selector, id));
        demands.penalizeSigner(id, _signers(), 0);
    }

    function test_PenalizeSigner_RevertsOnceStakeIsNotAnswerable() public {
        _openPool(_attributor, IOperatorStaking.PoolKind.Attributor);
        uint256 id = _unanswered(TreeKind.SKETCH);
        uint48 until = demands.demandOf(id).deadline + REACTION_SECONDS + ANSWERABLE_SECONDS - SKETCH_WINDOW;
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltyTooLate.selector, id, until));
        demands.penalizeSigner(id, _signers(), 0);
        vm.warp(until);
        demands.penalizeSigner(id, _signers(), 0);
    }

    /// @dev Stake answers from the commit on, however long the sketches are held.
    function test_PenalizeSigner_CountsFromTheCommitWhereHeld() public {
        _openPool(_attributor, IOperatorStaking.PoolKind.Attributor);
        SparseTree.Tree memory tree = inputTree(TreeKind.SKETCH, 2);
        SettlementId settlement = open(inputTree(TreeKind.RECEIPT, 2).root(), 2);
        commit(settlement, tree.root());
        uint48 dueAt = ledger.settlementOf(settlement).readyAt;
        vm.prank(address(judge));
        ledger.holdSketches(settlement, dueAt + 200);
        vm.warp(dueAt);
        IDemands.Commitment memory commitment = IDemands.Commitment(
            TreeKind.SKETCH,
            SettlementId.unwrap(settlement),
            0
        );
        uint256 id = demandNode(commitment, noPath(), tree, 0, 0);
        vm.warp(block.timestamp + ANSWER_SECONDS + 1);
        demands.endUnanswered(id);
        uint48 until = dueAt + ANSWERABLE_SECONDS - SKETCH_WINDOW;
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltyTooLate.selector, id, until));
        demands.penalizeSigner(id, _signers(), 0);
        vm.warp(until);
        demands.penalizeSigner(id, _signers(), 0);
    }

    // --- penalizeGateway ---

    function test_PenalizeGateway_SlashesForTheDemander() public {
        PoolId pool = _openPool(rival, IOperatorStaking.PoolKind.Gateway);
        uint256 id = _unanswered(TreeKind.RECEIPT);
        uint256 before = token.balanceOf(alice);
        demands.penalizeGateway(id);
        assertEq(token.balanceOf(alice) - before, STAKE / 10);
        assertEq(staking.poolOf(pool).stake, STAKE - STAKE / 5);
    }

    function test_PenalizeGateway_RevertsForOtherDemands() public {
        uint256 id = _unanswered(TreeKind.SKETCH);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.NothingToPenalize.selector, id));
        demands.penalizeGateway(id);
    }

    function test_PenalizeGateway_RevertsOnceStakeIsNotAnswerable() public {
        _openPool(rival, IOperatorStaking.PoolKind.Gateway);
        uint48 until = uint48(block.timestamp) + ANSWERABLE_SECONDS;
        uint256 id = _unanswered(TreeKind.RECEIPT);
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltyTooLate.selector, id, until));
        demands.penalizeGateway(id);
        vm.warp(until);
        demands.penalizeGateway(id);
    }
}
