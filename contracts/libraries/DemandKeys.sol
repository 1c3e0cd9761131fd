// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDemands} from "../interfaces/IDemands.sol";
import {Link} from "../types/Link.sol";
import {Root} from "../types/Root.sol";
import {CommitNames} from "./CommitNames.sol";
import {Openings} from "./Openings.sol";
import {TreeKind} from "./TreeKind.sol";

/// @notice Which node a demand is for: its bytes (docs/formats.md §9), and the way to it from the commitment's root.
library DemandKeys {
    /// @notice `kind u8 ‖ id u64 ‖ sub u32`.
    function encode(IDemands.Commitment memory commitment) internal pure returns (bytes memory) {
        return abi.encodePacked(CommitNames.encode(commitment.kind, commitment.id, commitment.sub));
    }

    /// @notice `commitment ‖ steps u8 ‖ steps × (leaf u64 ‖ which u8)`: what the demands for nodes of one tree begin with.
    function encodeTree(
        IDemands.Commitment memory commitment,
        Link[] calldata path
    ) internal pure returns (bytes memory tree) {
        tree = abi.encodePacked(encode(commitment), uint8(path.length));
        for (uint256 i; i < path.length; ++i) tree = abi.encodePacked(tree, path[i].key, path[i].which);
    }

    /// @notice The bytes of a demand, for a node of the tree that `tree` encodes.
    function encodeNode(bytes memory tree, uint8 level, uint64 index) internal pure returns (bytes memory) {
        return abi.encodePacked(tree, level, index);
    }

    /// @notice Follows a path of leaves from a root.
    /// @return tree Root of the tree in which it ends. @return depth Of that tree.
    function follow(
        Root memory root,
        uint8 kind,
        Link[] calldata path
    ) internal pure returns (Root memory tree, uint8 depth) {
        tree = root;
        for (uint256 i; i < path.length; ++i) {
            uint8 nested = Openings.kindUnder(kind, path[i].which);
            if (nested == 0) revert IDemands.NoTreeAt(i);
            (bool present, ) = Openings.openLeaf(tree, kind, path[i], i);
            if (!present) revert IDemands.NoTreeAt(i);
            tree = Openings.descendTo(nested, path[i], i);
            kind = nested;
        }
        depth = uint8(TreeKind.depthOf(kind));
    }
}
