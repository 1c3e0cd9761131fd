// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IDatanetRegistry} from "../../interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../interfaces/IOperatorStaking.sol";
import {ISlasher} from "../../interfaces/ISlasher.sol";
import {PoolId} from "../../types/Ids.sol";
import {Stakes} from "./Stakes.sol";

/// @notice The faults, and what they take from a pool: the only way of stake that its owner did not ask for.
abstract contract Slashing is Stakes {
    using SafeERC20 for IERC20;

    uint256 private constant BPS = 10_000;
    /// @dev So that proving a fault of one's own always costs.
    uint16 private constant MOST_REWARD_BPS = 5_000;

    address private immutable _deployer;

    Fault[] private _faults;
    mapping(uint256 fault => mapping(bytes32 caseId => bool)) private _isSlashed;

    constructor() {
        _deployer = msg.sender;
    }

    /// @inheritdoc IOperatorStaking
    function bind(IModelRegistry models, IDatanetRegistry datanets, Fault[] calldata faults) external nonReentrant {
        if (msg.sender != _deployer) revert NotDeployer(msg.sender);
        if (address(_models) != address(0)) revert AlreadyBound();
        if (address(models) == address(0)) revert InvalidParameter("models");
        if (address(datanets) == address(0)) revert InvalidParameter("datanets");
        _models = models;
        _datanets = datanets;
        emit Bound(address(models), address(datanets));
        for (uint256 i; i < faults.length; ++i) {
            Fault calldata fault = faults[i];
            if (fault.slasher.code.length == 0) revert InvalidParameter("slasher");
            if (fault.mostBps == 0 || fault.mostBps > BPS) revert InvalidParameter("mostBps");
            if (fault.rewardBps > MOST_REWARD_BPS) revert InvalidParameter("rewardBps");
            uint48 answerable = ISlasher(fault.slasher).answerableSeconds();
            if (answerable >= _unbondingSeconds) revert AnswerableTooLong(fault.slasher, answerable, _unbondingSeconds);
            _faults.push(fault);
            emit FaultDefined(i, fault.slasher, fault.mostBps, fault.rewardBps);
        }
    }

    /// @inheritdoc IOperatorStaking
    function slash(
        uint256 fault,
        PoolId pool,
        uint16 bps,
        address rewardTo,
        bytes32 caseId
    ) external nonReentrant returns (uint128 slashed, uint128 reward) {
        Fault memory defined = faultOf(fault);
        if (msg.sender != defined.slasher) revert NotSlasher(fault, msg.sender);
        if (bps > defined.mostBps) revert SlashAboveMost(bps, defined.mostBps);
        PoolData storage data = _known(pool);
        if (data.kind == PoolKind.Model) revert PoolNotSlashable(pool);
        if (_isSlashed[fault][caseId]) revert CaseAlreadySlashed(fault, caseId);
        _isSlashed[fault][caseId] = true;
        uint128 fromStake = _cutActive(pool, data, bps);
        uint128 fromUnbonding = _cutUnbonding(data, bps);
        slashed = fromStake + fromUnbonding;
        reward = uint128((uint256(slashed) * defined.rewardBps) / BPS);
        // A reward that is not received must not save the stake: it burns with the rest.
        if (rewardTo == address(this) || !_open.trySafeTransfer(rewardTo, reward)) reward = 0;
        emit Slashed(pool, fault, caseId, bps, fromStake, fromUnbonding, rewardTo, reward);
        ERC20Burnable(address(_open)).burn(slashed - reward);
    }

    /// @inheritdoc IOperatorStaking
    function faultCount() external view returns (uint256) {
        return _faults.length;
    }

    /// @inheritdoc IOperatorStaking
    function faultOf(uint256 fault) public view returns (Fault memory) {
        if (fault >= _faults.length) revert UnknownFault(fault);
        return _faults[fault];
    }
}
