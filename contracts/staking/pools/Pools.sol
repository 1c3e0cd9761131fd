// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IDatanetRegistry} from "../../interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../interfaces/IOperatorStaking.sol";
import {StakeBuckets} from "../../libraries/StakeBuckets.sol";
import {DatanetId, ModelId, PoolId} from "../../types/Ids.sol";

/// @notice The pools of staking: who runs them, for which commission, and their stake through time.
abstract contract Pools is IOperatorStaking, ReentrancyGuardTransient {
    using Checkpoints for Checkpoints.Trace208;
    using StakeBuckets for StakeBuckets.Bucket;

    uint16 internal constant MOST_COMMISSION_BPS = 5_000;

    /// @param scale How often the unbonding bucket's shares were divided. @param wipedScale Unbonding shares of scales below it are worth nothing.
    struct PoolData {
        PoolKind kind;
        uint64 subject;
        address operator;
        uint16 commissionBps;
        uint16 nextCommissionBps;
        uint48 nextCommissionAt;
        uint32 generation;
        uint32 scale;
        uint32 wipedScale;
        StakeBuckets.Bucket unbonding;
        mapping(uint32 generation => StakeBuckets.Bucket) generations;
        Checkpoints.Trace208 history;
    }

    IERC20 internal immutable _open;
    uint48 internal immutable _commissionDelaySeconds;

    /// @dev Named once, by `bind`.
    IModelRegistry internal _models;
    IDatanetRegistry internal _datanets;

    /// @inheritdoc IOperatorStaking
    uint64 public poolCount;
    mapping(PoolId => PoolData) internal _pools;
    mapping(PoolKind => mapping(uint64 subject => mapping(address operator => PoolId))) private _poolWith;
    /// @dev Active stake of all validators of a datanet; under subject 0, of all pools of the kind. Of validators and attributors only.
    mapping(PoolKind => mapping(uint64 subject => Checkpoints.Trace208)) private _sums;

    constructor(IERC20 open_, uint48 commissionDelaySeconds) {
        _open = open_;
        _commissionDelaySeconds = commissionDelaySeconds;
    }

    // --- pools ---

    /// @inheritdoc IOperatorStaking
    function openPool(PoolKind kind, uint64 subject, uint16 commissionBps) external nonReentrant returns (PoolId) {
        _requireBound();
        if (kind == PoolKind.None || kind == PoolKind.Model) revert NotOperatorKind(kind);
        if (kind == PoolKind.Validator) {
            DatanetId datanet = DatanetId.wrap(subject);
            if (subject == 0 || subject > _datanets.datanetCount()) revert IDatanetRegistry.UnknownDatanet(datanet);
        } else if (subject != 0) {
            revert SubjectNotZero(subject);
        }
        _requireCommission(commissionBps);
        return _create(kind, subject, msg.sender, commissionBps);
    }

    /// @inheritdoc IOperatorStaking
    function openModelPool(ModelId model) external nonReentrant returns (PoolId) {
        return _createForModel(model);
    }

    /// @inheritdoc IOperatorStaking
    function announceCommission(PoolId pool, uint16 commissionBps) external nonReentrant {
        PoolData storage data = _known(pool);
        if (msg.sender != data.operator) revert NotOperator(pool, msg.sender);
        _requireCommission(commissionBps);
        (data.commissionBps, , ) = _commissionOf(data);
        uint48 effectiveAt = uint48(block.timestamp) + _commissionDelaySeconds;
        data.nextCommissionBps = commissionBps;
        data.nextCommissionAt = effectiveAt;
        emit CommissionAnnounced(pool, commissionBps, effectiveAt);
    }

    // --- views ---

    /// @inheritdoc IOperatorStaking
    function poolOf(PoolId pool) external view returns (Pool memory) {
        PoolData storage data = _known(pool);
        (uint16 commissionBps, uint16 nextCommissionBps, uint48 nextCommissionAt) = _commissionOf(data);
        return
            Pool({
                kind: data.kind,
                subject: data.subject,
                operator: data.operator,
                commissionBps: commissionBps,
                nextCommissionBps: nextCommissionBps,
                nextCommissionAt: nextCommissionAt,
                generation: data.generation,
                stake: data.generations[data.generation].stake,
                unbonding: data.unbonding.stake
            });
    }

    /// @inheritdoc IOperatorStaking
    function poolWith(PoolKind kind, uint64 subject, address operator) public view returns (PoolId) {
        return _poolWith[kind][subject][operator];
    }

    /// @inheritdoc IOperatorStaking
    function stakeAt(PoolId pool, uint48 timestamp) external view returns (uint128) {
        return _at(_known(pool).history, timestamp);
    }

    /// @inheritdoc IOperatorStaking
    function validatorStakeAt(DatanetId datanet, uint48 timestamp) external view returns (uint128) {
        return _at(_sums[PoolKind.Validator][DatanetId.unwrap(datanet)], timestamp);
    }

    /// @inheritdoc IOperatorStaking
    function attributorStakeAt(uint48 timestamp) external view returns (uint128) {
        return _at(_sums[PoolKind.Attributor][0], timestamp);
    }

    /// @inheritdoc IOperatorStaking
    function attributorStakeOf(address operator) external view returns (uint128) {
        return uint128(_pools[poolWith(PoolKind.Attributor, 0, operator)].history.latest());
    }

    /// @inheritdoc IOperatorStaking
    function totalAttributorStake() external view returns (uint128) {
        return uint128(_sums[PoolKind.Attributor][0].latest());
    }

    // --- internal ---

    function _createForModel(ModelId model) internal returns (PoolId) {
        _requireBound();
        uint64 subject = ModelId.unwrap(model);
        if (subject == 0 || subject > _models.modelCount()) revert IModelRegistry.UnknownModel(model);
        return _create(PoolKind.Model, subject, address(0), 0);
    }

    function _known(PoolId pool) internal view returns (PoolData storage data) {
        data = _pools[pool];
        if (data.kind == PoolKind.None) revert UnknownPool(pool);
    }

    /// @dev The commission now, and the one that is announced for later.
    function _commissionOf(PoolData storage data) internal view returns (uint16 bps, uint16 nextBps, uint48 nextAt) {
        (bps, nextBps, nextAt) = (data.commissionBps, data.nextCommissionBps, data.nextCommissionAt);
        if (nextAt != 0 && block.timestamp >= nextAt) return (nextBps, 0, 0);
    }

    /// @dev Records the active stake of a pool, and of all that it is a part of, from this second on. Sums of stake fit 128 bits, as OPEN's supply does.
    function _record(PoolData storage data, uint128 active) internal {
        (uint208 previous, ) = data.history.push(uint48(block.timestamp), active);
        PoolKind kind = data.kind;
        if (kind != PoolKind.Validator && kind != PoolKind.Attributor) return;
        _recordChange(_sums[kind][0], previous, active);
        if (data.subject != 0) _recordChange(_sums[kind][data.subject], previous, active);
    }

    function _recordChange(Checkpoints.Trace208 storage history, uint208 previous, uint208 current) private {
        history.push(uint48(block.timestamp), history.latest() - previous + current);
    }

    function _create(
        PoolKind kind,
        uint64 subject,
        address operator,
        uint16 commissionBps
    ) private returns (PoolId pool) {
        PoolId existing = _poolWith[kind][subject][operator];
        if (PoolId.unwrap(existing) != 0) revert PoolExists(existing);
        pool = PoolId.wrap(++poolCount);
        _poolWith[kind][subject][operator] = pool;
        PoolData storage data = _pools[pool];
        data.kind = kind;
        data.subject = subject;
        data.operator = operator;
        data.commissionBps = commissionBps;
        emit PoolOpened(pool, kind, subject, operator, commissionBps);
    }

    function _at(Checkpoints.Trace208 storage history, uint48 timestamp) private view returns (uint128) {
        if (timestamp >= block.timestamp) revert NotYet(timestamp);
        return uint128(history.upperLookupRecent(timestamp));
    }

    /// @dev No pool before the faults are known: whoever stakes must be able to know what for.
    function _requireBound() private view {
        if (address(_models) == address(0)) revert NotBound();
    }

    function _requireCommission(uint16 commissionBps) private pure {
        if (commissionBps > MOST_COMMISSION_BPS) revert CommissionTooHigh(commissionBps, MOST_COMMISSION_BPS);
    }
}
