// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {SumPath} from "../../../contracts/libraries/SumPath.sol";
import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {Root} from "../../../contracts/types/Root.sol";

/// @notice Openings that continue one another, beside those that begin at the root (SumPath.tree).
contract SumPathTest is Test {
    using SumPath for SumPath.Path;

    uint256 private constant DEPTH = 28;
    bytes32 private constant PAYLOAD = keccak256("payload");

    struct Opening {
        uint64 key;
        uint128 sum;
        bytes opening;
    }

    /// @dev Opens one leaf after another. Stops at the first that does not open.
    function openAll(Root calldata root, Opening[] calldata openings) external pure returns (uint256 opened) {
        SumPath.Path memory path;
        path.begin(SumPath.commitment(root.hash, root.sum), DEPTH, openings.length);
        for (; opened < openings.length; ++opened) {
            Opening calldata o = openings[opened];
            bytes32 leaf = SumTree.leafHash(o.key, o.sum, PAYLOAD);
            if (!path.open(o.key, leaf, o.sum, o.opening)) return opened;
        }
    }

    /// @dev As `openAll`, on a path that was begun for one leaf.
    function openOnPathForOne(Root calldata root, Opening[] calldata openings) external pure returns (uint256 opened) {
        SumPath.Path memory path;
        path.begin(SumPath.commitment(root.hash, root.sum), DEPTH, 1);
        for (; opened < openings.length; ++opened) {
            Opening calldata o = openings[opened];
            bytes32 leaf = SumTree.leafHash(o.key, o.sum, PAYLOAD);
            if (!path.open(o.key, leaf, o.sum, o.opening)) return opened;
        }
    }

    function verify(Root calldata root, Opening calldata o) external pure returns (bool ok) {
        (ok, ) = SumTree.verifyLeaf(root, DEPTH, o.key, o.sum, PAYLOAD, o.opening);
    }

    function testFuzz_Open_DecidesAsSumTree(uint256 seed, uint8 fault) public view {
        uint64 key = uint64(seed % (1 << DEPTH));
        (Root memory root, Opening memory o) = _tree(seed, key);
        _spoil(root, o, fault % 13, seed);
        Opening[] memory all = new Opening[](1);
        all[0] = o;
        assertEq(this.openAll(root, all) == 1, this.verify(root, o));
        if (fault % 13 == 0) assertTrue(this.verify(root, o));
    }

    /// @dev The same nodes follow from it, so it proves nothing that is not so; SumTree refuses it, so that no two openings prove the same.
    function testFuzz_Open_LetsPassAnAbsentSiblingThatIsListed(uint256 seed, uint8 level) public view {
        level = uint8(_bound(level, 1, DEPTH));
        uint64 key = uint64(seed % (1 << DEPTH));
        Root memory root = Root(SumTree.leafHash(key, 5, PAYLOAD), 5);
        for (uint256 height; height < DEPTH; ++height) root = _parent(root, Root(0, 0), (key >> height) & 1 == 1);
        Opening[] memory all = new Opening[](1);
        all[0] = Opening(key, 5, abi.encodePacked(uint8(DEPTH), uint32(1 << (level - 1)), new bytes(48)));
        assertEq(this.openAll(root, all), 1);
        assertFalse(this.verify(root, all[0]));
    }

    /// @dev A path that was begun for one leaf keeps no preimages to continue from.
    function testFuzz_Open_ContinuesOnlyWhereItWasBegunForMore(uint256 seed, uint8 level) public view {
        level = uint8(_bound(level, 1, DEPTH - 1));
        (Root memory root, Opening[] memory all) = _neighbours(seed, level);
        assertEq(this.openOnPathForOne(root, all), 1);
    }

    function testFuzz_Open_ContinuesAnywhere(uint256 seed, uint8 level) public view {
        level = uint8(_bound(level, 1, DEPTH));
        (Root memory root, Opening[] memory all) = _neighbours(seed, level);
        assertEq(this.openAll(root, all), 2);
        // Without the one before, nothing above the second is proven.
        Opening[] memory second = new Opening[](1);
        second[0] = all[1];
        assertEq(this.openAll(root, second), level == DEPTH ? 1 : 0);
        (all[0], all[1]) = (all[1], all[0]);
        assertEq(this.openAll(root, all), level == DEPTH ? 2 : 0);
    }

    function testFuzz_Open_RefusesOtherSubtrees(uint256 seed, uint8 level) public view {
        level = uint8(_bound(level, 2, DEPTH));
        (Root memory root, Opening[] memory all) = _neighbours(seed, level);
        // One level lower there is no common ancestor.
        all[1].opening = _withoutTop(all[1].opening);
        assertEq(this.openAll(root, all), 1);
    }

    function testFuzz_Open_SameLeafAgain(uint256 seed) public view {
        uint64 key = uint64(seed % (1 << DEPTH));
        (Root memory root, Opening memory o) = _tree(seed, key);
        Opening[] memory all = new Opening[](3);
        all[0] = o;
        all[1] = Opening(key, o.sum, abi.encodePacked(uint8(0), uint32(0)));
        all[2] = Opening(key, o.sum + 1, all[1].opening);
        assertEq(this.openAll(root, all), 2);
    }

    /// @dev A leaf with random siblings, some of them absent, and the root above it.
    function _tree(uint256 seed, uint64 key) private pure returns (Root memory root, Opening memory o) {
        o.key = key;
        o.sum = uint64(_random(seed, 99));
        uint32 present;
        bytes memory siblings;
        root = Root(SumTree.leafHash(key, o.sum, PAYLOAD), o.sum);
        for (uint256 level = DEPTH; level > 0; --level) {
            Root memory sibling;
            if (_random(seed, level) % 3 != 0) {
                sibling = Root(bytes32(_random(seed, 100 + level)), uint64(_random(seed, 200 + level)));
                present |= uint32(1 << (level - 1));
                siblings = abi.encodePacked(sibling.hash, sibling.sum, siblings);
            }
            root = _parent(root, sibling, (key >> (DEPTH - level)) & 1 == 1);
        }
        o.opening = abi.encodePacked(uint8(DEPTH), present, siblings);
    }

    /// @dev Two leaves whose paths part right below the node `level` levels above them; the second opening begins at that node.
    function _neighbours(uint256 seed, uint256 level) private pure returns (Root memory root, Opening[] memory all) {
        all = new Opening[](2);
        uint64 first = uint64(seed % (1 << DEPTH));
        uint64 second = first ^ uint64(1 << (level - 1));
        all[0].key = first;
        all[0].sum = 5;
        all[1].key = second;
        all[1].sum = 6;
        Root memory a = Root(SumTree.leafHash(first, 5, PAYLOAD), 5);
        Root memory b = Root(SumTree.leafHash(second, 6, PAYLOAD), 6);
        for (uint256 height; height + 1 < level; ++height) {
            a = _parent(a, Root(0, 0), (first >> height) & 1 == 1);
            b = _parent(b, Root(0, 0), (second >> height) & 1 == 1);
        }
        all[1].opening = abi.encodePacked(uint8(level), uint32(1), a.hash, a.sum);
        root = _parent(a, b, (first >> (level - 1)) & 1 == 1);
        for (uint256 height = level; height < DEPTH; ++height) {
            root = _parent(root, Root(0, 0), (first >> height) & 1 == 1);
        }
        all[0].opening = abi.encodePacked(uint8(DEPTH), uint32(1 << (DEPTH - level)), b.hash, b.sum);
    }

    function _parent(Root memory own, Root memory sibling, bool isRight) private pure returns (Root memory) {
        (Root memory left, Root memory right) = isRight ? (sibling, own) : (own, sibling);
        return Root(SumTree.innerHash(left.hash, left.sum, right.hash, right.sum), left.sum + right.sum);
    }

    function _spoil(Root memory root, Opening memory o, uint256 fault, uint256 seed) private pure {
        bytes memory opening = o.opening;
        if (fault == 1) o.sum ^= 1;
        if (fault == 2) o.key ^= uint64(1 << (seed % DEPTH));
        if (fault == 3) o.key |= uint64(1 << DEPTH);
        if (fault == 4) root.sum += 1;
        if (fault == 5) root.hash = ~root.hash;
        if (fault == 6) opening[seed % opening.length] ^= 0x01;
        if (fault == 7) o.opening = abi.encodePacked(opening, uint8(0));
        if (fault == 8) o.opening = new bytes(seed % 5);
        if (fault == 9) opening[0] = bytes1(uint8(seed));
        if (fault == 10) opening[1] |= 0x80;
        // Every sum as large as it can be: the total overflows.
        if (fault == 11) for (uint256 i = 37; i < opening.length; i += 48) opening[i] = 0xff;
        if (fault == 12) o.opening = abi.encodePacked(uint8(DEPTH), uint32((1 << DEPTH) - 1));
    }

    /// @dev The same opening, said to begin one level lower.
    function _withoutTop(bytes memory opening) private pure returns (bytes memory shorter) {
        shorter = abi.encodePacked(uint8(opening[0]) - 1, uint32(0));
    }

    function _random(uint256 seed, uint256 what) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, what)));
    }
}
