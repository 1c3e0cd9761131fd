// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";

/// @notice Stands in for the RoyaltyLedger where only its token and its direct accruals matter.
contract LedgerStandIn {
    address public immutable token;
    mapping(PositionId => uint256) public accruedOf;

    constructor(address token_) {
        token = token_;
    }

    function accrue(PositionId[] calldata positions, uint128[] calldata amounts) external {
        for (uint256 i; i < positions.length; ++i) {
            accruedOf[positions[i]] += amounts[i];
            require(IERC20(token).transferFrom(msg.sender, address(this), amounts[i]), "transfer failed");
        }
    }
}
