// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DatanetId, ModelId, PoolId} from "../types/Ids.sol";
import {IDatanetRegistry} from "./IDatanetRegistry.sol";
import {IModelRegistry} from "./IModelRegistry.sol";

/// @notice Stake of operators and their delegators, in OPEN: pools of shares that can be slashed until they are paid out, and the rewards streamed to them.
interface IOperatorStaking {
    /// @dev Validators stake on a datanet, whose contributions they judge; attributors and gateways on themselves; a model's pool has no operator.
    enum PoolKind {
        None,
        Validator,
        Attributor,
        Gateway,
        Model
    }

    /// @param subject The datanet (validator) or model; 0 otherwise.
    /// @param operator Who acts with the stake and earns the commission; 0 for a model's pool.
    /// @param stake Staked now. @param unbonding On its way out, and as slashable.
    struct Pool {
        PoolKind kind;
        uint64 subject;
        address operator;
        uint16 commissionBps;
        uint16 nextCommissionBps;
        uint48 nextCommissionAt;
        uint32 generation;
        uint128 stake;
        uint128 unbonding;
    }

    /// @notice What a slasher may take for one fault; fixed at binding, so that everybody knows it before staking.
    /// @param slasher The contract that proves the fault. @param mostBps Most of a pool's stake that one case takes.
    /// @param rewardBps Of what is taken, the share paid to whoever proved it, at most half; the rest burns.
    struct Fault {
        address slasher;
        uint16 mostBps;
        uint16 rewardBps;
    }

    /// @notice Fixed at deployment.
    /// @param unbondingSeconds From leaving a pool to being paid: longer than every window in which the stake can be slashed.
    /// @param commissionDelaySeconds From announcing a commission to its use; at least `unbondingSeconds`, so that delegators can leave first.
    /// @param streamSeconds Over which a reward is paid out to a pool.
    struct Parameters {
        uint48 unbondingSeconds;
        uint48 commissionDelaySeconds;
        uint48 streamSeconds;
    }

    // --- used by the other contracts ---

    /// @notice Takes `amount` of a reward token from the caller and streams it to those who staked on the model. The pool is opened if there is none.
    function fundModel(ModelId model, address token, uint128 amount) external;

    /// @notice Whether pools can be funded with this token.
    function isRewardToken(address token) external view returns (bool);

    /// @notice Slashes `bps` of a pool's stake, active and unbonding; only the fault's slasher, once per case.
    /// @param fault Its place in the list given at binding. @param caseId Names what is punished: a second slash for it reverts.
    /// @param rewardTo Receives the fault's share of what is taken; the rest burns.
    function slash(
        uint256 fault,
        PoolId pool,
        uint16 bps,
        address rewardTo,
        bytes32 caseId
    ) external returns (uint128 slashed, uint128 reward);

    /// @notice Active stake of a pool at a moment in the past.
    function stakeAt(PoolId pool, uint48 timestamp) external view returns (uint128);

    /// @notice Active stake of all validator pools of a datanet at a moment in the past; of all datanets if `datanet` is 0.
    function validatorStakeAt(DatanetId datanet, uint48 timestamp) external view returns (uint128);

    /// @notice Active stake of an attributor's pool now; 0 if there is none.
    function attributorStakeOf(address operator) external view returns (uint128);

    /// @notice Active stake of all attributors' pools now.
    function totalAttributorStake() external view returns (uint128);

    function poolOf(PoolId pool) external view returns (Pool memory);

    /// @notice The pool of an operator of this kind on this subject (a model's: operator 0); 0 if there is none.
    function poolWith(PoolKind kind, uint64 subject, address operator) external view returns (PoolId);

    function parameters() external view returns (Parameters memory);

    /// @notice Names the registries and the faults; once, by the deployer, who has no right but this one. Every slasher states the longest time
    /// for which it holds stake answerable (`ISlasher`), and it must be shorter than the unbonding.
    function bind(IModelRegistry models, IDatanetRegistry datanets, Fault[] calldata faults) external;
}
