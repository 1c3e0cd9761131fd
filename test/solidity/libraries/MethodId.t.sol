// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {MethodId} from "../../../contracts/libraries/MethodId.sol";
import {Method} from "../../../contracts/types/Method.sol";

/// @notice Ids and bounds of methods (docs/formats.md §7.4).
contract MethodIdTest is Test {
    function _valid() private pure returns (Method memory) {
        return Method(256, 32, 192, 64_225, 6_554, 230, keccak256("spec"));
    }

    function testFuzz_IdOf_IsTheHashOfTypeAndFields(Method memory m) public pure {
        bytes32 typehash = keccak256(
            "Method(uint16 k,uint16 topK,uint16 debitFactor,uint32 tau,uint32 delta,uint16 signatureMatch,bytes32 sketchSpec)"
        );
        assertEq(
            MethodId.idOf(m),
            keccak256(abi.encode(typehash, m.k, m.topK, m.debitFactor, m.tau, m.delta, m.signatureMatch, m.sketchSpec))
        );
    }

    function test_InvalidField_NamesK() public pure {
        uint16[5] memory wrong = [uint16(0), 31, 33, 4_095, 4_128];
        for (uint256 i; i < wrong.length; ++i) {
            Method memory m = _valid();
            m.k = wrong[i];
            assertEq(MethodId.invalidField(m), "k");
        }
    }

    function test_InvalidField_NamesTopK() public pure {
        for (uint256 i; i < 2; ++i) {
            Method memory m = _valid();
            m.topK = i == 0 ? 0 : 257;
            assertEq(MethodId.invalidField(m), "topK");
        }
    }

    function test_InvalidField_NamesDebitFactor() public pure {
        Method memory m = _valid();
        m.debitFactor = 257;
        assertEq(MethodId.invalidField(m), "debitFactor");
    }

    function test_InvalidField_NamesDelta() public pure {
        Method memory m = _valid();
        m.delta = 0;
        assertEq(MethodId.invalidField(m), "delta");
        m.delta = m.tau + 1;
        assertEq(MethodId.invalidField(m), "delta");
    }

    function test_InvalidField_IsEmptyAtTheBounds() public pure {
        Method memory m = Method(32, 1, 0, 1, 1, 0, 0);
        assertEq(MethodId.invalidField(m), "");
        uint32 most = type(uint32).max;
        m = Method(4_096, 256, 256, most, most, type(uint16).max, bytes32(type(uint256).max));
        assertEq(MethodId.invalidField(m), "");
        assertEq(MethodId.invalidField(_valid()), "");
    }
}
