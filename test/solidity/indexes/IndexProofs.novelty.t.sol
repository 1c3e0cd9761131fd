// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IIndexProofs} from "../../../contracts/interfaces/IIndexProofs.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {IndexFixture} from "./IndexFixture.sol";

/// @notice Proofs that a record's novelty or witness is wrong, branch by branch (IndexProofs.novelty.tree).
contract IndexProofsNoveltyTest is IndexFixture {
    using SparseTree for SparseTree.Tree;

    function _prove(Record[] memory records, uint64 place, uint64 earlier) private {
        IIndexProofs.AccusedIndex memory a = _commit(records);
        vm.expectEmit(address(proofs));
        emit IIndexProofs.IndexFaultProven(a.version, a.sub, IIndexProofs.IndexFault.Novelty, address(this));
        proofs.proveNovelty(a, _link(records, place), _link(records, earlier));
        _assertEnded(a);
    }

    function _expectNone(
        IIndexProofs.AccusedIndex memory a,
        SparseTree.Tree memory tree,
        uint64 place,
        uint64 earlier
    ) private {
        (Link memory record, Link memory before) = (tree.link(place, 0), tree.link(earlier, 0));
        vm.expectRevert(IFaultProofs.NoFault.selector);
        proofs.proveNovelty(a, record, before);
    }

    /// @dev A later record of the honest index whose novelty lies between copy and new.
    function _ramp(Record[] memory records) private pure returns (uint64 r) {
        for (r = uint64(RECORDS) - 1; r != 0; --r) {
            if (records[r].novelty != 0 && records[r].novelty != 255) return r;
        }
        revert("no such record");
    }

    /// @dev The third contribution repeats a record of the first: the records at 6 and 2.
    function test_Fixture_HasCopiesAndRamps() public pure {
        Record[] memory records = _honest(1);
        assertEq(records[6].novelty, 0);
        assertEq(records[6].witness, 2);
        assertEq(records[0].novelty, 255);
        assertGt(_ramp(records), 0);
    }

    // --- novelty ---

    function test_ProveNovelty_ProvesWhatAnEarlierRecordForbids() public {
        Record[] memory records = _honest(1);
        (records[6].novelty, records[6].witness) = (255, NONE);
        _prove(records, 6, 2);
    }

    function test_ProveNovelty_ProvesOneTooMuch() public {
        Record[] memory records = _honest(1);
        uint64 r = _ramp(records);
        ++records[r].novelty;
        _prove(records, r, records[r].witness);
    }

    // --- witness ---

    function test_ProveNovelty_ProvesWitnessThatAllowsMore() public {
        Record[] memory records = _honest(1);
        uint64 r = _ramp(records);
        --records[r].novelty;
        _prove(records, r, records[r].witness);
    }

    function test_ProveNovelty_ProvesAnotherWitness() public {
        Record[] memory records = _honest(1);
        records[6].witness = 3;
        _prove(records, 6, 3);
    }

    // --- lowest ---

    function test_ProveNovelty_ProvesEarlierRecordOfTheSameNovelty() public {
        Record[] memory records = _honest(1);
        // Three copies: the last one names the second.
        (records[4].hash, records[6].witness) = (records[2].hash, 4);
        (records[4].novelty, records[4].witness) = (0, 2);
        _prove(records, 6, 2);
    }

    // --- malformed ---

    function test_ProveNovelty_ProvesMalformedOnEitherSide() public {
        for (uint64 bad = 2; bad <= 6; bad += 4) {
            Record[] memory records = _honest(1);
            records[bad].sketch[3] = 0;
            _prove(records, 6, 2);
        }
    }

    // --- honest ---

    function test_ProveNovelty_NothingAgainstHonest() public {
        for (uint256 seed = 1; seed <= 3; ++seed) {
            SparseTree.Tree memory tree = _tree(_honest(seed));
            IIndexProofs.AccusedIndex memory a = _commit(tree);
            for (uint64 r = 1; r < RECORDS; ++r) for (uint64 j; j < r; ++j) _expectNone(a, tree, r, j);
            models.endIndex(derived, address(this));
        }
    }

    /// @dev A witness at a later place of the same novelty is the witness's own fault only where an earlier one is shown.
    function test_ProveNovelty_NothingBeyondTheWitness() public {
        Record[] memory records = _honest(1);
        (records[4].hash, records[4].novelty, records[4].witness) = (records[2].hash, 0, 2);
        SparseTree.Tree memory tree = _tree(records);
        IIndexProofs.AccusedIndex memory a = _commit(tree);
        _expectNone(a, tree, 6, 4);
    }

    // --- openings ---

    function test_ProveNovelty_RevertsForRecordThatIsNotEarlier() public {
        Record[] memory records = _honest(1);
        IIndexProofs.AccusedIndex memory a = _commit(records);
        for (uint64 later = 5; later <= 6; ++later) {
            (Link memory record, Link memory other) = (_link(records, 5), _link(records, later));
            vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 1));
            proofs.proveNovelty(a, record, other);
        }
    }

    function test_ProveNovelty_RevertsAboveTheCount() public {
        SparseTree.Tree memory tree = _tree(_honest(1));
        IIndexProofs.AccusedIndex memory a = _commit(tree);
        (Link memory record, Link memory earlier) = (tree.link(9, 0), tree.link(2, 0));
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 0));
        proofs.proveNovelty(a, record, earlier);
    }

    /// @dev Records of another index, even of the same version, prove nothing.
    function test_ProveNovelty_RevertsForAnotherIndex() public {
        Record[] memory records = _honest(1);
        IIndexProofs.AccusedIndex memory a = _commit(records);
        (Link memory record, Link memory earlier) = (_link(records, 6), _link(_honest(2), 2));
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 1));
        proofs.proveNovelty(a, record, earlier);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 0));
        proofs.proveNovelty(a, earlier, earlier);
    }
}
