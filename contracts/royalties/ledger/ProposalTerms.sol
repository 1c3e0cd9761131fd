// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {Epoch} from "../../types/Ids.sol";
import {Epochs} from "./Epochs.sol";

/// @notice What a proposal costs and earns; governance may change it within caps, and a bond never below what it was at first: without one, a false root would
/// cost its proposer only gas and pay nobody who shows it.
abstract contract ProposalTerms is Epochs {
    uint256 internal constant BPS = 10_000;
    /// @dev Cap of `bondBps`: a bond that honest proposers cannot raise would stop the epochs.
    uint16 private constant MOST_BOND_BPS = 2_000;
    /// @dev Share of an epoch's pools that its proposer's fee is at most. Tiny epochs must not drain the treasury, whose least share of a fee is
    /// as much.
    uint256 private constant FEE_CAP_BPS = 100;

    /// @inheritdoc IRoyaltyLedger
    address public immutable governance;
    /// @inheritdoc IRoyaltyLedger
    uint128 public immutable leastBondFloor;
    /// @inheritdoc IRoyaltyLedger
    uint16 public immutable leastBondBps;
    uint128 internal immutable _mostBondFloor;
    uint128 internal immutable _mostProposerFee;

    uint128 internal _bondFloor;
    uint16 internal _bondBps;
    uint128 internal _proposerFee;

    modifier onlyGovernance() {
        if (msg.sender != governance) revert NotGovernance(msg.sender);
        _;
    }

    constructor(address governance_, Parameters memory p) {
        if (governance_ == address(0)) revert InvalidParameter("governance");
        governance = governance_;
        leastBondFloor = p.bondFloor;
        leastBondBps = p.bondBps;
        _mostBondFloor = p.mostBondFloor;
        _mostProposerFee = p.mostProposerFee;
        _setBonds(p.bondFloor, p.bondBps);
        _setProposerFee(p.proposerFee);
    }

    /// @inheritdoc IRoyaltyLedger
    function setBonds(uint128 bondFloor, uint16 bondBps) external onlyGovernance {
        _setBonds(bondFloor, bondBps);
    }

    /// @inheritdoc IRoyaltyLedger
    function setProposerFee(uint128 proposerFee) external onlyGovernance {
        _setProposerFee(proposerFee);
    }

    /// @inheritdoc IRoyaltyLedger
    function requiredBond(Epoch epoch) public view returns (uint128) {
        uint128 share = uint128((uint256(_epochs[epoch].pools) * _bondBps) / BPS);
        return share > _bondFloor ? share : _bondFloor;
    }

    /// @dev The fee of a proposer whose epoch distributes these pools: no more than the treasury's position has to give.
    function _feeOf(uint128 pools) internal view returns (uint128 fee) {
        fee = _proposerFee;
        if (fee == 0) return 0;
        uint128 cap = uint128((uint256(pools) * FEE_CAP_BPS) / BPS);
        if (fee > cap) fee = cap;
        uint128 available = accruedOf(treasuryPosition());
        if (fee > available) fee = available;
    }

    function _setBonds(uint128 bondFloor, uint16 bondBps) private {
        if (bondFloor < leastBondFloor) revert BelowLeast("bondFloor", bondFloor, leastBondFloor);
        if (bondBps < leastBondBps) revert BelowLeast("bondBps", bondBps, leastBondBps);
        if (bondFloor > _mostBondFloor) revert AboveCap("bondFloor", bondFloor, _mostBondFloor);
        if (bondBps > MOST_BOND_BPS) revert AboveCap("bondBps", bondBps, MOST_BOND_BPS);
        _bondFloor = bondFloor;
        _bondBps = bondBps;
        emit BondsSet(bondFloor, bondBps);
    }

    function _setProposerFee(uint128 proposerFee) private {
        if (proposerFee > _mostProposerFee) revert AboveCap("proposerFee", proposerFee, _mostProposerFee);
        _proposerFee = proposerFee;
        emit ProposerFeeSet(proposerFee);
    }
}
