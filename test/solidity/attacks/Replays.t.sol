// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {ITillFactory} from "../../../contracts/interfaces/ITillFactory.sol";
import {LedgerData} from "../../../contracts/libraries/LedgerData.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyVault} from "../../../contracts/royalties/RoyaltyVault.sol";
import {PositionId, SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {LedgerFixture} from "../ledger/LedgerFixture.sol";

/// @notice Signatures for one ledger or vault where they were not meant: at those of another payment token, which share the positions, the attributors and
/// the numbers of settlements, on a fork of the chain, and for another position of the same owner (Replays.tree).
contract ReplaysTest is LedgerFixture {
    RoyaltyLedger private _other;
    RoyaltyVault private _otherVault;

    function setUp() public override {
        super.setUp();
        _otherVault = new RoyaltyVault(token, positions, address(this));
        _other = new RoyaltyLedger(_otherVault, attributors, governance, guardian, parameters());
        _otherVault.bind(_other);
        _other.bind(ITillFactory(address(this)), IModelRegistry(address(this)), new address[](0));
        token.approve(address(_other), type(uint256).max);
        vm.prank(bob);
        positions.transferFrom(bob, alice, 3);
        accrue(ALICES, 100);
        accrue(BOBS, 100);
        PositionId[] memory to = new PositionId[](1);
        uint128[] memory amounts = new uint128[](1);
        (to[0], amounts[0]) = (ALICES, 100);
        _other.accrue(to, amounts);
    }

    function test_ADelegation_DoesNotServeAnotherVault() public {
        IRoyaltyVault.DelegatedClaim[] memory claims = _signed();
        _expectInvalid(_otherVault, ALICES, claims);
        vm.prank(stranger);
        assertEq(vault.claimFor(claims), 100);
    }

    function test_ADelegation_DoesNotServeAFork() public {
        IRoyaltyVault.DelegatedClaim[] memory claims = _signed();
        vm.chainId(block.chainid + 1);
        _expectInvalid(vault, ALICES, claims);
    }

    /// @dev Given the nonce that the other position has, which its transfer made another.
    function test_ADelegation_DoesNotServeAnotherPositionOfTheOwner() public {
        IRoyaltyVault.DelegatedClaim[] memory claims = _signed();
        claims[0].delegation.position = BOBS;
        claims[0].delegation.nonce = vault.delegationNonceOf(BOBS);
        claims[0].claim.position = BOBS;
        _expectInvalid(vault, BOBS, claims);
    }

    /// @dev Both ledgers have a settlement 1 of the same version and count, and the same attributors.
    function test_AnAttestation_DoesNotServeAnotherLedger() public {
        SettlementId settlement = open(VERSION, POOL);
        SettlementId same = _other.openSettlement(VERSION, Root(keccak256("receipts"), POOL), 1, POOL);
        assertEq(SettlementId.unwrap(settlement), SettlementId.unwrap(same));
        bytes[] memory signatures = signaturesBy(ATTRIBUTOR_KEY, settlement);
        Root memory sketches = Root(keccak256("sketches"), 1);
        // Of other bytes, the signature recovers some other account.
        vm.expectPartialRevert(IRoyaltyLedger.NotAttributor.selector);
        _other.commitSketches(same, sketches, 0, signatures);
        ledger.commitSketches(settlement, sketches, 0, signatures);
    }

    function _signed() private view returns (IRoyaltyVault.DelegatedClaim[] memory claims) {
        uint256 nonce = vault.delegationNonceOf(ALICES);
        uint48 deadline = uint48(block.timestamp + 100);
        (, string memory name, string memory version, uint256 chainId, address verifier, , ) = vault.eip712Domain();
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                chainId,
                verifier
            )
        );
        bytes32 content = LedgerData.delegationHash(ALICES, stranger, stranger, nonce, deadline);
        claims = new IRoyaltyVault.DelegatedClaim[](1);
        claims[0] = IRoyaltyVault.DelegatedClaim({
            delegation: IRoyaltyVault.Delegation(ALICES, stranger, stranger, nonce, deadline),
            signature: sign(aliceKey, keccak256(abi.encodePacked(hex"1901", domain, content))),
            claim: accruedOnly(ALICES)
        });
    }

    function _expectInvalid(
        RoyaltyVault vault_,
        PositionId position,
        IRoyaltyVault.DelegatedClaim[] memory claims
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.InvalidDelegation.selector, position));
        vm.prank(stranger);
        vault_.claimFor(claims);
    }
}
