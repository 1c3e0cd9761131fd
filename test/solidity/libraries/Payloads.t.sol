// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {Payloads} from "../../../contracts/libraries/Payloads.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Receipt as PaidCall} from "../../../contracts/types/Receipt.sol";
import {Root} from "../../../contracts/types/Root.sol";

/// @notice Every field comes back as it was written (docs/formats.md §3).
contract PayloadsTest is Test {
    // --- the library, with its calldata ---

    function isShaped(uint8 kind, bytes calldata payload) external pure returns (bool) {
        return Payloads.isShaped(kind, payload);
    }

    function entry(bytes calldata payload) external pure returns (Payloads.Entry memory) {
        return Payloads.entry(payload);
    }

    function trace(bytes calldata payload) external pure returns (Payloads.Trace memory) {
        return Payloads.trace(payload);
    }

    function tally(bytes calldata payload) external pure returns (Payloads.Tally memory) {
        return Payloads.tally(payload);
    }

    function points(bytes calldata payload) external pure returns (Payloads.Points memory) {
        return Payloads.points(payload);
    }

    function group(bytes calldata payload) external pure returns (Payloads.Group memory) {
        return Payloads.group(payload);
    }

    function earning(bytes calldata payload) external pure returns (Payloads.Earning memory) {
        return Payloads.earning(payload);
    }

    function earnings(bytes calldata payload) external pure returns (Root memory) {
        return Payloads.earnings(payload);
    }

    function recordHash(bytes calldata payload) external pure returns (bytes32) {
        return Payloads.recordHash(payload);
    }

    function contentSignature(bytes calldata payload) external pure returns (bytes32) {
        return Payloads.contentSignature(payload);
    }

    function recordSquares(bytes calldata payload) external pure returns (uint32) {
        return Payloads.recordSquares(payload);
    }

    function contributionId(bytes calldata payload) external pure returns (uint64) {
        return Payloads.contributionId(payload);
    }

    function scale(bytes calldata payload) external pure returns (uint32) {
        return Payloads.scale(payload);
    }

    function novelty(bytes calldata payload) external pure returns (uint8) {
        return Payloads.novelty(payload);
    }

    function recordIndex(bytes calldata payload) external pure returns (uint32) {
        return Payloads.recordIndex(payload);
    }

    function witness(bytes calldata payload) external pure returns (uint32) {
        return Payloads.witness(payload);
    }

    function recordSum(bytes calldata payload) external pure returns (uint32) {
        return Payloads.recordSum(payload);
    }

    function recordSketch(bytes calldata payload) external pure returns (bytes memory) {
        return Payloads.recordSketch(payload);
    }

    function callSum(bytes calldata payload) external pure returns (uint32) {
        return Payloads.callSum(payload);
    }

    function callSketch(bytes calldata payload) external pure returns (bytes memory) {
        return Payloads.callSketch(payload);
    }

    function receipt(uint128 amount, bytes calldata payload) external pure returns (PaidCall memory) {
        return Payloads.receipt(amount, payload);
    }

    function root(bytes calldata payload, uint256 offset) external pure returns (Root memory) {
        return Payloads.root(payload, offset);
    }

    // --- helpers ---

    function _root49(Root memory r, uint8 depth) private pure returns (bytes memory) {
        return abi.encodePacked(r.hash, r.sum, depth);
    }

    function _assertEq(Root memory read, Root memory written) private pure {
        assertEq(read.hash, written.hash);
        assertEq(read.sum, written.sum);
    }

    // --- shapes ---

    function testFuzz_IsShaped_ByTagAndLength(uint8 kind, uint8 tag, uint16 length) public view {
        kind = uint8(bound(kind, 0, 12));
        tag = uint8(bound(tag, 0, 12));
        length %= 256;
        bytes memory payload = new bytes(length);
        if (length != 0) payload[0] = bytes1(tag);
        bool expected = length != 0 && tag == kind && length == TreeKind.payloadBytes(kind);
        assertEq(this.isShaped(kind, payload), expected);
    }

    function test_IsShaped_EveryKindOfFixedLength() public view {
        uint8[9] memory kinds = [0x01, 0x03, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b];
        uint8[9] memory lengths = [33, 211, 33, 163, 7, 111, 111, 9, 50];
        for (uint256 i; i < kinds.length; ++i) {
            bytes memory payload = abi.encodePacked(kinds[i], new bytes(lengths[i] - 1));
            assertTrue(this.isShaped(kinds[i], payload));
            assertFalse(this.isShaped(kinds[i], abi.encodePacked(payload, uint8(0))));
        }
    }

    function test_IsShaped_NoneOfASketch() public view {
        assertFalse(this.isShaped(TreeKind.INDEX, abi.encodePacked(TreeKind.INDEX, new bytes(93 + 32))));
        assertFalse(this.isShaped(TreeKind.SKETCH, abi.encodePacked(TreeKind.SKETCH, new bytes(36 + 32))));
    }

    // --- fields ---

    function testFuzz_Entry_Fields(Payloads.Entry memory e) public view {
        bytes memory payload = abi.encodePacked(TreeKind.ENTRY, e.recordIndex, e.s, e.points, e.tallyIndex);
        assertEq(abi.encode(this.entry(payload)), abi.encode(e));
    }

    function testFuzz_Trace_Fields(Payloads.Trace memory t) public view {
        bytes memory payload = abi.encodePacked(
            TreeKind.TRACE,
            t.receiptHash,
            t.sketchHash,
            _root49(t.helpful, 8),
            _root49(t.harmful, 8)
        );
        assertEq(abi.encode(this.trace(payload)), abi.encode(t));
    }

    function testFuzz_Tally_Fields(Payloads.Tally memory t) public view {
        assertEq(abi.encode(this.tally(abi.encodePacked(TreeKind.TALLY, t.call, t.entry))), abi.encode(t));
    }

    function testFuzz_Points_Fields(Payloads.Points memory p) public view {
        bytes memory roots = abi.encodePacked(_root49(p.credits, 28), _root49(p.debits, 28));
        bytes memory payload = abi.encodePacked(TreeKind.POINTS, roots, p.positionId, p.earningIndex);
        assertEq(abi.encode(this.points(payload)), abi.encode(p));
    }

    function testFuzz_Group_Fields(Payloads.Group memory g) public view {
        bytes memory roots = abi.encodePacked(_root49(g.trace, 28), _root49(g.points, 32));
        bytes memory payload = abi.encodePacked(TreeKind.GROUP, g.version, roots, g.fallbackEarningIndex);
        assertEq(abi.encode(this.group(payload)), abi.encode(g));
    }

    function testFuzz_Earning_Fields(Payloads.Earning memory e) public view {
        assertEq(abi.encode(this.earning(abi.encodePacked(TreeKind.EARNING, e.group, e.record))), abi.encode(e));
    }

    function testFuzz_Earnings_Root(Root memory r) public view {
        _assertEq(this.earnings(abi.encodePacked(TreeKind.PAYOUT, _root49(r, 32))), r);
    }

    function testFuzz_Root_AnyOffset(Root memory r, uint8 offset) public view {
        _assertEq(this.root(abi.encodePacked(new bytes(offset), _root49(r, 9)), offset), r);
    }

    function testFuzz_Record_Fields(uint64 id, uint32 scale_, uint8 novelty_, uint32 sumU, bytes32 sketch) public view {
        bytes memory head = abi.encodePacked(TreeKind.INDEX, bytes32("record"), bytes32("signature"), id, uint32(5));
        bytes memory payload = abi.encodePacked(head, scale_, novelty_, uint32(4), sumU, uint32(6), sketch);
        assertEq(this.recordHash(payload), bytes32("record"));
        assertEq(this.contentSignature(payload), bytes32("signature"));
        assertEq(this.recordSquares(payload), 6);
        assertEq(this.contributionId(payload), id);
        assertEq(this.scale(payload), scale_);
        assertEq(this.novelty(payload), novelty_);
        assertEq(this.recordIndex(payload), 5);
        assertEq(this.witness(payload), 4);
        assertEq(this.recordSum(payload), sumU);
        assertEq(this.recordSketch(payload), abi.encodePacked(sketch));
    }

    function testFuzz_Sketch_Fields(uint32 sumU, bytes32 sketch) public view {
        bytes memory payload = abi.encodePacked(TreeKind.SKETCH, bytes32("receipt"), sumU, sketch);
        assertEq(this.callSum(payload), sumU);
        assertEq(this.callSketch(payload), abi.encodePacked(sketch));
    }

    function testFuzz_Receipt_Fields(PaidCall memory r) public view {
        bytes memory first = abi.encodePacked(TreeKind.RECEIPT, r.till, r.modelVersion, r.channelId, r.sequence);
        bytes memory second = abi.encodePacked(r.cumulative, r.agentRegistry, r.agentId, r.requestHash, r.responseHash);
        bytes memory payload = abi.encodePacked(first, second, r.issuedAt, uint32(0));
        assertEq(abi.encode(this.receipt(r.amount, payload)), abi.encode(r));
    }

    function test_ReadsNothingBehindAPayload() public {
        vm.expectRevert();
        this.entry(new bytes(32));
        vm.expectRevert();
        this.trace(new bytes(161));
        vm.expectRevert();
        this.tally(new bytes(6));
        vm.expectRevert();
        this.points(new bytes(110));
        vm.expectRevert();
        this.group(new bytes(110));
        vm.expectRevert();
        this.earning(new bytes(8));
        vm.expectRevert();
        this.earnings(new bytes(48));
        vm.expectRevert();
        this.contributionId(new bytes(72));
        vm.expectRevert();
        this.scale(new bytes(80));
        vm.expectRevert();
        this.novelty(new bytes(81));
        vm.expectRevert();
        this.recordSum(new bytes(89));
        vm.expectRevert();
        this.recordSketch(new bytes(93));
        vm.expectRevert();
        this.callSum(new bytes(36));
        vm.expectRevert();
        this.callSketch(new bytes(36));
        vm.expectRevert();
        this.receipt(0, new bytes(206));
        vm.expectRevert();
        this.root(new bytes(48), 1);
    }
}
