// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {FeeToken} from "../../../contracts/test/FeeToken.sol";
import {HostileToken} from "../../../contracts/test/HostileToken.sol";
import {ModelId, PoolId} from "../../../contracts/types/Ids.sol";
import {StakingFixture} from "../support/StakingFixture.sol";

/// @notice How pools are funded, and what their stakers and operators earn.
contract OperatorStakingRewardsTest is StakingFixture {
    /// @dev So many units are released in a second.
    uint128 private constant RATE = 60;
    uint128 private constant REWARD = RATE * STREAM;

    HostileToken private _second;

    event Funded(
        PoolId indexed pool,
        address indexed token,
        address indexed from,
        uint128 amount,
        uint128 commission,
        uint48 endsAt
    );
    event RewardsClaimed(PoolId indexed pool, address indexed token, address indexed account, uint128 amount);

    function setUp() public override {
        super.setUp();
        _second = new HostileToken();
        _second.transfer(payer, 1e29);
        _approve(_second, payer);
    }

    // --- fund ---

    function test_Fund_RevertsWithoutPool() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 9));
        staking.fund(PoolId.wrap(9), address(open), 1);
    }

    function test_Fund_RevertsForOtherTokens() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.NotRewardToken.selector, address(_second)));
        _fund(_second, 1);
    }

    function test_Fund_RevertsForZero() public {
        vm.expectRevert(IOperatorStaking.ZeroAmount.selector);
        _fund(open, 0);
    }

    function test_Fund_RevertsForTooMuch() public {
        _fund(open, 7);
        uint128 most = type(uint128).max - 7;
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.AmountTooLarge.selector, most + 1, most));
        staking.fund(pool, address(open), most + 1);
    }

    function test_Fund_RevertsForFeeOnTransfer() public {
        FeeToken fee = new FeeToken();
        fee.setFee(100);
        fee.approve(address(staking), 10_000);
        _list(address(fee));
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.AmountMismatch.selector, 10_000, 9_900));
        staking.fund(pool, address(fee), 10_000);
    }

    function test_Fund_RefusesReentrantCalls() public {
        _list(address(_second));
        bytes[3] memory calls = [
            abi.encodeCall(staking.claimRewards, (pool, 0, address(_second), alice)),
            abi.encodeCall(staking.withdraw, (1)),
            abi.encodeCall(staking.stake, (pool, 1))
        ];
        for (uint256 i; i < 3; ++i) {
            _second.arm(address(staking), calls[i]);
            _fund(_second, REWARD);
            assertTrue(_second.wasRefused());
            assertEq(_second.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        }
    }

    function test_Fund_PaysTheCommission() public {
        vm.prank(bob);
        pool = staking.openPool(IOperatorStaking.PoolKind.Gateway, 0, 1_000);
        _stake(alice, 100);
        vm.expectEmit(address(staking));
        emit Funded(pool, address(open), payer, 70 * STREAM + 9, 7 * STREAM, uint48(vm.getBlockTimestamp()) + STREAM);
        _fund(open, 70 * STREAM + 9);
        assertEq(_claim(open, bob), 7 * STREAM);
        _skip(STREAM);
        assertEq(_claim(open, alice), 63 * STREAM + 8);
    }

    function test_Fund_TakesTheAnnouncedCommission() public {
        vm.prank(operator);
        staking.announceCommission(pool, 5_000);
        _skip(COMMISSION_DELAY - 1);
        _fund(open, 1_000);
        assertEq(_claim(open, operator), 0);
        _skip(1);
        _fund(open, 1_000);
        assertEq(_claim(open, operator), 500);
    }

    function test_Fund_StreamsEvenly() public {
        _stake(alice, 1_024);
        _fund(open, REWARD);
        assertEq(_claim(open, alice), 0);
        _skip(1_000);
        assertEq(_pending(alice), 1_000 * RATE);
        _skip(STREAM - 1_001);
        assertEq(_pending(alice), REWARD - RATE);
        _skip(1);
        assertEq(_pending(alice), REWARD);
        _skip(STREAM);
        assertEq(_claim(open, alice), REWARD);
    }

    function test_Fund_WeighsTheEnds() public {
        _stake(alice, 1);
        _fund(open, REWARD);
        _skip(STREAM / 2);
        _fund(open, REWARD); // half of a reward for half of the time, and one for all of it
        (uint128 left, uint48 endsAt) = staking.streamOf(pool, address(open));
        assertEq(left, REWARD + REWARD / 2);
        assertEq(endsAt, vm.getBlockTimestamp() + (uint256(STREAM) * 5) / 6);
    }

    function testFuzz_Fund_DustDoesNotStretch(uint16 elapsed, uint8 times) public {
        _stake(alice, 1);
        _fund(open, 1e18);
        _skip(bound(elapsed, 1, STREAM - 1));
        (, uint48 before) = staking.streamOf(pool, address(open));
        for (uint256 i; i < times % 16; ++i) _fund(open, 1);
        (, uint48 afterwards) = staking.streamOf(pool, address(open));
        assertEq(afterwards, before);
    }

    function test_Fund_WaitsForStake() public {
        _fund(open, REWARD);
        _skip(STREAM * 3);
        (uint128 left, uint48 endsAt) = staking.streamOf(pool, address(open));
        assertEq(left, REWARD);
        assertEq(endsAt, vm.getBlockTimestamp() + STREAM);
        _stake(alice, 1);
        _skip(1_000);
        _unbond(alice, 1);
        _skip(STREAM * 3);
        _stake(bob, 1);
        _skip(STREAM - 1_000);
        assertEq(_claim(open, alice), 1_000 * RATE);
        assertEq(_claim(open, bob), REWARD - 1_000 * RATE);
        assertEq(_rewards(open), 0);
    }

    function test_Fund_PaysForTimeAndPart() public {
        _stake(alice, 1_000);
        _fund(open, REWARD);
        _skip(100);
        _stake(bob, 2_000);
        _skip(100);
        _unbond(bob, 1_000);
        _skip(100);
        _unbond(alice, 1_000);
        _skip(100);
        uint128 forAlice = 100 * RATE + (100 * RATE) / 3 + (100 * RATE) / 2;
        assertApproxEqAbs(_claim(open, alice), forAlice, 1);
        assertApproxEqAbs(_claim(open, bob), 400 * RATE - forAlice, 1);
    }

    // --- fundModel ---

    function test_FundModel_RevertsForUnknownModel() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 4));
        staking.fundModel(ModelId.wrap(4), address(open), 1);
    }

    function test_FundModel_OpensThePool() public {
        vm.prank(payer);
        staking.fundModel(ModelId.wrap(3), address(open), REWARD);
        pool = staking.poolWith(IOperatorStaking.PoolKind.Model, 3, address(0));
        _assertEq(pool, PoolId.wrap(2));
        _stake(alice, 1);
        _skip(STREAM);
        assertEq(_claim(open, alice), REWARD);
    }

    function test_FundModel_FundsThePool() public {
        pool = staking.openModelPool(ModelId.wrap(3));
        _stake(alice, 1);
        vm.prank(payer);
        staking.fundModel(ModelId.wrap(3), address(open), REWARD);
        _skip(STREAM);
        assertEq(_claim(open, alice), REWARD);
        assertEq(staking.poolCount(), 2);
    }

    // --- claimRewards ---

    function test_ClaimRewards_RevertsWithoutPool() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 9));
        staking.claimRewards(PoolId.wrap(9), 0, address(open), alice);
    }

    function test_ClaimRewards_RevertsForOtherTokens() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.NotRewardToken.selector, address(_second)));
        staking.claimRewards(pool, 0, address(_second), alice);
    }

    function test_ClaimRewards_PaysNothing() public {
        _stake(alice, 1);
        _fund(open, REWARD);
        _skip(STREAM);
        assertEq(_claim(open, bob), 0);
        assertEq(staking.claimRewards(pool, 5, address(open), alice), 0);
    }

    function test_ClaimRewards_PaysTheAccount() public {
        _stake(alice, 1);
        _fund(open, REWARD);
        _skip(STREAM);
        vm.expectEmit(address(staking));
        emit RewardsClaimed(pool, address(open), alice, REWARD);
        vm.prank(stranger);
        assertEq(_claim(open, alice), REWARD);
        assertEq(open.balanceOf(alice), FUNDS - 1 + REWARD);
        assertEq(_claim(open, alice), 0);
    }

    function test_ClaimRewards_KeepsTokensApart() public {
        _list(address(_second));
        _stake(alice, 7e20);
        _fund(open, REWARD);
        _fund(_second, 2 * REWARD);
        _skip(STREAM);
        assertEq(_claim(_second, alice), 2 * REWARD - 1);
        assertEq(_rewards(_second), 1);
        assertEq(_rewards(open), REWARD);
        (uint256 stakes, ) = staking.owed(address(_second));
        assertEq(stakes, 0);
        assertEq(_claim(open, alice), REWARD - 1);
    }

    function test_ClaimRewards_KeepsStakeApart() public {
        _stake(alice, 7e20);
        _fund(open, REWARD);
        _skip(STREAM);
        _slash(10_000);
        assertEq(_staked(), 0);
        assertEq(_rewards(open), REWARD);
        assertEq(open.balanceOf(address(staking)), REWARD);
        _stake(bob, 500);
        assertEq(staking.claimRewards(pool, 0, address(open), alice), REWARD - 1);
        assertEq(_staked(), 500);
        assertEq(_rewards(open), 1);
        assertEq(open.balanceOf(address(staking)), 501);
    }

    function test_ClaimRewards_PaysEndedGenerations() public {
        _stake(alice, 1);
        _fund(open, REWARD);
        _skip(1_000);
        _slash(10_000);
        _skip(1_000);
        _stake(bob, 1);
        _stake(alice, 1);
        _skip(1_000);
        assertEq(staking.rewardsOf(pool, 0, address(open), alice), 1_000 * RATE);
        assertEq(staking.claimRewards(pool, 0, address(open), alice), 1_000 * RATE);
        assertEq(staking.claimRewards(pool, 1, address(open), alice), 500 * RATE);
        assertEq(staking.claimRewards(pool, 1, address(open), bob), 500 * RATE);
        assertEq(staking.claimRewards(pool, 0, address(open), bob), 0);
    }

    function test_ClaimRewards_PaysLaterTokens() public {
        _stake(alice, 1);
        _fund(open, REWARD);
        _skip(1_000);
        _list(address(_second));
        _fund(_second, REWARD);
        _stake(bob, 1);
        _skip(1_000);
        assertEq(_claim(_second, alice), 500 * RATE);
        assertEq(_claim(_second, bob), 500 * RATE);
    }

    function test_ClaimRewards_DoesNotHoldStake() public {
        _list(address(_second));
        _stake(alice, 1);
        _fund(_second, REWARD);
        _skip(STREAM);
        _second.refuse(alice, true);
        vm.expectRevert(abi.encodeWithSelector(HostileToken.Refused.selector, alice));
        staking.claimRewards(pool, 0, address(_second), alice);
        uint256 id = _unbond(alice, 1);
        _skip(UNBONDING);
        assertEq(staking.withdraw(id), 1);
        _second.refuse(alice, false);
        assertEq(_claim(_second, alice), REWARD);
    }

    function testFuzz_ClaimRewards_ConservesRewards(uint256 seed) public {
        address[2] memory stakers = [alice, bob];
        for (uint256 i; i < 24; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            address account = stakers[(seed >> 8) % 2];
            uint128 amount = uint128(bound(seed >> 16, 1, 1e21 >> ((seed >> 192) % 64)));
            uint256 action = seed % 5;
            uint32 generation = staking.poolOf(pool).generation;
            (uint128 held, uint128 worth) = staking.sharesOf(pool, generation, account);
            if (action == 0) _stake(account, amount);
            else if (action == 1 && worth != 0) _unbond(account, generation, held);
            else if (action == 2) _slash(uint16((seed >> 16) % 10_001));
            else if (action == 3) _claim(open, account);
            else if (action == 4) _fund(open, amount);
            _skip((seed >> 24) % (2 * STREAM));
            if (staking.poolOf(pool).stake == 0) _stake(payer, 7);
        }
        _skip(STREAM);
        uint32 last = staking.poolOf(pool).generation;
        for (uint32 generation; generation <= last; ++generation) {
            staking.claimRewards(pool, generation, address(open), alice);
            staking.claimRewards(pool, generation, address(open), bob);
            staking.claimRewards(pool, generation, address(open), payer);
        }
        // Nothing is on its way: what is not paid is each account's fraction of a unit, and what cannot be divided.
        assertLe(_rewards(open), 4);
        assertEq(open.balanceOf(address(staking)), _staked() + _rewards(open));
    }

    // --- views ---

    function test_RewardsOf_RevertsWithoutPool() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 9));
        staking.rewardsOf(PoolId.wrap(9), 0, address(open), alice);
    }

    function testFuzz_RewardsOf_IsWhatAClaimPays(uint96 amount, uint96 own, uint96 others, uint24 elapsed) public {
        _stake(alice, uint128(bound(own, 1, FUNDS)));
        _stake(bob, uint128(bound(others, 1, FUNDS)));
        _fund(open, uint128(bound(amount, 1, FUNDS)));
        _skip(elapsed);
        uint128 told = staking.rewardsOf(pool, 0, address(open), alice);
        assertEq(_claim(open, alice), told);
        assertEq(staking.rewardsOf(pool, 0, address(open), alice), 0);
    }

    function test_StreamOf_RevertsWithoutPool() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 9));
        staking.streamOf(PoolId.wrap(9), address(open));
    }

    function test_StreamOf_TellsWhatIsLeft() public {
        uint48 start = uint48(vm.getBlockTimestamp());
        _stake(alice, 1);
        _assertStream(0, 0);
        _fund(open, REWARD);
        _assertStream(REWARD, start + STREAM);
        _skip(1_000);
        _assertStream(REWARD - 1_000 * RATE, start + STREAM);
        _skip(STREAM);
        _assertStream(0, 0);
    }

    // --- support ---

    function _list(address token) private {
        vm.prank(governance);
        staking.addRewardToken(token);
    }

    function _pending(address account) private view returns (uint128) {
        return staking.rewardsOf(pool, 0, address(open), account);
    }

    function _assertStream(uint128 left, uint48 endsAt) private view {
        (uint128 actualLeft, uint48 actualEndsAt) = staking.streamOf(pool, address(open));
        assertEq(actualLeft, left);
        assertEq(actualEndsAt, endsAt);
    }
}
