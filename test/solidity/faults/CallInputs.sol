// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Epoch, ModelVersion, SettlementId} from "../../../contracts/types/Ids.sol";
import {SparseTree} from "../support/SparseTree.sol";

/// @notice Payloads of receipts, sketches and records that follow from a seed, and what the tests of calls are made of.
abstract contract CallInputs is Test {
    uint256 internal constant CALLS = 3;
    uint256 internal constant RECORDS = 6;
    uint256 internal constant COORDINATES = 32;
    uint16 internal constant TOP_K = 2;
    uint16 internal constant DEBIT_FACTOR = 192;
    uint32 internal constant NONE = type(uint32).max;
    uint64 internal constant GROUP = 2;
    uint32 internal constant OFFSET = 5;
    uint128 internal constant POOL = 1_000_003;
    Epoch internal constant EPOCH = Epoch.wrap(7);
    uint32 internal constant PROPOSAL = 1;
    SettlementId internal constant SETTLEMENT = SettlementId.wrap(11);
    ModelVersion internal constant VERSION = ModelVersion.wrap(4);

    /// @dev An entry of a list, before it is encoded.
    struct Item {
        uint32 record;
        int64 s;
        uint128 w;
        uint128 points;
    }

    /// @dev What is proposed of a call.
    struct Traced {
        bytes32 receiptHash;
        bytes32 sketchHash;
        uint128 amount;
        Item[] helpful;
        Item[] harmful;
    }

    /// @dev How a leaf of an input comes to count as absent.
    enum Breakage {
        None,
        Payload, // a byte short
        Missing, // it stands beyond the last place
        Key, // the leaf's preimage has another place
        Inner, // the node over it states another sum than its children's
        Sibling, // a node above it has a child with a sum and no hash
        NoPreimage // the leaf's hash is that of no bytes
    }

    /// @param hasReceipt Whether the receipt of a call counts as present; likewise sketch and record. @param weight Of the receipts, as their tree states them.
    /// @param isCut Whether a node above the receipt is malformed. @param total Of the receipts' root. @param broken By kind of tree.
    struct World {
        SparseTree.Tree receipts;
        SparseTree.Tree sketches;
        SparseTree.Tree index;
        bool[CALLS] hasReceipt;
        bool[CALLS] hasSketch;
        bool[RECORDS] hasRecord;
        uint128[CALLS] weight;
        bool[CALLS] isCut;
        uint128 total;
        Breakage[5] broken;
        Traced[CALLS] calls;
    }

    function _receiptPayload(uint256 seed, uint64 c) internal pure returns (bytes memory) {
        bytes memory first = abi.encodePacked(
            TreeKind.RECEIPT,
            address(uint160(_draw(seed, c, "till"))),
            VERSION,
            bytes32("channel"),
            c + 1,
            uint128(_draw(seed, c, "cumulative"))
        );
        return abi.encodePacked(first, address(0x8004), uint256(c), bytes32("q"), bytes32("a"), uint48(1e9), uint32(0));
    }

    /// @dev Coordinates near 0, so that products of both signs, ties and zeros are frequent; extremes now and then.
    function _coordinates(uint256 seed, uint256 i) internal pure returns (bytes memory sketch) {
        sketch = new bytes(COORDINATES);
        bool isExtreme = _draw(seed, i, "extreme") % 8 == 0;
        for (uint256 j; j < COORDINATES; ++j) {
            uint256 drawn = _draw(seed, i * COORDINATES + j, "u");
            sketch[j] = bytes1(uint8(isExtreme ? (drawn % 2 == 0 ? 1 : 255) : 127 + (drawn % 3)));
        }
    }

    function _sketchPayload(uint256 seed, uint64 c) internal pure returns (bytes memory) {
        return _sketchPayload(_coordinates(seed, c));
    }

    /// @dev A call's coordinates are stored in reverse.
    function _sketchPayload(bytes memory sketch) internal pure returns (bytes memory) {
        (uint32 sumU, ) = _sums(sketch);
        bytes memory reversed = new bytes(sketch.length);
        for (uint256 j; j < sketch.length; ++j) reversed[j] = sketch[sketch.length - 1 - j];
        return abi.encodePacked(TreeKind.SKETCH, bytes32("receipt"), sumU, reversed);
    }

    function _indexPayload(uint256 seed, uint64 r) internal pure returns (bytes memory) {
        bytes memory sketch = _coordinates(seed, 100 + r);
        uint32 scale = _draw(seed, r, "large") % 8 == 0 ? (1 << 24) - 1 : uint32(1 + (_draw(seed, r, "scale") % 3));
        // Nothing is before record 0, so nothing can lower its novelty.
        uint8 novelty = r == 0 ? 255 : uint8(_draw(seed, r, "novelty") % 4) * 85;
        return _indexPayload(r, scale, novelty, sketch);
    }

    function _indexPayload(
        uint64 r,
        uint32 scale,
        uint8 novelty,
        bytes memory sketch
    ) internal pure returns (bytes memory) {
        (uint32 sumU, uint32 sumSq) = _sums(sketch);
        bytes memory first = abi.encodePacked(
            TreeKind.INDEX,
            bytes32(uint256(r)),
            bytes32(0),
            uint64(1),
            uint32(r),
            scale
        );
        return abi.encodePacked(first, novelty, novelty == 255 ? NONE : 0, sumU, sumSq, sketch);
    }

    function _sums(bytes memory sketch) internal pure returns (uint32 sumU, uint32 sumSq) {
        for (uint256 j; j < sketch.length; ++j) {
            int256 x = int256(uint256(uint8(sketch[j]))) - 128;
            sumU += uint8(sketch[j]);
            sumSq += uint32(uint256(x * x));
        }
    }

    function _read(bytes memory data, uint256 offset, uint256 width) internal pure returns (uint256 value) {
        for (uint256 i; i < width; ++i) value = (value << 8) | uint8(data[offset + i]);
    }

    function _draw(uint256 seed, uint256 i, string memory what) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, i, what)));
    }
}
