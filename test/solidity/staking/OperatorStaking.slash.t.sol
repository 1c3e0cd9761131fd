// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {ModelId, PoolId} from "../../../contracts/types/Ids.sol";
import {StakingFixture} from "../support/StakingFixture.sol";

/// @notice What a fault takes from a pool, and nothing else.
contract OperatorStakingSlashTest is StakingFixture {
    event Slashed(
        PoolId indexed pool,
        uint256 indexed fault,
        bytes32 indexed caseId,
        uint16 bps,
        uint128 fromStake,
        uint128 fromUnbonding,
        address rewardTo,
        uint128 reward
    );
    event GenerationEnded(PoolId indexed pool, uint32 indexed generation, uint128 stake, uint128 shares);

    function test_Slash_RevertsForUnknownFault() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownFault.selector, 3));
        _slashAs(address(slasher), 3, pool, 1, prover, "1");
    }

    function test_Slash_RevertsForOthers() public {
        address[4] memory others = [governance, address(this), operator, address(otherSlasher)];
        for (uint256 i; i < 4; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.NotSlasher.selector, GRAVE, others[i]));
            _slashAs(others[i], GRAVE, pool, 1, prover, "1");
        }
    }

    function test_Slash_RevertsAboveTheMost() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.SlashAboveMost.selector, 1_001, 1_000));
        _slashAs(address(slasher), SLIGHT, pool, 1_001, prover, "1");
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.SlashAboveMost.selector, 10_001, 10_000));
        _slashAs(address(slasher), GRAVE, pool, 10_001, prover, "1");
    }

    function test_Slash_RevertsWithoutPool() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 9));
        _slashAs(address(slasher), GRAVE, PoolId.wrap(9), 1, prover, "1");
    }

    function test_Slash_RevertsForModelPools() public {
        PoolId model = staking.openModelPool(ModelId.wrap(1));
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.PoolNotSlashable.selector, model));
        _slashAs(address(slasher), GRAVE, model, 1, prover, "1");
    }

    function test_Slash_RevertsForTheSameCase() public {
        _stake(alice, 1_000);
        vm.prank(bob);
        PoolId second = staking.openPool(IOperatorStaking.PoolKind.Gateway, 0, 0);
        _slashAs(address(slasher), GRAVE, pool, 1, prover, "1");
        PoolId[2] memory pools = [pool, second];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.CaseAlreadySlashed.selector, GRAVE, bytes32("1")));
            _slashAs(address(slasher), GRAVE, pools[i], 1, prover, "1");
        }
    }

    function test_Slash_TellsFaultsApart() public {
        _stake(alice, 1_000);
        _slashAs(address(slasher), GRAVE, pool, 1_000, prover, "1");
        _slashAs(address(slasher), SLIGHT, pool, 1_000, prover, "1");
        _slashAs(address(otherSlasher), FOREIGN, pool, 10_000, prover, "1");
        assertEq(staking.poolOf(pool).stake, 0);
    }

    function test_Slash_TakesBurnsAndRewards() public {
        _stake(alice, 1_000);
        _stake(bob, 1_000);
        uint256 id = _unbond(bob, 500);
        uint256 supply = open.totalSupply();
        vm.expectEmit(address(staking));
        emit Slashed(pool, GRAVE, "1", 2_000, 300, 100, prover, 200);
        (uint128 slashed, uint128 reward) = _slashAs(address(slasher), GRAVE, pool, 2_000, prover, "1");
        assertEq(slashed, 400);
        assertEq(reward, 200);
        assertEq(open.balanceOf(prover), 200);
        assertEq(open.totalSupply(), supply - 200);
        assertEq(_staked(), 1_600);
        assertEq(open.balanceOf(address(staking)), 1_600);
        (, uint128 worth) = staking.sharesOf(pool, 0, alice);
        assertEq(worth, 800);
        assertEq(staking.unbondingOf(id).stake, 400);
    }

    function testFuzz_Slash_TakesNoMoreThanThePart(uint96 staked, uint96 leaving, uint16 bps) public {
        staked = uint96(bound(staked, 1, FUNDS));
        leaving = uint96(bound(leaving, 0, staked));
        bps = uint16(bound(bps, 0, 10_000));
        _stake(alice, staked);
        if (leaving != 0) _unbond(alice, leaving);
        uint256 supply = open.totalSupply();
        (uint128 slashed, uint128 reward) = _slash(bps);
        assertLe(uint256(slashed) * 10_000, uint256(staked) * bps);
        assertGt((uint256(slashed) + 2) * 10_000, uint256(staked) * bps);
        assertEq(_staked(), staked - slashed);
        assertEq(open.totalSupply(), supply - slashed + reward);
        assertLe(reward, slashed / 2);
    }

    function test_Slash_LeavesOtherPools() public {
        vm.prank(bob);
        PoolId second = staking.openPool(IOperatorStaking.PoolKind.Attributor, 0, 0);
        _stake(alice, 1_000);
        _stake(alice, second, 70);
        _slash(10_000);
        assertEq(staking.poolOf(second).stake, 70);
        assertEq(_staked(), 70);
    }

    function test_Slash_BurnsUnreceivableReward() public {
        _stake(alice, 1_000);
        uint256 supply = open.totalSupply();
        (uint128 slashed, uint128 reward) = _slashAs(address(slasher), GRAVE, pool, 5_000, address(0), "1");
        assertEq(slashed, 500);
        assertEq(reward, 0);
        assertEq(open.totalSupply(), supply - 500);
        assertEq(open.balanceOf(address(staking)), 500);
    }

    function test_Slash_BurnsRewardToItself() public {
        _stake(alice, 1_000);
        uint256 supply = open.totalSupply();
        (, uint128 reward) = _slashAs(address(slasher), GRAVE, pool, 5_000, address(staking), "1");
        assertEq(reward, 0);
        assertEq(open.totalSupply(), supply - 500);
        assertEq(open.balanceOf(address(staking)), 500);
    }

    function test_Slash_TakesNothing() public {
        (uint128 slashed, ) = _slashAs(address(slasher), GRAVE, pool, 10_000, prover, "1");
        assertEq(slashed, 0);
        assertEq(staking.poolOf(pool).generation, 0);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.CaseAlreadySlashed.selector, GRAVE, bytes32("1")));
        _slashAs(address(slasher), GRAVE, pool, 10_000, prover, "1");
    }

    function test_Slash_EndsTheGeneration() public {
        _stake(alice, 1_000);
        vm.expectEmit(address(staking));
        emit GenerationEnded(pool, 0, 0, 1_000);
        _slash(10_000);
        assertEq(staking.poolOf(pool).generation, 1);
        assertEq(_staked(), 0);
        _stake(bob, 300);
        (, uint128 worth) = staking.sharesOf(pool, 1, bob);
        assertEq(worth, 300);
        _slash(10_000);
        assertEq(staking.poolOf(pool).generation, 2);
    }

    function test_Slash_KeepsWhatIsLeft() public {
        _stake(alice, 1e12);
        _fund(open, uint128(STREAM) * 10);
        _skip(1 days);
        _slash(9_999);
        _slash(9_999);
        vm.expectEmit(address(staking));
        emit GenerationEnded(pool, 0, 100, 1e12);
        _slash(9_900);
        _stake(bob, 10);
        _skip(STREAM);
        (uint128 left, uint128 shares) = staking.generationOf(pool, 0);
        assertEq(left, 100);
        assertEq(shares, 1e12);
        assertEq(staking.claimRewards(pool, 0, address(open), alice), 1 days * 10 - 1);
        assertEq(staking.claimRewards(pool, 1, address(open), bob), 6 days * 10);
        uint256 id = _unbond(alice, 0, 1e12);
        _skip(UNBONDING);
        assertEq(staking.withdraw(id), 100);
    }

    function _slashAs(
        address by,
        uint256 fault,
        PoolId from,
        uint16 bps,
        address rewardTo,
        bytes32 caseId
    ) private returns (uint128, uint128) {
        vm.prank(by);
        return staking.slash(fault, from, bps, rewardTo, caseId);
    }
}
