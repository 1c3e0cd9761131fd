// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {OperatorStaking} from "../../../contracts/staking/OperatorStaking.sol";
import {DatanetId, ModelId, PoolId} from "../../../contracts/types/Ids.sol";
import {StakingFixture} from "../support/StakingFixture.sol";

/// @notice The pools, their commissions, and their stake through time.
contract OperatorStakingPoolsTest is StakingFixture {
    uint16 private constant MOST = 5_000;

    event PoolOpened(
        PoolId indexed pool,
        IOperatorStaking.PoolKind indexed kind,
        uint64 indexed subject,
        address operator,
        uint16 commissionBps
    );
    event CommissionAnnounced(PoolId indexed pool, uint16 commissionBps, uint48 effectiveAt);

    // --- openPool ---

    function test_OpenPool_RevertsBeforeBinding() public {
        OperatorStaking fresh = _unbound();
        vm.expectRevert(IOperatorStaking.NotBound.selector);
        fresh.openPool(IOperatorStaking.PoolKind.Attributor, 0, 0);
    }

    function test_OpenPool_RevertsForOtherKinds() public {
        IOperatorStaking.PoolKind[2] memory kinds = [IOperatorStaking.PoolKind.None, IOperatorStaking.PoolKind.Model];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.NotOperatorKind.selector, kinds[i]));
            staking.openPool(kinds[i], 1, 0);
        }
    }

    function test_OpenPool_RevertsForUnknownDatanet() public {
        uint64[2] memory unknown = [uint64(0), 3];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownDatanet.selector, unknown[i]));
            staking.openPool(IOperatorStaking.PoolKind.Validator, unknown[i], 0);
        }
    }

    function test_OpenPool_OpensValidatorPools() public {
        PoolId first = _validator(alice, 1);
        PoolId second = _validator(alice, 2);
        assertNotEq(PoolId.unwrap(first), PoolId.unwrap(second));
        _assertEq(staking.poolWith(IOperatorStaking.PoolKind.Validator, 2, alice), second);
    }

    function test_OpenPool_RevertsForSubject() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.SubjectNotZero.selector, 1));
        staking.openPool(IOperatorStaking.PoolKind.Attributor, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.SubjectNotZero.selector, 1));
        staking.openPool(IOperatorStaking.PoolKind.Gateway, 1, 0);
    }

    function test_OpenPool_RevertsForHighCommission() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.CommissionTooHigh.selector, MOST + 1, MOST));
        staking.openPool(IOperatorStaking.PoolKind.Gateway, 0, MOST + 1);
    }

    function test_OpenPool_RevertsForSecondPool() public {
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.PoolExists.selector, pool));
        staking.openPool(IOperatorStaking.PoolKind.Attributor, 0, 0);
    }

    function test_OpenPool_OpensThePool() public {
        PoolId next = PoolId.wrap(2);
        vm.expectEmit(address(staking));
        emit PoolOpened(next, IOperatorStaking.PoolKind.Gateway, 0, alice, MOST);
        vm.prank(alice);
        _assertEq(staking.openPool(IOperatorStaking.PoolKind.Gateway, 0, MOST), next);
        assertEq(staking.poolCount(), 2);
        _assertEq(staking.poolWith(IOperatorStaking.PoolKind.Gateway, 0, alice), next);
        IOperatorStaking.Pool memory opened = staking.poolOf(next);
        assertEq(uint8(opened.kind), uint8(IOperatorStaking.PoolKind.Gateway));
        assertEq(opened.operator, alice);
        assertEq(opened.commissionBps, MOST);
    }

    // --- openModelPool ---

    function test_OpenModelPool_RevertsBeforeBinding() public {
        OperatorStaking fresh = _unbound();
        vm.expectRevert(IOperatorStaking.NotBound.selector);
        fresh.openModelPool(ModelId.wrap(1));
    }

    function test_OpenModelPool_RevertsForUnknownModel() public {
        uint64[2] memory unknown = [uint64(0), 4];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, unknown[i]));
            staking.openModelPool(ModelId.wrap(unknown[i]));
        }
    }

    function test_OpenModelPool_RevertsForSecondPool() public {
        PoolId first = staking.openModelPool(ModelId.wrap(3));
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.PoolExists.selector, first));
        staking.openModelPool(ModelId.wrap(3));
    }

    function test_OpenModelPool_OpensThePool() public {
        vm.expectEmit(address(staking));
        emit PoolOpened(PoolId.wrap(2), IOperatorStaking.PoolKind.Model, 3, address(0), 0);
        vm.prank(stranger);
        PoolId opened = staking.openModelPool(ModelId.wrap(3));
        _assertEq(staking.poolWith(IOperatorStaking.PoolKind.Model, 3, address(0)), opened);
        assertEq(staking.poolOf(opened).subject, 3);
        assertEq(staking.poolOf(opened).operator, address(0));
    }

    // --- announceCommission ---

    function test_AnnounceCommission_RevertsWithoutPool() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 9));
        staking.announceCommission(PoolId.wrap(9), 0);
    }

    function test_AnnounceCommission_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.NotOperator.selector, pool, stranger));
        vm.prank(stranger);
        staking.announceCommission(pool, 0);
        PoolId model = staking.openModelPool(ModelId.wrap(1));
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.NotOperator.selector, model, operator));
        vm.prank(operator);
        staking.announceCommission(model, 0);
    }

    function test_AnnounceCommission_RevertsForHighCommission() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.CommissionTooHigh.selector, MOST + 1, MOST));
        vm.prank(operator);
        staking.announceCommission(pool, MOST + 1);
    }

    function test_AnnounceCommission_ReplacesTheLast() public {
        _announce(1_000);
        _skip(COMMISSION_DELAY - 1);
        _announce(2_000);
        _skip(COMMISSION_DELAY - 1);
        _assertCommission(0, 2_000, vm.getBlockTimestamp() + 1);
        _skip(1);
        _assertCommission(2_000, 0, 0);
    }

    function test_AnnounceCommission_KeepsWhatIsInUse() public {
        _announce(1_000);
        _skip(COMMISSION_DELAY);
        _announce(0);
        _assertCommission(1_000, 0, vm.getBlockTimestamp() + COMMISSION_DELAY);
        _skip(COMMISSION_DELAY);
        _assertCommission(0, 0, 0);
    }

    function test_AnnounceCommission_WaitsForItsDelay() public {
        uint48 effectiveAt = uint48(vm.getBlockTimestamp()) + COMMISSION_DELAY;
        vm.expectEmit(address(staking));
        emit CommissionAnnounced(pool, MOST, effectiveAt);
        _announce(MOST);
        vm.warp(effectiveAt - 1);
        _assertCommission(0, MOST, effectiveAt);
        vm.warp(effectiveAt);
        _assertCommission(MOST, 0, 0);
    }

    // --- stake through time ---

    function test_PoolOf_RevertsWithoutPool() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 0));
        staking.poolOf(PoolId.wrap(0));
    }

    function test_StakeAt_RevertsWithoutPool() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 9));
        staking.stakeAt(PoolId.wrap(9), 0);
    }

    function test_StakeAt_RevertsForNow() public {
        uint48 time = uint48(vm.getBlockTimestamp());
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.NotYet.selector, time));
        staking.stakeAt(pool, time);
    }

    function test_StakeAt_ReturnsThePast() public {
        uint48 start = uint48(vm.getBlockTimestamp());
        _stake(alice, 1_000);
        _stake(bob, 500);
        _skip(10);
        _slash(1_000);
        _skip(10);
        _unbond(bob, 500);
        _skip(10);
        _slash(10_000);
        _skip(10);
        assertEq(staking.stakeAt(pool, start - 1), 0);
        assertEq(staking.stakeAt(pool, start), 1_500);
        assertEq(staking.stakeAt(pool, start + 9), 1_500);
        assertEq(staking.stakeAt(pool, start + 10), 1_350);
        assertEq(staking.stakeAt(pool, start + 29), 900);
        assertEq(staking.stakeAt(pool, start + 30), 0);
        assertEq(staking.stakeAt(pool, start + 39), 0);
    }

    function test_ValidatorStakeAt_RevertsForNow() public {
        uint48 time = uint48(vm.getBlockTimestamp());
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.NotYet.selector, time + 1));
        staking.validatorStakeAt(DatanetId.wrap(0), time + 1);
    }

    function test_ValidatorStakeAt_SumsTheValidators() public {
        PoolId first = _validator(alice, 1);
        PoolId second = _validator(bob, 1);
        PoolId elsewhere = _validator(alice, 2);
        PoolId model = staking.openModelPool(ModelId.wrap(1));
        _stake(alice, first, 100);
        _stake(alice, second, 20);
        _stake(bob, elsewhere, 3);
        _stake(bob, model, 1_000);
        _stake(bob, pool, 5_000);
        _skip(1);
        vm.prank(alice);
        staking.unbond(first, 0, 60);
        _skip(1);
        uint48 now_ = uint48(vm.getBlockTimestamp());
        assertEq(staking.validatorStakeAt(DatanetId.wrap(1), now_ - 2), 120);
        assertEq(staking.validatorStakeAt(DatanetId.wrap(1), now_ - 1), 60);
        assertEq(staking.validatorStakeAt(DatanetId.wrap(2), now_ - 1), 3);
        assertEq(staking.validatorStakeAt(DatanetId.wrap(0), now_ - 2), 123);
        assertEq(staking.validatorStakeAt(DatanetId.wrap(0), now_ - 1), 63);
        assertEq(staking.validatorStakeAt(DatanetId.wrap(0), now_ - 3), 0);
    }

    function test_AttributorStakeAt_RevertsForNow() public {
        uint48 time = uint48(vm.getBlockTimestamp());
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.NotYet.selector, time));
        staking.attributorStakeAt(time);
    }

    function test_AttributorStakeAt_SumsTheAttributors() public {
        vm.prank(bob);
        PoolId second = staking.openPool(IOperatorStaking.PoolKind.Attributor, 0, 0);
        vm.prank(bob);
        PoolId gateway = staking.openPool(IOperatorStaking.PoolKind.Gateway, 0, 0);
        _stake(alice, 100);
        _stake(alice, second, 20);
        _stake(alice, gateway, 3);
        assertEq(staking.totalAttributorStake(), 120);
        _skip(5);
        _slash(5_000);
        assertEq(staking.totalAttributorStake(), 70);
        assertEq(staking.attributorStakeAt(uint48(vm.getBlockTimestamp()) - 1), 120);
        _slash(10_000);
        assertEq(staking.totalAttributorStake(), 20);
    }

    function test_AttributorStakeOf_IsZeroWithoutPool() public view {
        assertEq(staking.attributorStakeOf(stranger), 0);
    }

    function test_AttributorStakeOf_IsTheStakeNow() public {
        _stake(alice, 100);
        assertEq(staking.attributorStakeOf(operator), 100);
        assertEq(staking.attributorStakeOf(alice), 0);
        _unbond(alice, 40);
        assertEq(staking.attributorStakeOf(operator), 60);
    }

    // --- support ---

    function _validator(address account, uint64 datanet) private returns (PoolId) {
        vm.prank(account);
        return staking.openPool(IOperatorStaking.PoolKind.Validator, datanet, 0);
    }

    function _announce(uint16 commissionBps) private {
        vm.prank(operator);
        staking.announceCommission(pool, commissionBps);
    }

    function _assertCommission(uint16 bps, uint16 nextBps, uint256 nextAt) private view {
        IOperatorStaking.Pool memory current = staking.poolOf(pool);
        assertEq(current.commissionBps, bps);
        assertEq(current.nextCommissionBps, nextBps);
        assertEq(current.nextCommissionAt, nextAt);
    }
}
