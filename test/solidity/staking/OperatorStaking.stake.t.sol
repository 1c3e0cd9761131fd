// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {OperatorStaking} from "../../../contracts/staking/OperatorStaking.sol";
import {PoolId} from "../../../contracts/types/Ids.sol";
import {StakingFixture} from "../support/StakingFixture.sol";

/// @notice A token that keeps one unit of every transfer.
contract TollToken is ERC20 {
    constructor() ERC20("Toll", "TOLL") {
        _mint(msg.sender, 1e24);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(to, address(0), 1);
    }
}

/// @notice The way of stake into a pool and out of it.
contract OperatorStakingStakeTest is StakingFixture {
    event Staked(
        PoolId indexed pool,
        address indexed account,
        uint32 indexed generation,
        uint128 amount,
        uint128 shares
    );
    event Unbonded(
        PoolId indexed pool,
        address indexed account,
        uint256 indexed unbonding,
        uint32 generation,
        uint128 shares,
        uint128 amount,
        uint48 maturesAt
    );
    event Withdrawn(uint256 indexed unbonding, PoolId indexed pool, address indexed account, uint128 amount);

    // --- stake ---

    function test_Stake_RevertsWithoutPool() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 9));
        staking.stake(PoolId.wrap(9), 1);
    }

    function test_Stake_RevertsForZero() public {
        vm.expectRevert(IOperatorStaking.ZeroAmount.selector);
        staking.stake(pool, 0);
    }

    function test_Stake_RevertsForMoreThanThereCanBe() public {
        uint128 most = type(uint128).max / 1e9;
        for (uint256 i; i < 2; ++i) {
            uint128 amount = i == 0 ? most + 1 : type(uint128).max;
            vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.AmountTooLarge.selector, amount, most));
            staking.stake(pool, amount);
        }
    }

    function test_Stake_RevertsForFeeOnTransfer() public {
        TollToken toll = new TollToken();
        staking = new OperatorStaking(
            toll,
            governance,
            IOperatorStaking.Parameters(UNBONDING, COMMISSION_DELAY, STREAM)
        );
        staking.bind(_models(), _datanets(), _faults());
        pool = staking.openPool(IOperatorStaking.PoolKind.Gateway, 0, 0);
        toll.approve(address(staking), 100);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.AmountMismatch.selector, 100, 99));
        staking.stake(pool, 100);
    }

    function test_Stake_MintsAShareAUnit() public {
        vm.expectEmit(address(staking));
        emit Staked(pool, alice, 0, 100, 100);
        assertEq(_stake(alice, 100), 100);
        _assertShares(alice, 0, 100, 100);
        assertEq(open.balanceOf(alice), FUNDS - 100);
        assertEq(_staked(), 100);
        assertEq(staking.poolOf(pool).stake, 100);
    }

    function test_Stake_MintsAtPresentWorth() public {
        _stake(alice, 1_000);
        _slash(7_000); // 300 for 1,000 shares
        assertEq(_stake(bob, 100), 333);
        _assertShares(bob, 0, 333, 99);
        _assertShares(alice, 0, 1_000, 300);
    }

    function testFuzz_Stake_RoundsByLessThanAUnit(uint96 first, uint96 second, uint16 bps) public {
        first = uint96(bound(first, 1, FUNDS));
        second = uint96(bound(second, 1, FUNDS));
        _stake(alice, first);
        _slash(uint16(bound(bps, 0, 9_999)));
        (, uint128 before) = staking.sharesOf(pool, 0, alice);
        uint128 shares = _stake(bob, second);
        (, uint128 worth) = staking.sharesOf(pool, 0, bob);
        assertGe(shares, second);
        assertGe(worth, second - 1);
        assertLe(worth, second);
        (, uint128 afterwards) = staking.sharesOf(pool, 0, alice);
        assertGe(afterwards, before);
        assertLe(afterwards, before + 1);
    }

    function test_Stake_IgnoresDonations() public {
        _stake(alice, 1);
        vm.prank(alice);
        open.transfer(address(staking), 1_000e18);
        assertEq(_stake(bob, 100), 100);
        _assertShares(bob, 0, 100, 100);
        _assertShares(alice, 0, 1, 1);
        assertEq(_staked(), 101);
    }

    function test_Stake_RevertsForDepletedPool() public {
        _stake(alice, 1e9);
        _slash(9_990);
        _slash(9_990);
        _slash(10); // 999 for 1e9 shares
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.PoolDepleted.selector, pool));
        _stake(bob, 1);
        // When the others have left it, it is a pool like any other.
        _unbond(alice, 1e9);
        assertEq(_stake(bob, 5), 5);
    }

    function test_Stake_JoinsAtTheLeastWorth() public {
        _stake(alice, 1e9);
        _slash(9_990);
        _slash(9_990); // 1,000 for 1e9 shares
        assertEq(_stake(bob, 2), 2e6);
        _assertShares(bob, 0, 2e6, 2);
    }

    function test_Stake_BeginsTheNextGeneration() public {
        _stake(alice, 100);
        _slash(10_000);
        vm.expectEmit(address(staking));
        emit Staked(pool, bob, 1, 70, 70);
        _stake(bob, 70);
        _assertShares(bob, 1, 70, 70);
        _assertShares(alice, 0, 100, 0);
        _slash(5_000);
        _assertShares(bob, 1, 70, 35);
    }

    // --- unbond ---

    function test_Unbond_RevertsWithoutPool() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 9));
        staking.unbond(PoolId.wrap(9), 0, 1);
    }

    function test_Unbond_RevertsForZero() public {
        vm.expectRevert(IOperatorStaking.ZeroShares.selector);
        _unbond(alice, 0);
    }

    function test_Unbond_RevertsForMoreThanHeld() public {
        _stake(alice, 100);
        _stake(bob, 100);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.InsufficientShares.selector, 101, 100));
        _unbond(alice, 101);
    }

    function test_Unbond_RevertsForOtherGeneration() public {
        _stake(alice, 100);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.InsufficientShares.selector, 1, 0));
        _unbond(alice, 1, 1);
    }

    function test_Unbond_RevertsForWorthlessShares() public {
        _stake(alice, 100);
        _slash(9_900);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.SharesWorthNothing.selector, 99));
        _unbond(alice, 99);
        _slash(10_000);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.SharesWorthNothing.selector, 100));
        _unbond(alice, 100);
    }

    function test_Unbond_SendsStakeOnItsWay() public {
        _stake(alice, 100);
        uint48 maturesAt = uint48(vm.getBlockTimestamp()) + UNBONDING;
        vm.expectEmit(address(staking));
        emit Unbonded(pool, alice, 1, 0, 40, 40, maturesAt);
        assertEq(_unbond(alice, 40), 1);
        _assertShares(alice, 0, 60, 60);
        IOperatorStaking.Pool memory current = staking.poolOf(pool);
        assertEq(current.stake, 60);
        assertEq(current.unbonding, 40);
        assertEq(_staked(), 100);
        assertEq(open.balanceOf(alice), FUNDS - 100);
    }

    function test_Unbond_LeavesTheDust() public {
        _stake(alice, 100);
        _stake(bob, 100);
        _slash(2_550); // 149 for 200 shares
        _unbond(alice, 3); // 2.2 units
        assertEq(staking.poolOf(pool).unbonding, 2);
        assertEq(staking.poolOf(pool).stake, 147);
        _unbond(alice, 97); // 72.4 units
        _unbond(bob, 100);
        assertEq(staking.poolOf(pool).stake, 0);
        assertEq(staking.unbondingOf(2).stake, 72);
        assertEq(staking.unbondingOf(3).stake, 75);
    }

    function test_Unbond_PaysAnEndedGeneration() public {
        _depleteFirstGeneration();
        (uint128 left, ) = staking.generationOf(pool, 0);
        assertEq(left, 9);
        _stake(bob, 1_000);
        uint256 id = _unbond(alice, 0, 1e10);
        assertEq(staking.unbondingOf(id).stake, 9);
        // What left the ended generation is slashed as all that is unbonding; what is staked anew is not touched by it.
        assertEq(staking.poolOf(pool).stake, 1_000);
        _slash(5_000);
        assertEq(staking.unbondingOf(id).stake, 5);
        _skip(UNBONDING);
        assertEq(staking.withdraw(id), 5);
    }

    // --- withdraw ---

    function test_Withdraw_RevertsForUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownUnbonding.selector, 1));
        staking.withdraw(1);
    }

    function test_Withdraw_RevertsBeforeItsTime() public {
        _stake(alice, 100);
        uint256 id = _unbond(alice, 100);
        uint48 until = uint48(vm.getBlockTimestamp()) + UNBONDING;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnbondingNotMature.selector, id, until));
        staking.withdraw(id);
    }

    function test_Withdraw_PaysTheOwner() public {
        _stake(alice, 100);
        uint256 id = _unbond(alice, 30);
        _skip(UNBONDING);
        vm.expectEmit(address(staking));
        emit Withdrawn(id, pool, alice, 30);
        vm.prank(stranger);
        assertEq(staking.withdraw(id), 30);
        assertEq(open.balanceOf(alice), FUNDS - 70);
        assertEq(_staked(), 70);
    }

    function test_Withdraw_RevertsTwice() public {
        _stake(alice, 100);
        uint256 id = _unbond(alice, 30);
        _skip(UNBONDING);
        staking.withdraw(id);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownUnbonding.selector, id));
        staking.withdraw(id);
    }

    function test_Withdraw_PaysWhatIsLeft() public {
        _stake(alice, 100);
        _stake(bob, 100);
        uint256 early = _unbond(alice, 100);
        _slash(5_000);
        uint256 late = _unbond(bob, 100);
        _slash(1_000); // 10 of 100
        _skip(UNBONDING);
        assertEq(staking.withdraw(early), 45);
        assertEq(staking.withdraw(late), 45);
        assertEq(_staked(), 0);
    }

    function test_Withdraw_PaysNothingAfterTotalSlash() public {
        _stake(alice, 100);
        uint256 lost = _unbond(alice, 60);
        _slash(10_000);
        _stake(bob, 50);
        uint256 kept = _unbond(bob, 1, 50);
        assertEq(staking.unbondingOf(lost).stake, 0);
        _skip(UNBONDING);
        assertEq(staking.withdraw(lost), 0);
        assertEq(staking.withdraw(kept), 50);
        assertEq(_staked(), 0);
        assertEq(open.balanceOf(address(staking)), 0);
    }

    function test_Withdraw_PaysAtTheNewScale() public {
        _stake(alice, 2e18);
        uint256 two = _unbond(alice, 2e18);
        _stake(bob, 1e18);
        uint256 one = _unbond(bob, 1e18);
        _slash(9_999);
        _slash(9_999); // 3e10: worth still counted in the old shares
        assertEq(staking.unbondingOf(two).stake, 2e10);
        _slash(9_990); // 3e7 for 3e18 shares: a unit is 1e11 of them
        assertEq(staking.poolOf(pool).unbonding, 3e7);
        assertEq(staking.unbondingOf(two).stake, 2e7);
        assertEq(staking.unbondingOf(one).stake, 1e7);
        // What unbonds later shares the same bucket, and all of it is still slashed.
        _stake(alice, 1e7);
        uint256 late = _unbond(alice, 1e7);
        _slash(5_000);
        assertEq(staking.unbondingOf(late).stake, 5e6);
        _skip(UNBONDING);
        assertEq(staking.withdraw(one), 5e6);
        assertEq(staking.withdraw(two), 1e7);
        assertEq(staking.withdraw(late), 5e6);
        assertEq(_staked(), 0);
    }

    function test_Withdraw_PaysNothingAfterFiveScales() public {
        _stake(alice, 1_000);
        uint256 old = _unbond(alice, 1_000);
        _slash(9_990); // a unit is left
        for (uint256 i; i < 5; ++i) {
            // Whatever leaves now is most of the bucket, and loses all but a billionth of its shares' worth.
            _stake(bob, 1e23);
            uint32 generation = staking.poolOf(pool).generation;
            (uint128 shares, ) = staking.sharesOf(pool, generation, bob);
            _unbond(bob, generation, shares);
            for (uint256 j; j < 3; ++j) _slash(9_999);
        }
        assertEq(staking.unbondingOf(old).stake, 0);
        _skip(UNBONDING);
        assertEq(staking.withdraw(old), 0);
    }

    // --- unbondingOf ---

    function test_UnbondingOf_RevertsForUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownUnbonding.selector, 7));
        staking.unbondingOf(7);
    }

    function test_UnbondingOf_TellsItsWorth() public {
        _stake(alice, 100);
        uint256 id = _unbond(alice, 100);
        _slash(2_500);
        IOperatorStaking.Unbonding memory unbonding = staking.unbondingOf(id);
        _assertEq(unbonding.pool, pool);
        assertEq(unbonding.account, alice);
        assertEq(unbonding.maturesAt, vm.getBlockTimestamp() + UNBONDING);
        assertEq(unbonding.stake, 75);
    }

    // --- support ---

    /// @dev Leaves 9 units for alice's 1e10 shares.
    function _depleteFirstGeneration() private {
        _stake(alice, 1e10);
        _slash(9_990);
        _slash(9_990);
        _slash(9_900); // 100
        _slash(9_000); // 10: a unit is 1e9 shares, which is not depleted yet
        assertEq(staking.poolOf(pool).generation, 0);
        _slash(1_000);
        assertEq(staking.poolOf(pool).generation, 1);
    }

    function _assertShares(address account, uint32 generation, uint128 shares, uint128 worth) private view {
        (uint128 held, uint128 value) = staking.sharesOf(pool, generation, account);
        assertEq(held, shares);
        assertEq(value, worth);
    }
}
