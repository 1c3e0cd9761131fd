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
    /// @param commissionBps The operator's part of rewards that are funded now. @param nextCommissionBps Announced, in use from `nextCommissionAt` on;
    /// both are 0 if none is.
    /// @param generation Of its shares, from 0: a slash to next to nothing ends one.
    /// @param stake Staked now, in this generation. @param unbonding On its way out, and as slashable.
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

    /// @notice Fixed at deployment; none is 0 or longer than two years.
    /// @param unbondingSeconds From leaving a pool to being paid: longer than every window in which the stake can be slashed.
    /// @param commissionDelaySeconds From announcing a commission to its use; at least `unbondingSeconds`, so that delegators can leave first.
    /// @param streamSeconds Over which a reward is paid out to a pool.
    struct Parameters {
        uint48 unbondingSeconds;
        uint48 commissionDelaySeconds;
        uint48 streamSeconds;
    }

    /// @notice Stake on its way out.
    /// @param account Who asked for it and is paid. @param stake What it is worth now.
    struct Unbonding {
        PoolId pool;
        address account;
        uint48 maturesAt;
        uint128 stake;
    }

    event Bound(address indexed models, address indexed datanets);
    event FaultDefined(uint256 indexed fault, address indexed slasher, uint16 mostBps, uint16 rewardBps);
    event PoolOpened(
        PoolId indexed pool,
        PoolKind indexed kind,
        uint64 indexed subject,
        address operator,
        uint16 commissionBps
    );
    event CommissionAnnounced(PoolId indexed pool, uint16 commissionBps, uint48 effectiveAt);
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
    /// @param fromStake Taken from active stake. @param fromUnbonding Taken from stake on its way out. @param reward Of both together, paid to
    /// `rewardTo`; the rest is burned.
    event Slashed(
        PoolId indexed pool,
        uint256 indexed fault,
        bytes32 indexed caseId,
        uint16 bps,
        uint128 fromStake,
        uint128 fromUnbonding,
        address rewardTo,
        uint128 reward
    );
    /// @notice A slash left next to nothing: `stake` stays for the ended generation's shares, and new stake gets shares of the next one.
    event GenerationEnded(PoolId indexed pool, uint32 indexed generation, uint128 stake, uint128 shares);
    event RewardTokenAdded(address indexed token);
    /// @param commission Of the amount, what the operator earned at once. @param endsAt When all that is streamed will be released.
    event Funded(
        PoolId indexed pool,
        address indexed token,
        address indexed from,
        uint128 amount,
        uint128 commission,
        uint48 endsAt
    );
    event RewardsClaimed(PoolId indexed pool, address indexed token, address indexed account, uint128 amount);

    error NotGovernance(address caller);
    error NotDeployer(address caller);
    error AlreadyBound();
    error NotBound();
    error InvalidParameter(string name);
    /// @notice The slasher holds stake answerable for longer than it stays.
    error AnswerableTooLong(address slasher, uint48 answerableSeconds, uint48 unbondingSeconds);
    error UnknownPool(PoolId pool);
    error PoolExists(PoolId pool);
    /// @notice Operators open pools of validators, attributors and gateways only.
    error NotOperatorKind(PoolKind kind);
    /// @notice Attributors and gateways stake on themselves: their pools have no subject.
    error SubjectNotZero(uint64 subject);
    error NotOperator(PoolId pool, address caller);
    error CommissionTooHigh(uint16 commissionBps, uint16 most);
    error ZeroAmount();
    error ZeroShares();
    /// @notice More than there can be of OPEN, or than the books hold of all rewards in a token.
    error AmountTooLarge(uint128 amount, uint128 most);
    /// @notice What arrived is not what was sent: the token takes a fee.
    error AmountMismatch(uint256 expected, uint256 received);
    /// @notice Slashes took almost all of this pool's stake: nobody can join it until they take the rest, or its stakers left.
    error PoolDepleted(PoolId pool);
    error InsufficientShares(uint128 shares, uint128 held);
    /// @notice So few shares of what was slashed are worth less than a unit.
    error SharesWorthNothing(uint128 shares);
    error UnknownUnbonding(uint256 unbonding);
    error UnbondingNotMature(uint256 unbonding, uint48 until);
    error UnknownFault(uint256 fault);
    error NotSlasher(uint256 fault, address caller);
    error SlashAboveMost(uint16 bps, uint16 most);
    error PoolNotSlashable(PoolId pool);
    error CaseAlreadySlashed(uint256 fault, bytes32 caseId);
    error NotRewardToken(address token);
    error RewardTokenListed(address token);
    error TooManyRewardTokens(uint256 most);
    /// @notice Stake is known of past moments only: what is so now may still change.
    error NotYet(uint48 timestamp);

    // --- set-up ---

    /// @notice Names the registries and the faults; once, by the deployer, who has no right but this one. Every slasher states the longest time
    /// for which it holds stake answerable (`ISlasher`), and it must be shorter than the unbonding.
    function bind(IModelRegistry models, IDatanetRegistry datanets, Fault[] calldata faults) external;

    /// @notice Lets pools be funded with another token, at most four in all; only governance, for good. The token must move exactly what it is told to,
    /// never change balances by itself and never call back.
    function addRewardToken(address token) external;

    // --- pools ---

    /// @notice Opens the caller's pool of a kind and subject. All who stake in a pool are slashed alike for what its operator does, also for what it did
    /// before they joined; a delegator trusts the operator with that.
    /// @param subject An existing datanet (validator); 0 (attributor, gateway).
    /// @param commissionBps The operator's part of all rewards, at most half.
    function openPool(PoolKind kind, uint64 subject, uint16 commissionBps) external returns (PoolId);

    /// @notice Opens the pool of an existing model; anyone may. It has no operator and no commission and is never slashed.
    function openModelPool(ModelId model) external returns (PoolId);

    /// @notice Announces another commission; only the operator. It replaces one that was announced and is not in use yet.
    function announceCommission(PoolId pool, uint16 commissionBps) external;

    // --- stake ---

    /// @notice Stakes OPEN of the caller for shares of the pool's generation.
    function stake(PoolId pool, uint128 amount) external returns (uint128 shares);

    /// @notice Sends the caller's shares of a generation on their way out. They earn nothing from now on, and are slashed with the pool until they are paid.
    function unbond(PoolId pool, uint32 generation, uint128 shares) external returns (uint256 unbonding);

    /// @notice Pays mature stake to whoever unbonded it. Anyone may call.
    function withdraw(uint256 unbonding) external returns (uint128 amount);

    /// @notice Slashes `bps` of a pool's stake, active and unbonding; only the fault's slasher, once per case.
    /// @param fault Its place in the list given at binding. @param caseId Names what is punished: a second slash for it reverts.
    /// @param rewardTo Receives the fault's share of what is taken; the rest burns, and the reward too if it cannot be received.
    function slash(
        uint256 fault,
        PoolId pool,
        uint16 bps,
        address rewardTo,
        bytes32 caseId
    ) external returns (uint128 slashed, uint128 reward);

    // --- rewards ---

    /// @notice Takes `amount` of a reward token from the caller for those who staked in a pool. The operator earns the commission at once; the rest is
    /// released evenly over `streamSeconds`, together with what is still on its way, and only while there is active stake to earn it.
    function fund(PoolId pool, address token, uint128 amount) external;

    /// @notice As `fund`, for those who staked on the model. The pool is opened if there is none.
    function fundModel(ModelId model, address token, uint128 amount) external;

    /// @notice Pays an account all it has earned of a token in a pool: with its shares of this generation, with shares it had, and as the operator.
    /// Anyone may call.
    function claimRewards(
        PoolId pool,
        uint32 generation,
        address token,
        address account
    ) external returns (uint128 paid);

    // --- views ---

    /// @notice The token that is staked.
    function open() external view returns (address);

    function governance() external view returns (address);

    function parameters() external view returns (Parameters memory);

    function faultCount() external view returns (uint256);

    function faultOf(uint256 fault) external view returns (Fault memory);

    function poolCount() external view returns (uint64);

    function poolOf(PoolId pool) external view returns (Pool memory);

    /// @notice The pool of an operator of this kind on this subject (a model's: operator 0); 0 if there is none.
    function poolWith(PoolKind kind, uint64 subject, address operator) external view returns (PoolId);

    /// @notice Stake and shares of one of the pool's generations.
    function generationOf(PoolId pool, uint32 generation) external view returns (uint128 stake, uint128 shares);

    /// @notice An account's shares of a generation, and what they are worth now.
    function sharesOf(
        PoolId pool,
        uint32 generation,
        address account
    ) external view returns (uint128 shares, uint128 worth);

    function unbondingOf(uint256 unbonding) external view returns (Unbonding memory);

    /// @notice Active stake of a pool at a moment in the past.
    function stakeAt(PoolId pool, uint48 timestamp) external view returns (uint128);

    /// @notice Active stake of all validator pools of a datanet at a moment in the past; of all datanets if `datanet` is 0.
    function validatorStakeAt(DatanetId datanet, uint48 timestamp) external view returns (uint128);

    /// @notice Active stake of all attributors' pools at a moment in the past.
    function attributorStakeAt(uint48 timestamp) external view returns (uint128);

    /// @notice Active stake of an attributor's pool now; 0 if there is none.
    function attributorStakeOf(address operator) external view returns (uint128);

    /// @notice Active stake of all attributors' pools now.
    function totalAttributorStake() external view returns (uint128);

    /// @notice Whether pools can be funded with this token.
    function isRewardToken(address token) external view returns (bool);

    /// @notice The tokens that pools can be funded with; OPEN is the first.
    function rewardTokens() external view returns (address[] memory);

    /// @notice What `claimRewards` would pay now.
    function rewardsOf(PoolId pool, uint32 generation, address token, address account) external view returns (uint128);

    /// @notice What is not released yet of a pool's rewards, and when all of it will be if there is active stake all the time.
    function streamOf(PoolId pool, address token) external view returns (uint128 left, uint48 endsAt);

    /// @notice Base units of a token held for others: `stakes`, active or on its way out (OPEN only), and `rewards` funded and not paid yet.
    function owed(address token) external view returns (uint256 stakes, uint256 rewards);
}
