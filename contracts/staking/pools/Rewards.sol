// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IOperatorStaking} from "../../interfaces/IOperatorStaking.sol";
import {RewardStreams} from "../../libraries/RewardStreams.sol";
import {TokenIntake} from "../../libraries/TokenIntake.sol";
import {ModelId, PoolId} from "../../types/Ids.sol";
import {Pools} from "./Pools.sol";

/// @notice Rewards of pools: streams of listed tokens, divided over the shares of the pool's generation.
/// @dev For each pool and token: commissions + released and divided + carried + left in the stream = funded, to the unit. The books of rewards are
/// apart from those of stake, so that rewards in OPEN are never paid from stake.
abstract contract Rewards is Pools {
    using RewardStreams for RewardStreams.Stream;
    using SafeERC20 for IERC20;
    using TokenIntake for IERC20;

    /// @dev Bounds every loop over the tokens.
    uint256 internal constant MOST_REWARD_TOKENS = 4;
    uint256 private constant BPS = 10_000;

    /// @dev Of all pools. `funded` never falls, so no sum of rewards can exceed 128 bits: a token that could do so can only make `fund` revert.
    struct RewardBook {
        uint128 funded;
        uint128 paid;
    }

    /// @dev What an account has earned in a pool and was not paid, by the shares of any generation or as the operator.
    struct Earnings {
        uint128 amount;
        uint96 fraction;
    }

    /// @param carried What was released and could not be divided. @param perShare What a share of a generation has earned, scaled.
    /// @param settledAt `perShare` up to which an account's shares of a generation have been added to its earnings.
    struct Pot {
        RewardStreams.Stream stream;
        uint128 carried;
        mapping(uint32 generation => uint256) perShare;
        mapping(uint32 generation => mapping(address account => uint256)) settledAt;
        mapping(address account => Earnings) earnings;
    }

    /// @inheritdoc IOperatorStaking
    address public immutable governance;
    uint48 internal immutable _streamSeconds;

    address[] private _rewardTokens;
    /// @inheritdoc IOperatorStaking
    mapping(address token => bool) public isRewardToken;
    mapping(address token => RewardBook) internal _rewardBooks;
    mapping(PoolId => mapping(address token => Pot)) private _pots;
    mapping(PoolId => mapping(uint32 generation => mapping(address account => uint128))) internal _shares;

    constructor(address governance_, uint48 streamSeconds) {
        governance = governance_;
        _streamSeconds = streamSeconds;
        _list(address(_open));
    }

    /// @inheritdoc IOperatorStaking
    function addRewardToken(address token) external nonReentrant {
        if (msg.sender != governance) revert NotGovernance(msg.sender);
        if (token == address(0)) revert InvalidParameter("token");
        if (isRewardToken[token]) revert RewardTokenListed(token);
        if (_rewardTokens.length == MOST_REWARD_TOKENS) revert TooManyRewardTokens(MOST_REWARD_TOKENS);
        _list(token);
    }

    // --- rewards ---

    /// @inheritdoc IOperatorStaking
    function fund(PoolId pool, address token, uint128 amount) external nonReentrant {
        _fund(pool, _known(pool), token, amount);
    }

    /// @inheritdoc IOperatorStaking
    function fundModel(ModelId model, address token, uint128 amount) external nonReentrant {
        PoolId pool = poolWith(PoolKind.Model, ModelId.unwrap(model), address(0));
        if (PoolId.unwrap(pool) == 0) pool = _createForModel(model);
        _fund(pool, _pools[pool], token, amount);
    }

    /// @inheritdoc IOperatorStaking
    function claimRewards(
        PoolId pool,
        uint32 generation,
        address token,
        address account
    ) external nonReentrant returns (uint128 paid) {
        PoolData storage data = _known(pool);
        _requireRewardToken(token);
        Pot storage pot = _pots[pool][token];
        if (generation == data.generation) _release(data, pot);
        _settleOne(pot, generation, account, _shares[pool][generation][account]);
        paid = pot.earnings[account].amount;
        if (paid == 0) return 0;
        pot.earnings[account].amount = 0;
        _rewardBooks[token].paid += paid;
        emit RewardsClaimed(pool, token, account, paid);
        IERC20(token).safeTransfer(account, paid);
    }

    // --- views ---

    /// @inheritdoc IOperatorStaking
    function rewardTokens() external view returns (address[] memory) {
        return _rewardTokens;
    }

    /// @inheritdoc IOperatorStaking
    function rewardsOf(PoolId pool, uint32 generation, address token, address account) external view returns (uint128) {
        PoolData storage data = _known(pool);
        Pot storage pot = _pots[pool][token];
        uint256 perShare = pot.perShare[generation];
        if (generation == data.generation) {
            uint128 shares = data.generations[generation].shares;
            (, uint128 released) = pot.stream.advanced(uint48(block.timestamp), shares == 0);
            if (released != 0) {
                (uint256 more, ) = RewardStreams.divide(released, pot.carried, shares);
                perShare += more;
            }
        }
        Earnings memory earnings = pot.earnings[account];
        (uint128 amount, ) = RewardStreams.earned(
            perShare - pot.settledAt[generation][account],
            _shares[pool][generation][account],
            earnings.fraction
        );
        return earnings.amount + amount;
    }

    /// @inheritdoc IOperatorStaking
    function streamOf(PoolId pool, address token) external view returns (uint128 left, uint48 endsAt) {
        PoolData storage data = _known(pool);
        (RewardStreams.Stream memory stream, ) = _pots[pool][token].stream.advanced(
            uint48(block.timestamp),
            data.generations[data.generation].shares == 0
        );
        return (stream.left, stream.left == 0 ? 0 : stream.endsAt);
    }

    // --- internal ---

    /// @dev Brings all streams of a pool up to date: before its active shares change, and before a generation ends.
    function _releaseAll(PoolId pool, PoolData storage data) internal {
        uint256 count = _rewardTokens.length;
        for (uint256 i; i < count; ++i) _release(data, _pots[pool][_rewardTokens[i]]);
    }

    /// @dev Adds to an account's earnings what its shares of a generation have earned so far: before their number changes, with the streams up to date.
    function _settle(PoolId pool, uint32 generation, address account, uint128 shares) internal {
        uint256 count = _rewardTokens.length;
        for (uint256 i; i < count; ++i) _settleOne(_pots[pool][_rewardTokens[i]], generation, account, shares);
    }

    function _fund(PoolId pool, PoolData storage data, address token, uint128 amount) private {
        _requireRewardToken(token);
        if (amount == 0) revert ZeroAmount();
        uint128 funded = _rewardBooks[token].funded;
        uint128 most = type(uint128).max - funded;
        if (amount > most) revert AmountTooLarge(amount, most);
        Pot storage pot = _pots[pool][token];
        _release(data, pot);
        (uint16 commissionBps, , ) = _commissionOf(data);
        uint128 commission = uint128((uint256(amount) * commissionBps) / BPS);
        if (commission != 0) pot.earnings[data.operator].amount += commission;
        RewardStreams.Stream memory stream = pot.stream.extended(
            amount - commission,
            uint48(block.timestamp),
            _streamSeconds
        );
        pot.stream = stream;
        _rewardBooks[token].funded = funded + amount;
        emit Funded(pool, token, msg.sender, amount, commission, stream.endsAt);
        uint256 received = IERC20(token).take(msg.sender, amount);
        if (received != amount) revert AmountMismatch(amount, received);
    }

    /// @dev Divides what was released since the last change over the shares there were all that time; while there were none, nothing is released.
    function _release(PoolData storage data, Pot storage pot) private {
        RewardStreams.Stream memory stream = pot.stream;
        if (stream.left == 0 || stream.updatedAt == block.timestamp) return;
        uint32 generation = data.generation;
        uint128 shares = data.generations[generation].shares;
        uint128 released;
        (stream, released) = stream.advanced(uint48(block.timestamp), shares == 0);
        pot.stream = stream;
        if (released == 0) return;
        (uint256 perShare, uint128 carried) = RewardStreams.divide(released, pot.carried, shares);
        pot.perShare[generation] += perShare;
        pot.carried = carried;
    }

    function _settleOne(Pot storage pot, uint32 generation, address account, uint128 shares) private {
        uint256 perShare = pot.perShare[generation];
        uint256 settledAt = pot.settledAt[generation][account];
        if (perShare == settledAt) return;
        pot.settledAt[generation][account] = perShare;
        if (shares == 0) return;
        Earnings memory earnings = pot.earnings[account];
        (uint128 amount, uint96 fraction) = RewardStreams.earned(perShare - settledAt, shares, earnings.fraction);
        pot.earnings[account] = Earnings(earnings.amount + amount, fraction);
    }

    function _list(address token) private {
        _rewardTokens.push(token);
        isRewardToken[token] = true;
        emit RewardTokenAdded(token);
    }

    function _requireRewardToken(address token) private view {
        if (!isRewardToken[token]) revert NotRewardToken(token);
    }
}
