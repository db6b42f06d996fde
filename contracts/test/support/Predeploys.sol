// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutboxKind, OutboxMessage} from "../../src/bridge/IBridge.sol";
import {CurrencyMode} from "../../src/rollup/IRollupFactory.sol";
import {BridgedErc1155} from "../../src/predeploys/BridgedErc1155.sol";
import {BridgedErc20} from "../../src/predeploys/BridgedErc20.sol";
import {BridgedErc721} from "../../src/predeploys/BridgedErc721.sol";
import {ChainState} from "../../src/predeploys/ChainState.sol";
import {Faucet} from "../../src/predeploys/Faucet.sol";
import {FeeVault} from "../../src/predeploys/FeeVault.sol";
import {
    BASE_FEE_VAULT,
    BRIDGED_ERC1155_IMPL,
    BRIDGED_ERC20_IMPL,
    BRIDGED_ERC721_IMPL,
    CHAIN_STATE,
    DATA_FEE_VAULT,
    FAUCET,
    IOutbox,
    L2_BRIDGE,
    OUTBOX,
    PRIORITY_FEE_VAULT,
    SETTLER,
    SYSTEM
} from "../../src/predeploys/IPredeploys.sol";
import {L2Bridge} from "../../src/predeploys/L2Bridge.sol";
import {Outbox} from "../../src/predeploys/Outbox.sol";
import {Settler} from "../../src/predeploys/Settler.sol";
import {OutboxModel} from "./OutboxModel.sol";
import {Test, Vm} from "./Test.sol";

/// A chain's genesis as packages/protocol lays it out, in a forge world.
abstract contract Predeploys is Test {
    address internal constant CHAIN_OWNER = address(0x0111);
    address internal constant OPERATOR = address(0x0666);
    bytes32 internal constant EMPTY_OUTBOX_ROOT = 0x27ae5ba08d7291c96c8cbddcc148bf48a6d68c7974b94356f53754ef6171d757;
    uint256 internal constant RESERVE = 1_000_000 ether;
    uint256 internal constant NATIVE_RESERVE = 1 << 127;

    ChainState internal constant chainState = ChainState(CHAIN_STATE);
    Outbox internal constant outbox = Outbox(OUTBOX);
    L2Bridge internal constant l2Bridge = L2Bridge(L2_BRIDGE);
    Settler internal constant settler = Settler(SETTLER);

    function setUp() public virtual {
        vm.etch(CHAIN_STATE, type(ChainState).runtimeCode);
        vm.etch(OUTBOX, type(Outbox).runtimeCode);
        vm.etch(L2_BRIDGE, type(L2Bridge).runtimeCode);
        vm.etch(SETTLER, type(Settler).runtimeCode);
        vm.etch(FAUCET, type(Faucet).runtimeCode);
        vm.etch(BASE_FEE_VAULT, type(FeeVault).runtimeCode);
        vm.etch(PRIORITY_FEE_VAULT, type(FeeVault).runtimeCode);
        vm.etch(DATA_FEE_VAULT, type(FeeVault).runtimeCode);
        vm.etch(BRIDGED_ERC20_IMPL, type(BridgedErc20).runtimeCode);
        vm.etch(BRIDGED_ERC721_IMPL, type(BridgedErc721).runtimeCode);
        vm.etch(BRIDGED_ERC1155_IMPL, type(BridgedErc1155).runtimeCode);
        vm.store(CHAIN_STATE, bytes32(uint256(0)), bytes32(uint256(500) | (uint256(1_700_000_000) << 64)));
        vm.store(CHAIN_STATE, bytes32(uint256(1)), keccak256("origin"));
        vm.store(CHAIN_STATE, bytes32(uint256(3)), bytes32(uint256(uint160(CHAIN_OWNER))));
        vm.store(CHAIN_STATE, bytes32(uint256(4)), bytes32(uint256(uint160(OPERATOR))));
        vm.store(OUTBOX, bytes32(uint256(0)), EMPTY_OUTBOX_ROOT);
        vm.deal(FAUCET, RESERVE);
        vm.recordLogs();
    }

    /// Makes this a chain whose currency is ETH (token zero) or an L1 token.
    function setCurrency(CurrencyMode mode, address token) internal {
        vm.store(CHAIN_STATE, bytes32(uint256(5)), bytes32(uint256(mode) | (uint256(uint160(token)) << 8)));
        vm.deal(L2_BRIDGE, mode == CurrencyMode.Issued ? 0 : NATIVE_RESERVE);
    }

    function enterSettle() internal {
        vm.prank(SYSTEM);
        chainState.enterSettle();
    }

    /// Messages appended since the last call, checked against the tree's root when they are all there are.
    function takeMessages() internal returns (OutboxMessage[] memory messages) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 count = 0;
        for (uint256 i = 0; i < logs.length; i++) if (_isAppended(logs[i])) count++;
        messages = new OutboxMessage[](count);
        count = 0;
        for (uint256 i = 0; i < logs.length; i++) {
            if (!_isAppended(logs[i])) continue;
            (, bytes memory payload) = abi.decode(logs[i].data, (bytes32, bytes));
            messages[count++] = OutboxMessage(OutboxKind(uint256(logs[i].topics[2])), payload);
        }
        if (count == outbox.count()) {
            bytes32 expected = OutboxModel.root(OutboxModel.leavesOf(messages));
            assertEq(outbox.root(), expected, "root against model");
        }
    }

    function assertMessage(OutboxMessage memory message, OutboxKind kind, bytes memory payload, string memory what)
        internal
        pure
    {
        assertEq(uint256(message.kind), uint256(kind), what);
        assertEq(keccak256(message.payload), keccak256(payload), what);
    }

    function _isAppended(Vm.Log memory log) private pure returns (bool) {
        return log.emitter == OUTBOX && log.topics[0] == IOutbox.MessageAppended.selector;
    }
}
