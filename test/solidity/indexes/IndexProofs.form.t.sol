// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IIndexProofs} from "../../../contracts/interfaces/IIndexProofs.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {IndexFixture} from "./IndexFixture.sol";

/// @notice Proofs of the form of an index, branch by branch (IndexProofs.form.tree).
contract IndexProofsFormTest is IndexFixture {
    using SparseTree for SparseTree.Tree;

    function _expectNone(IIndexProofs.AccusedIndex memory a, Link memory node) private {
        vm.expectRevert(IFaultProofs.NoFault.selector);
        proofs.proveForm(a, node);
    }

    function _expectProven(IIndexProofs.AccusedIndex memory a, Link memory node) private {
        vm.expectEmit(address(proofs));
        emit IIndexProofs.IndexFaultProven(a.version, a.sub, IIndexProofs.IndexFault.Form, address(this));
        proofs.proveForm(a, node);
        _assertEnded(a);
    }

    // --- malformed ---

    function test_ProveForm_ProvesMalformedPayload() public {
        Record[] memory records = _honest(1);
        records[4].sketch[7] = 0;
        _expectProven(_commit(records), _link(records, 4));
    }

    function test_ProveForm_ProvesWitnessAtOrAboveThePlace() public {
        Record[] memory records = _honest(1);
        (records[0].novelty, records[0].witness) = (9, 0);
        _expectProven(_commit(records), _link(records, 0));
    }

    function test_ProveForm_ProvesPayloadOfAnotherSize() public {
        SparseTree.Tree memory tree = _tree(_honest(1));
        tree.leaves[3].payload = abi.encodePacked(tree.leaves[3].payload, uint8(1));
        _expectProven(_commit(tree), tree.link(3, 0));
    }

    function test_ProveForm_ProvesLeafOfAnotherSum() public {
        SparseTree.Tree memory tree = _tree(_honest(1));
        (tree.leaves[3].sum, tree.leaves[4].sum) = (2, 0);
        _expectProven(_commit(tree), tree.link(3, 0));
    }

    function test_ProveForm_ProvesMalformedNode() public {
        SparseTree.Tree memory tree = _tree(_honest(1));
        bytes memory preimage = "no node";
        tree.lie(30, 1, Root(keccak256(preimage), 4));
        _expectProven(_commit(tree), tree.linkToNode(4, 30, preimage));
    }

    function test_ProveForm_ProvesSumWithoutHash() public {
        SparseTree.Tree memory tree = _tree(_honest(1));
        tree.lie(31, 2, Root(0, 2));
        _expectProven(_commit(tree), tree.linkToNode(4, 31, ""));
    }

    // --- places ---

    function test_ProveForm_ProvesAbsenceBelowTheCount() public {
        SparseTree.Tree memory tree = _tree(_honest(1));
        tree.leaves[8].key = 9;
        _expectProven(_commit(tree), tree.link(8, 0));
    }

    function test_ProveForm_ProvesLeafAtTheCount() public {
        SparseTree.Tree memory tree = _tree(_honest(1));
        tree.leaves[8].key = 9;
        _expectProven(_commit(tree), tree.link(9, 0));
    }

    function test_ProveForm_ProvesLeafOfUnknownPayloadAboveTheCount() public {
        SparseTree.Tree memory tree = _tree(_honest(1));
        tree.leaves[8].key = 700;
        bytes memory preimage = abi.encodePacked(uint8(0), uint64(700), uint128(1), keccak256(tree.leaves[8].payload));
        _expectProven(_commit(tree), tree.linkToNode(700, 32, preimage));
    }

    function test_ProveForm_ProvesAbsenceOfAWholeBranch() public {
        SparseTree.Tree memory tree = _tree(_honest(1));
        tree.leaves[8].key = 1 << 31;
        _expectProven(_commit(tree), tree.linkToNode(8, 29, ""));
    }

    // --- honest ---

    function test_ProveForm_NothingAgainstHonestLeaves() public {
        Record[] memory records = _honest(2);
        IIndexProofs.AccusedIndex memory a = _commit(records);
        for (uint64 r; r < RECORDS; ++r) _expectNone(a, _link(records, r));
    }

    function test_ProveForm_NothingAgainstHonestAbsence() public {
        SparseTree.Tree memory tree = _tree(_honest(2));
        IIndexProofs.AccusedIndex memory a = _commit(tree);
        _expectNone(a, tree.link(9, 0));
        _expectNone(a, tree.linkToNode(1 << 31, 1, ""));
    }

    function test_ProveForm_NothingAgainstHonestNodes() public {
        SparseTree.Tree memory tree = _tree(_honest(2));
        IIndexProofs.AccusedIndex memory a = _commit(tree);
        for (uint256 level; level < 32; level += 5) {
            _expectNone(a, tree.linkToNode(3, level, tree.preimageAt(level, uint64(3 >> (32 - level)))));
        }
        // Also where the place that is meant is above the count, but under a node that has others.
        _expectNone(a, tree.linkToNode(11, 28, tree.preimageAt(28, 0)));
    }

    // --- openings ---

    function test_ProveForm_RevertsForAnotherTree() public {
        IIndexProofs.AccusedIndex memory a = _commit(_honest(3));
        Link memory foreign = _link(_honest(4), 2);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 0));
        proofs.proveForm(a, foreign);
    }

    function test_ProveForm_RevertsForChangedLinks() public {
        Record[] memory records = _honest(3);
        IIndexProofs.AccusedIndex memory a = _commit(records);
        for (uint256 i; i < 5; ++i) {
            Link memory link = _link(records, 2);
            if (i == 0) link.key = 3;
            if (i == 1) link.sum = 2;
            if (i == 2) link.payload[80] ^= 0x01;
            if (i == 3) link.opening = abi.encodePacked(link.opening, uint8(0));
            if (i == 4) link.opening[6] ^= 0x01;
            vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 0));
            proofs.proveForm(a, link);
        }
    }
}
