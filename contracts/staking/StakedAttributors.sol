// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAttributorSet} from "../interfaces/IAttributorSet.sol";
import {IOperatorStaking} from "../interfaces/IOperatorStaking.sol";

/// @notice Attributors weighed by the active stake of their pools.
contract StakedAttributors is IAttributorSet {
    uint256 private constant BPS = 10_000;

    IOperatorStaking public immutable staking;
    /// @notice Basis points of all attributors' stake that must sign.
    uint16 public immutable quorumBps;
    /// @notice Stake below which a signature weighs nothing.
    uint128 public immutable leastStake;

    error QuorumOutOfRange(uint16 quorumBps);
    error ZeroLeastStake();

    constructor(IOperatorStaking staking_, uint16 quorumBps_, uint128 leastStake_) {
        if (quorumBps_ == 0 || quorumBps_ > BPS) revert QuorumOutOfRange(quorumBps_);
        if (leastStake_ == 0) revert ZeroLeastStake();
        staking = staking_;
        quorumBps = quorumBps_;
        leastStake = leastStake_;
    }

    /// @inheritdoc IAttributorSet
    function weightOf(address account) external view returns (uint256) {
        uint128 stake = staking.attributorStakeOf(account);
        return stake < leastStake ? 0 : stake;
    }

    /// @notice The part of all attributors' stake that must sign, rounded up; also of pools below `leastStake`, so that a quorum is one of all stake.
    function quorum() external view returns (uint256) {
        uint256 needed = (uint256(staking.totalAttributorStake()) * quorumBps + BPS - 1) / BPS;
        return needed == 0 ? 1 : needed;
    }
}
