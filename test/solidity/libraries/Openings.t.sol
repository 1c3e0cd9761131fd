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

/// @notice Links and chains over small trees: what holds, what is refused and by which number, and what counts as absent.
contract OpeningsTest is Test {
    using SparseTree for SparseTree.Tree;

    uint32 private constant NONE = type(uint32).max;
    uint256 private constant FIRST = 5;

    // --- the library, with its calldata ---

    function openChain(Root memory root, uint256 way, Link[] calldata links) external pure returns (bool, uint128) {
        return Openings.openChain(root, way, links, FIRST);
    }

    function openParents(
        Root memory root,
        uint8 kind,
        Link[] calldata links
    ) external pure returns (Root memory, uint8) {
        return Openings.openParents(root, kind, links, FIRST);
    }

    function openLeaf(Root memory root, uint8 kind, Link calldata link) external pure returns (bool, uint128) {
        return Openings.openLeaf(root, kind, link, FIRST);
    }

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

    function _earnings(uint64 count) private pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.EARNING, count);
        for (uint64 i; i < count; ++i) tree.set(i, i, i + 1, abi.encodePacked(TreeKind.EARNING, uint32(i), NONE));
    }

    /// @dev Payouts at the places 3 and 7; the first has two earnings, the second none.
    function _payouts() private pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.PAYOUT, 2);
        tree.set(0, 3, 3, _payout(_earnings(2).root()));
        tree.set(1, 7, 9, _payout(Root(0, 0)));
    }

    function _payout(Root memory earnings) private pure returns (bytes memory) {
        return abi.encodePacked(TreeKind.PAYOUT, earnings.hash, earnings.sum, uint8(32));
    }

    function _pair(Link memory a, Link memory b) private pure returns (Link[] memory links) {
        links = new Link[](2);
        (links[0], links[1]) = (a, b);
    }

    function _single(Link memory a) private pure returns (Link[] memory links) {
        links = new Link[](1);
        links[0] = a;
    }

    function _refuseLeaf(Root memory root, uint8 kind, Link memory link) private {
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, FIRST));
        this.openLeaf(root, kind, link);
    }

    function _refuseInput(Root memory root, Link memory link) private {
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, FIRST));
        this.openInput(root, TreeKind.RECEIPT, 0, link);
    }

    function _refuseChain(bytes4 refusal, uint256 argument, uint256 way, Link[] memory links) private {
        vm.expectRevert(abi.encodeWithSelector(refusal, argument));
        this.openChain(_payouts().root(), way, links);
    }

    // --- leaves of an accused proposal ---

    function test_OpenLeaf_LeafAndPrefix() public view {
        SparseTree.Tree memory tree = _payouts();
        (bool present, uint128 prefix) = this.openLeaf(tree.root(), TreeKind.PAYOUT, tree.link(7, 0));
        assertTrue(present);
        assertEq(prefix, 3);
    }

    function test_OpenLeaf_AbsenceAtAnyLevel() public view {
        SparseTree.Tree memory tree = _payouts();
        for (uint256 level = 26; level <= 28; ++level) {
            // Nothing stands at the places 4 and 5, nor at 8 and above.
            Link memory link = tree.linkToNode(level == 26 ? 8 : 4, level, "");
            (bool present, ) = this.openLeaf(tree.root(), TreeKind.PAYOUT, link);
            assertFalse(present);
        }
    }

    function test_OpenLeaf_EmptyTree() public view {
        Link memory link;
        link.key = 77;
        link.opening = abi.encodePacked(uint8(0), uint32(0));
        (bool present, uint128 prefix) = this.openLeaf(Root(0, 0), TreeKind.PAYOUT, link);
        assertFalse(present);
        assertEq(prefix, 0);
    }

    function test_OpenLeaf_RefusesWhatDoesNotHold() public {
        SparseTree.Tree memory tree = _payouts();
        Root memory root = tree.root();
        Link memory link = tree.link(7, 0);
        link.key = 6;
        _refuseLeaf(root, TreeKind.PAYOUT, link);
        link = tree.link(7, 0);
        link.sum = 8;
        _refuseLeaf(root, TreeKind.PAYOUT, link);
        link = tree.link(7, 0);
        link.payload = _payout(Root("other", 1));
        _refuseLeaf(root, TreeKind.PAYOUT, link);
        link = tree.link(7, 0);
        (link.payload, link.sum) = ("", 0);
        _refuseLeaf(root, TreeKind.PAYOUT, link);
        // A leaf that is there is not absent at a level above it either, and a sum without a leaf is not absence.
        _refuseLeaf(root, TreeKind.PAYOUT, tree.linkToNode(7, 27, ""));
        link = tree.link(4, 0);
        link.sum = 1;
        _refuseLeaf(root, TreeKind.PAYOUT, link);
        _refuseLeaf(Root(root.hash, root.sum + 1), TreeKind.PAYOUT, tree.link(7, 0));
    }

    function test_OpenLeaf_RefusesOtherLevels() public {
        SparseTree.Tree memory tree = _payouts();
        Root memory root = tree.root();
        Link memory link = tree.link(7, 0);
        link.opening = tree.openingOf(7, 27);
        _refuseLeaf(root, TreeKind.PAYOUT, link);
        link = tree.link(4, 0);
        link.opening = abi.encodePacked(uint8(29), uint32(0));
        _refuseLeaf(root, TreeKind.PAYOUT, link);
        link.opening = "";
        _refuseLeaf(root, TreeKind.PAYOUT, link);
        // A place that the tree has not.
        link = tree.link(7, 0);
        link.key = (1 << 28) + 7;
        _refuseLeaf(root, TreeKind.PAYOUT, link);
    }

    function test_OpenLeaf_RefusesPreimages() public {
        SparseTree.Tree memory tree = _payouts();
        Link memory link = tree.link(7, 0);
        link.preimage = abi.encodePacked(uint8(0), link.key, link.sum, keccak256(link.payload));
        _refuseLeaf(tree.root(), TreeKind.PAYOUT, link);
    }

    function test_OpenLeaf_RefusesPayloadsOfAnotherShape() public {
        bytes[3] memory shapes = [bytes(hex"0b"), abi.encodePacked(uint8(0x0c), new bytes(49)), hex""];
        shapes[2] = abi.encodePacked(TreeKind.PAYOUT, new bytes(50));
        for (uint256 i; i < 3; ++i) {
            SparseTree.Tree memory tree = _payouts();
            tree.leaves[1].payload = shapes[i];
            _refuseLeaf(tree.root(), TreeKind.PAYOUT, tree.link(7, 0));
        }
        // The payload of a kind that has no fixed length.
        SparseTree.Tree memory index = SparseTree.create(TreeKind.INDEX, 1);
        index.set(0, 0, 1, hex"02");
        _refuseLeaf(index.root(), TreeKind.INDEX, index.link(0, 0));
    }

    function test_OpenLeaf_RefusesANodeOfNothing() public {
        SparseTree.Tree memory tree = _payouts();
        tree.lie(28, 7, Root(keccak256(""), 0));
        _refuseLeaf(tree.root(), TreeKind.PAYOUT, tree.linkToNode(7, 28, ""));
    }

    // --- chains ---

    function test_OpenChain_ToTheLastLeaf() public view {
        Link[] memory links = _pair(_payouts().link(3, 0), _earnings(2).link(1, 0));
        (bool present, uint128 prefix) = this.openChain(_payouts().root(), Openings.TO_EARNING, links);
        assertTrue(present);
        assertEq(prefix, 1);
        (present, prefix) = this.openChain(_payouts().root(), Openings.TO_PAYOUT, _single(links[0]));
        assertTrue(present);
        assertEq(prefix, 0);
    }

    function test_OpenChain_ToAbsence() public view {
        Root memory root = _payouts().root();
        Link[] memory links = _pair(_payouts().link(3, 0), _earnings(2).link(2, 0));
        (bool present, uint128 prefix) = this.openChain(root, Openings.TO_EARNING, links);
        assertFalse(present);
        assertEq(prefix, 3);
        // Of a nested tree that is absent.
        links = _pair(_payouts().link(7, 0), links[1]);
        links[1].opening = abi.encodePacked(uint8(0), uint32(0));
        (present, ) = this.openChain(root, Openings.TO_EARNING, links);
        assertFalse(present);
        // Of a leaf on the way.
        (present, ) = this.openChain(root, Openings.TO_EARNING, _single(_payouts().link(4, 0)));
        assertFalse(present);
    }

    function test_OpenChain_RefusesOtherLengths() public {
        bytes4 refusal = IFaultProofs.WrongChain.selector;
        _refuseChain(refusal, 0, Openings.TO_EARNING, new Link[](0));
        _refuseChain(refusal, 1, Openings.TO_EARNING, _single(_payouts().link(3, 0)));
        Link[] memory links = _pair(_payouts().link(4, 0), _earnings(2).link(1, 0));
        _refuseChain(refusal, 2, Openings.TO_EARNING, links);
        links = _pair(_payouts().link(3, 0), _earnings(2).link(1, 0));
        _refuseChain(refusal, 2, Openings.TO_PAYOUT, links);
        Link[] memory three = new Link[](3);
        (three[0], three[1], three[2]) = (links[0], links[1], links[1]);
        _refuseChain(refusal, 3, Openings.TO_EARNING, three);
    }

    function test_OpenChain_RefusesOtherTrees() public {
        Link[] memory links = _pair(_payouts().link(3, 1), _earnings(2).link(1, 0));
        _refuseChain(IFaultProofs.WrongPlace.selector, FIRST, Openings.TO_EARNING, links);
        // The earnings of another position.
        links = _pair(_payouts().link(7, 0), _earnings(2).link(1, 0));
        _refuseChain(IFaultProofs.InvalidOpening.selector, FIRST + 1, Openings.TO_EARNING, links);
        links = _pair(_earnings(2).link(1, 0), _earnings(2).link(1, 0));
        _refuseChain(IFaultProofs.InvalidOpening.selector, FIRST, Openings.TO_EARNING, links);
    }

    /// @dev Every way into a proposal, through trees of one leaf, by every nested root of every leaf on it.
    function test_OpenChain_EveryWay() public view {
        _assertWay(Openings.TO_ENTRY, TreeKind.TRACE, 0, 0);
        _assertWay(Openings.TO_ENTRY, TreeKind.TRACE, 0, 1);
        _assertWay(Openings.TO_TALLY, TreeKind.POINTS, 1, 0);
        _assertWay(Openings.TO_TALLY, TreeKind.POINTS, 1, 1);
    }

    function _assertWay(uint256 way, uint8 middle, uint8 ofGroup, uint8 ofMiddle) private view {
        SparseTree.Tree memory last = SparseTree.create(uint8(way), 1);
        last.set(0, 2, 6, abi.encodePacked(uint8(way), new bytes(TreeKind.payloadBytes(uint8(way)) - 1)));
        SparseTree.Tree memory second = SparseTree.create(middle, 1);
        second.set(0, 4, 8, _nested(middle, ofMiddle, last));
        SparseTree.Tree memory groups = SparseTree.create(TreeKind.GROUP, 1);
        groups.set(0, 1, 9, _nested(TreeKind.GROUP, ofGroup, second));
        Link[] memory links = new Link[](3);
        links[0] = groups.link(1, ofGroup);
        links[1] = second.link(4, ofMiddle);
        links[2] = last.link(2, 0);
        (bool present, ) = this.openChain(groups.root(), way, links);
        assertTrue(present);
        (Root memory tree, uint8 kind) = this.openParents(groups.root(), TreeKind.GROUP, links);
        assertEq(tree.hash, last.root().hash);
        assertEq(tree.sum, last.root().sum);
        assertEq(kind, uint8(way));
    }

    /// @dev A payload with the tree's root as number `which`, and zeros elsewhere.
    function _nested(uint8 kind, uint8 which, SparseTree.Tree memory tree) private pure returns (bytes memory payload) {
        uint256 offset =
            (
                kind == TreeKind.TRACE
                    ? 65
                    : kind == TreeKind.GROUP
                        ? 9
                        : 1
            ) + 49 * uint256(which);
        uint256 length = TreeKind.payloadBytes(kind);
        Root memory root = tree.root();
        payload = abi.encodePacked(kind, new bytes(offset - 1), root.hash, root.sum, new bytes(length - offset - 48));
    }

    // --- parents ---

    function test_OpenParents_OfTheOutermostTree() public view {
        Root memory root = _payouts().root();
        (Root memory tree, uint8 kind) = this.openParents(root, TreeKind.PAYOUT, new Link[](1));
        assertEq(tree.hash, root.hash);
        assertEq(tree.sum, root.sum);
        assertEq(kind, TreeKind.PAYOUT);
    }

    function test_OpenParents_RefusesWhatHasNoTreeUnderIt() public {
        Root memory root = _payouts().root();
        bytes4 refusal = IFaultProofs.WrongChain.selector;
        vm.expectRevert(abi.encodeWithSelector(refusal, 0));
        this.openParents(root, TreeKind.PAYOUT, new Link[](0));
        Link[] memory links = _pair(_payouts().link(4, 0), _payouts().link(4, 0));
        vm.expectRevert(abi.encodeWithSelector(refusal, 2));
        this.openParents(root, TreeKind.PAYOUT, links);
        links[0] = _payouts().link(3, 1);
        vm.expectRevert(abi.encodeWithSelector(refusal, 2));
        this.openParents(root, TreeKind.PAYOUT, links);
        Link[] memory three = new Link[](3);
        (three[0], three[1]) = (_payouts().link(3, 0), _earnings(2).link(0, 0));
        vm.expectRevert(abi.encodeWithSelector(refusal, 3));
        this.openParents(root, TreeKind.PAYOUT, three);
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
