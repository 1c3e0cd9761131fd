// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IIndexProofs} from "../../../contracts/interfaces/IIndexProofs.sol";
import {CommitNames} from "../../../contracts/libraries/CommitNames.sol";
import {LedgerData} from "../../../contracts/libraries/LedgerData.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {ContributionId, DatanetId, ModelVersion} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {IndexFixture} from "./IndexFixture.sol";

/// @notice Indexes of models that were registered after a contribution was withdrawn, or before, branch by branch (IndexProofs.withdrawn.tree).
contract IndexProofsWithdrawnTest is IndexFixture {
    using SparseTree for SparseTree.Tree;

    uint64 private constant FIRST = 1;
    uint64 private constant SECOND = 2;

    // --- what is withdrawn ---

    function _withdraw(uint64 contribution) private {
        vm.prank(contributor);
        datanets.withdraw(ContributionId.wrap(contribution));
    }

    /// @dev Registers the derived model anew, of the same layout.
    function _register() private {
        DatanetId[] memory list = new DatanetId[](1);
        list[0] = DatanetId.wrap(2);
        ModelVersion[] memory parents = new ModelVersion[](1);
        parents[0] = base;
        derived = _register(list, parents);
    }

    function _registerAfter(uint64 contribution) private {
        _withdraw(contribution);
        vm.warp(vm.getBlockTimestamp() + 1);
        _register();
    }

    /// @dev The honest index with the contribution in withdrawn form: what resembled its records alone is new, and copies of them stay copies.
    function _without(Record[] memory records, uint64 contribution) private pure returns (Record[] memory) {
        for (uint256 r; r < records.length; ++r) {
            if (records[r].contribution == contribution) _empty(records[r]);
        }
        for (uint256 r; r < records.length; ++r) {
            if (records[r].novelty != 0 || records[r].witness != NONE) _rate(records, r);
        }
        return records;
    }

    function _empty(Record memory record) private pure {
        record.sketch = new bytes(COORDINATES);
        for (uint256 i; i < COORDINATES; ++i) record.sketch[i] = 0x80;
        (record.novelty, record.witness) = (0, NONE);
    }

    // --- what is proven ---

    function _expectProven(IIndexProofs.AccusedIndex memory a, IIndexProofs.IndexFault fault) private {
        vm.expectEmit(address(proofs));
        emit IIndexProofs.IndexFaultProven(a.version, a.sub, fault, address(this));
    }

    function _expectNone() private {
        vm.expectRevert(IFaultProofs.NoFault.selector);
    }

    function _proveLayout(Record[] memory records, uint64 place) private {
        IIndexProofs.AccusedIndex memory a = _commit(records);
        Link memory record = _link(records, place);
        _expectProven(a, IIndexProofs.IndexFault.Layout);
        proofs.proveLayout(a, record, records[place].accepted);
        _assertEnded(a);
    }

    function _proveForm(SparseTree.Tree memory tree, uint64 place) private {
        IIndexProofs.AccusedIndex memory a = _commit(tree);
        Link memory node = tree.link(place, 0);
        _expectProven(a, IIndexProofs.IndexFault.Form);
        proofs.proveForm(a, node);
        _assertEnded(a);
    }

    /// @dev No proof of any function holds against it, for whichever record, against whichever earlier one.
    function _assertImmune(IIndexProofs.AccusedIndex memory a, Record[] memory records) private {
        SparseTree.Tree memory tree = _tree(records);
        for (uint64 r; r < records.length; ++r) {
            Link memory record = tree.link(r, 0);
            Link memory content = _contentTree(_content(records[r].contribution)).link(records[r].index, 0);
            _expectNone();
            proofs.proveForm(a, record);
            _expectNone();
            proofs.proveLayout(a, record, records[r].accepted);
            _expectNone();
            proofs.proveContent(a, record, content);
            for (uint64 j; j < r; ++j) {
                Link memory earlier = tree.link(j, 0);
                _expectNone();
                proofs.proveNovelty(a, record, earlier);
            }
        }
    }

    // --- given it was withdrawn before ---

    function test_Prove_NothingAgainstHonestWithWithdrawnRecords() public {
        _registerAfter(FIRST);
        Record[] memory records = _without(_honest(1), FIRST);
        _assertImmune(_commit(records), records);
        _registerAfter(SECOND);
        records = _without(records, SECOND);
        _assertImmune(_commit(records), records);
    }

    /// @dev The withdrawn records are the later ones here: the first contribution stands before them.
    function test_Prove_NothingAgainstHonestWithLaterRecordsWithdrawn() public {
        _registerAfter(SECOND);
        Record[] memory records = _without(_honest(2), SECOND);
        _assertImmune(_commit(records), records);
    }

    function test_ProveLayout_ProvesWeightOfEachWithdrawnRecord() public {
        _registerAfter(SECOND);
        Record[] memory honest = _honest(1);
        for (uint64 r = 3; r < INHERITED; ++r) {
            Record[] memory records = _without(_honest(1), SECOND);
            records[r] = honest[r];
            _proveLayout(records, r);
        }
    }

    /// @dev Without weight, but not in withdrawn form: the others' novelty would follow from its sketch.
    function test_ProveLayout_ProvesWithdrawnRecordStatedAsACopy() public {
        _registerAfter(SECOND);
        Record[] memory records = _without(_honest(1), SECOND);
        (records[4].novelty, records[4].witness) = (0, 3);
        _proveLayout(records, 4);
    }

    function test_ProveLayout_ProvesWithdrawnRecordStatedAsNewWithoutASketch() public {
        _registerAfter(SECOND);
        Record[] memory records = _without(_honest(1), SECOND);
        (records[4].novelty, records[4].witness) = (255, NONE);
        _proveLayout(records, 4);
    }

    function test_ProveLayout_ProvesAnotherRecordInItsPlace() public {
        _registerAfter(SECOND);
        Record[] memory records = _without(_honest(1), SECOND);
        (records[3].index, records[4].index) = (1, 0);
        _proveLayout(records, 3);
    }

    function test_ProveContent_ProvesAnotherHashOfAWithdrawnRecord() public {
        _registerAfter(SECOND);
        Record[] memory records = _without(_honest(1), SECOND);
        records[4].hash = keccak256("another");
        IIndexProofs.AccusedIndex memory a = _commit(records);
        _expectProven(a, IIndexProofs.IndexFault.Content);
        proofs.proveContent(a, _link(records, 4), _contentTree(_content(SECOND)).link(1, 0));
        _assertEnded(a);
    }

    /// @dev The third contribution repeats the record at 2: nobody earns with it, although it weighs nothing any more.
    function test_ProveNovelty_ProvesCopyOfAWithdrawnRecordStatedAsNew() public {
        _registerAfter(FIRST);
        Record[] memory records = _without(_honest(1), FIRST);
        assertEq(records[6].novelty, 0);
        assertEq(records[6].witness, 2);
        (records[6].novelty, records[6].witness) = (255, NONE);
        IIndexProofs.AccusedIndex memory a = _commit(records);
        _expectProven(a, IIndexProofs.IndexFault.Novelty);
        proofs.proveNovelty(a, _link(records, 6), _link(records, 2));
        _assertEnded(a);
    }

    function test_ProveForm_ProvesWithdrawnFormWithSomethingInIt() public {
        _registerAfter(SECOND);
        Record[] memory records = _without(_honest(1), SECOND);
        // Signature, scale, a coordinate that the sums do not have.
        uint8[3] memory offsets = [64, 80, 94];
        for (uint256 i; i < offsets.length; ++i) {
            SparseTree.Tree memory tree = _tree(records);
            tree.leaves[4].payload[offsets[i]] = 0x01;
            _proveForm(tree, 4);
        }
        records[4].sketch[0] = 0x81;
        _proveForm(_tree(records), 4);
    }

    // --- given it was not ---

    function test_ProveLayout_ProvesWithdrawnFormOfWhatIsNotWithdrawn() public {
        for (uint64 id = 1; id <= 3; ++id) {
            Record[] memory records = _without(_honest(1), id);
            _proveLayout(
                records,
                id == 1
                    ? 0
                    : id == 2
                        ? 4
                        : 8
            );
        }
    }

    function test_ProveLayout_ProvesWithdrawnFormOfAnotherContribution() public {
        _registerAfter(SECOND);
        Record[] memory records = _without(_without(_honest(1), SECOND), FIRST);
        _proveLayout(records, 2);
    }

    // --- given it was withdrawn later ---

    /// @dev Models that are registered already owe as they did, before and after the commit.
    function test_Prove_NothingAgainstModelsRegisteredBefore() public {
        Record[] memory records = _honest(1);
        vm.warp(vm.getBlockTimestamp() + 1);
        _withdraw(SECOND);
        vm.warp(vm.getBlockTimestamp() + 1_000);
        IIndexProofs.AccusedIndex memory a = _commit(records);
        _assertImmune(a, records);
        _withdraw(FIRST);
        vm.warp(vm.getBlockTimestamp() + 1);
        _assertImmune(a, records);
        // The base model's too, which has the records for itself.
        Record[] memory own = new Record[](INHERITED);
        for (uint256 r; r < INHERITED; ++r) own[r] = records[r];
        _assertImmune(_commit(base, Root(_tree(own).root().hash, uint128(INHERITED))), own);
    }

    function test_ProveLayout_ProvesWithdrawnFormInModelsRegisteredBefore() public {
        vm.warp(vm.getBlockTimestamp() + 1);
        _withdraw(SECOND);
        vm.warp(vm.getBlockTimestamp() + 1_000);
        _proveLayout(_without(_honest(1), SECOND), 3);
    }

    // --- given it was withdrawn in the second of the registration ---

    /// @dev Of a second that has not passed nobody knows yet what is withdrawn in it: whichever came first in the block, the model owes.
    function test_Prove_CountsAWithdrawalInTheRegistrationsSecondAsLater() public {
        _withdraw(SECOND);
        _register();
        _withdraw(FIRST);
        Record[] memory records = _honest(1);
        _assertImmune(_commit(records), records);
        models.endIndex(derived, address(this));
        _proveLayout(_without(_honest(1), FIRST), 0);
        _proveLayout(_without(_honest(1), SECOND), 4);
    }

    // --- reservations ---

    /// @dev A reserved proof stays what it was: neither the end of the index nor a later withdrawal changes what it is judged by.
    function test_CommitProof_ReservesAProofOfAWithdrawnRecord() public {
        _registerAfter(SECOND);
        Record[] memory records = _honest(1);
        IIndexProofs.AccusedIndex memory a = _commit(records);
        Link memory record = _link(records, 3);
        bytes32 proofHash = keccak256(abi.encodeCall(IIndexProofs.proveLayout, (a, record, 1)));
        bytes32 commitment = LedgerData.inputProofCommitment(
            block.chainid,
            address(proofs),
            CommitNames.encode(TreeKind.INDEX, ModelVersion.unwrap(a.version), a.sub),
            proofHash,
            alice
        );
        vm.prank(alice);
        proofs.commitProof(a, commitment);
        vm.roll(vm.getBlockNumber() + 1);
        vm.prank(bob);
        proofs.proveLayout(a, _link(records, 4), 1);
        _assertEnded(a);
        _withdraw(FIRST);
        vm.warp(vm.getBlockTimestamp() + 1);
        uint256 before = token.balanceOf(alice);
        vm.prank(alice);
        proofs.proveLayout(a, record, 1);
        assertEq(token.balanceOf(alice) - before, DEPOSIT);
        Link memory kept = _link(records, 0);
        _expectNone();
        proofs.proveLayout(a, kept, 0);
        vm.roll(vm.getBlockNumber() + REVEAL_BLOCKS + 1);
        proofs.payReward(a);
        assertEq(token.balanceOf(alice) - before, DEPOSIT + REWARD);
        _assertCovered();
    }
}
