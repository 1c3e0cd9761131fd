// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ModelVersion} from "./Ids.sol";

/// @notice What a gateway signs for one paid call (docs/formats.md §7.1).
struct Receipt {
    address till;
    ModelVersion modelVersion;
    bytes32 channelId;
    /// Counts the channel's receipts from 1.
    uint64 sequence;
    uint128 amount;
    /// Charged to the channel so far, this call included.
    uint128 cumulative;
    /// ERC-8004 identity of the calling agent; both fields 0 if there is none.
    address agentRegistry;
    uint256 agentId;
    bytes32 requestHash;
    bytes32 responseHash;
    uint48 issuedAt;
}
