// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IInclusions} from "../../../contracts/interfaces/IInclusions.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IPenalties} from "../../../contracts/interfaces/IPenalties.sol";
import {ISettlementProofs} from "../../../contracts/interfaces/ISettlementProofs.sol";
import {ModelTill} from "../../../contracts/payments/ModelTill.sol";
import {SmartAccount} from "../../../contracts/test/SmartAccount.sol";
import {CommitName} from "../../../contracts/types/CommitName.sol";
import {ModelId} from "../../../contracts/types/Ids.sol";
import {Receipt as SignedReceipt} from "../../../contracts/types/Receipt.sol";
import {SettlementFixture} from "./SettlementFixture.sol";

/// @notice A contract that says it is a till of somebody else's.
contract FalseTill {
    address public immutable gateway;

    constructor(address gateway_) {
        gateway = gateway_;
    }
}

/// @notice The proof of two receipts for one call, branch by branch (SettlementProofs.equivocation.tree).
contract SettlementProofsEquivocationTest is SettlementFixture {
    function _pair() private view returns (SignedReceipt memory first, SignedReceipt memory second) {
        first = receiptOf(SECOND_CHANNEL, 7, 1_000, 9_000);
        second = receiptOf(SECOND_CHANNEL, 7, 1_000, 9_001);
    }

    function _prove(SignedReceipt memory first, SignedReceipt memory second) private {
        proofs.proveEquivocation(first, signed(GATEWAY_KEY, first), second, signed(GATEWAY_KEY, second));
    }

    function test_ProveEquivocation_MakesACaseWithoutDeadline() public {
        (SignedReceipt memory first, SignedReceipt memory second) = _pair();
        (uint256 id, CommitName name) = proofs.equivocationOf(address(_till), SECOND_CHANNEL, 7);
        vm.expectEmit(address(proofs));
        emit ISettlementProofs.BreachProven(name, id, ISettlementProofs.Breach.Equivocation, alice);
        vm.prank(alice);
        _prove(first, second);
        skip(700 days);
        uint256 before = _p.open.balanceOf(alice);
        proofs.penalizeGateway(id);
        assertEq(stakeOf(gatewayPool), STAKE - STAKE / 5);
        assertEq(_p.open.balanceOf(alice) - before, STAKE / 10);
    }

    /// @dev A third receipt for the same call is the same case.
    function test_ProveEquivocation_RevertsForTheSameAgain() public {
        (SignedReceipt memory first, SignedReceipt memory second) = _pair();
        _prove(first, second);
        (, CommitName name) = proofs.equivocationOf(address(_till), SECOND_CHANNEL, 7);
        second.amount = 3;
        bytes memory firstSignature = signed(GATEWAY_KEY, first);
        bytes memory secondSignature = signed(GATEWAY_KEY, second);
        vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.NotAccusable.selector, name));
        proofs.proveEquivocation(first, firstSignature, second, secondSignature);
    }

    function _refuses(SignedReceipt memory first, SignedReceipt memory second, bytes memory error_) private {
        bytes memory firstSignature = signed(GATEWAY_KEY, first);
        bytes memory secondSignature = signed(GATEWAY_KEY, second);
        vm.expectRevert(error_);
        proofs.proveEquivocation(first, firstSignature, second, secondSignature);
    }

    function test_ProveEquivocation_RefusesReceiptsOfTwoCalls() public {
        bytes memory error_ = abi.encodeWithSelector(ISettlementProofs.NoEquivocation.selector);
        SignedReceipt memory first = receiptOf(SECOND_CHANNEL, 7, 1_000, 9_000);
        _refuses(first, first, error_);
        _refuses(first, receiptOf(SECOND_CHANNEL, 8, 1_000, 9_000), error_);
        _refuses(first, receiptOf(FIRST_CHANNEL, 7, 1_000, 9_000), error_);
        SignedReceipt memory other = receiptOf(SECOND_CHANNEL, 7, 1_000, 9_000);
        other.till = _p.tills.createTill(ModelId.wrap(1), alice);
        _refuses(first, other, error_);
    }

    /// @dev A signature that was made for another till or another chain is none.
    function test_ProveEquivocation_RefusesWhatTheGatewayDidNotSign() public {
        (SignedReceipt memory first, SignedReceipt memory second) = _pair();
        bytes memory own = signed(GATEWAY_KEY, first);
        bytes memory strange = signed(ATTRIBUTOR_KEY, second);
        vm.expectRevert(abi.encodeWithSelector(IInclusions.NotSigned.selector, 1));
        proofs.proveEquivocation(first, own, second, strange);
        vm.expectRevert(abi.encodeWithSelector(IInclusions.NotSigned.selector, 0));
        proofs.proveEquivocation(second, strange, first, own);
        vm.chainId(5);
        bytes memory elsewhere = signed(GATEWAY_KEY, second);
        vm.chainId(31_337);
        vm.expectRevert(abi.encodeWithSelector(IInclusions.NotSigned.selector, 1));
        proofs.proveEquivocation(first, own, second, elsewhere);
        vm.expectRevert(abi.encodeWithSelector(IInclusions.NotSigned.selector, 1));
        proofs.proveEquivocation(first, own, second, own);
    }

    /// @dev Anybody can deploy a contract that names an innocent gateway.
    function test_ProveEquivocation_RefusesOtherTills() public {
        (SignedReceipt memory first, SignedReceipt memory second) = _pair();
        first.till = second.till = address(new FalseTill(gateway));
        _refuses(first, second, abi.encodeWithSelector(IInclusions.UnknownTill.selector, first.till));
    }

    function test_ProveEquivocation_KnowsContractsThatSign() public {
        SmartAccount account = new SmartAccount(attributor);
        _till = ModelTill(_p.tills.createTill(ModelId.wrap(1), address(account)));
        (SignedReceipt memory first, SignedReceipt memory second) = _pair();
        bytes memory firstSignature = signed(ATTRIBUTOR_KEY, first);
        bytes memory secondSignature = signed(GATEWAY_KEY, second);
        vm.expectRevert(abi.encodeWithSelector(IInclusions.NotSigned.selector, 1));
        proofs.proveEquivocation(first, firstSignature, second, secondSignature);
        proofs.proveEquivocation(first, firstSignature, second, signed(ATTRIBUTOR_KEY, second));
        (uint256 id, ) = proofs.equivocationOf(address(_till), SECOND_CHANNEL, 7);
        // It never staked.
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownPool.selector, 0));
        proofs.penalizeGateway(id);
    }

    /// @dev An account that delegates to code which denies everything has signed all the same.
    function test_ProveEquivocation_HoldsAnAccountThatTakesOnCode() public {
        (SignedReceipt memory first, SignedReceipt memory second) = _pair();
        vm.etch(gateway, address(new SmartAccount(alice)).code);
        _prove(first, second);
        (uint256 id, ) = proofs.equivocationOf(address(_till), SECOND_CHANNEL, 7);
        proofs.penalizeGateway(id);
        assertEq(stakeOf(gatewayPool), STAKE - STAKE / 5);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.NothingToPenalize.selector, id));
        proofs.penalizeSigner(id, signers(), 0);
    }

    // --- soundness ---

    /// @dev A gateway that signed one receipt of each call: no two of them are of one call, and under another receipt of a call stands no signature of its key.
    function testFuzz_HonestGatewaysAreNeverHit(uint256 seed) public {
        SignedReceipt memory first = _oneOf(seed);
        SignedReceipt memory other = _oneOf(seed >> 8);
        _refuses(first, other, abi.encodeWithSelector(ISettlementProofs.NoEquivocation.selector));
        bytes memory own = signed(GATEWAY_KEY, first);
        SignedReceipt memory forged = _forged(seed >> 16, _copy(first));
        bytes[4] memory signatures = [own, signed(GATEWAY_KEY, other), signed(ATTRIBUTOR_KEY, forged), ""];
        for (uint256 i; i < 4; ++i) {
            bytes memory strange = i < 3 ? signatures[i] : _bent(seed >> 32, own);
            vm.expectRevert(abi.encodeWithSelector(IInclusions.NotSigned.selector, 1));
            proofs.proveEquivocation(first, own, forged, strange);
            vm.expectRevert(abi.encodeWithSelector(IInclusions.NotSigned.selector, 0));
            proofs.proveEquivocation(forged, strange, first, own);
        }
    }

    function _oneOf(uint256 seed) private view returns (SignedReceipt memory) {
        uint256 place = (seed >> 1) % COUNT;
        return seed % 2 == 0 ? honest()[place] : honestNext()[place];
    }

    function _copy(SignedReceipt memory receipt) private pure returns (SignedReceipt memory) {
        return abi.decode(abi.encode(receipt), (SignedReceipt));
    }

    /// @dev Another receipt of the same call.
    function _forged(uint256 seed, SignedReceipt memory receipt) private pure returns (SignedReceipt memory) {
        uint256 field = seed % 7;
        if (field == 0) receipt.amount += uint128(1 + ((seed >> 8) % 1e9));
        if (field == 1) receipt.cumulative += uint128(1 + ((seed >> 8) % 1e9));
        if (field == 2) receipt.requestHash = keccak256(abi.encode(seed));
        if (field == 3) receipt.responseHash = keccak256(abi.encode(seed));
        if (field == 4) ++receipt.issuedAt;
        if (field == 5) receipt.agentId = 1 + seed;
        if (field == 6) receipt.agentRegistry = address(uint160(1 + (seed % 1e9)));
        return receipt;
    }

    /// @dev A signature of which bytes are missing, or one is another, or one is added.
    function _bent(uint256 seed, bytes memory signature) private pure returns (bytes memory bent) {
        uint256 length = seed % 3 == 0 ? (seed >> 8) % signature.length : signature.length;
        bent = new bytes(length);
        for (uint256 i; i < length; ++i) bent[i] = signature[i];
        if (seed % 3 == 1) bent[(seed >> 8) % length] ^= bytes1(uint8(1 + ((seed >> 16) % 255)));
        if (seed % 3 == 2) bent = abi.encodePacked(bent, uint8(seed >> 8));
    }

    // --- names ---

    function test_EquivocationOf_IsNamedApartFromCommits() public view {
        (uint256 id, CommitName name) = proofs.equivocationOf(address(_till), SECOND_CHANNEL, 7);
        bytes32 hash = keccak256(abi.encode(address(_till), SECOND_CHANNEL, uint64(7)));
        assertEq(id, uint256(hash));
        assertEq(bytes32(CommitName.unwrap(name)), bytes32(bytes13(abi.encodePacked(uint8(0), hash))));
        assertFalse(proofs.isProven(name));
    }
}
