// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ISlasher} from "./ISlasher.sol";

/// @notice What inputs that were not revealed cost those who stand for them with their stake: attributors for sketches that they signed, a gateway for
/// its receipts. The reward is the demander's.
interface IPenalties is ISlasher {
    /// @notice Fixed at deployment.
    /// @param sketchFault Place of the fault in the staking's list that is each signer's. @param receiptFault Of the one that is the gateway's.
    /// @param sketchBps Of a signer's stake, 1 to 10,000; `receiptBps` of the gateway's likewise. @param answerableSeconds From the sketches' commit, or the opening of the
    /// settlement, to the last second at which the stake is slashed for them; at least the ledger's sketch window.
    struct Penalties {
        uint16 sketchFault;
        uint16 receiptFault;
        uint16 sketchBps;
        uint16 receiptBps;
        uint48 answerableSeconds;
    }

    event Penalized(uint256 indexed demand, address indexed operator, uint128 slashed, uint128 reward);

    /// @notice The demand is not one that ended sketches, or receipts.
    error NothingToPenalize(uint256 demand);
    error WrongSigners(uint256 demand);
    error PenaltyTooLate(uint256 demand, uint48 until);

    /// @notice Slashes one of those who signed sketches that were not revealed. Anyone may call, once for each signer with a pool.
    /// @param demand That ended the sketches. @param signers All who signed them, ascending. @param place Of the one to slash.
    function penalizeSigner(uint256 demand, address[] calldata signers, uint256 place) external;

    /// @notice Slashes the gateway whose receipts were not revealed. Anyone may call, once.
    /// @param demand That voided the settlement.
    function penalizeGateway(uint256 demand) external;

    /// @notice As they were fixed.
    function penalties() external view returns (Penalties memory);
}
