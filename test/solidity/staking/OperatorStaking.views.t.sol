// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {PoolId} from "../../../contracts/types/Ids.sol";
import {StakingFixture} from "../support/StakingFixture.sol";

/// @notice What staking tells about itself.
contract OperatorStakingViewsTest is StakingFixture {
    function test_Open_IsTheStakedToken() public view {
        assertEq(staking.open(), address(open));
    }

    function test_Parameters_AreThoseOfDeployment() public view {
        IOperatorStaking.Parameters memory p = staking.parameters();
        assertEq(p.unbondingSeconds, UNBONDING);
        assertEq(p.commissionDelaySeconds, COMMISSION_DELAY);
        assertEq(p.streamSeconds, STREAM);
    }

    function test_Owed_TellsStakeAndRewardsApart() public {
        _stake(alice, 100);
        _unbond(alice, 30);
        _fund(open, 7);
        (uint256 stakes, uint256 rewards) = staking.owed(address(open));
        assertEq(stakes, 100);
        assertEq(rewards, 7);
    }

    function test_Owed_HasNoStakeInOtherTokens() public {
        _stake(alice, 100);
        (uint256 stakes, uint256 rewards) = staking.owed(stranger);
        assertEq(stakes, 0);
        assertEq(rewards, 0);
    }

    function test_FaultCount_CountsTheFaults() public view {
        assertEq(staking.faultCount(), _faults().length);
    }

    function test_GenerationOf_RevertsWithoutPool() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 9));
        staking.generationOf(PoolId.wrap(9), 0);
    }

    function test_GenerationOf_ReturnsStakeAndShares() public {
        _stake(alice, 100);
        _slash(2_000);
        (uint128 staked, uint128 shares) = staking.generationOf(pool, 0);
        assertEq(staked, 80);
        assertEq(shares, 100);
        (staked, shares) = staking.generationOf(pool, 1);
        assertEq(staked, 0);
        assertEq(shares, 0);
    }

    function test_SharesOf_RevertsWithoutPool() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 9));
        staking.sharesOf(PoolId.wrap(9), 0, alice);
    }

    function test_SharesOf_ReturnsSharesAndWorth() public {
        _stake(alice, 100);
        _stake(bob, 50);
        _slash(2_000);
        (uint128 shares, uint128 worth) = staking.sharesOf(pool, 0, bob);
        assertEq(shares, 50);
        assertEq(worth, 40);
        (shares, worth) = staking.sharesOf(pool, 0, stranger);
        assertEq(shares, 0);
        assertEq(worth, 0);
    }

    function test_RewardTokens_ListsAll() public {
        vm.prank(governance);
        staking.addRewardToken(stranger);
        address[] memory tokens = staking.rewardTokens();
        assertEq(tokens.length, 2);
        assertEq(tokens[0], address(open));
        assertEq(tokens[1], stranger);
    }

    function test_PoolWith_IsZeroWithoutPool() public view {
        _assertEq(staking.poolWith(IOperatorStaking.PoolKind.Gateway, 0, operator), PoolId.wrap(0));
        _assertEq(staking.poolWith(IOperatorStaking.PoolKind.Attributor, 0, alice), PoolId.wrap(0));
    }

    function test_PoolWith_ReturnsTheId() public view {
        _assertEq(staking.poolWith(IOperatorStaking.PoolKind.Attributor, 0, operator), pool);
    }

    function test_TotalAttributorStake_IsOfAttributorsOnly() public {
        vm.startPrank(alice);
        PoolId own = staking.openPool(IOperatorStaking.PoolKind.Attributor, 0, 0);
        PoolId gateway = staking.openPool(IOperatorStaking.PoolKind.Gateway, 0, 0);
        vm.stopPrank();
        _stake(bob, 1);
        _stake(bob, own, 20);
        _stake(bob, gateway, 300);
        assertEq(staking.totalAttributorStake(), 21);
    }
}
