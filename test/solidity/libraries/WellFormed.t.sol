// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {WellFormed} from "../../../contracts/libraries/WellFormed.sol";
import {Root} from "../../../contracts/types/Root.sol";

/// @notice Every way in which a node or a leaf can be malformed, one change to a well-formed one at a time (docs/formats.md §5, rules 1 to 4).
contract WellFormedTest is Test {
    uint32 private constant NONE = type(uint32).max;
    bytes32 private constant A = keccak256("a");
    bytes32 private constant B = keccak256("b");

    /// @dev Fields of an index leaf, so that a test can change one.
    struct IndexLeaf {
        uint32 scale;
        uint8 novelty;
        uint32 witness;
        uint32 sumU;
        uint32 sumSq;
        bytes sketch;
    }

    // --- the library, with its calldata ---

    function isMalformed(
        WellFormed.Place memory place,
        Root memory node,
        bytes calldata preimage,
        bytes calldata payload
    ) external pure returns (bool) {
        return WellFormed.isMalformed(place, node, preimage, payload);
    }

    function isMalformedInner(uint128 sum, bytes calldata preimage) external pure returns (bool) {
        return WellFormed.isMalformedInner(sum, preimage);
    }

    function isMalformedPayload(WellFormed.Place memory place, bytes calldata payload) external pure returns (bool) {
        return WellFormed.isMalformedPayload(place, payload);
    }

    // --- helpers ---

    function _place(uint8 kind) private pure returns (WellFormed.Place memory) {
        return WellFormed.Place(kind, uint8(TreeKind.depthOf(kind)), 9, 0, false);
    }

    function _payloadIsBad(uint8 kind, bytes memory payload) private view returns (bool) {
        return this.isMalformedPayload(_place(kind), payload);
    }

    /// @dev A leaf of a kind at place 9 with this sum.
    function _leafIsBad(uint8 kind, uint128 sum, bytes memory payload) private view returns (bool) {
        bytes memory preimage = abi.encodePacked(uint8(0), uint64(9), sum, keccak256(payload));
        return this.isMalformed(_place(kind), Root(keccak256(preimage), sum), preimage, payload);
    }

    function _inner(
        bytes32 leftHash,
        uint128 leftSum,
        bytes32 rightHash,
        uint128 rightSum
    ) private pure returns (bytes memory) {
        return abi.encodePacked(uint8(1), leftHash, leftSum, rightHash, rightSum);
    }

    function _root49(bytes32 hash, uint128 sum, uint256 depth) private pure returns (bytes memory) {
        return abi.encodePacked(hash, sum, uint8(depth));
    }

    /// @dev Well-formed payloads of every kind.
    function _payload(uint8 kind) private pure returns (bytes memory) {
        if (kind == TreeKind.CONTENT) return abi.encodePacked(kind, A);
        if (kind == TreeKind.INDEX) return _index(_indexLeaf());
        if (kind == TreeKind.RECEIPT) return abi.encodePacked(kind, new bytes(206), uint32(0));
        if (kind == TreeKind.SKETCH) return _sketch(_coordinates(32, 129), 32 * 129);
        if (kind == TreeKind.ENTRY) return _entry(4, 5, 6, 7);
        if (kind == TreeKind.TRACE) return _trace(_root49(A, 1, 8), _root49(0, 0, 8));
        if (kind == TreeKind.TALLY) return abi.encodePacked(kind, uint32(3), uint16(255));
        if (kind == TreeKind.POINTS) return _points(_root49(A, 1, 28), _root49(0, 0, 28), 1);
        if (kind == TreeKind.GROUP) return _group(_root49(A, 1, 28), _root49(B, 1, 32));
        if (kind == TreeKind.EARNING) return abi.encodePacked(kind, uint32(65_535), NONE);
        return abi.encodePacked(kind, _root49(A, 1, 32));
    }

    function _indexLeaf() private pure returns (IndexLeaf memory) {
        return IndexLeaf(1 << 23, 200, 8, 32 * 129, 32, _coordinates(32, 129));
    }

    function _index(IndexLeaf memory leaf) private pure returns (bytes memory) {
        return _index(leaf, B);
    }

    function _index(IndexLeaf memory leaf, bytes32 signature) private pure returns (bytes memory) {
        bytes memory head = abi.encodePacked(TreeKind.INDEX, A, signature, uint64(1), uint32(2), leaf.scale);
        return abi.encodePacked(head, leaf.novelty, leaf.witness, leaf.sumU, leaf.sumSq, leaf.sketch);
    }

    function _sketch(bytes memory coordinates, uint32 sumU) private pure returns (bytes memory) {
        return abi.encodePacked(TreeKind.SKETCH, A, sumU, coordinates);
    }

    function _coordinates(uint256 k, uint8 u) private pure returns (bytes memory sketch) {
        sketch = new bytes(k);
        for (uint256 i; i < k; ++i) sketch[i] = bytes1(u);
    }

    function _entry(
        uint32 recordIndex,
        int64 s,
        uint128 points,
        uint32 tallyIndex
    ) private pure returns (bytes memory) {
        return abi.encodePacked(TreeKind.ENTRY, recordIndex, s, points, tallyIndex);
    }

    function _trace(bytes memory helpful, bytes memory harmful) private pure returns (bytes memory) {
        return abi.encodePacked(TreeKind.TRACE, A, B, helpful, harmful);
    }

    function _points(bytes memory credits, bytes memory debits, uint64 position) private pure returns (bytes memory) {
        return abi.encodePacked(TreeKind.POINTS, credits, debits, position, uint32(5));
    }

    function _group(bytes memory trace, bytes memory points) private pure returns (bytes memory) {
        return abi.encodePacked(TreeKind.GROUP, uint64(1), trace, points, NONE);
    }

    // --- rule 1, and what shows nothing ---

    function test_IsMalformed_AbsentNodeIsNot() public view {
        assertFalse(this.isMalformed(_place(TreeKind.TALLY), Root(0, 0), "", ""));
    }

    function test_IsMalformed_SumWithoutHash() public view {
        assertTrue(this.isMalformed(_place(TreeKind.TALLY), Root(0, 1), "", ""));
    }

    function testFuzz_IsMalformed_OtherBytesShowNothing(
        uint8 kind,
        uint8 level,
        bytes32 hash,
        uint128 sum,
        bytes memory preimage,
        bytes memory payload
    ) public view {
        vm.assume(hash != 0 && hash != keccak256(preimage));
        WellFormed.Place memory place = WellFormed.Place(kind, level, 0, 0, false);
        assertFalse(this.isMalformed(place, Root(hash, sum), preimage, payload));
    }

    // --- rule 2 ---

    function test_Inner_WellFormed() public view {
        assertFalse(this.isMalformedInner(3, _inner(A, 1, B, 2)));
        assertFalse(this.isMalformedInner(1, _inner(A, 1, 0, 0)));
        assertFalse(this.isMalformedInner(2, _inner(0, 0, B, 2)));
        // Trees without money: present nodes whose sum is 0.
        assertFalse(this.isMalformedInner(0, _inner(A, 0, B, 0)));
    }

    function test_Inner_OtherLengthOrTag() public view {
        bytes memory inner = _inner(A, 1, B, 2);
        assertTrue(this.isMalformedInner(3, bytes.concat(inner, hex"00")));
        assertTrue(this.isMalformedInner(3, ""));
        inner[0] = 0x00;
        assertTrue(this.isMalformedInner(3, inner));
        inner[0] = 0x02;
        assertTrue(this.isMalformedInner(3, inner));
    }

    function test_Inner_SumsThatDisagree() public view {
        assertTrue(this.isMalformedInner(4, _inner(A, 1, B, 2)));
        assertTrue(this.isMalformedInner(2, _inner(A, 1, B, 2)));
    }

    function test_Inner_SumsThatOverflow() public view {
        // Modulo 2^128 they would agree.
        assertTrue(this.isMalformedInner(0, _inner(A, type(uint128).max, B, 1)));
        assertFalse(this.isMalformedInner(type(uint128).max, _inner(A, type(uint128).max - 1, B, 1)));
    }

    function test_Inner_ChildWithSumAndWithoutHash() public view {
        assertTrue(this.isMalformedInner(3, _inner(0, 1, B, 2)));
        assertTrue(this.isMalformedInner(3, _inner(A, 1, 0, 2)));
    }

    function test_Inner_TwoAbsentChildren() public view {
        assertTrue(this.isMalformedInner(0, _inner(0, 0, 0, 0)));
    }

    function test_IsMalformed_JudgesInnerNodesAboveTheLeaves() public view {
        WellFormed.Place memory place = _place(TreeKind.TALLY);
        place.level -= 1;
        bytes memory inner = _inner(A, 1, B, 2);
        assertFalse(this.isMalformed(place, Root(keccak256(inner), 3), inner, ""));
        assertTrue(this.isMalformed(place, Root(keccak256(inner), 4), inner, ""));
        // A leaf where an inner node must be.
        bytes memory leaf = abi.encodePacked(uint8(0), uint64(9), uint128(3), A);
        assertTrue(this.isMalformed(place, Root(keccak256(leaf), 3), leaf, ""));
    }

    // --- rule 3 ---

    function test_Leaf_WellFormedOfEveryKind() public view {
        for (uint8 kind = TreeKind.CONTENT; kind <= TreeKind.PAYOUT; ++kind) {
            assertFalse(_leafIsBad(kind, 1, _payload(kind)));
        }
    }

    function test_Leaf_OtherLengthOrTag() public view {
        WellFormed.Place memory place = _place(TreeKind.TALLY);
        bytes memory payload = _payload(TreeKind.TALLY);
        bytes memory leaf = abi.encodePacked(uint8(0), uint64(9), uint128(1), keccak256(payload));
        bytes memory longer = bytes.concat(leaf, hex"00");
        assertTrue(this.isMalformed(place, Root(keccak256(longer), 1), longer, payload));
        leaf[0] = 0x01;
        assertTrue(this.isMalformed(place, Root(keccak256(leaf), 1), leaf, payload));
        // An inner node where a leaf must be.
        bytes memory inner = _inner(A, 1, B, 2);
        assertTrue(this.isMalformed(place, Root(keccak256(inner), 3), inner, ""));
    }

    function test_Leaf_OtherKey() public view {
        bytes memory payload = _payload(TreeKind.TALLY);
        bytes memory leaf = abi.encodePacked(uint8(0), uint64(8), uint128(1), keccak256(payload));
        assertTrue(this.isMalformed(_place(TreeKind.TALLY), Root(keccak256(leaf), 1), leaf, payload));
    }

    function test_Leaf_OtherSum() public view {
        bytes memory payload = _payload(TreeKind.TALLY);
        bytes memory leaf = abi.encodePacked(uint8(0), uint64(9), uint128(1), keccak256(payload));
        assertTrue(this.isMalformed(_place(TreeKind.TALLY), Root(keccak256(leaf), 2), leaf, payload));
    }

    function test_Leaf_OtherPayloadShowsNothing() public view {
        bytes memory leaf = abi.encodePacked(uint8(0), uint64(9), uint128(1), A);
        assertFalse(this.isMalformed(_place(TreeKind.TALLY), Root(keccak256(leaf), 1), leaf, hex"00"));
    }

    // --- rule 4: sums ---

    function test_Leaf_CountsWhereTheTableSaysOne() public view {
        uint8[3] memory kinds = [TreeKind.CONTENT, TreeKind.INDEX, TreeKind.SKETCH];
        for (uint256 i; i < kinds.length; ++i) {
            assertTrue(_leafIsBad(kinds[i], 0, _payload(kinds[i])));
            assertTrue(_leafIsBad(kinds[i], 2, _payload(kinds[i])));
        }
    }

    function test_Leaf_ZeroLeaves() public view {
        uint8[4] memory kinds = [TreeKind.ENTRY, TreeKind.TALLY, TreeKind.EARNING, TreeKind.PAYOUT];
        for (uint256 i; i < kinds.length; ++i) assertTrue(_leafIsBad(kinds[i], 0, _payload(kinds[i])));
        // A call may be free, a record's net and a group's pool may be 0.
        uint8[4] memory others = [TreeKind.RECEIPT, TreeKind.TRACE, TreeKind.POINTS, TreeKind.GROUP];
        for (uint256 i; i < others.length; ++i) assertFalse(_leafIsBad(others[i], 0, _payload(others[i])));
    }

    // --- rule 4: payloads ---

    function test_Payload_OtherTag() public view {
        for (uint8 kind = TreeKind.CONTENT; kind <= TreeKind.PAYOUT; ++kind) {
            bytes memory payload = _payload(kind);
            assertFalse(_payloadIsBad(kind, payload));
            assertTrue(_payloadIsBad(kind, ""));
            payload[0] = bytes1(kind + 1);
            assertTrue(_payloadIsBad(kind, payload));
        }
    }

    function test_Payload_OtherLength() public view {
        for (uint8 kind = TreeKind.CONTENT; kind <= TreeKind.PAYOUT; ++kind) {
            bytes memory payload = _payload(kind);
            assertTrue(_payloadIsBad(kind, bytes.concat(payload, hex"00")));
            assertTrue(_payloadIsBad(kind, _cut(payload, payload.length - 1)));
            assertTrue(_payloadIsBad(kind, abi.encodePacked(kind)));
        }
    }

    function test_Payload_UnknownKind() public view {
        assertTrue(_payloadIsBad(0, hex"00"));
        assertTrue(_payloadIsBad(0x0c, hex"0c"));
    }

    function test_Receipt_ReservedBytes() public view {
        bytes memory payload = _payload(TreeKind.RECEIPT);
        for (uint256 i = 207; i < 211; ++i) {
            payload[i] = 0x01;
            assertTrue(_payloadIsBad(TreeKind.RECEIPT, payload));
            payload[i] = 0x00;
        }
        payload[206] = 0x01;
        assertFalse(_payloadIsBad(TreeKind.RECEIPT, payload));
    }

    function test_Sketch_Sizes() public view {
        uint16[3] memory good = [uint16(32), 64, 4_096];
        for (uint256 i; i < good.length; ++i) {
            bytes memory payload = _sketch(_coordinates(good[i], 1), good[i]);
            assertFalse(_payloadIsBad(TreeKind.SKETCH, payload));
        }
        uint16[4] memory bad = [uint16(0), 31, 33, 4_128];
        for (uint256 i; i < bad.length; ++i) {
            bytes memory payload = _sketch(_coordinates(bad[i], 1), bad[i]);
            assertTrue(_payloadIsBad(TreeKind.SKETCH, payload));
        }
    }

    function test_Sketch_OtherSizeThanTheMethods() public view {
        WellFormed.Place memory place = _place(TreeKind.SKETCH);
        bytes memory payload = _payload(TreeKind.SKETCH);
        place.k = 32;
        assertFalse(this.isMalformedPayload(place, payload));
        place.k = 64;
        assertTrue(this.isMalformedPayload(place, payload));
        place = _place(TreeKind.INDEX);
        place.k = 64;
        assertTrue(this.isMalformedPayload(place, _payload(TreeKind.INDEX)));
    }

    function test_Sketch_CoordinateOfZeroByte() public view {
        bytes memory coordinates = _coordinates(32, 129);
        coordinates[31] = 0x00;
        assertTrue(_payloadIsBad(TreeKind.SKETCH, _sketch(coordinates, 31 * 129)));
        IndexLeaf memory leaf = _indexLeaf();
        leaf.sketch = coordinates;
        // As the sums would be, were the byte allowed: x = −128.
        (leaf.sumU, leaf.sumSq) = (31 * 129, 31 + 128 * 128);
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
    }

    function test_Sketch_OtherSum() public view {
        assertTrue(_payloadIsBad(TreeKind.SKETCH, _sketch(_coordinates(32, 129), 32 * 129 + 1)));
    }

    function test_Index_OtherSums() public view {
        IndexLeaf memory leaf = _indexLeaf();
        leaf.sumU -= 1;
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
        leaf = _indexLeaf();
        leaf.sumSq += 1;
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
    }

    function test_Index_LargestSums() public view {
        IndexLeaf memory leaf = _indexLeaf();
        leaf.sketch = _coordinates(4_096, 255);
        (leaf.sumU, leaf.sumSq) = (4_096 * 255, 4_096 * 127 * 127);
        assertFalse(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
        leaf.sketch = _coordinates(4_096, 1);
        leaf.sumU = 4_096;
        assertFalse(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
    }

    function test_Index_Scale() public view {
        IndexLeaf memory leaf = _indexLeaf();
        leaf.scale = (1 << 24) - 1;
        assertFalse(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
        leaf.scale = 1 << 24;
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
        leaf.scale = 0;
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
        leaf.sketch = _coordinates(32, 128);
        (leaf.sumU, leaf.sumSq) = (32 * 128, 0);
        assertFalse(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
        // Any scale goes with a sketch of nothing.
        leaf.scale = 1;
        assertFalse(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
    }

    function test_Index_NoveltyAndWitness() public view {
        IndexLeaf memory leaf = _indexLeaf();
        leaf.novelty = 255;
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
        leaf.witness = NONE;
        assertFalse(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
        leaf.novelty = 254;
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
    }

    function test_Index_WithdrawnForm() public view {
        IndexLeaf memory leaf = IndexLeaf(0, 0, NONE, 32 * 128, 0, _coordinates(32, 128));
        assertFalse(_payloadIsBad(TreeKind.INDEX, _index(leaf, 0)));
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf, B)));
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf, bytes32(uint256(1)))));
        leaf.scale = 1;
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf, 0)));
        (leaf.scale, leaf.novelty) = (0, 1);
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf, 0)));
        leaf = IndexLeaf(0, 0, NONE, 32 * 129, 32, _coordinates(32, 129));
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf, 0)));
        leaf.scale = 1;
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf, 0)));
    }

    function test_Index_WitnessNotBelowThePlace() public view {
        IndexLeaf memory leaf = _indexLeaf();
        assertFalse(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
        leaf.witness = 9;
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
        leaf.witness = 10;
        assertTrue(_payloadIsBad(TreeKind.INDEX, _index(leaf)));
    }

    function test_Entry_Sign() public view {
        WellFormed.Place memory place = _place(TreeKind.ENTRY);
        int64[3] memory signs = [int64(1), 0, -1];
        for (uint256 i; i < signs.length; ++i) {
            bytes memory payload = _entry(4, signs[i], 6, 7);
            place.isHarmful = false;
            assertEq(this.isMalformedPayload(place, payload), signs[i] <= 0);
            place.isHarmful = true;
            assertEq(this.isMalformedPayload(place, payload), signs[i] >= 0);
        }
        place.isHarmful = true;
        assertFalse(this.isMalformedPayload(place, _entry(4, type(int64).min, 6, 7)));
    }

    function test_Entry_PointsAndTally() public view {
        assertTrue(_payloadIsBad(TreeKind.ENTRY, _entry(4, 5, 0, 7)));
        assertTrue(_payloadIsBad(TreeKind.ENTRY, _entry(4, 5, 6, NONE)));
        assertFalse(_payloadIsBad(TreeKind.ENTRY, _entry(4, 5, 0, NONE)));
    }

    function test_Entry_PointersToNoPlace() public view {
        assertTrue(_payloadIsBad(TreeKind.ENTRY, _entry(NONE, 5, 6, 7)));
        assertFalse(_payloadIsBad(TreeKind.ENTRY, _entry(NONE - 1, 5, 6, 7)));
        assertTrue(_payloadIsBad(TreeKind.ENTRY, _entry(4, 5, 6, 1 << 28)));
        assertFalse(_payloadIsBad(TreeKind.ENTRY, _entry(4, 5, 6, (1 << 28) - 1)));
    }

    function test_Tally_PointersToNoPlace() public view {
        uint32 last = (1 << 28) - 1;
        assertFalse(_payloadIsBad(TreeKind.TALLY, abi.encodePacked(TreeKind.TALLY, last, uint16(255))));
        assertTrue(_payloadIsBad(TreeKind.TALLY, abi.encodePacked(TreeKind.TALLY, last + 1, uint16(255))));
        assertTrue(_payloadIsBad(TreeKind.TALLY, abi.encodePacked(TreeKind.TALLY, last, uint16(256))));
    }

    function test_Earning_PointerToNoPlace() public view {
        assertFalse(_payloadIsBad(TreeKind.EARNING, abi.encodePacked(TreeKind.EARNING, uint32(65_535), uint32(0))));
        assertTrue(_payloadIsBad(TreeKind.EARNING, abi.encodePacked(TreeKind.EARNING, uint32(65_536), uint32(0))));
    }

    function test_Points_PointerToNoPlace() public view {
        bytes memory credits = _root49(A, 1, 28);
        bytes memory debits = _root49(B, 1, 28);
        assertFalse(_payloadIsBad(TreeKind.POINTS, _points(credits, debits, (1 << 28) - 1)));
        assertTrue(_payloadIsBad(TreeKind.POINTS, _points(credits, debits, 0)));
        assertTrue(_payloadIsBad(TreeKind.POINTS, _points(credits, debits, 1 << 28)));
    }

    function test_Points_NeitherCreditNorDebit() public view {
        bytes memory absent = _root49(0, 0, 28);
        assertTrue(_payloadIsBad(TreeKind.POINTS, _points(absent, absent, 1)));
        assertFalse(_payloadIsBad(TreeKind.POINTS, _points(absent, _root49(B, 1, 28), 1)));
    }

    function test_NestedRoots_OtherDepth() public view {
        for (uint256 i; i < 2; ++i) {
            uint256 change = i == 0 ? 1 : 0;
            assertTrue(_payloadIsBad(TreeKind.TRACE, _trace(_root49(A, 1, 8 + change), _root49(B, 1, 9 - change))));
            assertTrue(
                _payloadIsBad(TreeKind.POINTS, _points(_root49(A, 1, 28 + change), _root49(B, 1, 29 - change), 1))
            );
            assertTrue(_payloadIsBad(TreeKind.GROUP, _group(_root49(A, 1, 28 + change), _root49(B, 1, 33 - change))));
        }
        assertTrue(_payloadIsBad(TreeKind.PAYOUT, abi.encodePacked(TreeKind.PAYOUT, _root49(A, 1, 28))));
        // The depth is the kind's also where the tree is empty.
        assertTrue(_payloadIsBad(TreeKind.TRACE, _trace(_root49(A, 1, 8), _root49(0, 0, 0))));
    }

    function test_NestedRoots_SumWithoutHash() public view {
        bytes memory entries = _root49(0, 1, 8);
        bytes memory tallies = _root49(0, 1, 28);
        assertTrue(_payloadIsBad(TreeKind.TRACE, _trace(entries, _root49(B, 1, 8))));
        assertTrue(_payloadIsBad(TreeKind.TRACE, _trace(_root49(A, 1, 8), entries)));
        assertTrue(_payloadIsBad(TreeKind.POINTS, _points(tallies, _root49(B, 1, 28), 1)));
        assertTrue(_payloadIsBad(TreeKind.POINTS, _points(_root49(A, 1, 28), tallies, 1)));
        assertTrue(_payloadIsBad(TreeKind.GROUP, _group(tallies, _root49(B, 1, 32))));
        assertTrue(_payloadIsBad(TreeKind.GROUP, _group(_root49(A, 1, 28), _root49(0, 1, 32))));
        assertTrue(_payloadIsBad(TreeKind.PAYOUT, abi.encodePacked(TreeKind.PAYOUT, _root49(0, 1, 32))));
    }

    function test_NestedRoots_MayBeEmpty() public view {
        assertFalse(_payloadIsBad(TreeKind.TRACE, _trace(_root49(0, 0, 8), _root49(0, 0, 8))));
        assertFalse(_payloadIsBad(TreeKind.GROUP, _group(_root49(0, 0, 28), _root49(0, 0, 32))));
    }

    // --- never a revert ---

    function testFuzz_NeverReverts(
        WellFormed.Place memory place,
        uint128 sum,
        bytes memory preimage,
        bytes memory payload
    ) public view {
        this.isMalformed(place, Root(keccak256(preimage), sum), preimage, payload);
        this.isMalformedInner(sum, preimage);
        this.isMalformedPayload(place, payload);
    }

    /// @dev Random bytes behind the right tag, so that the checks of each kind are reached.
    function testFuzz_NeverRevertsBehindTheTag(uint8 kind, bytes memory payload) public view {
        kind = uint8(_bound(kind, TreeKind.CONTENT, TreeKind.PAYOUT));
        vm.assume(payload.length != 0);
        payload[0] = bytes1(kind);
        _leafIsBad(kind, 1, payload);
        bytes memory padded = bytes.concat(_cut(payload, 1), new bytes(_payload(kind).length - 1));
        for (uint256 i; i < payload.length && i < padded.length; ++i) padded[i] = payload[i];
        _leafIsBad(kind, 1, padded);
    }

    function _cut(bytes memory data, uint256 length) private pure returns (bytes memory head) {
        head = new bytes(length);
        for (uint256 i; i < length; ++i) head[i] = data[i];
    }
}
