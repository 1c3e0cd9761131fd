// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ModelVersion} from "../types/Ids.sol";
import {Receipt} from "../types/Receipt.sol";
import {Root} from "../types/Root.sol";
import {TreeKind} from "./TreeKind.sol";

/// @notice Reads the fields of leaf payloads (docs/formats.md §3).
/// @dev The readers take a payload of their kind's length; a shorter one reverts, so that nothing behind it is ever read.
library Payloads {
    struct Entry {
        uint32 recordIndex;
        int64 s;
        uint128 points;
        uint32 tallyIndex;
    }

    struct Trace {
        bytes32 receiptHash;
        bytes32 sketchHash;
        Root helpful;
        Root harmful;
    }

    struct Tally {
        uint32 call;
        uint16 entry;
    }

    struct Points {
        Root credits;
        Root debits;
        uint64 positionId;
        uint32 earningIndex;
    }

    struct Group {
        ModelVersion version;
        Root trace;
        Root points;
        uint32 fallbackEarningIndex;
    }

    struct Earning {
        uint32 group;
        uint32 record;
    }

    /// @notice Whether the payload has the tag and the length of a kind of fixed length.
    function isShaped(uint8 kind, bytes calldata payload) internal pure returns (bool) {
        return payload.length != 0 && payload.length == TreeKind.payloadBytes(kind) && uint8(payload[0]) == kind;
    }

    function entry(bytes calldata p) internal pure returns (Entry memory) {
        return Entry(_u32(p, 1), int64(_u64(p, 5)), _u128(p, 13), _u32(p, 29));
    }

    function trace(bytes calldata p) internal pure returns (Trace memory) {
        return Trace(bytes32(p[1:33]), bytes32(p[33:65]), root(p, 65), root(p, 114));
    }

    function tally(bytes calldata p) internal pure returns (Tally memory) {
        return Tally(_u32(p, 1), uint16(bytes2(p[5:7])));
    }

    function points(bytes calldata p) internal pure returns (Points memory) {
        return Points(root(p, 1), root(p, 50), _u64(p, 99), _u32(p, 107));
    }

    function group(bytes calldata p) internal pure returns (Group memory) {
        return Group(ModelVersion.wrap(_u64(p, 1)), root(p, 9), root(p, 58), _u32(p, 107));
    }

    function earning(bytes calldata p) internal pure returns (Earning memory) {
        return Earning(_u32(p, 1), _u32(p, 5));
    }

    /// @notice Root of a payout's earnings.
    function earnings(bytes calldata p) internal pure returns (Root memory) {
        return root(p, 1);
    }

    /// @notice The record's hash of an index or content leaf.
    function recordHash(bytes calldata p) internal pure returns (bytes32) {
        return bytes32(p[1:33]);
    }

    /// @notice The content signature of an index leaf; 0 where the method does not use it.
    function contentSignature(bytes calldata p) internal pure returns (bytes32) {
        return bytes32(p[33:65]);
    }

    /// @notice The contribution of an index leaf.
    function contributionId(bytes calldata p) internal pure returns (uint64) {
        return _u64(p, 65);
    }

    /// @notice The place of an index leaf's record in its contribution.
    function recordIndex(bytes calldata p) internal pure returns (uint32) {
        return _u32(p, 73);
    }

    /// @notice The scale of an index leaf.
    function scale(bytes calldata p) internal pure returns (uint32) {
        return _u32(p, 77);
    }

    /// @notice The novelty of an index leaf.
    function novelty(bytes calldata p) internal pure returns (uint8) {
        return uint8(p[81]);
    }

    /// @notice The place of the earlier record that an index leaf's novelty is by; the largest value if there is none.
    function witness(bytes calldata p) internal pure returns (uint32) {
        return _u32(p, 82);
    }

    /// @notice `sumU` of an index leaf.
    function recordSum(bytes calldata p) internal pure returns (uint32) {
        return _u32(p, 86);
    }

    /// @notice `sumSq` of an index leaf.
    function recordSquares(bytes calldata p) internal pure returns (uint32) {
        return _u32(p, 90);
    }

    /// @notice The coordinates of an index leaf, in their order.
    function recordSketch(bytes calldata p) internal pure returns (bytes calldata) {
        return p[94:];
    }

    /// @notice The receipt that a sketch leaf is of.
    function callReceiptHash(bytes calldata p) internal pure returns (bytes32) {
        return bytes32(p[1:33]);
    }

    /// @notice `sumU` of a sketch leaf.
    function callSum(bytes calldata p) internal pure returns (uint32) {
        return _u32(p, 33);
    }

    /// @notice The coordinates of a sketch leaf, in reverse order.
    function callSketch(bytes calldata p) internal pure returns (bytes calldata) {
        return p[37:];
    }

    /// @notice The settled receipt; its amount is the leaf's sum.
    function receipt(uint128 amount, bytes calldata p) internal pure returns (Receipt memory r) {
        r.till = address(bytes20(p[1:21]));
        r.modelVersion = ModelVersion.wrap(_u64(p, 21));
        r.channelId = bytes32(p[29:61]);
        r.sequence = _u64(p, 61);
        r.amount = amount;
        r.cumulative = _u128(p, 69);
        r.agentRegistry = address(bytes20(p[85:105]));
        r.agentId = uint256(bytes32(p[105:137]));
        r.requestHash = bytes32(p[137:169]);
        r.responseHash = bytes32(p[169:201]);
        r.issuedAt = uint48(bytes6(p[201:207]));
    }

    /// @notice The nested root at `offset`; its depth is its kind's.
    function root(bytes calldata p, uint256 offset) internal pure returns (Root memory) {
        return Root(bytes32(p[offset:offset + 32]), _u128(p, offset + 32));
    }

    function _u32(bytes calldata p, uint256 offset) private pure returns (uint32) {
        return uint32(bytes4(p[offset:offset + 4]));
    }

    function _u64(bytes calldata p, uint256 offset) private pure returns (uint64) {
        return uint64(bytes8(p[offset:offset + 8]));
    }

    function _u128(bytes calldata p, uint256 offset) private pure returns (uint128) {
        return uint128(bytes16(p[offset:offset + 16]));
    }
}
