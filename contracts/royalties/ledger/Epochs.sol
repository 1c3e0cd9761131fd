// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {Epoch, ModelVersion} from "../../types/Ids.sol";
import {DirectIncome} from "./DirectIncome.sol";

/// @notice The calendar of a ledger, and the groups and pools of each epoch (docs/formats.md §8.4).
abstract contract Epochs is DirectIncome {
    struct EpochData {
        uint128 pools;
        /// @dev The earliest proposal that has not ended.
        uint32 earliest;
        /// @dev 1 + its place among the epochs that have groups; 0 if it has none.
        uint32 place;
        Group[] groups;
        /// @dev 1 + place of the version's open group; 0 if it has none.
        mapping(ModelVersion => uint256) groupOf;
        Proposal[] proposals;
        /// @dev 1 + id of the latest proposal with these roots; 0 if there is none.
        mapping(bytes32 proposalRoot => uint256) proposalWith;
        /// @dev Of each run of neighbours that have ended, its first leads to its last and its last to its first: a step past many is one step.
        mapping(uint32 proposal => uint32) endedRun;
    }

    /// @inheritdoc IRoyaltyLedger
    uint48 public immutable genesis;
    uint48 internal immutable _epochSeconds;

    mapping(Epoch => EpochData) internal _epochs;
    /// @dev Epochs that have groups, ascending, and how many of them are finalised.
    Epoch[] internal _nonEmpty;
    uint256 internal _finalizedCount;

    constructor(uint48 epochSeconds) {
        if (epochSeconds == 0) revert InvalidParameter("epochSeconds");
        genesis = uint48(block.timestamp);
        _epochSeconds = epochSeconds;
    }

    /// @inheritdoc IRoyaltyLedger
    function epochAt(uint48 timestamp) public view returns (Epoch) {
        if (timestamp < genesis) revert BeforeGenesis(timestamp, genesis);
        return Epoch.wrap((timestamp - genesis) / _epochSeconds);
    }

    /// @inheritdoc IRoyaltyLedger
    function epochEnd(Epoch epoch) public view returns (uint48) {
        return uint48(genesis + (uint256(Epoch.unwrap(epoch)) + 1) * _epochSeconds);
    }

    /// @inheritdoc IRoyaltyLedger
    function nextEpoch() public view returns (Epoch) {
        if (_finalizedCount == _nonEmpty.length) revert NoOpenEpoch();
        return _nonEmpty[_finalizedCount];
    }

    /// @inheritdoc IRoyaltyLedger
    function groupCount(Epoch epoch) external view returns (uint16) {
        return uint16(_epochs[epoch].groups.length);
    }

    /// @inheritdoc IRoyaltyLedger
    function groupOf(Epoch epoch, uint16 group) external view returns (Group memory) {
        Group[] storage groups = _epochs[epoch].groups;
        if (group >= groups.length) revert UnknownGroup(epoch, group);
        return groups[group];
    }

    /// @inheritdoc IRoyaltyLedger
    function epochPools(Epoch epoch) external view returns (uint128) {
        return _epochs[epoch].pools;
    }

    function _equal(Epoch a, Epoch b) internal pure returns (bool) {
        return Epoch.unwrap(a) == Epoch.unwrap(b);
    }
}
