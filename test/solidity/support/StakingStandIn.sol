// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {DatanetId, PoolId} from "../../../contracts/types/Ids.sol";

/// @notice Stands in for OperatorStaking where only stakes matter: tests set them, and their history is kept.
contract StakingStandIn {
    using Checkpoints for Checkpoints.Trace208;

    struct Slash {
        uint256 fault;
        PoolId pool;
        uint16 bps;
        address rewardTo;
        bytes32 caseId;
    }

    Slash[] public slashes;
    mapping(bytes32 caseId => bool) public isSlashed;
    uint64 private _poolCount;
    mapping(PoolId => IOperatorStaking.Pool) private _pools;
    mapping(PoolId => Checkpoints.Trace208) private _stakes;
    /// @dev Validators' stake by datanet; 0 is all.
    mapping(uint64 datanet => Checkpoints.Trace208) private _totals;

    error NotYet();
    error SlashedBefore(bytes32 caseId);

    function open(IOperatorStaking.PoolKind kind, uint64 subject, address operator) external returns (PoolId pool) {
        pool = PoolId.wrap(++_poolCount);
        _pools[pool].kind = kind;
        _pools[pool].subject = subject;
        _pools[pool].operator = operator;
    }

    function setStake(PoolId pool, uint128 stake) external {
        IOperatorStaking.Pool storage changed = _pools[pool];
        if (changed.kind == IOperatorStaking.PoolKind.Validator) {
            _change(_totals[changed.subject], changed.stake, stake);
            _change(_totals[0], changed.stake, stake);
        }
        changed.stake = stake;
        _stakes[pool].push(uint48(block.timestamp), stake);
    }

    function slash(
        uint256 fault,
        PoolId pool,
        uint16 bps,
        address rewardTo,
        bytes32 caseId
    ) external returns (uint128 slashed, uint128 reward) {
        if (isSlashed[caseId]) revert SlashedBefore(caseId);
        isSlashed[caseId] = true;
        slashes.push(Slash(fault, pool, bps, rewardTo, caseId));
        slashed = (_pools[pool].stake * bps) / 10_000;
        reward = slashed / 2;
    }

    function slashCount() external view returns (uint256) {
        return slashes.length;
    }

    function poolOf(PoolId pool) external view returns (IOperatorStaking.Pool memory) {
        return _pools[pool];
    }

    function stakeAt(PoolId pool, uint48 timestamp) external view returns (uint128) {
        if (timestamp >= block.timestamp) revert NotYet();
        return uint128(_stakes[pool].upperLookup(timestamp));
    }

    function validatorStakeAt(DatanetId datanet, uint48 timestamp) external view returns (uint128) {
        if (timestamp >= block.timestamp) revert NotYet();
        return uint128(_totals[DatanetId.unwrap(datanet)].upperLookup(timestamp));
    }

    function _change(Checkpoints.Trace208 storage total, uint128 from, uint128 to) private {
        total.push(uint48(block.timestamp), total.latest() - from + to);
    }
}
