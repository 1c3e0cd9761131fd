// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IPenalties} from "../../../contracts/interfaces/IPenalties.sol";
import {Receipts} from "../../../contracts/libraries/Receipts.sol";
import {PoolId, SettlementId} from "../../../contracts/types/Ids.sol";
import {Receipt as SignedReceipt} from "../../../contracts/types/Receipt.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {SettlementFixture} from "./SettlementFixture.sol";

/// @notice Stake that leaves in the second of what it answers for, and is slashed in the last second in which it does (SettlementProofs.leaving.tree).
contract SettlementProofsLeavingTest is SettlementFixture {
    using SparseTree for SparseTree.Tree;

    function _leave(address operator, PoolId pool) private returns (uint256 unbonding) {
        vm.prank(operator);
        unbonding = _p.staking.unbond(pool, 0, STAKE);
        assertEq(stakeOf(pool), 0, "all of it leaves");
    }

    /// @dev Its owner cannot take it in the second of the slash, and not what was slashed afterwards.
    function _assertReached(uint256 unbonding, uint128 slashed) private {
        uint48 maturesAt = _p.staking.unbondingOf(unbonding).maturesAt;
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnbondingNotMature.selector, unbonding, maturesAt));
        _p.staking.withdraw(unbonding);
        vm.warp(maturesAt);
        assertEq(_p.staking.withdraw(unbonding), STAKE - slashed);
    }

    function test_PenalizeSigner_ReachesStakeThatLeftAtTheCommit() public {
        SettlementId settlement = settle(receiptsTree(honest()));
        SparseTree.Tree memory tree = sketchesTree(honest());
        tree.leaves[1].payload = hex"04";
        uint256 unbonding = _leave(attributor, attributorPool);
        attest(settlement, tree);
        uint48 until = uint48(vm.getBlockTimestamp()) + ANSWERABLE;
        vm.warp(vm.getBlockTimestamp() + SKETCH_WINDOW_SECONDS - 1);
        vm.prank(alice);
        proofs.proveSketchForm(settlement, 0, tree.link(1, 0));
        uint256 id = caseOf(sketchesName(settlement, 0));
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltyTooLate.selector, id, until));
        proofs.penalizeSigner(id, signers(), 0);
        vm.warp(until);
        proofs.penalizeSigner(id, signers(), 0);
        _assertReached(unbonding, STAKE / 10);
    }

    function test_PenalizeGateway_ReachesStakeThatLeftAtTheClosing() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        tree.leaves[1].payload = hex"03";
        uint256 unbonding = _leave(gateway, gatewayPool);
        SettlementId settlement = settle(tree);
        uint48 until = uint48(vm.getBlockTimestamp()) + ANSWERABLE;
        vm.prank(alice);
        proofs.proveReceiptForm(settlement, tree.link(1, 0));
        _penalizeGatewayInTheLastSecond(caseOf(receiptsName(settlement)), until);
        _assertReached(unbonding, STAKE / 5);
    }

    /// @dev Demanded as late as it can be.
    function test_PenalizeGateway_ReachesStakeThatLeftAtTheReceipt() public {
        SignedReceipt memory receipt = honest()[2];
        receipt.issuedAt = uint48(vm.getBlockTimestamp());
        bytes32 hash = Receipts.structHash(receipt);
        uint256 unbonding = _leave(gateway, gatewayPool);
        bytes memory signature = signed(GATEWAY_KEY, receipt);
        vm.warp(receipt.issuedAt + DEMANDABLE);
        vm.prank(alice);
        proofs.demandInclusion(receipt, signature);
        vm.warp(receipt.issuedAt + DEMANDABLE + ANSWER + 1);
        proofs.endInclusion(hash);
        _penalizeGatewayInTheLastSecond(uint256(hash), receipt.issuedAt + ANSWERABLE);
        _assertReached(unbonding, STAKE / 5);
    }

    function _penalizeGatewayInTheLastSecond(uint256 id, uint48 until) private {
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltyTooLate.selector, id, until));
        proofs.penalizeGateway(id);
        vm.warp(until);
        proofs.penalizeGateway(id);
    }
}
