// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IPenalties} from "../../../contracts/interfaces/IPenalties.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {PoolId, SettlementId} from "../../../contracts/types/Ids.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {DemandsFixture} from "./DemandsFixture.sol";

/// @notice Stake that leaves in the second of a commit whose content it then withholds, with the shortest unbonding that staking accepts (Demands.leaving.tree).
contract DemandsLeavingTest is DemandsFixture {
    using SparseTree for SparseTree.Tree;

    uint128 private constant STAKE = 1_000_000;

    /// @dev All of a new pool's stake is on its way out. @return unbonding Its request, which matures as soon as any could.
    function _leaving(address operator, IOperatorStaking.PoolKind kind) private returns (uint256 unbonding) {
        token.transfer(operator, STAKE);
        vm.startPrank(operator);
        PoolId pool = staking.openPool(kind, 0, 0);
        token.approve(address(staking), STAKE);
        staking.stake(pool, STAKE);
        unbonding = staking.unbond(pool, 0, STAKE);
        vm.stopPrank();
        assertEq(staking.poolOf(pool).stake, 0, "all of it leaves");
        assertEq(staking.unbondingOf(unbonding).maturesAt, vm.getBlockTimestamp() + ANSWERABLE_SECONDS + 1);
    }

    function _signers() private pure returns (address[] memory signers) {
        signers = new address[](1);
        signers[0] = vm.addr(ATTRIBUTOR_KEY);
    }

    /// @dev Demands the root of an input at this time, and ends it for want of an answer.
    function _unanswered(uint8 kind, SettlementId settlement, uint256 time) private returns (uint256 id) {
        vm.warp(time);
        IDemands.Commitment memory commitment = IDemands.Commitment(kind, SettlementId.unwrap(settlement), 0);
        id = demandNode(commitment, noPath(), inputTree(kind, 2), 0, 0);
        vm.warp(time + ANSWER_SECONDS + 1);
        demands.endUnanswered(id);
    }

    /// @dev Its owner cannot take it before the slash, and not what was slashed afterwards.
    function _assertReached(uint256 unbonding, uint128 slashed) private {
        uint48 maturesAt = staking.unbondingOf(unbonding).maturesAt;
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnbondingNotMature.selector, unbonding, maturesAt));
        staking.withdraw(unbonding);
        vm.warp(maturesAt);
        assertEq(staking.withdraw(unbonding), STAKE - slashed);
    }

    /// @dev Demanded as late as it can be before they are ready: the answer and the reaction end then.
    function test_PenalizeSigner_ReachesStakeThatLeftAtTheCommit() public {
        SettlementId settlement = open(inputTree(TreeKind.RECEIPT, 2).root(), 2);
        uint256 unbonding = _leaving(vm.addr(ATTRIBUTOR_KEY), IOperatorStaking.PoolKind.Attributor);
        commit(settlement, inputTree(TreeKind.SKETCH, 2).root());
        uint256 from = vm.getBlockTimestamp();
        uint256 id = _unanswered(TreeKind.SKETCH, settlement, from + SKETCH_WINDOW - ROUND);
        _penalizeSignerInTheLastSecond(id, from);
        _assertReached(unbonding, STAKE / 10);
    }

    /// @dev A hold, as of a dispute, gives whoever withholds no time.
    function test_PenalizeSigner_ReachesStakeThatLeftAtTheCommitWhereHeld() public {
        SettlementId settlement = open(inputTree(TreeKind.RECEIPT, 2).root(), 2);
        uint256 unbonding = _leaving(vm.addr(ATTRIBUTOR_KEY), IOperatorStaking.PoolKind.Attributor);
        commit(settlement, inputTree(TreeKind.SKETCH, 2).root());
        uint256 from = vm.getBlockTimestamp();
        vm.prank(address(judge));
        ledger.holdSketches(settlement, uint48(from) + SKETCH_WINDOW + 200);
        uint256 id = _unanswered(TreeKind.SKETCH, settlement, from + SKETCH_WINDOW);
        _penalizeSignerInTheLastSecond(id, from);
        _assertReached(unbonding, STAKE / 10);
    }

    function test_PenalizeGateway_ReachesStakeThatLeftAtTheClosing() public {
        uint256 unbonding = _leaving(rival, IOperatorStaking.PoolKind.Gateway);
        uint256 from = vm.getBlockTimestamp();
        SettlementId settlement = open(inputTree(TreeKind.RECEIPT, 2).root(), 2);
        uint256 id = _unanswered(TreeKind.RECEIPT, settlement, from);
        uint48 until = uint48(from) + ANSWERABLE_SECONDS;
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltyTooLate.selector, id, until));
        demands.penalizeGateway(id);
        vm.warp(until);
        demands.penalizeGateway(id);
        _assertReached(unbonding, STAKE / 5);
    }

    /// @param from When the sketches were committed.
    function _penalizeSignerInTheLastSecond(uint256 id, uint256 from) private {
        uint48 until = uint48(from) + ANSWERABLE_SECONDS;
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltyTooLate.selector, id, until));
        demands.penalizeSigner(id, _signers(), 0);
        vm.warp(until);
        demands.penalizeSigner(id, _signers(), 0);
    }
}
