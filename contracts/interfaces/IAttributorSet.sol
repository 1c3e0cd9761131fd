// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Whose signatures on sketches a ledger accepts, and how many of them it needs.
interface IAttributorSet {
    function isAttributor(address account) external view returns (bool);

    /// @notice How many different attributors must sign; at least 1.
    function quorum() external view returns (uint256);
}
