// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Link} from "../../../contracts/types/Link.sol";
import {CallFixture} from "./CallFixture.sol";
import {SparseTree} from "../support/SparseTree.sol";

contract CallCheckerReceiptTest is CallFixture {
    using SparseTree for SparseTree.Tree;

    function _isReceiptWrong(World memory world, Proposed memory proposed, uint64 c) private view returns (bool) {
        return _checker.proveReceipt(_accused(), SETTLEMENT, _callLinks(proposed, c, 0), world.receipts.link(c, 0));
    }

    function testFuzz_ProveReceipt_NothingAgainstHonest(uint256 seed) public {
        World memory world = _honest(seed);
        Proposed memory proposed = _present(world);
        for (uint64 c; c < CALLS; ++c) assertFalse(_isReceiptWrong(world, proposed, c));
    }
}
