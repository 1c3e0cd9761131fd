// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ModelId} from "../types/Ids.sol";

/// @notice The functions of staking that a till calls: takes the stakers' parts and remembers them.
contract StakingStandIn {
    using SafeERC20 for IERC20;

    mapping(address token => bool) public isRewardToken;
    mapping(ModelId => mapping(address token => uint256)) public fundedOf;

    error NotRewardToken(address token);

    function setRewardToken(address token, bool listed) external {
        isRewardToken[token] = listed;
    }

    function fundModel(ModelId model, address token, uint128 amount) external {
        if (!isRewardToken[token]) revert NotRewardToken(token);
        fundedOf[model][token] += amount;
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
    }
}
