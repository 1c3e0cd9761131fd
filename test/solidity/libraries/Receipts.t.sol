// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {Receipts} from "../../../contracts/libraries/Receipts.sol";
import {Receipt as PaidCall} from "../../../contracts/types/Receipt.sol";

/// @notice Typed data of receipts, encoded here field by field (docs/formats.md §7.1).
contract ReceiptsTest is Test {
    function testFuzz_StructHash_IsTheHashOfTypeAndFields(PaidCall memory r) public pure {
        bytes32 typehash = keccak256(
            "Receipt(address till,uint64 modelVersion,bytes32 channelId,uint64 sequence,uint128 amount,uint128 cumulative,address agentRegistry,uint256 agentId,bytes32 requestHash,bytes32 responseHash,uint48 issuedAt)"
        );
        bytes memory head = abi.encode(
            typehash,
            r.till,
            r.modelVersion,
            r.channelId,
            r.sequence,
            r.amount,
            r.cumulative
        );
        bytes memory tail = abi.encode(r.agentRegistry, r.agentId, r.requestHash, r.responseHash, r.issuedAt);
        assertEq(Receipts.structHash(r), keccak256(bytes.concat(head, tail)));
    }

    function testFuzz_Digest_BindsTillAndChain(address till, bytes32 receiptHash, uint64 chainId) public {
        vm.assume(chainId != 0);
        vm.chainId(chainId);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Tributary Receipt"),
                keccak256("1"),
                uint256(chainId),
                till
            )
        );
        assertEq(Receipts.digest(till, receiptHash), keccak256(abi.encodePacked(hex"1901", domain, receiptHash)));
    }
}
