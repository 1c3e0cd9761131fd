// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";

/// @notice Builds sum trees of any kind from a few leaves, also such as no honest builder makes, and opens them (docs/formats.md §2, §4).
library SparseTree {
    struct Leaf {
        uint64 key;
        uint128 sum;
        bytes payload;
    }

    /// @dev A node that the author states in place of the one that the leaves give.
    struct Lie {
        uint8 level;
        uint64 index;
        Root node;
    }

    /// @dev Leaves ascend by key.
    struct Tree {
        uint8 kind;
        Leaf[] leaves;
        Lie[] lies;
    }

    /// @dev A node while it is computed: its place, and which leaves are under it.
    struct Span {
        uint256 level;
        uint64 index;
        uint256 from;
        uint256 to;
    }

    function create(uint8 kind, uint256 count) internal pure returns (Tree memory) {
        return Tree(kind, new Leaf[](count), new Lie[](0));
    }

    function set(Tree memory tree, uint256 i, uint64 key, uint128 sum, bytes memory payload) internal pure {
        tree.leaves[i] = Leaf(key, sum, payload);
    }

    /// @notice States another node at a place.
    function lie(Tree memory tree, uint256 level, uint64 index, Root memory node) internal pure {
        Lie[] memory more = new Lie[](tree.lies.length + 1);
        for (uint256 i; i < tree.lies.length; ++i) more[i] = tree.lies[i];
        more[tree.lies.length] = Lie(uint8(level), index, node);
        tree.lies = more;
    }

    function root(Tree memory tree) internal pure returns (Root memory) {
        return nodeAt(tree, 0, 0);
    }

    /// @notice The node at a place, as the author states it.
    function nodeAt(Tree memory tree, uint256 level, uint64 index) internal pure returns (Root memory) {
        uint256 shift = TreeKind.depthOf(tree.kind) - level;
        Span memory span = Span(level, index, 0, 0);
        while (span.from < tree.leaves.length && tree.leaves[span.from].key >> shift < index) ++span.from;
        span.to = span.from;
        while (span.to < tree.leaves.length && tree.leaves[span.to].key >> shift == index) ++span.to;
        return _node(tree, span);
    }

    /// @notice The bytes that hash to the inner node at a place.
    function preimageAt(Tree memory tree, uint256 level, uint64 index) internal pure returns (bytes memory) {
        Root memory left = nodeAt(tree, level + 1, 2 * index);
        Root memory right = nodeAt(tree, level + 1, 2 * index + 1);
        return abi.encodePacked(uint8(1), left.hash, left.sum, right.hash, right.sum);
    }

    /// @notice Opening of the node at this level above a leaf's place.
    function openingOf(Tree memory tree, uint64 key, uint256 level) internal pure returns (bytes memory) {
        uint256 depth = TreeKind.depthOf(tree.kind);
        uint256 present;
        bytes memory siblings;
        for (uint256 below = 1; below <= level; ++below) {
            Root memory sibling = nodeAt(tree, below, uint64((key >> (depth - below)) ^ 1));
            if (sibling.hash == 0 && sibling.sum == 0) continue;
            present |= 1 << (below - 1);
            siblings = abi.encodePacked(siblings, sibling.hash, sibling.sum);
        }
        return abi.encodePacked(uint8(level), uint32(present), siblings);
    }

    /// @notice The link to a place: its leaf, or absence.
    function link(Tree memory tree, uint64 key, uint8 which) internal pure returns (Link memory found) {
        found.key = key;
        found.which = which;
        found.opening = openingOf(tree, key, TreeKind.depthOf(tree.kind));
        for (uint256 i; i < tree.leaves.length; ++i) {
            if (tree.leaves[i].key != key) continue;
            found.sum = tree.leaves[i].sum;
            found.payload = tree.leaves[i].payload;
        }
    }

    /// @notice The link to a node at this level above a place, with these bytes as its preimage; none for absence.
    function linkToNode(
        Tree memory tree,
        uint64 key,
        uint256 level,
        bytes memory preimage
    ) internal pure returns (Link memory found) {
        found.key = key;
        found.sum = nodeAt(tree, level, uint64(key >> (TreeKind.depthOf(tree.kind) - level))).sum;
        found.preimage = preimage;
        found.opening = openingOf(tree, key, level);
    }

    function _node(Tree memory tree, Span memory span) private pure returns (Root memory node) {
        uint256 depth = TreeKind.depthOf(tree.kind);
        bool hasLies;
        for (uint256 i; i < tree.lies.length; ++i) {
            Lie memory stated = tree.lies[i];
            if (stated.level == span.level && stated.index == span.index) return stated.node;
            if (stated.level > span.level && stated.index >> (stated.level - span.level) == span.index) hasLies = true;
        }
        if (span.from == span.to && !hasLies) return node;
        if (span.level == depth) {
            Leaf memory leaf = tree.leaves[span.from];
            return Root(SumTree.leafHash(leaf.key, leaf.sum, keccak256(leaf.payload)), leaf.sum);
        }
        uint256 middle = span.from;
        uint64 right = 2 * span.index + 1;
        while (middle < span.to && tree.leaves[middle].key >> (depth - span.level - 1) != right) ++middle;
        Root memory first = _node(tree, Span(span.level + 1, right - 1, span.from, middle));
        Root memory second = _node(tree, Span(span.level + 1, right, middle, span.to));
        unchecked {
            bytes32 hash = SumTree.innerHash(first.hash, first.sum, second.hash, second.sum);
            return Root(hash, first.sum + second.sum);
        }
    }
}
