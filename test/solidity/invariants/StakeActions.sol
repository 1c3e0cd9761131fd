// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {PoolId, RoundId} from "../../../contracts/types/Ids.sol";
import {DataActions} from "./DataActions.sol";

/// @notice What operators and delegators do with stake and its rewards.
abstract contract StakeActions is DataActions {
    uint256 internal constant VALIDATORS = 3;
    uint48 private constant UNBONDING = 14 days;

    PoolId[VALIDATORS] public validatorPools;
    uint256 public staked;
    uint256 public withdrawn;
    uint256 public slashed;
    mapping(PoolId => uint256) public slashedOf;
    /// @notice What a pool had been slashed when a round of votes began.
    mapping(RoundId => mapping(PoolId => uint256)) public slashedBefore;
    /// @dev Each join of a bucket moves less than a unit to those who are in it.
    uint256 public dust;
    mapping(uint256 token => uint256) public funded;
    mapping(uint256 token => uint256) public rewarded;
    mapping(address account => uint256) public stakedBy;
    mapping(address account => uint256) public withdrawnBy;
    mapping(PoolId => mapping(address account => bool)) private _hadPart;
    uint256 private _requests;
    mapping(uint256 unbonding => uint256 time) private _requestedAt;

    function _openPools() internal {
        for (uint256 i; i < VALIDATORS; ++i) {
            vm.prank(accounts[VALIDATOR + i]);
            validatorPools[i] = _p.staking.openPool(
                IOperatorStaking.PoolKind.Validator,
                i < 2 ? 1 : 2,
                uint16(500 * i)
            );
            _stake(accounts[VALIDATOR + i], validatorPools[i], 1e18);
        }
        for (uint256 i; i < 2; ++i) {
            vm.prank(accounts[ATTRIBUTOR + i]);
            PoolId pool = _p.staking.openPool(IOperatorStaking.PoolKind.Attributor, 0, 1_000);
            _stake(accounts[ATTRIBUTOR + i], pool, 1e18);
        }
        vm.prank(accounts[GATEWAY]);
        _p.staking.openPool(IOperatorStaking.PoolKind.Gateway, 0, 5_000);
        vm.warp(vm.getBlockTimestamp() + 1);
    }

    // --- actions ---

    function stake(uint256 who, uint256 which, uint256 amount) external {
        _stake(_person(who), _pool(which), _amount(amount));
        _did();
    }

    function unbond(uint256 who, uint256 which, uint256 part) external {
        (address account, PoolId pool, uint128 held) = _holder(who, which);
        if (held == 0) return;
        uint128 shares = part % 16 == 0 ? held : uint128(1 + (part % held));
        (uint128 stakes, uint128 all) = _p.staking.generationOf(pool, 0);
        if ((uint256(shares) * stakes) / all == 0) return;
        vm.prank(account);
        uint256 unbonding = _p.staking.unbond(pool, 0, shares);
        ++dust;
        if (unbonding != ++_requests) _violate("unbondings are not counted");
        _requestedAt[unbonding] = vm.getBlockTimestamp();
        _did();
    }

    /// @dev At any time: too early it must fail.
    function withdraw(uint256 which, uint256 wait_) external {
        if (_requests == 0) return;
        uint256 unbonding = 1 + (which % _requests);
        if (_requestedAt[unbonding] == 0) return;
        uint256 maturesAt = _requestedAt[unbonding] + UNBONDING;
        if (wait_ % 4 == 0) _reach(maturesAt);
        IOperatorStaking.Unbonding memory request = _p.staking.unbondingOf(unbonding);
        try _p.staking.withdraw(unbonding) returns (uint128 amount) {
            if (vm.getBlockTimestamp() < maturesAt) _violate("stake left before its time");
            if (amount != request.stake) _violate("stake was paid as something else than it was worth");
            delete _requestedAt[unbonding];
            withdrawn += amount;
            withdrawnBy[request.account] += amount;
            due[OPEN][request.account] += amount;
            ++dust;
            _did();
        } catch {
            if (vm.getBlockTimestamp() >= maturesAt) _violate("stake could not leave");
        }
    }

    function fundPool(uint256 who, uint256 which, uint256 amount) external {
        uint256 token = _p.staking.isRewardToken(address(tokens[USD])) ? amount % 2 : OPEN;
        uint128 given = _amount(amount >> 1);
        PoolId pool = _pool(which);
        spent[token][_person(who)] += given;
        funded[token] += given;
        vm.prank(_person(who));
        _p.staking.fund(pool, address(tokens[token]), given);
        _did();
    }

    function claimRewards(uint256 who, uint256 which, uint256 token) external {
        (address account, PoolId pool, ) = _holder(who, which);
        token = _p.staking.isRewardToken(address(tokens[USD])) ? token % 2 : OPEN;
        uint128 earned = _p.staking.rewardsOf(pool, 0, address(tokens[token]), account);
        bool isOperator = _p.staking.poolOf(pool).operator == account;
        if (earned != 0 && !isOperator && !_hadPart[pool][account]) _violate("rewards without a part in the pool");
        rewarded[token] += earned;
        due[token][account] += earned;
        uint128 paid = _p.staking.claimRewards(pool, 0, address(tokens[token]), account);
        if (paid != earned) _violate("rewards are not what was told");
        if (paid != 0) _did();
    }

    function announceCommission(uint256 which, uint256 bps) external {
        PoolId pool = _pool(which);
        address operator = _p.staking.poolOf(pool).operator;
        if (operator == address(0)) return;
        vm.prank(operator);
        _p.staking.announceCommission(pool, uint16(bps % 5_001));
        _did();
    }

    // --- steps ---

    function _stake(address account, PoolId pool, uint128 amount) internal {
        vm.prank(account);
        _p.staking.stake(pool, amount);
        ++dust;
        _hadPart[pool][account] = true;
        staked += amount;
        stakedBy[account] += amount;
        spent[OPEN][account] += amount;
    }

    /// @dev Active stake and stake on its way out lose the same share; half of it is the reward.
    function _bookSlash(PoolId pool, uint256 bps, address rewardTo) internal {
        IOperatorStaking.Pool memory before = _p.staking.poolOf(pool);
        uint256 taken = (before.stake * bps) / BPS + (before.unbonding * bps) / BPS;
        slashed += taken;
        slashedOf[pool] += taken;
        due[OPEN][rewardTo] += taken / 2;
        burned += taken - taken / 2;
    }

    function _noteRound(RoundId round) internal {
        for (uint256 i; i < VALIDATORS; ++i) {
            slashedBefore[round][validatorPools[i]] = slashedOf[validatorPools[i]];
        }
    }

    // --- views ---

    /// @notice Whether no share of a pool is worth more than a unit, and the pools' stake is all there is.
    function areSharesSound() external view returns (bool) {
        uint256 sum;
        uint64 count = _p.staking.poolCount();
        for (uint64 id = 1; id <= count; ++id) {
            PoolId pool = PoolId.wrap(id);
            (uint128 stakes, uint128 shares) = _p.staking.generationOf(pool, 0);
            if (stakes > shares || (stakes == 0) != (shares == 0)) return false;
            sum += uint256(stakes) + _p.staking.poolOf(pool).unbonding;
        }
        return sum == staked - withdrawn - slashed;
    }

    /// @notice Whether nobody was paid more stake than they put in; what roundings leave in a pool may be anybody's.
    function isNobodyPaidMoreStake() external view returns (bool) {
        for (uint256 i; i < ACCOUNTS; ++i) {
            if (withdrawnBy[accounts[i]] > stakedBy[accounts[i]] + dust) return false;
        }
        return true;
    }

    function _pool(uint256 seed) internal view returns (PoolId) {
        return PoolId.wrap(uint64(1 + (seed % _p.staking.poolCount())));
    }

    /// @dev Somebody who has shares of a pool, if anybody has.
    function _holder(uint256 who, uint256 which) private view returns (address account, PoolId pool, uint128 held) {
        pool = _pool(which);
        for (uint256 i; i < PEOPLE; ++i) {
            account = _person(who + i);
            (held, ) = _p.staking.sharesOf(pool, 0, account);
            if (held != 0) break;
        }
    }
}
