// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {CommitNames} from "../../../contracts/libraries/CommitNames.sol";
import {CommitName} from "../../../contracts/types/CommitName.sol";

/// @notice The bytes of a commit's name, and what is read from them (CommitNames.tree).
contract CommitNamesTest is Test {
    function testFuzz_Encode_PacksKindIdAndSub(uint8 kind, uint64 id, uint32 sub) public pure {
        bytes memory packed = abi.encodePacked(CommitName.unwrap(CommitNames.encode(kind, id, sub)));
        assertEq(packed, abi.encodePacked(kind, id, sub));
    }

    function testFuzz_IdOf_SubOf_ReadWhatWasEncoded(uint8 kind, uint64 id, uint32 sub) public pure {
        CommitName name = CommitNames.encode(kind, id, sub);
        assertEq(CommitNames.idOf(name), id);
        assertEq(CommitNames.subOf(name), sub);
    }
}
