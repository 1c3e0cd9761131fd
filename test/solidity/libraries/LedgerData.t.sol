// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {LedgerData} from "../../../contracts/libraries/LedgerData.sol";
import {CommitName} from "../../../contracts/types/CommitName.sol";
import {Epoch, PositionId, SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";

/// @notice What is signed for or committed to a ledger, encoded here field by field (docs/formats.md §7.2, §7.3, §7.5).
contract LedgerDataTest is Test {
    function testFuzz_AttestationHash(
        uint64 settlement,
        bytes32 indexRoot,
        bytes32 sketches,
        uint64 count
    ) public pure {
        bytes32 typehash = keccak256(
            "SketchAttestation(uint64 settlementId,bytes32 indexRoot,bytes32 sketchesRoot,uint64 count)"
        );
        assertEq(
            LedgerData.attestationHash(SettlementId.wrap(settlement), indexRoot, sketches, count),
            keccak256(abi.encode(typehash, settlement, indexRoot, sketches, count))
        );
    }

    function testFuzz_DelegationHash(
        uint64 position,
        address claimer,
        address recipient,
        uint256 nonce,
        uint48 deadline
    ) public pure {
        bytes32 typehash = keccak256(
            "ClaimDelegation(uint64 positionId,address claimer,address recipient,uint256 nonce,uint48 deadline)"
        );
        assertEq(
            LedgerData.delegationHash(PositionId.wrap(position), claimer, recipient, nonce, deadline),
            keccak256(abi.encode(typehash, position, claimer, recipient, nonce, deadline))
        );
    }

    function testFuzz_ProposalRoot(Root memory groups, Root memory payouts) public pure {
        bytes memory preimage = abi.encodePacked(groups.hash, groups.sum, payouts.hash, payouts.sum);
        assertEq(preimage.length, 96);
        assertEq(LedgerData.proposalRoot(groups, payouts), keccak256(preimage));
    }

    function testFuzz_ProofCommitment(
        uint256 chainId,
        address ledger,
        uint64 epoch,
        bytes32 proposal,
        bytes32 proofHash,
        address sender
    ) public pure {
        bytes32 typehash = keccak256(
            "ProofCommitment(uint256 chainId,address ledger,uint64 epoch,bytes32 proposalRoot,bytes32 proofHash,address sender)"
        );
        assertEq(
            LedgerData.proofCommitment(chainId, ledger, Epoch.wrap(epoch), proposal, proofHash, sender),
            keccak256(abi.encode(typehash, chainId, ledger, epoch, proposal, proofHash, sender))
        );
    }

    function testFuzz_InputProofCommitment(
        uint256 chainId,
        address court,
        bytes13 commit,
        bytes32 proofHash,
        address sender
    ) public pure {
        bytes32 typehash = keccak256(
            "InputProofCommitment(uint256 chainId,address court,bytes13 commit,bytes32 proofHash,address sender)"
        );
        assertEq(
            LedgerData.inputProofCommitment(chainId, court, CommitName.wrap(commit), proofHash, sender),
            keccak256(abi.encode(typehash, chainId, court, commit, proofHash, sender))
        );
    }
}
