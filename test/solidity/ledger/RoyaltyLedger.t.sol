// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {Epoch, PositionId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {LedgerFixture} from "./LedgerFixture.sol";

/// @notice Deployment, governance and the books, branch by branch (RoyaltyLedger.tree).
contract RoyaltyLedgerTest is LedgerFixture {
    // --- constructor ---

    function test_Constructor_RevertsForParameters() public {
        IRoyaltyLedger.Parameters memory p = parameters();
        p.epochSeconds = 0;
        _expectInvalid("epochSeconds", p);
        p = parameters();
        p.settlementLifetimeSeconds = p.sketchWindowSeconds;
        _expectInvalid("settlementLifetimeSeconds", p);
        p = parameters();
        p.challengeWindowSeconds = 0;
        _expectInvalid("challengeWindowSeconds", p);
    }

    function test_Constructor_RevertsAboveCaps() public {
        IRoyaltyLedger.Parameters memory p = parameters();
        p.bondFloor = p.mostBondFloor + 1;
        _expectAboveCap("bondFloor", p.bondFloor, p.mostBondFloor, p);
        p = parameters();
        p.bondBps = 2_001;
        _expectAboveCap("bondBps", 2_001, 2_000, p);
        p = parameters();
        p.proposerFee = p.mostProposerFee + 1;
        _expectAboveCap("proposerFee", p.proposerFee, p.mostProposerFee, p);
    }

    function test_Constructor_RevertsWithoutGovernance() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.InvalidParameter.selector, "governance"));
        new RoyaltyLedger(vault, attributors, address(0), guardian, parameters());
    }

    function test_Constructor_RevertsForOtherPositions() public {
        IRoyaltyPositions.Position memory curator = IRoyaltyPositions.Position(
            IRoyaltyPositions.PositionKind.Curator,
            1
        );
        vm.mockCall(
            address(positions),
            abi.encodeCall(positions.positionOf, (PositionId.wrap(1))),
            abi.encode(curator)
        );
        _expectInvalid("positions", parameters());
    }

    function test_Constructor_TakesParameters() public view {
        assertEq(abi.encode(ledger.parameters()), abi.encode(parameters()));
        assertEq(ledger.token(), address(token));
        assertEq(ledger.governance(), governance);
        assertEq(ledger.leastBondFloor(), BOND_FLOOR);
        assertEq(ledger.leastBondBps(), BOND_BPS);
        assertEq(PositionId.unwrap(ledger.treasuryPosition()), 1);
    }

    // --- setBonds ---

    function test_SetBonds_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotGovernance.selector, address(this)));
        ledger.setBonds(1, 1);
    }

    function test_SetBonds_RevertsAboveFloorCap() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.AboveCap.selector, "bondFloor", 1_001, 1_000));
        vm.prank(governance);
        ledger.setBonds(1_001, BOND_BPS);
    }

    function test_SetBonds_RevertsAboveBpsCap() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.AboveCap.selector, "bondBps", 2_001, 2_000));
        vm.prank(governance);
        ledger.setBonds(BOND_FLOOR, 2_001);
    }

    /// @dev What a hostile vote would do before a false root: the bonds of deployment stay, whatever they were raised to in between.
    function test_SetBonds_RevertsBelowLeastFloor() public {
        _expectBelowLeast("bondFloor", BOND_FLOOR - 1, BOND_FLOOR);
        ledger.setBonds(BOND_FLOOR - 1, BOND_BPS);
        vm.prank(governance);
        ledger.setBonds(1_000, 2_000);
        _expectBelowLeast("bondFloor", 0, BOND_FLOOR);
        ledger.setBonds(0, 2_000);
    }

    function test_SetBonds_RevertsBelowLeastBps() public {
        _expectBelowLeast("bondBps", BOND_BPS - 1, BOND_BPS);
        ledger.setBonds(BOND_FLOOR, BOND_BPS - 1);
        vm.prank(governance);
        ledger.setBonds(1_000, 2_000);
        _expectBelowLeast("bondBps", 0, BOND_BPS);
        ledger.setBonds(1_000, 0);
    }

    function test_SetBonds_ReturnsToTheLeast() public {
        Epoch epoch = epochOver(100);
        vm.startPrank(governance);
        ledger.setBonds(1_000, 2_000);
        assertEq(ledger.requiredBond(epoch), 1_000);
        ledger.setBonds(BOND_FLOOR, BOND_BPS);
        vm.stopPrank();
        assertEq(ledger.requiredBond(epoch), BOND_FLOOR);
    }

    function test_SetBonds_ChangesFutureBonds() public {
        Epoch epoch = epochOver(POOL);
        propose(epoch, Root(keccak256("payouts"), POOL), proposer);
        vm.expectEmit();
        emit IRoyaltyLedger.BondsSet(1_000, 2_000);
        vm.prank(governance);
        ledger.setBonds(1_000, 2_000);
        assertEq(ledger.requiredBond(epoch), POOL / 5);
        assertEq(ledger.proposalOf(epoch, 0).bond, (POOL * BOND_BPS) / 10_000);
        assertEq(ledger.parameters().bondFloor, 1_000);
    }

    // --- setProposerFee ---

    function test_SetProposerFee_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotGovernance.selector, address(this)));
        ledger.setProposerFee(1);
    }

    function test_SetProposerFee_RevertsAboveCap() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.AboveCap.selector, "proposerFee", 301, 300));
        vm.prank(governance);
        ledger.setProposerFee(301);
    }

    function test_SetProposerFee_Sets() public {
        vm.expectEmit();
        emit IRoyaltyLedger.ProposerFeeSet(300);
        vm.prank(governance);
        ledger.setProposerFee(300);
        assertEq(ledger.parameters().proposerFee, 300);
    }

    // --- books ---

    function test_Owed_AddsUp() public {
        accrue(ALICES, 5);
        open(VERSION, 7);
        Epoch epoch = epochOver(POOL);
        propose(epoch, Root(keccak256("payouts"), POOL), proposer);
        (uint256 pools, uint256 accrued, uint256 bonds) = ledger.owed();
        assertEq(pools, POOL + 7);
        assertEq(accrued, 5);
        assertEq(bonds, (POOL * BOND_BPS) / 10_000);
    }

    function test_TreasuryPosition_IsTheFirst() public view {
        assertEq(PositionId.unwrap(ledger.treasuryPosition()), 1);
    }

    function test_Token_IsThePaymentToken() public view {
        assertEq(ledger.token(), address(token));
    }

    function test_Positions_AreTheRegistry() public view {
        assertEq(ledger.positions(), address(positions));
    }

    function test_Vault_IsThatOfDeployment() public view {
        assertEq(ledger.vault(), address(vault));
    }

    function test_Parameters_AreThoseOfDeployment() public view {
        assertEq(ledger.parameters().mostBondFloor, parameters().mostBondFloor);
    }

    function _expectInvalid(string memory name, IRoyaltyLedger.Parameters memory p) private {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.InvalidParameter.selector, name));
        deployLedger(p);
    }

    /// @dev In governance's next call.
    function _expectBelowLeast(string memory name, uint256 value, uint256 least) private {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.BelowLeast.selector, name, value, least));
        vm.prank(governance);
    }

    function _expectAboveCap(
        string memory name,
        uint256 value,
        uint256 most,
        IRoyaltyLedger.Parameters memory p
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.AboveCap.selector, name, value, most));
        deployLedger(p);
    }
}
