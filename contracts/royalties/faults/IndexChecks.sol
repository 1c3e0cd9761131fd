// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {Novelty} from "../../libraries/Novelty.sol";
import {Openings} from "../../libraries/Openings.sol";
import {Payloads} from "../../libraries/Payloads.sol";
import {SumTree} from "../../libraries/SumTree.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {WellFormed} from "../../libraries/WellFormed.sol";
import {Link} from "../../types/Link.sol";
import {Method} from "../../types/Method.sol";
import {Root} from "../../types/Root.sol";

/// @notice The comparisons of the faults of an index (docs/faults.md). Each is true if its statement is.
library IndexChecks {
    /// @notice "There is no such place."
    uint32 internal constant NONE = type(uint32).max;

    /// @notice Whether the link shows something malformed, nothing below the record count, or a leaf at or above it.
    /// @param root Of the index; its sum is the record count. @param k Coordinates of a sketch.
    function isUnfit(Root memory root, uint16 k, Link calldata node, uint256 number) internal pure returns (bool) {
        if (Openings.showsMalformed(root, WellFormed.Place(TreeKind.INDEX, 0, 0, k, false), node, number)) return true;
        bool isAbsent = node.payload.length == 0 && node.preimage.length == 0;
        if (node.key < root.sum) return isAbsent;
        return !isAbsent && SumTree.levelOf(node.opening) == TreeKind.INDEX_DEPTH;
    }

    /// @notice Which segment of a layout a place is in, and how many of its records stand before the place, which is below the layout's record count.
    function segmentAt(
        IModelRegistry.Segment[] memory segments,
        uint64 place
    ) internal pure returns (IModelRegistry.Segment memory segment, uint64 before) {
        before = place;
        for (uint256 i; i < segments.length; ++i) {
            segment = segments[i];
            if (before < segment.records) break;
            before -= segment.records;
        }
    }

    /// @notice Layout: the leaf is of another record.
    function isElsewhere(bytes calldata record, uint64 contribution, uint64 index) internal pure returns (bool) {
        return Payloads.contributionId(record) != contribution || Payloads.recordIndex(record) != index;
    }

    /// @notice Whether a well-formed leaf is in withdrawn form: without novelty, and without a record that has it.
    function isWithdrawnForm(bytes calldata record) internal pure returns (bool) {
        return Payloads.novelty(record) == 0 && Payloads.witness(record) == NONE;
    }

    /// @notice Witness, novelty, lowest: the record at the earlier place `j` contradicts what the later one says of its novelty.
    function deniesNovelty(
        bytes calldata later,
        bytes calldata earlier,
        uint64 j,
        Method memory method
    ) internal pure returns (bool) {
        uint256 stated = Payloads.novelty(later);
        uint256 witness = Payloads.witness(later);
        uint256 allowed = Novelty.between(later, earlier, method);
        if (allowed < stated || witness == NONE) return allowed < stated;
        return j == witness ? allowed != stated : j < witness && allowed == stated;
    }
}
