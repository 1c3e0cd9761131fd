// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IIndexProofs} from "../../../contracts/interfaces/IIndexProofs.sol";
import {ContributionId, DatanetId} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {IndexFixture} from "./IndexFixture.sol";

/// @notice Proofs that a place of an index has not the record that belongs there, branch by branch (IndexProofs.records.tree).
contract IndexProofsRecordsTest is IndexFixture {
    using SparseTree for SparseTree.Tree;

    function _expectProven(IIndexProofs.AccusedIndex memory a, IIndexProofs.IndexFault fault) private {
        vm.expectEmit(address(proofs));
        emit IIndexProofs.IndexFaultProven(a.version, a.sub, fault, address(this));
    }

    function _expectNone() private {
        vm.expectRevert(IFaultProofs.NoFault.selector);
    }

    function _expectInvalid(uint256 link) private {
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, link));
    }

    function _expectWrongPlace(uint256 link) private {
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, link));
    }

    // --- layout ---

    function _proveLayout(Record[] memory records, uint64 place, uint64 accepted) private {
        IIndexProofs.AccusedIndex memory a = _commit(records);
        _expectProven(a, IIndexProofs.IndexFault.Layout);
        proofs.proveLayout(a, _link(records, place), accepted);
        _assertEnded(a);
    }

    function test_ProveLayout_ProvesAnotherContribution() public {
        Record[] memory records = _honest(1);
        records[6].contribution = 2;
        _proveLayout(records, 6, 0);
    }

    function test_ProveLayout_ProvesAnotherPlaceOfTheContribution() public {
        Record[] memory records = _honest(1);
        records[6].index = 2;
        _proveLayout(records, 6, 0);
    }

    function test_ProveLayout_ProvesInTheParentsPart() public {
        Record[] memory records = _honest(1);
        (records[3].contribution, records[3].index) = (1, 0);
        _proveLayout(records, 3, 1);
    }

    /// @dev What a datanet of the parent accepted later is in nobody's layout but its next model's.
    function test_ProveLayout_ProvesWhatWasAcceptedTooLate() public {
        Record[] memory records = _honest(1);
        (records[4].contribution, records[4].index, records[4].hash) = (4, 1, _content(4)[1]);
        _proveLayout(records, 4, 1);
    }

    function test_ProveLayout_ProvesUnknownContribution() public {
        Record[] memory records = _honest(1);
        records[0].contribution = type(uint64).max;
        _proveLayout(records, 0, 0);
    }

    function test_ProveLayout_ProvesMalformedAndAbsent() public {
        Record[] memory records = _honest(1);
        records[6].sketch[0] = 0;
        _proveLayout(records, 6, 0);
        SparseTree.Tree memory tree = _tree(_honest(1));
        tree.leaves[8].key = 9;
        IIndexProofs.AccusedIndex memory a = _commit(tree);
        proofs.proveLayout(a, tree.link(8, 0), 0);
        _assertEnded(a);
    }

    /// @dev The base model has no index at all: what is proven of the parent's part does not depend on it.
    function test_ProveLayout_NothingAgainstHonest() public {
        Record[] memory records = _honest(2);
        IIndexProofs.AccusedIndex memory a = _commit(records);
        for (uint64 r; r < RECORDS; ++r) {
            Link memory record = _link(records, r);
            _expectNone();
            proofs.proveLayout(a, record, records[r].accepted);
        }
    }

    function test_ProveLayout_RevertsForAnotherAcceptedPlace() public {
        Record[] memory records = _honest(2);
        IIndexProofs.AccusedIndex memory a = _commit(records);
        uint64[6] memory places = [uint64(0), 2, 3, 4, 4, 8];
        uint64[6] memory wrong = [uint64(1), 1, 0, 0, 2, 1];
        for (uint256 i; i < wrong.length; ++i) {
            Link memory record = _link(records, places[i]);
            vm.expectRevert(abi.encodeWithSelector(IIndexProofs.WrongContribution.selector, wrong[i]));
            proofs.proveLayout(a, record, wrong[i]);
        }
        Link memory last = _link(records, 8);
        vm.expectRevert(abi.encodeWithSelector(IIndexProofs.WrongContribution.selector, type(uint64).max));
        proofs.proveLayout(a, last, type(uint64).max);
    }

    function test_ProveLayout_RevertsAboveTheCount() public {
        SparseTree.Tree memory tree = _tree(_honest(1));
        IIndexProofs.AccusedIndex memory a = _commit(tree);
        Link memory record = tree.link(9, 0);
        _expectWrongPlace(0);
        proofs.proveLayout(a, record, 0);
    }

    function test_ProveLayout_RevertsForAnotherIndex() public {
        IIndexProofs.AccusedIndex memory a = _commit(_honest(1));
        Link memory record = _link(_honest(2), 3);
        _expectInvalid(0);
        proofs.proveLayout(a, record, 1);
    }

    // --- content ---

    function _contentLink(uint64 contribution, uint64 place) private pure returns (Link memory) {
        return _contentTree(_content(contribution)).link(place, 0);
    }

    function test_ProveContent_ProvesAnotherHash() public {
        Record[] memory records = _honest(1);
        records[6].hash = keccak256("another");
        IIndexProofs.AccusedIndex memory a = _commit(records);
        _expectProven(a, IIndexProofs.IndexFault.Content);
        proofs.proveContent(a, _link(records, 6), _contentLink(3, 1));
        _assertEnded(a);
    }

    function test_ProveContent_ProvesMalformedAndAbsent() public {
        Record[] memory records = _honest(1);
        records[6].sketch[0] = 0;
        IIndexProofs.AccusedIndex memory a = _commit(records);
        Link memory none;
        proofs.proveContent(a, _link(records, 6), none);
        _assertEnded(a);
    }

    function test_ProveContent_NothingAgainstHonest() public {
        Record[] memory records = _honest(2);
        IIndexProofs.AccusedIndex memory a = _commit(records);
        for (uint64 r; r < RECORDS; ++r) {
            Link memory record = _link(records, r);
            Link memory content = _contentLink(records[r].contribution, records[r].index);
            _expectNone();
            proofs.proveContent(a, record, content);
        }
    }

    /// @dev Who commits an index cannot help what a contributor committed: where its tree has nothing well-formed, nothing binds the record.
    function test_ProveContent_NothingWhereTheContentIsAbsentOrMalformed() public {
        SparseTree.Tree[2] memory contents = [_contentTree(_content(2)), _contentTree(_content(2))];
        contents[0].leaves[1].key = 5;
        contents[1].leaves[1].payload[0] = 0x02;
        for (uint256 i; i < contents.length; ++i) {
            uint64 id = _contribute(contents[i]);
            Record[] memory records = _honest(1);
            (records[4].contribution, records[4].index) = (id, 1);
            IIndexProofs.AccusedIndex memory a = _commit(records);
            Link memory record = _link(records, 4);
            Link memory content = contents[i].link(1, 0);
            _expectNone();
            proofs.proveContent(a, record, content);
            models.endIndex(derived, address(this));
        }
    }

    function _contribute(SparseTree.Tree memory content) private returns (uint64) {
        Root memory root = content.root();
        DatanetId datanet = DatanetId.wrap(1);
        datanets.reserve(datanets.reservationOf(contributor, datanet, root, 0));
        vm.roll(vm.getBlockNumber() + 1);
        IDatanetRegistry.ContributionKind kind = IDatanetRegistry.ContributionKind.Data;
        vm.prank(contributor);
        return ContributionId.unwrap(datanets.contribute(datanet, kind, root, 0, "", 0));
    }

    function test_ProveContent_RevertsForAnotherPlace() public {
        Record[] memory records = _honest(1);
        IIndexProofs.AccusedIndex memory a = _commit(records);
        Link memory record = _link(records, 6);
        Link memory content = _contentLink(3, 0);
        _expectWrongPlace(1);
        proofs.proveContent(a, record, content);
    }

    function test_ProveContent_RevertsForAnotherContribution() public {
        Record[] memory records = _honest(1);
        IIndexProofs.AccusedIndex memory a = _commit(records);
        Link memory record = _link(records, 6);
        Link memory content = _contentLink(2, 1);
        _expectInvalid(1);
        proofs.proveContent(a, record, content);
    }

    function test_ProveContent_RevertsForUnknownContribution() public {
        Record[] memory records = _honest(1);
        records[6].contribution = 99;
        IIndexProofs.AccusedIndex memory a = _commit(records);
        Link memory record = _link(records, 6);
        Link memory content = _contentLink(3, 1);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownContribution.selector, 99));
        proofs.proveContent(a, record, content);
    }

    function test_ProveContent_RevertsAboveTheCount() public {
        SparseTree.Tree memory tree = _tree(_honest(1));
        IIndexProofs.AccusedIndex memory a = _commit(tree);
        Link memory record = tree.link(9, 0);
        _expectWrongPlace(0);
        proofs.proveContent(a, record, record);
    }
}
