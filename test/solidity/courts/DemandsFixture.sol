// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Epoch} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {CourtsFixture} from "./CourtsFixture.sol";

/// @notice A proposal whose trees the test knows, and the demands and answers about them.
abstract contract DemandsFixture is CourtsFixture {
    using SparseTree for SparseTree.Tree;

    /// @dev Far from the others, so that the tree is deep before it branches.
    uint64 internal constant FAR = 1 << 20;

    // --- trees ---

    function entriesTree() internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.ENTRY, 2);
        for (uint64 i; i < 2; ++i) {
            bytes memory payload = abi.encodePacked(TreeKind.ENTRY, uint32(i), int64(1), uint128(1), uint32(0));
            tree.set(i, i, 9 - i, payload);
        }
    }

    function traceTree() internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.TRACE, 3);
        bytes memory nested = abi.encodePacked(root49(entriesTree()), empty49(TreeKind.ENTRY));
        bytes memory payload = abi.encodePacked(TreeKind.TRACE, bytes32("receipt"), bytes32("sketch"), nested);
        tree.set(0, 0, 1, payload);
        tree.set(1, 1, 2, payload);
        tree.set(2, FAR, 3, payload);
    }

    function groupsTree() internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.GROUP, 1);
        bytes memory nested = abi.encodePacked(root49(traceTree()), empty49(TreeKind.POINTS));
        tree.set(0, 0, POOL, abi.encodePacked(TreeKind.GROUP, uint64(1), nested, type(uint32).max));
    }

    /// @dev Of a kind whose leaves count 1 each; the payloads are not looked at.
    function inputTree(uint8 kind, uint64 count) internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(kind, count);
        for (uint64 i; i < count; ++i) tree.set(i, i, 1, abi.encodePacked(kind, i));
    }

    function root49(SparseTree.Tree memory tree) internal pure returns (bytes memory) {
        Root memory root = tree.root();
        return abi.encodePacked(root.hash, root.sum, uint8(TreeKind.depthOf(tree.kind)));
    }

    function empty49(uint8 kind) internal pure returns (bytes memory) {
        return abi.encodePacked(bytes32(0), uint128(0), uint8(TreeKind.depthOf(kind)));
    }

    // --- steps ---

    function knownProposal() internal returns (IFaultProofs.Accused memory) {
        Epoch epoch = epochOver();
        Root memory payouts = Root(keccak256("payouts"), ledger.payoutsRoot().sum + POOL);
        return IFaultProofs.Accused(epoch, propose(epoch, groupsTree().root(), payouts, proposer));
    }

    function groupsOf(IFaultProofs.Accused memory a) internal pure returns (IDemands.Commitment memory) {
        return IDemands.Commitment(TreeKind.GROUP, Epoch.unwrap(a.epoch), a.proposal);
    }

    function noPath() internal pure returns (Link[] memory) {
        return new Link[](0);
    }

    function pathToTrace() internal pure returns (Link[] memory path) {
        path = new Link[](1);
        path[0] = groupsTree().link(0, 0);
    }

    function pathToEntries() internal pure returns (Link[] memory path) {
        path = new Link[](2);
        path[0] = groupsTree().link(0, 0);
        path[1] = traceTree().link(1, 0);
    }

    /// @dev Demands the node at this level above a leaf's place.
    function demandNode(
        IDemands.Commitment memory commitment,
        Link[] memory path,
        SparseTree.Tree memory tree,
        uint256 level,
        uint64 key
    ) internal returns (uint256) {
        uint64 index_ = uint64(key >> (TreeKind.depthOf(tree.kind) - level));
        Root memory node = tree.nodeAt(level, index_);
        bytes memory opening = tree.openingOf(key, level);
        vm.prank(alice);
        return demands.demand(commitment, path, index_, node, opening);
    }

    function demandRoot(IFaultProofs.Accused memory a) internal returns (uint256) {
        return demandNode(groupsOf(a), noPath(), groupsTree(), 0, 0);
    }

    // --- answers ---

    /// @dev The answer for an inner node: breadth first, five levels.
    function answerInner(
        SparseTree.Tree memory tree,
        uint256 level,
        uint64 index_
    ) internal pure returns (bytes memory answer) {
        uint256 count;
        uint256 depth = TreeKind.depthOf(tree.kind);
        for (uint256 down; down < 5 && level + down < depth; ++down) {
            for (uint64 i = index_ << uint64(down); i < (index_ + 1) << uint64(down); ++i) {
                if (tree.nodeAt(level + down, i).hash == 0) continue;
                answer = abi.encodePacked(answer, tree.preimageAt(level + down, i));
                ++count;
            }
        }
        answer = abi.encodePacked(uint8(count), answer);
    }

    function answerLeaf(SparseTree.Tree memory tree, uint256 i) internal pure returns (bytes memory) {
        SparseTree.Leaf memory leaf = tree.leaves[i];
        bytes memory preimage = abi.encodePacked(uint8(0), leaf.key, leaf.sum, keccak256(leaf.payload));
        return abi.encodePacked(uint8(1), preimage, leaf.payload);
    }
}
