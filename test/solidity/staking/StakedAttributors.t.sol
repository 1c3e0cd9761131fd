// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {StakedAttributors} from "../../../contracts/staking/StakedAttributors.sol";
import {PoolId} from "../../../contracts/types/Ids.sol";
import {StakingFixture} from "../support/StakingFixture.sol";

/// @notice What attributors weigh by their stake.
contract StakedAttributorsTest is StakingFixture {
    uint128 private constant LEAST = 100;

    StakedAttributors private _attributors;

    function setUp() public override {
        super.setUp();
        _attributors = new StakedAttributors(staking, 6_667, LEAST);
    }

    function test_Constructor_RevertsForQuorumOutOfRange() public {
        vm.expectRevert(abi.encodeWithSelector(StakedAttributors.QuorumOutOfRange.selector, 0));
        new StakedAttributors(staking, 0, LEAST);
        vm.expectRevert(abi.encodeWithSelector(StakedAttributors.QuorumOutOfRange.selector, 10_001));
        new StakedAttributors(staking, 10_001, LEAST);
    }

    function test_Constructor_RevertsForZeroLeastStake() public {
        vm.expectRevert(StakedAttributors.ZeroLeastStake.selector);
        new StakedAttributors(staking, 10_000, 0);
    }

    function test_Constructor_KeepsItsArguments() public view {
        assertEq(address(_attributors.staking()), address(staking));
        assertEq(_attributors.quorumBps(), 6_667);
        assertEq(_attributors.leastStake(), LEAST);
    }

    function test_WeightOf_IsZeroWithoutPool() public view {
        assertEq(_attributors.weightOf(stranger), 0);
    }

    function test_WeightOf_IsZeroBelowTheLeast() public {
        _stake(alice, LEAST - 1);
        assertEq(_attributors.weightOf(operator), 0);
    }

    function test_WeightOf_IsTheStake() public {
        _stake(alice, LEAST);
        assertEq(_attributors.weightOf(operator), LEAST);
        _stake(operator, 1);
        assertEq(_attributors.weightOf(operator), LEAST + 1);
        assertEq(_attributors.weightOf(alice), 0);
    }

    function test_WeightOf_FallsAtOnce() public {
        _stake(alice, 1_000);
        _unbond(alice, 200);
        assertEq(_attributors.weightOf(operator), 800);
        _slash(5_000);
        assertEq(_attributors.weightOf(operator), 400);
        _slash(9_000);
        assertEq(_attributors.weightOf(operator), 0);
    }

    function test_Quorum_IsOneWithoutStake() public view {
        assertEq(_attributors.quorum(), 1);
    }

    function test_Quorum_IsAPartRoundedUp() public {
        vm.prank(bob);
        PoolId second = staking.openPool(IOperatorStaking.PoolKind.Attributor, 0, 0);
        _stake(alice, 1_000);
        assertEq(_attributors.quorum(), 667);
        _stake(alice, second, 1); // below the least: it weighs nothing, and still counts as stake
        assertEq(_attributors.quorum(), 668);
    }
}
