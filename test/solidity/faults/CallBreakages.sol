// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {CallReference} from "./CallReference.sol";

/// @notice Inputs that are malformed, and links that are forged.
abstract contract CallBreakages is CallReference {
    using SparseTree for SparseTree.Tree;

    /// @dev Breaks an input at the last place of its tree, or at the last two, or at all, and derives the calls anew.
    function _break(World memory world, uint8 kind, Breakage how) internal pure {
        SparseTree.Tree memory tree = _inputOf(world, kind);
        uint64 place = uint64(tree.leaves.length - 1);
        SparseTree.Leaf memory leaf = tree.leaves[place];
        uint256 depth = TreeKind.depthOf(kind);
        world.broken[kind] = how;
        _count(world, kind, place, how);
        if (how == Breakage.Payload) leaf.payload = _cut(leaf.payload);
        else if (how == Breakage.Missing) leaf.key = 40;
        else if (how == Breakage.Sibling) tree.lie(depth - 3, 1, Root(0, 5));
        else if (how == Breakage.Inner) {
            uint128 sum = tree.nodeAt(depth - 1, place >> 1).sum;
            tree.lie(depth - 1, place >> 1, Root(keccak256(_innerPreimage(tree, place)), sum));
        } else {
            bytes memory preimage = how == Breakage.Key ? _leafPreimage(leaf) : bytes("");
            tree.lie(depth, place, Root(keccak256(preimage), leaf.sum));
        }
        if (kind == TreeKind.RECEIPT) world.total = tree.root().sum;
        _derive(world);
    }

    /// @dev The link that shows what stands at a place of an input.
    function _inputLink(World memory world, uint8 kind, uint64 place) internal pure returns (Link memory) {
        SparseTree.Tree memory tree = _inputOf(world, kind);
        Breakage how = world.broken[kind];
        uint256 last = tree.leaves.length - 1;
        uint256 depth = TreeKind.depthOf(kind);
        if (how == Breakage.Inner && place >> 1 == last >> 1)
            return tree.linkToNode(place, depth - 1, _innerPreimage(tree, place));
        if (place == last && how == Breakage.Key)
            return tree.linkToNode(place, depth, _leafPreimage(tree.leaves[last]));
        if (place == last && how == Breakage.NoPreimage) return tree.linkToNode(place, depth, "");
        return tree.link(place, 0);
    }

    function _inputOf(World memory world, uint8 kind) internal pure returns (SparseTree.Tree memory) {
        return
            kind == TreeKind.RECEIPT
                ? world.receipts
                : kind == TreeKind.SKETCH
                    ? world.sketches
                    : world.index;
    }

    /// @dev Takes what a breakage covers out of the count.
    function _count(World memory world, uint8 kind, uint64 last, Breakage how) private pure {
        for (uint64 i; i <= last; ++i) {
            bool isAbove = how == Breakage.Sibling || (how == Breakage.Inner && i >> 1 == last >> 1);
            if (i != last && !isAbove) continue;
            if (kind == TreeKind.INDEX) world.hasRecord[i] = false;
            else if (kind == TreeKind.SKETCH) world.hasSketch[i] = false;
            else {
                world.hasReceipt[i] = false;
                world.isCut[i] = isAbove;
                if (how == Breakage.Missing) world.weight[i] = 0;
            }
        }
    }

    function _cut(bytes memory data) internal pure returns (bytes memory shorter) {
        if (data.length == 0) return data;
        shorter = new bytes(data.length - 1);
        for (uint256 i; i < shorter.length; ++i) shorter[i] = data[i];
    }

    /// @dev Of a node whose left child is said to have one more than it has.
    function _innerPreimage(SparseTree.Tree memory tree, uint64 place) internal pure returns (bytes memory) {
        uint256 depth = TreeKind.depthOf(tree.kind);
        Root memory left = tree.nodeAt(depth, place & ~uint64(1));
        Root memory right = tree.nodeAt(depth, place | 1);
        return abi.encodePacked(uint8(1), left.hash, left.sum + 1, right.hash, right.sum);
    }

    /// @dev Of a leaf at the next place.
    function _leafPreimage(SparseTree.Leaf memory leaf) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(0), leaf.key + 1, leaf.sum, keccak256(leaf.payload));
    }

    /// @dev Changes one thing in one of the links.
    function _forge(Link[] memory links, uint256 forgery) internal pure {
        Link memory link = links[forgery % links.length];
        uint256 drawn = forgery >> 16;
        uint256 what = (forgery >> 8) % 11;
        if (what == 0) link.key = uint64(drawn % 8);
        else if (what == 1) link.which = uint8(drawn % 3);
        else if (what == 2) link.sum = uint128(drawn % 2 == 0 ? 0 : drawn);
        else if (what == 3) link.payload = "";
        else if (what == 4) link.preimage = abi.encodePacked(drawn);
        else if (what == 5) link.opening = _cut(link.opening);
        else if (what == 6) link.opening = abi.encodePacked(link.opening, new bytes(48));
        else if (what == 7) link.opening = abi.encodePacked(uint8(0), uint32(0));
        else if (what == 8) _flip(link.opening, drawn);
        else if (what == 9) _flip(link.payload, drawn);
        else (link.payload, link.sum, link.preimage) = ("", 0, abi.encodePacked(uint8(0), link.key, link.sum, drawn));
    }

    function _flip(bytes memory data, uint256 drawn) internal pure {
        if (data.length != 0) data[(drawn >> 8) % data.length] ^= bytes1(uint8(1 << (drawn % 8)));
    }
}
