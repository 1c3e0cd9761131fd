// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {ModelTill} from "../../../contracts/payments/ModelTill.sol";
import {
    ContributionId,
    DatanetId,
    Epoch,
    ModelId,
    ModelVersion,
    PositionId,
    SettlementId
} from "../../../contracts/types/Ids.sol";
import {Method} from "../../../contracts/types/Method.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {Split} from "../../../contracts/types/Split.sol";
import {Deployments} from "./Deployments.sol";

/// @notice A protocol in which the test itself is curator, contributor, developer, gateway and proposer, brought to the stage that a test needs.
abstract contract ProtocolFixture is Deployments {
    DatanetId internal constant DATANET = DatanetId.wrap(1);
    ModelVersion internal constant VERSION = ModelVersion.wrap(1);
    PositionId internal constant CURATOR = PositionId.wrap(2);
    PositionId internal constant CONTRIBUTOR = PositionId.wrap(3);
    PositionId internal constant DEVELOPER = PositionId.wrap(4);
    uint256 internal constant ATTRIBUTOR_KEY = 0xa11ce;

    Protocol internal _p;
    IERC20 internal _token;
    ModelTill internal _till;

    /// @dev A datanet with one accepted contribution of ten records, a model on it with a usable index, and its till.
    function _model(IERC20 token) internal {
        _token = token;
        _p = deployProtocol(token);
        _p.attributors.add(vm.addr(ATTRIBUTOR_KEY));
        token.approve(address(_p.ledger), type(uint256).max);
        token.approve(address(_p.datanets), type(uint256).max);
        token.approve(address(_p.models), type(uint256).max);
        _p.datanets.createDatanet(_terms(), "");
        _contribute("first");
        skip(REVIEW_SECONDS);
        _p.datanets.accept(ContributionId.wrap(1));
        _p.models.register(_registration());
        _p.models.commitIndex(VERSION, _method(), Root("index", 10), 0);
        skip(INDEX_WINDOW_SECONDS);
        _till = ModelTill(_p.tills.createTill(ModelId.wrap(1), address(this)));
    }

    function _contribute(bytes32 name) internal returns (ContributionId) {
        return _contribute(Root(name, 10));
    }

    function _contribute(Root memory root) internal returns (ContributionId) {
        _p.datanets.reserve(_p.datanets.reservationOf(address(this), DATANET, root, 0));
        vm.roll(vm.getBlockNumber() + 1);
        return _p.datanets.contribute(DATANET, IDatanetRegistry.ContributionKind.Data, root, "MIT", "", 0);
    }

    /// @dev Pays a fee and books it, as five calls. @return settlement Its id.
    function _settle(uint128 fee) internal returns (SettlementId settlement) {
        _token.transfer(address(_till), fee);
        settlement = _till.close(VERSION, Root("receipts", fee), 5, 0);
    }

    function _attest(SettlementId settlement) internal {
        _p.ledger.commitSketches(settlement, Root("sketches", 5), 0, _signed(settlement));
    }

    function _signed(SettlementId settlement) internal view returns (bytes[] memory signatures) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ATTRIBUTOR_KEY, _p.ledger.attestationDigest(settlement, "sketches"));
        signatures = new bytes[](1);
        signatures[0] = abi.encodePacked(r, s, v);
    }

    /// @dev Settles a fee in an epoch of its own, which is over at the end. @return epoch Its number.
    function _epochOver(uint128 fee) internal returns (Epoch epoch) {
        vm.warp(_p.ledger.epochEnd(_p.ledger.epochAt(uint48(block.timestamp))));
        epoch = _p.ledger.epochAt(uint48(block.timestamp));
        _attest(_settle(fee));
        vm.warp(_p.ledger.epochEnd(epoch));
        _p.ledger.advance(10);
    }

    function _propose(Epoch epoch, bytes32 name) internal {
        _p.ledger.propose(epoch, Root(name, _p.ledger.epochPools(epoch)), _payouts(epoch, name), 0);
    }

    function _payouts(Epoch epoch, bytes32 name) internal view returns (Root memory) {
        return Root(name, _p.ledger.payoutsRoot().sum + _p.ledger.epochPools(epoch));
    }

    function _accruedOnly(PositionId position) internal pure returns (IRoyaltyVault.Claim[] memory claims) {
        claims = new IRoyaltyVault.Claim[](1);
        claims[0].position = position;
    }

    function _terms() internal pure returns (IDatanetRegistry.Terms memory terms) {
        terms.bondPerRecord = 3;
        terms.licenceFee = 1_000;
        terms.reviewWindowSeconds = REVIEW_SECONDS;
        terms.leastDataShareBps = 5_000;
        terms.curatorCutBps = 1_000;
        terms.allowedUses = 1;
    }

    function _registration() internal pure returns (IModelRegistry.Registration memory registration) {
        registration.weightsHash = "weights";
        registration.datanets = new DatanetId[](1);
        registration.datanets[0] = DATANET;
        registration.split = Split({
            treasury: 200,
            gateway: 500,
            curators: 300,
            stakers: 0,
            developer: 2_000,
            data: 7_000
        });
    }

    function _method() internal pure returns (Method memory) {
        return
            Method({
                k: 256,
                topK: 32,
                debitFactor: 192,
                tau: 64_225,
                delta: 6_554,
                signatureMatch: 230,
                sketchSpec: "spec"
            });
    }

    /// @dev Every contract holds what it owes, to the unit.
    function _requireSolvent() internal view {
        (uint256 pools, uint256 accrued, uint256 bonds) = _p.ledger.owed();
        assertEq(_token.balanceOf(address(_p.ledger)), pools + accrued + bonds, "ledger");
        assertEq(_token.balanceOf(address(_p.datanets)), _p.datanets.owed(), "datanets");
        assertEq(_token.balanceOf(address(_p.models)), _p.models.owed(), "models");
        assertEq(_token.balanceOf(address(_p.review)), _p.review.owed(), "review");
        (uint256 stakes, uint256 rewards) = _p.staking.owed(address(_token));
        assertEq(_token.balanceOf(address(_p.staking)), stakes + rewards, "staking");
    }
}
