// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IOperatorStaking} from "../interfaces/IOperatorStaking.sol";
import {StakeBuckets} from "../libraries/StakeBuckets.sol";
import {Pools} from "./pools/Pools.sol";
import {Rewards} from "./pools/Rewards.sol";
import {Slashing} from "./pools/Slashing.sol";
import {Stakes} from "./pools/Stakes.sol";

/// @notice The staking of operators, put together from its parts in `pools/`. Stake moves only to who staked it, or by a slash within the fault's caps;
/// governance can do no more than list reward tokens.
/// @dev Relies on OPEN being a plain ERC-20 of fixed supply that anybody may burn their own of. Reward tokens are listed by governance
/// for being plain ones; whatever one of them does instead, the books of stake and of the other tokens are apart from its own.
contract OperatorStaking is Slashing {
    uint48 private constant MOST_SECONDS = 730 days;

    constructor(
        IERC20 open_,
        address governance_,
        Parameters memory p
    ) Pools(open_, p.commissionDelaySeconds) Rewards(governance_, p.streamSeconds) Stakes(p.unbondingSeconds) {
        // The range of shares relies on it (StakeBuckets).
        if (open_.totalSupply() > StakeBuckets.MOST_STAKE) revert InvalidParameter("open");
        if (governance_ == address(0)) revert InvalidParameter("governance");
        if (p.unbondingSeconds == 0 || p.unbondingSeconds > MOST_SECONDS) revert InvalidParameter("unbondingSeconds");
        if (p.commissionDelaySeconds < p.unbondingSeconds || p.commissionDelaySeconds > MOST_SECONDS) {
            revert InvalidParameter("commissionDelaySeconds");
        }
        if (p.streamSeconds == 0 || p.streamSeconds > MOST_SECONDS) revert InvalidParameter("streamSeconds");
    }

    /// @inheritdoc IOperatorStaking
    function open() external view returns (address) {
        return address(_open);
    }

    /// @inheritdoc IOperatorStaking
    function parameters() external view returns (Parameters memory) {
        return
            Parameters({
                unbondingSeconds: _unbondingSeconds,
                commissionDelaySeconds: _commissionDelaySeconds,
                streamSeconds: _streamSeconds
            });
    }

    /// @inheritdoc IOperatorStaking
    function owed(address token) external view returns (uint256 stakes, uint256 rewards) {
        if (token == address(_open)) stakes = _staked;
        RewardBook memory book = _rewardBooks[token];
        rewards = book.funded - book.paid;
    }
}
