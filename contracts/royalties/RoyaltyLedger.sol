// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAttributorSet} from "../interfaces/IAttributorSet.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../interfaces/IRoyaltyPositions.sol";
import {IRoyaltyVault} from "../interfaces/IRoyaltyVault.sol";
import {Books} from "./ledger/Books.sol";
import {Epochs} from "./ledger/Epochs.sol";
import {ProposalTerms} from "./ledger/ProposalTerms.sol";
import {Proposals} from "./ledger/Proposals.sol";
import {Settlements} from "./ledger/Settlements.sol";

/// @notice The ledger of one payment token, put together from its parts in `ledger/`. Its code cannot be changed; governance sets the terms of proposals
/// within caps, and reaches nothing else.
contract RoyaltyLedger is Proposals {
    constructor(
        IRoyaltyVault vault_,
        IAttributorSet attributors_,
        address governance_,
        Parameters memory p
    )
        EIP712("Tributary RoyaltyLedger", "1")
        Books(vault_)
        Epochs(p.epochSeconds)
        Settlements(attributors_, p.sketchWindowSeconds, p.settlementLifetimeSeconds)
        ProposalTerms(governance_, p)
        Proposals(p.challengeWindowSeconds)
    {
        if (_positions.positionOf(treasuryPosition()).kind != IRoyaltyPositions.PositionKind.Treasury) {
            revert InvalidParameter("positions");
        }
    }

    /// @inheritdoc IRoyaltyLedger
    function vault() external view returns (address) {
        return address(_vault);
    }

    /// @inheritdoc IRoyaltyLedger
    function token() external view returns (address) {
        return address(_token);
    }

    /// @inheritdoc IRoyaltyLedger
    function positions() external view returns (address) {
        return address(_positions);
    }

    /// @inheritdoc IRoyaltyLedger
    function parameters() external view returns (Parameters memory) {
        return
            Parameters({
                epochSeconds: _epochSeconds,
                sketchWindowSeconds: _sketchWindowSeconds,
                challengeWindowSeconds: _challengeWindowSeconds,
                settlementLifetimeSeconds: _settlementLifetimeSeconds,
                bondFloor: _bondFloor,
                bondBps: _bondBps,
                proposerFee: _proposerFee,
                mostBondFloor: _mostBondFloor,
                mostProposerFee: _mostProposerFee
            });
    }
}
