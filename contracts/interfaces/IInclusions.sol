// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SettlementId} from "../types/Ids.sol";
import {Link} from "../types/Link.sol";
import {Receipt} from "../types/Receipt.sol";

/// @notice Demands that a receipt which a gateway signed be settled, their answers, and what follows where there is none (docs/faults.md, receipt breaches).
/// @dev That a receipt is not in one settlement shows nothing, since it may be in the next: so the gateway is asked. Who settles what it signs can always answer.
interface IInclusions {
    /// @notice Fixed at deployment.
    /// @param graceSeconds From a receipt's `issuedAt` to the first second at which it can be demanded.
    /// @param demandSeconds From then to the last one, more than `graceSeconds`: so long a gateway must be able to open what it settled.
    /// @param answerSeconds From a demand to the last second at which it can be answered, not 0: long enough to settle. Together with `demandSeconds` less than
    /// `answerableSeconds`. @param deposit Of a demand, base units of the ledger's token, not 0: the gas of an answer, with margin.
    struct InclusionTerms {
        uint48 graceSeconds;
        uint48 demandSeconds;
        uint48 answerSeconds;
        uint128 deposit;
    }

    enum InclusionStatus {
        None,
        Open,
        Answered,
        Unanswered
    }

    /// @param deadline Last second of the time to answer. @param gateway That signed the receipt.
    struct Inclusion {
        address demander;
        uint48 deadline;
        InclusionStatus status;
        address gateway;
        uint48 issuedAt;
    }

    /// @param receiptHash Its struct hash (docs/formats.md §7.1), which names the demand.
    event InclusionDemanded(
        bytes32 indexed receiptHash,
        address indexed gateway,
        address indexed demander,
        Receipt receipt,
        uint48 deadline
    );
    event InclusionAnswered(bytes32 indexed receiptHash, SettlementId indexed settlement, address indexed answerer);
    /// @param refund The demander's deposit; 0 where it could not receive, and the deposit burned.
    event InclusionUnanswered(bytes32 indexed receiptHash, address indexed demander, uint128 refund);

    error InvalidTerm(string name);
    /// @notice The address is no till of the ledger's factory.
    error UnknownTill(address till);
    /// @notice The till's gateway did not sign this receipt. `signature` counts those of the call, from 0.
    error NotSigned(uint256 signature);
    /// @notice The receipt is of amount 0: nothing was paid, and there may be no fee to settle it with.
    error ReceiptOfNothing(bytes32 receiptHash);
    /// @notice So much was claimed from the receipt's channel, which is less than it says: what is not claimed is not paid, and would be a breach if it were settled.
    error ReceiptUncovered(bytes32 receiptHash, uint128 claimed);
    /// @notice The receipt can be demanded between these times.
    error NotDemandableNow(uint256 from, uint256 until);
    /// @notice It was demanded before, and answered, or will be, or was not.
    error InclusionExists(bytes32 receiptHash);
    error InclusionNotOpen(bytes32 receiptHash);
    error InclusionOverdue(bytes32 receiptHash, uint48 deadline);
    error InclusionNotOverdue(bytes32 receiptHash, uint48 deadline);

    /// @notice Demands that a receipt be shown in a settlement, for a deposit; once for each receipt, as soon as it is claimed. Anyone who has it may.
    /// @param signature The gateway's.
    function demandInclusion(Receipt calldata receipt, bytes calldata signature) external;

    /// @notice Answers in time with the receipt's opening in a settlement of its till and version, whatever has become of that, and is paid the deposit. Anyone may call.
    function answerInclusion(bytes32 receiptHash, SettlementId settlement, Link calldata receipt) external;

    /// @notice Closes a demand that was not answered in time and returns its deposit. The gateway can be slashed from then on (`IPenalties.penalizeGateway` with the
    /// receipt's hash), and the demander is rewarded. Anyone may call.
    function endInclusion(bytes32 receiptHash) external;

    // --- views ---

    /// @notice As they were fixed.
    function inclusionTerms() external view returns (InclusionTerms memory);

    function inclusionOf(bytes32 receiptHash) external view returns (Inclusion memory);

    /// @notice Base units held for demands that are open.
    function inclusionDeposits() external view returns (uint256);
}
