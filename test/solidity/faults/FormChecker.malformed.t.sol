// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {FormChecker} from "../../../contracts/royalties/faults/FormChecker.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {CallFixture} from "./CallFixture.sol";

/// @notice Malformed nodes and payloads, in each tree of a proposal. Which rules there are is tested with WellFormed; here, that each is reached.
contract FormCheckerMalformedTest is CallFixture {
    using SparseTree for SparseTree.Tree;

    FormChecker private _forms;

    /// @dev A chain of trees of one leaf each, the outermost first.
    struct Path {
        SparseTree.Tree[] trees;
        uint64[] keys;
        uint8[] which;
    }

    function setUp() public override {
        super.setUp();
        _forms = new FormChecker(IRoyaltyLedger(address(_chain)), IModelRegistry(address(_chain)));
    }

    // --- paths ---

    /// @dev The seven trees of a proposal, the lists and tallies twice, each with the way to it: kind and `which`, one byte each.
    function _ways() private pure returns (bytes[9] memory) {
        return
            [
                bytes(hex"0900"),
                hex"09000600",
                hex"090006000500",
                hex"090006010500",
                hex"09010800",
                hex"090108000700",
                hex"090108010700",
                hex"0b00",
                hex"0b000a00"
            ];
    }

    /// @dev Honest leaves at place 3 of each tree on the way.
    function _path(bytes memory way) private pure returns (Path memory path) {
        uint256 count = way.length / 2;
        path = Path(new SparseTree.Tree[](count), new uint64[](count), new uint8[](count));
        for (uint256 i; i < count; ++i) {
            path.trees[i] = SparseTree.create(uint8(way[2 * i]), 1);
            path.keys[i] = 3;
            path.which[i] = uint8(way[2 * i + 1]);
        }
        _fill(path);
    }

    /// @dev States each tree's root in the leaf above it, from the last tree up.
    function _fill(Path memory path) private pure {
        Root memory below = Root("nested", 5);
        for (uint256 i = path.trees.length; i > 0; --i) {
            SparseTree.Tree memory tree = path.trees[i - 1];
            bool isHarmful = i > 1 && path.which[i - 2] == 1;
            tree.set(0, 3, 5, _payload(tree.kind, path.which[i - 1], below, isHarmful));
            below = tree.root();
        }
    }

    function _payload(uint8 kind, uint8 which, Root memory below, bool isHarmful) private pure returns (bytes memory) {
        if (kind == TreeKind.ENTRY) {
            return abi.encodePacked(kind, uint32(1), isHarmful ? int64(-1) : int64(1), uint128(0), NONE);
        }
        if (kind == TreeKind.TALLY) return abi.encodePacked(kind, uint32(1), uint16(2));
        if (kind == TreeKind.EARNING) return abi.encodePacked(kind, uint32(1), uint32(2));
        uint8 depth =
            kind == TreeKind.TRACE
                ? 8
                : kind == TreeKind.PAYOUT
                    ? 32
                    : 28;
        bytes memory named = abi.encodePacked(below.hash, below.sum, depth);
        if (kind == TreeKind.PAYOUT) return abi.encodePacked(kind, named);
        bool isPoints = kind == TreeKind.GROUP && which == 1;
        if (isPoints) named = abi.encodePacked(below.hash, below.sum, uint8(32));
        uint8 otherDepth = kind == TreeKind.GROUP && !isPoints ? 32 : depth;
        bytes memory other = abi.encodePacked(bytes32(0), uint128(0), otherDepth);
        bytes memory both = which == 0 ? abi.encodePacked(named, other) : abi.encodePacked(other, named);
        if (kind == TreeKind.TRACE) return abi.encodePacked(kind, bytes32("r"), bytes32("s"), both);
        if (kind == TreeKind.GROUP) return abi.encodePacked(kind, VERSION, both, NONE);
        return abi.encodePacked(kind, both, uint64(1), NONE);
    }

    function _isMalformed(Path memory path, Link memory node) private returns (bool) {
        Link[] memory links = _chainTo(path, node);
        return _forms.proveMalformed(_accused(), path.trees[0].kind == TreeKind.PAYOUT, links);
    }

    /// @dev States the roots of the trees above the last anew. @return links The chain to a node of the last.
    function _chainTo(Path memory path, Link memory node) private returns (Link[] memory links) {
        uint256 last = path.trees.length - 1;
        links = new Link[](last + 1);
        Root memory below = path.trees[last].root();
        for (uint256 i = last; i > 0; --i) {
            SparseTree.Tree memory tree = path.trees[i - 1];
            tree.set(0, 3, 5, _payload(tree.kind, path.which[i - 1], below, i > 1 && path.which[i - 2] == 1));
            links[i - 1] = tree.link(3, path.which[i - 1]);
            below = tree.root();
        }
        links[last] = node;
        _chain.setProposal(EPOCH, PROPOSAL, below, below);
    }

    function _leafPreimageOf(SparseTree.Tree memory tree) private pure returns (bytes memory) {
        SparseTree.Leaf memory leaf = tree.leaves[0];
        return abi.encodePacked(uint8(0), leaf.key, leaf.sum, keccak256(leaf.payload));
    }

    // --- what is malformed ---

    function test_ProvesNodesOfEveryTree() public {
        bytes[9] memory ways = _ways();
        for (uint256 i; i < ways.length; ++i) {
            Path memory path = _path(ways[i]);
            SparseTree.Tree memory tree = path.trees[path.trees.length - 1];
            uint256 level = TreeKind.depthOf(tree.kind) / 2;
            uint64 index = uint64(3 >> (TreeKind.depthOf(tree.kind) - level));
            tree.lie(level, index, Root(keccak256("no node"), 5));
            assertTrue(_isMalformed(path, tree.linkToNode(3, level, "no node")));
        }
    }

    function test_ProvesSumsWithoutHashInEveryTree() public {
        bytes[9] memory ways = _ways();
        for (uint256 i; i < ways.length; ++i) {
            Path memory path = _path(ways[i]);
            SparseTree.Tree memory tree = path.trees[path.trees.length - 1];
            uint256 depth = TreeKind.depthOf(tree.kind);
            tree.lie(depth, 3, Root(0, 5));
            assertTrue(_isMalformed(path, tree.linkToNode(3, depth, "")));
        }
    }

    function test_ProvesPayloadsOfEveryTree() public {
        bytes[9] memory ways = _ways();
        for (uint256 i; i < ways.length; ++i) {
            Path memory path = _path(ways[i]);
            SparseTree.Tree memory tree = path.trees[path.trees.length - 1];
            tree.leaves[0].payload = _cut(tree.leaves[0].payload);
            Link memory node = tree.link(3, 0);
            assertTrue(_isMalformed(path, node), "payload");
            node.preimage = _leafPreimageOf(tree);
            assertTrue(_isMalformed(path, node), "preimage");
        }
    }

    function test_ProvesTheSignOfTheOtherList() public {
        bytes[9] memory ways = _ways();
        for (uint256 i = 2; i < 4; ++i) {
            Path memory path = _path(ways[i]);
            SparseTree.Tree memory tree = path.trees[2];
            tree.leaves[0].payload = _payload(TreeKind.ENTRY, 0, Root(0, 0), i == 2);
            assertTrue(_isMalformed(path, tree.link(3, 0)));
        }
    }

    function test_ProvesAnEmptyPayload() public {
        Path memory path = _path(hex"0b00");
        SparseTree.Tree memory tree = path.trees[0];
        tree.leaves[0].payload = "";
        assertTrue(_isMalformed(path, tree.linkToNode(3, 28, _leafPreimageOf(tree))));
    }

    // --- what is not ---

    function test_NothingIsMalformedInHonestTrees() public {
        bytes[9] memory ways = _ways();
        for (uint256 i; i < ways.length; ++i) {
            Path memory path = _path(ways[i]);
            SparseTree.Tree memory tree = path.trees[path.trees.length - 1];
            Link memory node = tree.link(3, 0);
            assertFalse(_isMalformed(path, node), "leaf");
            node.preimage = _leafPreimageOf(tree);
            assertFalse(_isMalformed(path, node), "preimage");
            assertFalse(_isMalformed(path, tree.link(4, 0)), "absence");
            assertFalse(_isMalformed(path, tree.linkToNode(3, 5, tree.preimageAt(5, 0))), "node");
            assertFalse(_isMalformed(path, tree.linkToNode(3, 0, tree.preimageAt(0, 0))), "root");
        }
    }

    function testFuzz_NothingIsShownByForgedLinks(uint256 seed, uint256 forgery) public {
        Path memory path = _path(_ways()[seed % 9]);
        uint256 last = path.trees.length - 1;
        Link[] memory links = new Link[](last + 1);
        for (uint256 i; i <= last; ++i) links[i] = path.trees[i].link(3, path.which[i]);
        bool inPayouts = path.trees[0].kind == TreeKind.PAYOUT;
        Root memory root = path.trees[0].root();
        _chain.setProposal(EPOCH, PROPOSAL, root, root);
        _forge(links, forgery);
        try _forms.proveMalformed(_accused(), inPayouts, links) returns (bool isProven) {
            assertFalse(isProven);
        } catch {}
    }

    // --- what is refused ---

    function test_RefusesChainsThatEndEarlier() public {
        Path memory path = _path(hex"09000600");
        Link[] memory links = new Link[](2);
        links[0] = path.trees[0].link(4, 0);
        links[1] = path.trees[1].link(3, 0);
        _chain.setProposal(EPOCH, PROPOSAL, path.trees[0].root(), Root("payouts", 1));
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongChain.selector, 2));
        _forms.proveMalformed(_accused(), false, links);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongChain.selector, 0));
        _forms.proveMalformed(_accused(), false, new Link[](0));
        // The groups' tree is not that of the payouts.
        links[0] = path.trees[0].link(3, 0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 0));
        _forms.proveMalformed(_accused(), true, links);
    }

    function test_RefusesBytesOfAnotherNode() public {
        Path memory path = _path(hex"09000600");
        Link[] memory links = _chainTo(path, path.trees[1].linkToNode(3, 5, "no node"));
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 1));
        _forms.proveMalformed(_accused(), false, links);
    }
}
