// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAttributorSet} from "../interfaces/IAttributorSet.sol";

/// @notice Attributors that are named at deployment and never change.
contract AttributorSet is IAttributorSet {
    /// @inheritdoc IAttributorSet
    uint256 public immutable quorum;

    mapping(address account => bool) public isAttributor;

    address[] private _attributors;

    error QuorumOutOfRange(uint256 quorum, uint256 attributors);
    error ZeroAttributor();
    error DuplicateAttributor(address attributor);

    constructor(address[] memory attributors_, uint256 quorum_) {
        if (quorum_ == 0 || quorum_ > attributors_.length) revert QuorumOutOfRange(quorum_, attributors_.length);
        for (uint256 i; i < attributors_.length; ++i) {
            address attributor = attributors_[i];
            if (attributor == address(0)) revert ZeroAttributor();
            if (isAttributor[attributor]) revert DuplicateAttributor(attributor);
            isAttributor[attributor] = true;
        }
        quorum = quorum_;
        _attributors = attributors_;
    }

    /// @inheritdoc IAttributorSet
    function weightOf(address account) external view returns (uint256) {
        return isAttributor[account] ? 1 : 0;
    }

    /// @notice All of them, in the order of deployment.
    function attributors() external view returns (address[] memory) {
        return _attributors;
    }
}
