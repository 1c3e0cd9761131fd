// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {Openings} from "../../../contracts/libraries/Openings.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {WellFormed} from "../../../contracts/libraries/WellFormed.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";

/// @notice Links to what is malformed: in a proposal it is shown, in an input it counts as absent.
contract OpeningsMalformedTest is Test {
    using SparseTree for SparseTree.Tree;

    uint256 private constant FIRST = 5;

    // --- the library, with its calldata ---

    function showsMalformed(Root memory root, uint8 kind, Link calldata link) external pure returns (bool) {
        return Openings.showsMalformed(root, WellFormed.Place(kind, 0, 0, 0, false), link, FIRST);
    }

    function openInput(
        Root memory root,
        uint8 kind,
        uint16 k,
        Link calldata link
    ) external pure returns (Openings.Input memory) {
        return Openings.openInput(root, kind, k, link, FIRST);
    }

    // --- trees ---

    /// @dev Receipts at the places 0, 1, 2 and 5 with the sums 10, 20, 30 and 40.
    function _receipts() private pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.RECEIPT, 4);
        for (uint64 i; i < 4; ++i) tree.set(i, i == 3 ? 5 : i, 10 * (i + 1), _receipt(i));
    }

    function _receipt(uint64 i) private pure returns (bytes memory) {
        return abi.encodePacked(TreeKind.RECEIPT, new bytes(198), i, uint32(0));
    }

    function _refuseInput(Root memory root, Link memory link) private {
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, FIRST));
        this.openInput(root, TreeKind.RECEIPT, 0, link);
    }

    // --- malformed nodes ---

    function test_ShowsMalformed_WhateverIsWrong() public view {
        for (uint256 level; level <= 24; ++level) {
            SparseTree.Tree memory tree = _receipts();
            Root memory honest = tree.nodeAt(level, 0);
            assertFalse(this.showsMalformed(tree.root(), TreeKind.RECEIPT, _preimaged(tree, level)), "honest");
            tree.lie(level, 0, Root(keccak256("no node"), honest.sum));
            assertTrue(
                this.showsMalformed(tree.root(), TreeKind.RECEIPT, tree.linkToNode(0, level, "no node")),
                "bytes"
            );
            tree.lies[0].node.hash = keccak256("");
            assertTrue(this.showsMalformed(tree.root(), TreeKind.RECEIPT, tree.linkToNode(0, level, "")), "nothing");
            tree.lies[0].node.hash = 0;
            assertTrue(this.showsMalformed(tree.root(), TreeKind.RECEIPT, tree.linkToNode(0, level, "")), "sum");
        }
    }

    /// @dev The node above place 0 with its preimage.
    function _preimaged(SparseTree.Tree memory tree, uint256 level) private pure returns (Link memory) {
        if (level < 24) return tree.linkToNode(0, level, tree.preimageAt(level, 0));
        return tree.linkToNode(0, level, abi.encodePacked(uint8(0), uint64(0), uint128(10), keccak256(_receipt(0))));
    }

    function test_ShowsMalformed_PayloadWithOrWithoutPreimage() public view {
        SparseTree.Tree memory tree = _receipts();
        tree.leaves[0].payload = hex"03";
        Link memory link = tree.link(0, 0);
        assertTrue(this.showsMalformed(tree.root(), TreeKind.RECEIPT, link));
        link.preimage = abi.encodePacked(uint8(0), uint64(0), uint128(10), keccak256(hex"03"));
        assertTrue(this.showsMalformed(tree.root(), TreeKind.RECEIPT, link));
        // Without the payload nothing is shown.
        link.payload = "";
        assertFalse(this.showsMalformed(tree.root(), TreeKind.RECEIPT, link));
    }

    function test_ShowsMalformed_NothingOfAbsence() public view {
        SparseTree.Tree memory tree = _receipts();
        assertFalse(this.showsMalformed(tree.root(), TreeKind.RECEIPT, tree.link(3, 0)));
    }

    function test_ShowsMalformed_RefusesBytesOfAnotherNode() public {
        SparseTree.Tree memory tree = _receipts();
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, FIRST));
        this.showsMalformed(tree.root(), TreeKind.RECEIPT, tree.linkToNode(0, 3, "no node"));
    }

    // --- inputs ---

    function _input(SparseTree.Tree memory tree, Link memory link) private view returns (Openings.Input memory) {
        return this.openInput(tree.root(), TreeKind.RECEIPT, 0, link);
    }

    function _assertInput(Openings.Input memory input, bool present, uint128 sum) private pure {
        assertEq(input.present, present);
        assertEq(input.sum, sum);
    }

    function test_OpenInput_LeafSumAndPrefix() public view {
        SparseTree.Tree memory tree = _receipts();
        Openings.Input memory input = _input(tree, tree.link(5, 0));
        _assertInput(input, true, 40);
        assertEq(input.prefix, 60);
    }

    function test_OpenInput_Absence() public view {
        SparseTree.Tree memory tree = _receipts();
        _assertInput(_input(tree, tree.link(3, 0)), false, 0);
        _assertInput(_input(tree, tree.linkToNode(8, 21, "")), false, 0);
    }

    function test_OpenInput_MalformedLeafKeepsItsSum() public view {
        SparseTree.Tree memory tree = _receipts();
        tree.leaves[3].payload = hex"03";
        Link memory link = tree.link(5, 0);
        Openings.Input memory input = _input(tree, link);
        _assertInput(input, false, 40);
        assertEq(input.prefix, 60);
        link.preimage = abi.encodePacked(uint8(0), uint64(5), uint128(40), keccak256(hex"03"));
        _assertInput(_input(tree, link), false, 40);
        bytes memory otherKey = abi.encodePacked(uint8(0), uint64(6), uint128(40), keccak256(_receipt(3)));
        tree.lie(24, 5, Root(keccak256(otherKey), 40));
        _assertInput(_input(tree, tree.linkToNode(5, 24, otherKey)), false, 40);
        tree.lies[0].node.hash = keccak256("");
        _assertInput(_input(tree, tree.linkToNode(5, 24, "")), false, 40);
    }

    function test_OpenInput_BelowAMalformedNodeIsNothing() public view {
        for (uint256 level; level < 24; ++level) {
            SparseTree.Tree memory tree = _receipts();
            uint64 index = uint64(5 >> (24 - level));
            tree.lie(level, index, Root(keccak256("no node"), tree.nodeAt(level, index).sum));
            _assertInput(_input(tree, tree.linkToNode(5, level, "no node")), false, 0);
        }
    }

    /// @dev A sum without a hash makes the node over it malformed: what is beside it, and the place itself, count as below that node.
    function test_OpenInput_BesideASumWithoutHashIsNothing() public view {
        for (uint256 level = 1; level <= 24; ++level) {
            SparseTree.Tree memory tree = _receipts();
            tree.lie(level, uint64(5 >> (24 - level)) ^ 1, Root(0, 7));
            _assertInput(_input(tree, tree.link(5, 0)), false, 0);
            // A malformed leaf below it has no sum either.
            tree.leaves[3].payload = hex"03";
            _assertInput(_input(tree, tree.link(5, 0)), false, 0);
        }
        for (uint256 level; level <= 24; ++level) {
            SparseTree.Tree memory tree = _receipts();
            tree.lie(level, uint64(5 >> (24 - level)), Root(0, 7));
            _assertInput(_input(tree, tree.linkToNode(5, level, "")), false, 0);
        }
    }

    function test_OpenInput_JudgesTheSketchsSize() public view {
        SparseTree.Tree memory tree = SparseTree.create(TreeKind.SKETCH, 1);
        bytes memory sketch = new bytes(32);
        for (uint256 i; i < 32; ++i) sketch[i] = 0x80;
        tree.set(0, 0, 1, abi.encodePacked(TreeKind.SKETCH, bytes32("receipt"), uint32(32 * 128), sketch));
        assertTrue(this.openInput(tree.root(), TreeKind.SKETCH, 32, tree.link(0, 0)).present);
        assertFalse(this.openInput(tree.root(), TreeKind.SKETCH, 64, tree.link(0, 0)).present);
        // A leaf that counts must count one.
        tree.leaves[0].sum = 2;
        assertFalse(this.openInput(tree.root(), TreeKind.SKETCH, 32, tree.link(0, 0)).present);
    }

    function test_OpenInput_JudgesTheWitnessByThePlace() public view {
        SparseTree.Tree memory tree = SparseTree.create(TreeKind.INDEX, 1);
        bytes memory sketch = new bytes(32);
        for (uint256 i; i < 32; ++i) sketch[i] = 0x80;
        bytes memory head = abi.encodePacked(TreeKind.INDEX, bytes32(0), bytes32(0), uint64(1), uint32(0), uint32(0));
        bytes memory payload = abi.encodePacked(head, uint8(3), uint32(4), uint32(32 * 128), uint32(0), sketch);
        tree.set(0, 5, 1, payload);
        assertTrue(this.openInput(tree.root(), TreeKind.INDEX, 32, tree.link(5, 0)).present);
        tree.set(0, 4, 1, payload);
        assertFalse(this.openInput(tree.root(), TreeKind.INDEX, 32, tree.link(4, 0)).present);
    }

    function test_OpenInput_RefusesAPreimageOfAWellFormedNode() public {
        SparseTree.Tree memory tree = _receipts();
        for (uint256 level; level <= 24; ++level) _refuseInput(tree.root(), _preimaged(tree, level));
    }

    function test_OpenInput_RefusesWhatDoesNotHold() public {
        SparseTree.Tree memory tree = _receipts();
        Root memory root = tree.root();
        Link memory link = tree.link(5, 0);
        link.sum = 41;
        _refuseInput(root, link);
        link = tree.link(5, 0);
        link.key = 4;
        _refuseInput(root, link);
        link = tree.link(5, 0);
        link.opening = tree.openingOf(5, 23);
        _refuseInput(root, link);
        link.opening = abi.encodePacked(tree.openingOf(5, 24), uint8(0));
        _refuseInput(root, link);
        _refuseInput(root, tree.linkToNode(5, 12, "no node"));
        _refuseInput(root, tree.linkToNode(5, 12, ""));
    }
}
