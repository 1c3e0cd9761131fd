// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IOperatorStaking} from "../../interfaces/IOperatorStaking.sol";
import {StakeBuckets} from "../../libraries/StakeBuckets.sol";
import {TokenIntake} from "../../libraries/TokenIntake.sol";
import {PoolId} from "../../types/Ids.sol";
import {Rewards} from "./Rewards.sol";

/// @notice The way of stake into a pool and out of it.
/// @dev `_staked` is the stake of all buckets: what was taken for stake and neither paid out nor slashed. Balances play no part, so donations change nothing.
abstract contract Stakes is Rewards {
    using SafeERC20 for IERC20;
    using StakeBuckets for StakeBuckets.Bucket;
    using TokenIntake for IERC20;

    /// @dev A pool is joined only while a unit of its stake is divided over at most so many shares, and its generation ends at 1,000 times as many: so
    /// stake that outlives its generation, and can't be slashed any more, has lost 99.9 % since anybody could last join it.
    uint256 private constant MOST_SHARES_PER_JOINED_UNIT = 1e6;

    /// @param scale The unbonding bucket's when the shares were minted.
    struct Request {
        address account;
        uint48 maturesAt;
        uint32 scale;
        PoolId pool;
        uint128 shares;
    }

    uint48 internal immutable _unbondingSeconds;

    uint128 internal _staked;
    uint256 private _requestCount;
    mapping(uint256 unbonding => Request) private _requests;

    constructor(uint48 unbondingSeconds) {
        _unbondingSeconds = unbondingSeconds;
    }

    // --- stake ---

    /// @inheritdoc IOperatorStaking
    function stake(PoolId pool, uint128 amount) external nonReentrant returns (uint128 shares) {
        PoolData storage data = _known(pool);
        if (amount == 0) revert ZeroAmount();
        if (amount > StakeBuckets.MOST_STAKE) revert AmountTooLarge(amount, StakeBuckets.MOST_STAKE);
        uint32 generation = data.generation;
        StakeBuckets.Bucket storage bucket = data.generations[generation];
        if (uint256(bucket.stake) * MOST_SHARES_PER_JOINED_UNIT < bucket.shares) revert PoolDepleted(pool);
        uint128 held = _shares[pool][generation][msg.sender];
        _releaseAll(pool, data);
        _settle(pool, generation, msg.sender, held);
        shares = bucket.join(amount);
        _shares[pool][generation][msg.sender] = held + shares;
        _staked += amount;
        _record(data, bucket.stake);
        emit Staked(pool, msg.sender, generation, amount, shares);
        uint256 received = _open.take(msg.sender, amount);
        if (received != amount) revert AmountMismatch(amount, received);
    }

    /// @inheritdoc IOperatorStaking
    function unbond(PoolId pool, uint32 generation, uint128 shares) external nonReentrant returns (uint256 unbonding) {
        PoolData storage data = _known(pool);
        if (shares == 0) revert ZeroShares();
        uint128 held = _shares[pool][generation][msg.sender];
        if (shares > held) revert InsufficientShares(shares, held);
        bool isActive = generation == data.generation;
        if (isActive) _releaseAll(pool, data);
        _settle(pool, generation, msg.sender, held);
        StakeBuckets.Bucket storage bucket = data.generations[generation];
        uint128 amount = bucket.redeem(shares);
        if (amount == 0) revert SharesWorthNothing(shares);
        _shares[pool][generation][msg.sender] = held - shares;
        if (isActive) _record(data, bucket.stake);
        uint48 maturesAt = uint48(block.timestamp) + _unbondingSeconds;
        unbonding = ++_requestCount;
        _requests[unbonding] = Request({
            account: msg.sender,
            maturesAt: maturesAt,
            scale: data.scale,
            pool: pool,
            shares: data.unbonding.join(amount)
        });
        emit Unbonded(pool, msg.sender, unbonding, generation, shares, amount, maturesAt);
    }

    /// @inheritdoc IOperatorStaking
    function withdraw(uint256 unbonding) external nonReentrant returns (uint128 amount) {
        Request memory request = _requested(unbonding);
        if (block.timestamp < request.maturesAt) revert UnbondingNotMature(unbonding, request.maturesAt);
        PoolData storage data = _pools[request.pool];
        delete _requests[unbonding];
        amount = data.unbonding.redeem(_scaled(data, request));
        _staked -= amount;
        emit Withdrawn(unbonding, request.pool, request.account, amount);
        if (amount != 0) _open.safeTransfer(request.account, amount);
    }

    // --- views ---

    /// @inheritdoc IOperatorStaking
    function generationOf(PoolId pool, uint32 generation) external view returns (uint128 staked, uint128 shares) {
        StakeBuckets.Bucket storage bucket = _known(pool).generations[generation];
        return (bucket.stake, bucket.shares);
    }

    /// @inheritdoc IOperatorStaking
    function sharesOf(
        PoolId pool,
        uint32 generation,
        address account
    ) external view returns (uint128 shares, uint128 worth) {
        StakeBuckets.Bucket memory bucket = _known(pool).generations[generation];
        shares = _shares[pool][generation][account];
        worth = bucket.worth(shares);
    }

    /// @inheritdoc IOperatorStaking
    function unbondingOf(uint256 unbonding) external view returns (Unbonding memory) {
        Request memory request = _requested(unbonding);
        PoolData storage data = _pools[request.pool];
        StakeBuckets.Bucket memory bucket = data.unbonding;
        return Unbonding(request.pool, request.account, request.maturesAt, bucket.worth(_scaled(data, request)));
    }

    // --- internal ---

    /// @dev Takes basis points of a pool's active stake. What is left of a depleted generation stays with its shares.
    function _cutActive(PoolId pool, PoolData storage data, uint16 bps) internal returns (uint128 taken) {
        uint32 generation = data.generation;
        StakeBuckets.Bucket storage bucket = data.generations[generation];
        taken = bucket.cut(bps);
        _staked -= taken;
        StakeBuckets.Bucket memory left = bucket;
        if (left.isDepleted()) {
            _releaseAll(pool, data);
            data.generation = generation + 1;
            _record(data, 0);
            emit GenerationEnded(pool, generation, left.stake, left.shares);
        } else {
            _record(data, left.stake);
        }
    }

    /// @dev Takes basis points of a pool's unbonding stake. A depleted bucket goes on with its shares divided, so that what is left can still be slashed:
    /// otherwise unbonding just before a fault would save all that the fault's first slash leaves from a second one.
    function _cutUnbonding(PoolData storage data, uint16 bps) internal returns (uint128 taken) {
        StakeBuckets.Bucket storage bucket = data.unbonding;
        taken = bucket.cut(bps);
        _staked -= taken;
        StakeBuckets.Bucket memory left = bucket;
        if (!left.isDepleted()) return taken;
        data.scale += 1;
        if (left.stake == 0) {
            data.wipedScale = data.scale;
            bucket.shares = 0;
        } else {
            // At least the stake, as it was depleted; at least the sum of the requests' scaled shares, as each of these is rounded down.
            bucket.shares = left.shares / uint128(StakeBuckets.MOST_SHARES_PER_UNIT);
        }
    }

    /// @dev A request's shares at the bucket's present scale.
    function _scaled(PoolData storage data, Request memory request) private view returns (uint128) {
        if (request.scale < data.wipedScale) return 0;
        uint256 divisions = data.scale - request.scale;
        // 128 bits divided by 1e9 five times are 0.
        if (divisions > 4) return 0;
        return uint128(request.shares / StakeBuckets.MOST_SHARES_PER_UNIT ** divisions);
    }

    function _requested(uint256 unbonding) private view returns (Request memory request) {
        request = _requests[unbonding];
        if (request.account == address(0)) revert UnknownUnbonding(unbonding);
    }
}
