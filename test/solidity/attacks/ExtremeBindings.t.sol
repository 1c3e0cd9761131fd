// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAgentRegistry} from "../../../contracts/interfaces/IAgentRegistry.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {ITillFactory} from "../../../contracts/interfaces/ITillFactory.sol";
import {AgentRegistry} from "../../../contracts/registry/AgentRegistry.sol";
import {DatanetRegistry} from "../../../contracts/registry/DatanetRegistry.sol";
import {ModelRegistry} from "../../../contracts/registry/ModelRegistry.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {OperatorStaking} from "../../../contracts/staking/OperatorStaking.sol";
import {NamedRefusals} from "../support/NamedRefusals.sol";
import {ProtocolFixture} from "../support/ProtocolFixture.sol";
import {PlainToken} from "../support/Tokens.sol";

/// @notice As ExtremeInputs.t.sol, for agents, for positions that are minted, and for what a deployment binds once.
contract ExtremeBindingsTest is ProtocolFixture, NamedRefusals {
    uint256 private constant MOST = type(uint256).max;

    function setUp() public {
        _model(new PlainToken());
    }

    function test_Agents_TakeZerosOrNameWhatIsWrong() public {
        _callAgents(0);
    }

    function test_Agents_TakeTheGreatestOrNameWhatIsWrong() public {
        _callAgents(MOST);
    }

    function test_Mint_TakesZerosOrNamesWhatIsWrong() public {
        _callMint(0);
    }

    function test_Mint_TakesTheGreatestOrNamesWhatIsWrong() public {
        _callMint(MOST);
    }

    function test_Bindings_TakeZerosOrNameWhatIsWrong() public {
        _callBound(0);
        _callUnbound(0);
    }

    function test_Bindings_TakeTheGreatestOrNameWhatIsWrong() public {
        _callBound(MOST);
        _callUnbound(MOST);
    }

    /// @dev Of an agent that the caller owns, and of the one with this number.
    function _callAgents(uint256 n) private {
        AgentRegistry registry = new AgentRegistry();
        string memory text = n == 0 ? "" : string(abi.encodePacked(n));
        IAgentRegistry.MetadataEntry[] memory entries = new IAgentRegistry.MetadataEntry[](1);
        entries[0] = IAgentRegistry.MetadataEntry(text, bytes(text));
        vm.startPrank(makeAddr("agents"));
        uint256 own = registry.register(text, entries);
        _callAgent(address(registry), own, n, text);
        _callAgent(address(registry), n, n, text);
        vm.stopPrank();
    }

    function _callAgent(address to, uint256 id, uint256 n, string memory text) private {
        address wallet = address(uint160(n));
        bytes memory data = bytes(text);
        _try(to, "setAgentURI", abi.encodeCall(IAgentRegistry.setAgentURI, (id, text)));
        _try(to, "setMetadata", abi.encodeCall(IAgentRegistry.setMetadata, (id, text, data)));
        _try(to, "setMetadata of the wallet", abi.encodeCall(IAgentRegistry.setMetadata, (id, "agentWallet", data)));
        _try(to, "setAgentWallet", abi.encodeCall(IAgentRegistry.setAgentWallet, (id, wallet, n, data)));
        uint256 soon = block.timestamp + 1;
        _try(to, "setAgentWallet in time", abi.encodeCall(IAgentRegistry.setAgentWallet, (id, wallet, soon, data)));
        _try(to, "getAgentWallet", abi.encodeCall(IAgentRegistry.getAgentWallet, (id)));
        _try(to, "getMetadata", abi.encodeCall(IAgentRegistry.getMetadata, (id, text)));
        _try(to, "isAuthorized", abi.encodeCall(IAgentRegistry.isAuthorizedOrOwner, (wallet, id)));
        _try(to, "unsetAgentWallet", abi.encodeCall(IAgentRegistry.unsetAgentWallet, (id)));
    }

    /// @dev As the registries do, of every kind.
    function _callMint(uint256 n) private {
        address to = address(_p.positions);
        address owner = address(uint160(n));
        for (uint8 kind; kind <= uint8(type(IRoyaltyPositions.PositionKind).max); ++kind) {
            bytes memory call = abi.encodeCall(
                IRoyaltyPositions.mint,
                (owner, IRoyaltyPositions.PositionKind(kind), uint64(n))
            );
            _try(to, "mint by anybody", call);
            vm.prank(address(_p.models));
            _try(to, "mint by models", call);
            vm.prank(address(_p.datanets));
            _try(to, "mint by datanets", call);
        }
        _requireSolvent();
    }

    /// @dev By the deployer, who has bound them.
    function _callBound(uint256 n) private {
        _callRegistries(_p.positions, _p.datanets, _p.models, n);
        _callLedger(_p.ledger, n);
        _try(address(_p.vault), "vault", abi.encodeCall(IRoyaltyVault.bind, (IRoyaltyLedger(address(uint160(n))))));
        _callStaking(_p.staking, n);
        _requireSolvent();
    }

    /// @dev By the deployer, before it has bound them.
    function _callUnbound(uint256 n) private {
        RoyaltyPositions positions = new RoyaltyPositions(address(this), _token);
        RoyaltyLedger ledger = deployLedger(_token, _p.positions);
        address vault = positions.vault();
        // Asked for its vault, it names another.
        _try(vault, "vault of another ledger", abi.encodeCall(IRoyaltyVault.bind, (ledger)));
        DatanetRegistry datanets = new DatanetRegistry(_p.ledger, positions, REVIEW_SECONDS, 1 days);
        IModelRegistry.Parameters memory p = _p.models.parameters();
        ModelRegistry models = new ModelRegistry(_token, datanets, positions, governance, p);
        _callRegistries(positions, datanets, models, n);
        _callLedger(ledger, n);
        IOperatorStaking.Parameters memory s = IOperatorStaking.Parameters(14 days, 14 days, 7 days);
        _callStaking(new OperatorStaking(_p.open, governance, s), n);
    }

    function _callRegistries(
        RoyaltyPositions positions,
        DatanetRegistry datanets,
        ModelRegistry models,
        uint256 n
    ) private {
        address other = address(uint160(n));
        address[] memory courts = new address[](1);
        courts[0] = other;
        _try(address(positions), "bindMinters", abi.encodeCall(IRoyaltyPositions.bindMinters, (other, other)));
        _try(address(datanets), "bindReview", abi.encodeCall(IDatanetRegistry.bindReview, (other)));
        _try(address(models), "bindCourts", abi.encodeCall(IModelRegistry.bindCourts, (courts)));
        _try(address(models), "no courts", abi.encodeCall(IModelRegistry.bindCourts, (new address[](0))));
    }

    function _callLedger(RoyaltyLedger ledger, uint256 n) private {
        address other = address(uint160(n));
        address[] memory courts = new address[](1);
        courts[0] = other;
        bytes memory call = abi.encodeCall(IRoyaltyLedger.bind, (ITillFactory(other), IModelRegistry(other), courts));
        _try(address(ledger), "ledger", call);
        call = abi.encodeCall(IRoyaltyLedger.bind, (_p.tills, _p.models, courts));
        _try(address(ledger), "ledger's courts", call);
    }

    function _callStaking(OperatorStaking staking, uint256 n) private {
        address other = address(uint160(n));
        IOperatorStaking.Fault[] memory faults = new IOperatorStaking.Fault[](1);
        faults[0] = IOperatorStaking.Fault(other, uint16(n), uint16(n));
        bytes memory call = abi.encodeCall(
            IOperatorStaking.bind,
            (IModelRegistry(other), IDatanetRegistry(other), faults)
        );
        _try(address(staking), "staking", call);
        faults[0].slasher = address(_p.review);
        call = abi.encodeCall(IOperatorStaking.bind, (_p.models, _p.datanets, faults));
        _try(address(staking), "staking's most", call);
        faults[0].mostBps = 1;
        call = abi.encodeCall(IOperatorStaking.bind, (_p.models, _p.datanets, faults));
        _try(address(staking), "staking's reward", call);
    }
}
