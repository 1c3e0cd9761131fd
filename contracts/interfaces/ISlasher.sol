// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice A contract that may slash stake in OperatorStaking.
interface ISlasher {
    /// @notice The longest time from when stake is first relied upon to when this contract may last slash it for that.
    function answerableSeconds() external view returns (uint48);
}
