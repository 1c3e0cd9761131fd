// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ModelVersion} from "../types/Ids.sol";
import {Link} from "../types/Link.sol";
import {IReservations} from "./IReservations.sol";

/// @title Fault proofs of index commits
/// @notice Ends an index commit of which one number is shown to be wrong (docs/faults.md, index faults). Each proof is one transaction, open to anybody while the
/// index's window is open; it reads calldata and what the chain holds. A proof that does not hold reverts and changes nothing.
/// @dev Links that do not hold revert with the errors of IFaultProofs. A link that holds and shows that something of the accused index is malformed, or
/// absent below the record count, is a fault whichever proof it came with.
interface IIndexProofs is IReservations {
    /// @param sub Number of the commit among the version's, from 0.
    struct AccusedIndex {
        ModelVersion version;
        uint32 sub;
    }

    /// @notice Novelty stands for the three faults of docs/faults.md that compare two records: witness, novelty and lowest.
    enum IndexFault {
        Form,
        Layout,
        Content,
        Novelty
    }

    /// @param madeAt Block of its making; 0 if there is none. @param previousAt Block of the reservation just before it against the same commit; 0 if it is the first.
    /// @param number Among the reservations against the commit, from 0.
    struct IndexReservation {
        uint48 madeAt;
        uint48 previousAt;
        uint32 number;
        AccusedIndex accused;
    }

    event IndexFaultProven(ModelVersion indexed version, uint32 indexed sub, IndexFault indexed fault, address prover);
    event IndexProofReserved(
        ModelVersion indexed version,
        uint32 indexed sub,
        address indexed sender,
        bytes32 commitment,
        uint32 number
    );
    event IndexProofRevealed(ModelVersion indexed version, uint32 indexed sub, address indexed sender, uint32 number);
    event IndexRewardHeld(ModelVersion indexed version, uint32 indexed sub, uint128 reward, uint48 heldUntil);
    event IndexRewardPaid(ModelVersion indexed version, uint32 indexed sub, address indexed prover, uint128 reward);

    /// @notice Not the version's latest commit, or ended, or past its window; and the caller has no live reservation for this call.
    error IndexNotPending(ModelVersion version, uint32 sub);
    /// @notice The contribution at that place of the datanet's accepted list is not the one that the record is of.
    error WrongContribution(uint64 accepted);
    error NoIndexRewardHeld(ModelVersion version, uint32 sub);
    error IndexRewardStillHeld(ModelVersion version, uint32 sub, uint48 untilBlock);

    // --- proofs ---

    /// @notice A node or payload is malformed, nothing stands at a place below the record count, or a leaf stands at or above it.
    function proveForm(AccusedIndex calldata accused, Link calldata node) external;

    /// @notice The leaf names another record than the version's layout has at its place (docs/formats.md §8.3); or it is in withdrawn form and its contribution
    /// was not withdrawn before the version was registered, or the other way round.
    /// @param accepted Place, in the accepted list of the datanet that the layout has there, of the contribution that the record is of.
    function proveLayout(AccusedIndex calldata accused, Link calldata record, uint64 accepted) external;

    /// @notice The leaf's record hash is not the one in its contribution's content tree. Where that shows no well-formed leaf there is nothing to compare, and no fault.
    /// @param content The leaf of the contribution that `record` names, at the place that it names.
    function proveContent(AccusedIndex calldata accused, Link calldata record, Link calldata content) external;

    /// @notice An earlier record contradicts the leaf's novelty or witness: it allows less (novelty), it is the witness and does not yield exactly this novelty
    /// (witness), or it yields the same and stands before the witness (lowest).
    function proveNovelty(AccusedIndex calldata accused, Link calldata record, Link calldata earlier) external;

    // --- reservations ---

    /// @notice Reserves the reward for a proof against a pending index, for a deposit. The proof must be made by the same sender, with the calldata it
    /// committed to, within 50 blocks; then the deposit is returned, whatever has become of what it accuses; else it burns.
    /// @param commitment The hash of docs/formats.md §7.5 for proofs against inputs.
    function commitProof(AccusedIndex calldata accused, bytes32 commitment) external;

    /// @notice Pays a held reward once no reservation can be revealed any more. Anyone may call.
    function payReward(AccusedIndex calldata accused) external;

    function reservationOf(address sender, bytes32 commitment) external view returns (IndexReservation memory);

    function docketOf(AccusedIndex calldata accused) external view returns (Docket memory);
}
