// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CommitName} from "../types/CommitName.sol";
import {Epoch, PositionId, SettlementId} from "../types/Ids.sol";
import {Root} from "../types/Root.sol";

/// @notice Hashes that are signed for, or committed to, a ledger (docs/formats.md §7.2, §7.3, §7.5); struct hashes are without the domain.
library LedgerData {
    bytes32 internal constant ATTESTATION_TYPEHASH = keccak256(
        "SketchAttestation(uint64 settlementId,bytes32 indexRoot,bytes32 sketchesRoot,uint64 count)"
    );
    bytes32 internal constant DELEGATION_TYPEHASH = keccak256(
        "ClaimDelegation(uint64 positionId,address claimer,address recipient,uint256 nonce,uint48 deadline)"
    );
    bytes32 internal constant PROOF_COMMITMENT_TYPEHASH = keccak256(
        "ProofCommitment(uint256 chainId,address ledger,uint64 epoch,bytes32 proposalRoot,bytes32 proofHash,address sender)"
    );

    bytes32 internal constant INPUT_PROOF_COMMITMENT_TYPEHASH = keccak256(
        "InputProofCommitment(uint256 chainId,address court,bytes13 commit,bytes32 proofHash,address sender)"
    );

    function attestationHash(
        SettlementId settlement,
        bytes32 indexRoot,
        bytes32 sketchesRoot,
        uint64 count
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(ATTESTATION_TYPEHASH, settlement, indexRoot, sketchesRoot, count));
    }

    function delegationHash(
        PositionId position,
        address claimer,
        address recipient,
        uint256 nonce,
        uint48 deadline
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(DELEGATION_TYPEHASH, position, claimer, recipient, nonce, deadline));
    }

    /// @notice Identifies what a proposal proposes.
    function proposalRoot(Root memory groups, Root memory payouts) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(groups.hash, groups.sum, payouts.hash, payouts.sum));
    }

    function proofCommitment(
        uint256 chainId,
        address ledger,
        Epoch epoch,
        bytes32 proposal,
        bytes32 proofHash,
        address sender
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(PROOF_COMMITMENT_TYPEHASH, chainId, ledger, epoch, proposal, proofHash, sender));
    }

    /// @notice What reserves the reward for a proof against an index, a sketch commit or receipts.
    /// @param court The contract that the proof is sent to. @param proofHash Of its calldata.
    function inputProofCommitment(
        uint256 chainId,
        address court,
        CommitName commit,
        bytes32 proofHash,
        address sender
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(INPUT_PROOF_COMMITMENT_TYPEHASH, chainId, court, commit, proofHash, sender));
    }
}
