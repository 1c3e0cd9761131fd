// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAttributorSet} from "../../../contracts/interfaces/IAttributorSet.sol";

/// @notice Attributors whose weights and quorum a test sets as it likes.
contract WeightedAttributors is IAttributorSet {
    /// @inheritdoc IAttributorSet
    uint256 public quorum;
    /// @inheritdoc IAttributorSet
    mapping(address account => uint256) public weightOf;

    constructor(address[] memory accounts, uint256 quorum_) {
        for (uint256 i; i < accounts.length; ++i) weightOf[accounts[i]] = 1;
        quorum = quorum_;
    }

    function setWeight(address account, uint256 weight) external {
        weightOf[account] = weight;
    }

    function setQuorum(uint256 quorum_) external {
        quorum = quorum_;
    }
}
