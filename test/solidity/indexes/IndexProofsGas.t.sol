// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IIndexProofs} from "../../../contracts/interfaces/IIndexProofs.sol";
import {DatanetId, ModelVersion} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {IndexFixture} from "./IndexFixture.sol";

/// @notice The dearest proof against an index fits a transaction (IndexProofsGas.tree).
contract IndexProofsGasTest is IndexFixture {
    using SparseTree for SparseTree.Tree;

    /// @dev A proof reads the whole layout: the more datanets, the dearer. Calldata comes on top.
    function test_ProveLayout_FitsATransactionForTheLargestLayout() public {
        DatanetId[] memory list = new DatanetId[](32);
        Record[] memory records = new Record[](list.length);
        for (uint32 i; i < list.length; ++i) {
            list[i] = _createDatanet();
            bytes32[] memory content = new bytes32[](1);
            content[0] = keccak256(abi.encode(i));
            _accept(list[i], content);
            records[i] = _honest(1)[0];
            (records[i].contribution, records[i].hash) = (5 + i, content[0]);
        }
        records[31].contribution = 5;
        SparseTree.Tree memory tree = _tree(records);
        Root memory root = Root(tree.root().hash, uint128(records.length));
        IIndexProofs.AccusedIndex memory a = _commit(_register(list, new ModelVersion[](0)), root);
        Link memory last = tree.link(31, 0);
        vm.cool(address(models));
        vm.cool(address(datanets));
        uint256 used = gasleft();
        proofs.proveLayout(a, last, 0);
        used -= gasleft();
        _assertEnded(a);
        assertLt(used, 300_000);
    }
}
