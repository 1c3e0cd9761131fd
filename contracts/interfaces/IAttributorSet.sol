// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Whose signatures on sketches a ledger accepts, what each of them weighs, and how much weight it needs.
interface IAttributorSet {
    /// @notice What an account's signature weighs now; 0 if it is no attributor.
    function weightOf(address account) external view returns (uint256);

    /// @notice Least sum of the signers' weights; at least 1.
    function quorum() external view returns (uint256);
}
