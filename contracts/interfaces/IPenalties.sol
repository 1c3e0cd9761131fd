// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ISlasher} from "./ISlasher.sol";

/// @notice What inputs that a court ended cost those who stand for them with their stake: attributors for sketches that they signed, a gateway for
/// its receipts. The reward is whoever's the court says.
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

    event Penalized(uint256 indexed id, address indexed operator, uint128 slashed, uint128 reward);

    error InvalidPenalty(string name);
    /// @notice The case is not one that ended sketches, or not one of a gateway's receipts; or there is none.
    error NothingToPenalize(uint256 id);
    error WrongSigners(uint256 id);
    error PenaltyTooLate(uint256 id, uint48 until);

    /// @notice Slashes one of those who signed sketches that were ended. Anyone may call, once for each signer with a pool.
    /// @param id Of the court's case. @param signers All who signed the sketches, ascending. @param place Of the one to slash.
    function penalizeSigner(uint256 id, address[] calldata signers, uint256 place) external;

    /// @notice Slashes the gateway of a case about receipts. Anyone may call, once.
    /// @param id Of the court's case.
    function penalizeGateway(uint256 id) external;

    /// @notice As they were fixed.
    function penalties() external view returns (Penalties memory);
}
