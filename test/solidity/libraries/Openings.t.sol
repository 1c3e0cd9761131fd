// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {Openings} from "../../../contracts/libraries/Openings.sol";
import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";

/// @notice Links and chains over small trees: what holds, and what is refused and by which number.
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

    // --- trees ---

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
        // A leaf that stands where a node over two leaves should.
        link = tree.link(7, 0);
        tree.lie(27, 3, Root(SumTree.leafHash(7, link.sum, keccak256(link.payload)), link.sum));
        link.opening = tree.openingOf(7, 27);
        _refuseLeaf(tree.root(), TreeKind.PAYOUT, link);
        tree = _payouts();
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
}
