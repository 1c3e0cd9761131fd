// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {Root} from "../../../contracts/types/Root.sol";

/// @notice Hashes and openings of sum trees, with every way in which an opening can be wrong (docs/formats.md §2, §4).
contract SumTreeTest is Test {
    uint256 private constant DEPTH = 3;
    bytes32 private constant PAYLOAD = keccak256("payload");

    struct Node {
        bytes32 hash;
        uint128 sum;
    }

    /// @dev Sums of the leaves; a leaf is present where `_present` is set.
    uint128[8] private _sums = [uint128(1), 2, 0, 8, 0, 0, 64, 0];
    bool[8] private _present = [true, true, false, true, false, false, true, false];

    // --- the library, with its calldata ---

    function verifyLeaf(
        Root memory root,
        uint256 depth,
        uint64 key,
        uint128 sum,
        bytes32 payloadHash,
        bytes calldata opening
    ) external pure returns (bool, uint128) {
        return SumTree.verifyLeaf(root, depth, key, sum, payloadHash, opening);
    }

    function requireLeaf(
        Root memory root,
        uint64 key,
        uint128 sum,
        bytes calldata opening
    ) external pure returns (uint128) {
        return SumTree.requireLeaf(root, DEPTH, key, sum, PAYLOAD, opening);
    }

    function verifyNode(
        Root memory root,
        uint256 depth,
        uint64 index,
        bytes32 hash,
        uint128 sum,
        bytes calldata opening
    ) external pure returns (bool, uint128) {
        return SumTree.verifyNode(root, depth, index, hash, sum, opening);
    }

    function verifyAbsence(
        Root memory root,
        uint256 depth,
        uint64 index,
        bytes calldata opening
    ) external pure returns (bool, uint128) {
        return SumTree.verifyAbsence(root, depth, index, opening);
    }

    function levelOf(bytes calldata opening) external pure returns (uint256) {
        return SumTree.levelOf(opening);
    }

    function measure(bytes calldata data) external pure returns (bool, uint256) {
        return SumTree.measure(data);
    }

    // --- an honest tree, written as the formats say it ---

    function _node(uint256 level, uint256 index) private view returns (Node memory) {
        if (level == DEPTH) {
            if (!_present[index]) return Node(0, 0);
            bytes memory leaf = abi.encodePacked(uint8(0), uint64(index), _sums[index], PAYLOAD);
            return Node(keccak256(leaf), _sums[index]);
        }
        return _inner(_node(level + 1, 2 * index), _node(level + 1, 2 * index + 1));
    }

    function _inner(Node memory left, Node memory right) private pure returns (Node memory) {
        if (_isAbsent(left) && _isAbsent(right)) return Node(0, 0);
        bytes memory inner = abi.encodePacked(uint8(1), left.hash, left.sum, right.hash, right.sum);
        return Node(keccak256(inner), left.sum + right.sum);
    }

    function _isAbsent(Node memory node) private pure returns (bool) {
        return node.hash == 0 && node.sum == 0;
    }

    function _root() private view returns (Root memory) {
        Node memory top = _node(0, 0);
        return Root(top.hash, top.sum);
    }

    function _opening(uint256 level, uint256 index) private view returns (bytes memory) {
        uint32 present;
        bytes memory siblings;
        for (uint256 depth = 1; depth <= level; ++depth) {
            Node memory sibling = _node(depth, (index >> (level - depth)) ^ 1);
            if (_isAbsent(sibling)) continue;
            present |= uint32(1 << (depth - 1));
            siblings = abi.encodePacked(siblings, sibling.hash, sibling.sum);
        }
        return abi.encodePacked(uint8(level), present, siblings);
    }

    function _leafOpens(
        Root memory root,
        uint64 key,
        uint128 sum,
        bytes memory opening
    ) private view returns (bool ok) {
        uint128 prefix;
        (ok, prefix) = this.verifyLeaf(root, DEPTH, key, sum, PAYLOAD, opening);
        if (!ok) assertEq(prefix, 0);
    }

    // --- hashes ---

    function testFuzz_LeafHash_IsOfThePackedLeaf(uint64 key, uint128 sum, bytes32 payloadHash) public pure {
        bytes memory leaf = abi.encodePacked(uint8(0), key, sum, payloadHash);
        assertEq(leaf.length, 57);
        assertEq(SumTree.leafHash(key, sum, payloadHash), keccak256(leaf));
    }

    function testFuzz_InnerHash_IsOfThePackedChildren(Root memory left, Root memory right) public pure {
        bytes memory inner = abi.encodePacked(uint8(1), left.hash, left.sum, right.hash, right.sum);
        assertEq(inner.length, 97);
        assertEq(SumTree.innerHash(left.hash, left.sum, right.hash, right.sum), keccak256(inner));
    }

    // --- leaves ---

    function test_VerifyLeaf_OpensEveryLeafWithItsPrefix() public view {
        uint128 prefix;
        for (uint64 key; key < 8; ++key) {
            if (_present[key]) {
                (bool ok, uint128 before) = this.verifyLeaf(_root(), DEPTH, key, _sums[key], PAYLOAD, _opening(3, key));
                assertTrue(ok);
                assertEq(before, prefix);
            }
            prefix += _sums[key];
        }
    }

    function test_VerifyLeaf_HoldsOfALeafWithoutSum() public {
        _present[2] = true;
        assertTrue(_leafOpens(_root(), 2, 0, _opening(3, 2)));
    }

    function test_VerifyLeaf_RefusesAnotherLevel() public view {
        Node memory inner = _node(2, 0);
        (bool ok, ) = this.verifyLeaf(_root(), DEPTH, 0, inner.sum, PAYLOAD, _opening(2, 0));
        assertFalse(ok);
        (ok, ) = this.verifyLeaf(_root(), DEPTH, 0, 1, PAYLOAD, "");
        assertFalse(ok);
    }

    function test_VerifyLeaf_RefusesAnotherKeySumOrPayload() public view {
        bytes memory opening = _opening(3, 0);
        assertTrue(_leafOpens(_root(), 0, 1, opening));
        assertFalse(_leafOpens(_root(), 1, 1, opening));
        assertFalse(_leafOpens(_root(), 0, 2, opening));
        (bool ok, ) = this.verifyLeaf(_root(), DEPTH, 0, 1, keccak256("other"), opening);
        assertFalse(ok);
    }

    function test_VerifyLeaf_RefusesAnotherRoot() public view {
        bytes memory opening = _opening(3, 0);
        Root memory root = _root();
        assertFalse(_leafOpens(Root(keccak256("other"), root.sum), 0, 1, opening));
        assertFalse(_leafOpens(Root(root.hash, root.sum + 1), 0, 1, opening));
        assertFalse(_leafOpens(Root(root.hash, root.sum - 1), 0, 1, opening));
    }

    function test_VerifyLeaf_RefusesAnotherDepth() public view {
        (bool ok, ) = this.verifyLeaf(_root(), DEPTH + 1, 0, 1, PAYLOAD, _opening(3, 0));
        assertFalse(ok);
    }

    // --- openings ---

    function test_VerifyNode_RefusesHeaderThatIsCutOff() public view {
        bytes memory opening = _opening(3, 0);
        for (uint256 length; length < 5; ++length) {
            assertFalse(_leafOpens(_root(), 0, 1, _slice(opening, length)));
            (bool ok, uint256 size) = this.measure(_slice(opening, length));
            assertFalse(ok);
            assertEq(size, 0);
        }
    }

    function test_VerifyNode_RefusesOpeningThatIsCutOff() public view {
        bytes memory opening = _opening(3, 0);
        assertFalse(_leafOpens(_root(), 0, 1, _slice(opening, opening.length - 1)));
    }

    function test_VerifyNode_RefusesBytesBehindTheOpening() public view {
        assertFalse(_leafOpens(_root(), 0, 1, bytes.concat(_opening(3, 0), hex"00")));
    }

    function test_VerifyNode_RefusesSiblingsBelowTheLevel() public view {
        bytes memory opening = _opening(3, 0);
        opening[4] = opening[4] | bytes1(uint8(8));
        opening = bytes.concat(opening, new bytes(48));
        assertFalse(_leafOpens(_root(), 0, 1, opening));
        (bool ok, uint256 size) = this.measure(opening);
        assertFalse(ok);
        assertEq(size, 0);
    }

    function test_VerifyNode_RefusesLevelBelowTheDepth() public view {
        Root memory root = _root();
        (bool ok, ) = this.verifyNode(root, DEPTH - 1, 0, _node(3, 0).hash, 1, _opening(3, 0));
        assertFalse(ok);
        (ok, ) = this.verifyNode(root, DEPTH, 0, _node(3, 0).hash, 1, _opening(3, 0));
        assertTrue(ok);
    }

    function test_VerifyNode_RefusesLevelAboveTheMost() public view {
        bytes memory opening = abi.encodePacked(uint8(33), uint32(0));
        (bool ok, ) = this.verifyAbsence(Root(0, 0), 33, 0, opening);
        assertFalse(ok);
        (ok, ) = this.measure(opening);
        assertFalse(ok);
        (ok, ) = this.verifyAbsence(Root(0, 0), 32, 0, abi.encodePacked(uint8(32), uint32(0)));
        assertTrue(ok);
    }

    function test_VerifyNode_RefusesIndexBeyondTheLevel() public view {
        // The same low bits, so that only the range tells them apart.
        (bool ok, ) = this.verifyNode(_root(), DEPTH, 8, _node(3, 0).hash, 1, _opening(3, 0));
        assertFalse(ok);
        (ok, ) = this.verifyAbsence(Root(0, 0), 32, 1 << 32, abi.encodePacked(uint8(32), uint32(0)));
        assertFalse(ok);
    }

    function test_VerifyNode_RefusesListedSiblingThatIsAbsent() public view {
        // Leaf 6 has no sibling: listing (0, 0) for it folds to the same root, and would be a second proof of the same.
        bytes memory opening = _opening(3, 6);
        assertTrue(_leafOpens(_root(), 6, 64, opening));
        opening[4] = opening[4] | bytes1(uint8(4));
        assertFalse(_leafOpens(_root(), 6, 64, bytes.concat(opening, new bytes(48))));
    }

    function test_VerifyNode_RefusesSumsThatOverflow() public view {
        Node memory leaf = Node(SumTree.leafHash(0, 2, PAYLOAD), 2);
        uint128 most = type(uint128).max;
        bytes32 sibling = keccak256("sibling");
        bytes32 hash = SumTree.innerHash(leaf.hash, leaf.sum, sibling, most);
        bytes memory opening = abi.encodePacked(uint8(1), uint32(1), sibling, most);
        (bool ok, ) = this.verifyLeaf(Root(hash, 1), 1, 0, 2, PAYLOAD, opening);
        assertFalse(ok);
        hash = SumTree.innerHash(leaf.hash, leaf.sum, sibling, most - 2);
        opening = abi.encodePacked(uint8(1), uint32(1), sibling, most - 2);
        (ok, ) = this.verifyLeaf(Root(hash, most), 1, 0, 2, PAYLOAD, opening);
        assertTrue(ok);
    }

    function test_VerifyNode_RefusesOverflowFurtherDown() public view {
        // The sums overflow below the root, and wrap back into range above.
        uint128 most = type(uint128).max;
        bytes32 a = keccak256("a");
        bytes32 b = keccak256("b");
        bytes32 hash = SumTree.innerHash(SumTree.leafHash(0, 2, PAYLOAD), 2, a, most);
        Root memory root = Root(SumTree.innerHash(hash, 1, b, 5), 6);
        bytes memory opening = abi.encodePacked(uint8(2), uint32(3), b, uint128(5), a, most);
        (bool ok, ) = this.verifyLeaf(root, 2, 0, 2, PAYLOAD, opening);
        assertFalse(ok);
    }

    function test_VerifyNode_OpensInnerNodes() public view {
        for (uint256 level; level <= DEPTH; ++level) {
            uint128 prefix;
            for (uint64 index; index < 1 << level; ++index) {
                Node memory node = _node(level, index);
                (bool ok, uint128 before) = this.verifyNode(
                    _root(),
                    DEPTH,
                    index,
                    node.hash,
                    node.sum,
                    _opening(level, index)
                );
                assertTrue(ok);
                assertEq(before, prefix);
                prefix += node.sum;
            }
        }
    }

    function test_VerifyNode_OpensAMalformedNodeAsItsParentStatesIt() public view {
        // Hash 0 with a sum: an opening reaches it, so that it can be shown to be malformed.
        bytes32 sibling = keccak256("sibling");
        bytes32 hash = SumTree.innerHash(0, 5, sibling, 7);
        bytes memory opening = abi.encodePacked(uint8(1), uint32(1), sibling, uint128(7));
        (bool ok, ) = this.verifyNode(Root(hash, 12), DEPTH, 0, 0, 5, opening);
        assertTrue(ok);
        // A lone one too, and a lone hash without a sum.
        opening = abi.encodePacked(uint8(1), uint32(0));
        (ok, ) = this.verifyNode(Root(SumTree.innerHash(0, 5, 0, 0), 5), DEPTH, 0, 0, 5, opening);
        assertTrue(ok);
        (ok, ) = this.verifyNode(Root(SumTree.innerHash(0, 0, sibling, 0), 0), DEPTH, 1, sibling, 0, opening);
        assertTrue(ok);
    }

    // --- absence ---

    function test_VerifyAbsence_HoldsOfEveryEmptyPlace() public view {
        uint128 prefix;
        for (uint64 key; key < 8; ++key) {
            (bool ok, uint128 before) = this.verifyAbsence(_root(), DEPTH, key, _opening(3, key));
            assertEq(ok, !_present[key]);
            if (ok) assertEq(before, prefix);
            prefix += _sums[key];
        }
    }

    function test_VerifyAbsence_HoldsOfAnEmptySubtree() public view {
        // Leaves 4 and 5.
        (bool ok, uint128 prefix) = this.verifyAbsence(_root(), DEPTH, 2, _opening(2, 2));
        assertTrue(ok);
        assertEq(prefix, 11);
        (ok, ) = this.verifyAbsence(_root(), DEPTH, 3, _opening(2, 3));
        assertFalse(ok);
    }

    function test_VerifyAbsence_HoldsOfAnEmptyTree() public view {
        for (uint8 level; level <= DEPTH; ++level) {
            bytes memory opening = abi.encodePacked(level, uint32(0));
            (bool ok, ) = this.verifyAbsence(Root(0, 0), DEPTH, 0, opening);
            assertTrue(ok);
            (ok, ) = this.verifyAbsence(_root(), DEPTH, 0, opening);
            assertFalse(ok);
            (ok, ) = this.verifyAbsence(Root(0, 1), DEPTH, 0, opening);
            assertFalse(ok);
        }
    }

    // --- requireLeaf, levelOf, measure ---

    function test_RequireLeaf_ReturnsThePrefix() public view {
        assertEq(this.requireLeaf(_root(), 3, 8, _opening(3, 3)), 3);
    }

    function test_RequireLeaf_RevertsOtherwise() public {
        Root memory root = _root();
        bytes memory opening = _opening(3, 3);
        vm.expectRevert(abi.encodeWithSelector(SumTree.InvalidOpening.selector));
        this.requireLeaf(root, 3, 9, opening);
    }

    function test_LevelOf_IsTheFirstByte() public view {
        assertEq(this.levelOf(hex"07"), 7);
        assertEq(this.levelOf(hex"ff00"), 255);
    }

    function test_LevelOf_IsMoreThanAnyDepthWithoutOpening() public view {
        assertEq(this.levelOf(""), type(uint256).max);
    }

    function test_Measure_FindsTheEndInAChain() public view {
        bytes memory first = _opening(3, 0);
        (bool ok, uint256 size) = this.measure(bytes.concat(first, _opening(2, 1)));
        assertTrue(ok);
        assertEq(size, first.length);
    }

    function testFuzz_Measure_CountsTheSiblings(uint32 present) public view {
        uint256 siblings;
        for (uint256 i; i < 32; ++i) siblings += (present >> i) & 1;
        bytes memory opening = abi.encodePacked(uint8(32), present, new bytes(48 * siblings));
        (bool ok, uint256 size) = this.measure(opening);
        assertTrue(ok);
        assertEq(size, opening.length);
        if (siblings == 0) return;
        (ok, size) = this.measure(_slice(opening, opening.length - 1));
        assertFalse(ok);
        assertEq(size, opening.length);
    }

    function testFuzz_VerifyLeaf_OpensWhateverIsBuilt(uint64[8] memory sums, uint8 mask, uint8 place) public {
        uint128 prefix;
        uint64 key = place % 8;
        for (uint256 i; i < 8; ++i) {
            _present[i] = (mask >> i) & 1 == 1;
            _sums[i] = _present[i] ? sums[i] : 0;
            if (i < key) prefix += _sums[i];
        }
        bytes memory opening = _opening(3, key);
        (bool ok, uint128 before) = _present[key]
            ? this.verifyLeaf(_root(), DEPTH, key, _sums[key], PAYLOAD, opening)
            : this.verifyAbsence(_root(), DEPTH, key, opening);
        assertTrue(ok);
        assertEq(before, prefix);
    }

    /// @dev One changed byte never opens: an opening is unique.
    function testFuzz_VerifyLeaf_RefusesAChangedByte(uint256 place, uint8 change) public view {
        vm.assume(change != 0);
        bytes memory opening = _opening(3, 1);
        place = place % opening.length;
        opening[place] = opening[place] ^ bytes1(change);
        assertFalse(_leafOpens(_root(), 1, 2, opening));
    }

    function _slice(bytes memory data, uint256 length) private pure returns (bytes memory head) {
        head = new bytes(length);
        for (uint256 i; i < length; ++i) head[i] = data[i];
    }
}
