// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutboxKind, OutboxMessage} from "../src/bridge/IBridge.sol";
import {CurrencyMode} from "../src/rollup/IRollupFactory.sol";
import {BridgedErc20} from "../src/predeploys/BridgedErc20.sol";
import {BridgedErc721} from "../src/predeploys/BridgedErc721.sol";
import {OnlyBridge} from "../src/predeploys/IBridgedTokens.sol";
import {
    BRIDGED_ERC20_IMPL,
    CHAIN_STATE,
    FAUCET,
    IChainState,
    IFaucet,
    IL2Bridge,
    IOutbox,
    L2_BRIDGE,
    Mode,
    OUTBOX,
    OnlySystem,
    SETTLER,
    SYSTEM
} from "../src/predeploys/IPredeploys.sol";
import {LayerNft} from "./support/Collections.sol";
import {OutboxModel} from "./support/OutboxModel.sol";
import {Predeploys} from "./support/Predeploys.sol";

contract PredeploysTest is Predeploys {
    address private constant L1_TOKEN = address(0x1001);
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);

    function test_ChainState_ReadsAndWritesTheDocumentedLayout() public {
        assertEq(chainState.l1OriginNumber(), 500, "number");
        assertEq(chainState.l1OriginTimestamp(), 1_700_000_000, "timestamp");
        assertEq(chainState.owner(), CHAIN_OWNER, "owner");
        assertEq(chainState.faucetOperator(), OPERATOR, "operator");
        vm.prank(SYSTEM);
        chainState.advance(501, bytes32("hash"), 1_700_000_012, 9, bytes32("acc"));
        uint256 packed = 501 | (1_700_000_012 << 64) | (9 << 128);
        assertEq(vm.load(CHAIN_STATE, 0), bytes32(packed), "slot 0");
        assertEq(vm.load(CHAIN_STATE, bytes32(uint256(1))), bytes32("hash"), "slot 1");
        assertEq(vm.load(CHAIN_STATE, bytes32(uint256(2))), bytes32("acc"), "slot 2");
        enterSettle();
        assertEq(vm.load(CHAIN_STATE, 0), bytes32(packed | (1 << 192)), "mode");
        vm.prank(SETTLER);
        chainState.enterSettled();
        assertTrue(chainState.mode() == Mode.Settled, "settled");
    }

    function test_ChainState_SaysWhatWasForcedInVain() public {
        vm.expectEmit();
        emit IChainState.ForcedTransactionSkipped(4, keccak256("tx"), 6);
        vm.prank(SYSTEM);
        chainState.skipForced(4, keccak256("tx"), 6);
        vm.expectRevert(OnlySystem.selector);
        chainState.skipForced(4, keccak256("tx"), 6);
    }

    function test_ChainState_HoldsTheCurrencyInSlot5() public {
        assertTrue(chainState.currencyMode() == CurrencyMode.Issued, "issued");
        setCurrency(CurrencyMode.Erc20, L1_TOKEN);
        assertTrue(chainState.currencyMode() == CurrencyMode.Erc20, "mode");
        assertEq(chainState.currencyToken(), L1_TOKEN, "token");
    }

    function test_ChainState_ObeysTheProtocolOnly() public {
        vm.expectRevert(OnlySystem.selector);
        chainState.advance(1, 0, 0, 0, 0);
        vm.expectRevert(OnlySystem.selector);
        chainState.enterSettle();
        vm.prank(SYSTEM);
        vm.expectRevert(OnlySystem.selector);
        chainState.enterSettled();
    }

    function test_Outbox_EmptyRootIsThatOfTheModel() public pure {
        assertEq(OutboxModel.root(new bytes32[](0)), EMPTY_OUTBOX_ROOT, "empty tree");
    }

    function testFuzz_Outbox_RootIsThatOfTheModelAfterEveryAppend(uint8 count, uint256 salt) public {
        uint256 total = bound(count, 1, 40);
        bytes32[] memory leaves = new bytes32[](total);
        for (uint256 i = 0; i < total; i++) {
            OutboxMessage memory message =
                OutboxMessage(OutboxKind(1 + (salt % 6 + i) % 6), abi.encodePacked(keccak256(abi.encode(salt, i)), i));
            vm.prank(i % 2 == 0 ? L2_BRIDGE : SETTLER);
            assertEq(outbox.append(message.kind, message.payload), i, "index");
            leaves[i] = OutboxModel.leaf(i, message);
            bytes32[] memory sofar = new bytes32[](i + 1);
            for (uint256 j = 0; j <= i; j++) sofar[j] = leaves[j];
            assertEq(outbox.root(), OutboxModel.root(sofar), "root");
            assertEq(vm.load(OUTBOX, 0), outbox.root(), "slot 0");
            assertEq(uint256(vm.load(OUTBOX, bytes32(uint256(1)))), i + 1, "slot 1");
        }
    }

    function test_Outbox_RefusesStrangers() public {
        vm.expectRevert(IOutbox.OnlyBridgeOrSettler.selector);
        outbox.append(OutboxKind.MintNative, "");
    }

    function test_Erc20_ArrivesAndLeaves() public {
        vm.prank(SYSTEM);
        l2Bridge.finaliseErc20(L1_TOKEN, ALICE, 700, "Basalt", "BSL", 6);
        vm.prank(SYSTEM);
        l2Bridge.finaliseErc20(L1_TOKEN, BOB, 300, "ignored", "IGN", 1);
        BridgedErc20 token = BridgedErc20(l2Bridge.l2TokenOf(L1_TOKEN, false));
        assertEq(token.balanceOf(ALICE), 700, "first deposit");
        assertEq(token.balanceOf(BOB), 300, "second deposit");
        assertEq(token.name(), "Basalt", "name");
        assertEq(token.symbol(), "BSL", "symbol");
        assertEq(token.decimals(), 6, "decimals");
        assertEq(token.l1Token(), L1_TOKEN, "origin");
        assertEq(l2Bridge.bridgedTokens().length, 1, "one token");
        (address l1Token, bool bridged) = l2Bridge.l1TokenOf(address(token));
        assertTrue(bridged && l1Token == L1_TOKEN, "known");

        vm.prank(ALICE);
        l2Bridge.withdrawErc20(address(token), BOB, 200);
        assertEq(token.totalSupply(), 800, "burnt");
        OutboxMessage[] memory messages = takeMessages();
        assertMessage(messages[0], OutboxKind.ReleaseErc20, abi.encode(L1_TOKEN, BOB, 200), "message");

        vm.prank(BOB);
        vm.expectRevert();
        l2Bridge.withdrawErc20(address(token), BOB, 301);
    }

    function test_Eth_IsTheTokenOfZero() public {
        vm.prank(SYSTEM);
        l2Bridge.finaliseErc20(address(0), ALICE, 1 ether, "Ether", "ETH", 18);
        address token = l2Bridge.l2TokenOf(address(0), false);
        (address l1Token, bool bridged) = l2Bridge.l1TokenOf(token);
        assertTrue(bridged && l1Token == address(0), "zero is ETH");
        (, bool other) = l2Bridge.l1TokenOf(address(0x5));
        assertTrue(!other, "not every token is ETH");
    }

    function test_Erc721_ArrivesAndLeaves() public {
        vm.prank(SYSTEM);
        l2Bridge.finaliseErc721(L1_TOKEN, ALICE, 7, "Obsidian", "OBS", "ipfs://o/7");
        BridgedErc721 token = BridgedErc721(l2Bridge.l2TokenOf(L1_TOKEN, true));
        assertEq(token.ownerOf(7), ALICE, "owner");
        assertEq(token.tokenURI(7), "ipfs://o/7", "URI");
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IL2Bridge.NotOwner.selector, address(token), 7));
        l2Bridge.withdrawErc721(address(token), BOB, 7);
        vm.prank(ALICE);
        l2Bridge.withdrawErc721(address(token), BOB, 7);
        vm.expectRevert();
        token.ownerOf(7);
        assertMessage(takeMessages()[0], OutboxKind.ReleaseErc721, abi.encode(L1_TOKEN, BOB, 7), "message");
        // It may come again.
        vm.prank(SYSTEM);
        l2Bridge.finaliseErc721(L1_TOKEN, BOB, 7, "", "", "");
        assertEq(token.ownerOf(7), BOB, "back");
    }

    /// The longest names and URI that the L1 bridge lets through must fit the deposit's gas limit in packages/protocol.
    function test_FirstDeposits_FitTheirGasLimits() public {
        string memory name = string(new bytes(96));
        string memory uri = string(new bytes(1_024));
        for (uint256 i = 0; i < 1_024; i++) bytes(uri)[i] = "x";
        for (uint256 i = 0; i < 96; i++) bytes(name)[i] = "n";
        vm.prank(SYSTEM);
        l2Bridge.finaliseErc20{gas: 1_000_000 - 60_000}(L1_TOKEN, ALICE, 1, name, name, 18);
        vm.prank(SYSTEM);
        l2Bridge.finaliseErc721{gas: 1_500_000 - 60_000}(L1_TOKEN, ALICE, 1, name, name, uri);
    }

    function test_BornErc721_IsAnnouncedOnceAndTakenForEver() public {
        LayerNft token = new LayerNft(CHAIN_OWNER, BOB);
        token.mint(ALICE, 5);
        token.mint(ALICE, 6);
        vm.startPrank(ALICE);
        token.setApprovalForAll(L2_BRIDGE, true);
        l2Bridge.withdrawErc721(address(token), BOB, 5);
        l2Bridge.withdrawErc721(address(token), ALICE, 6);
        vm.stopPrank();
        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, 3, "three messages");
        assertMessage(
            messages[0],
            OutboxKind.Collection,
            abi.encode(address(token), "Lava", "LAV", CHAIN_OWNER, BOB, uint16(500), "", ""),
            "collection"
        );
        assertMessage(
            messages[1], OutboxKind.MintErc721, abi.encode(address(token), BOB, 5, "ipfs://lava/5"), "first"
        );
        assertMessage(
            messages[2], OutboxKind.MintErc721, abi.encode(address(token), ALICE, 6, "ipfs://lava/6"), "second"
        );
        assertEq(token.ownerOf(5), L2_BRIDGE, "taken");
        assertTrue(l2Bridge.isWithdrawn(address(token), 5), "remembered");
        (, bool bridged) = l2Bridge.l1TokenOf(address(token));
        assertTrue(!bridged, "not one of ours");
    }

    function test_BornErc721_NeedsApproval() public {
        LayerNft token = new LayerNft(CHAIN_OWNER, BOB);
        token.mint(ALICE, 5);
        vm.prank(ALICE);
        vm.expectRevert();
        l2Bridge.withdrawErc721(address(token), BOB, 5);
    }

    function test_LongUris_AreNamedByTheirHash() public {
        LayerNft token = new LayerNft(CHAIN_OWNER, BOB);
        bytes memory uri = new bytes(2_049);
        for (uint256 i = 0; i < uri.length; i++) uri[i] = "x";
        token.mint(ALICE, 5);
        token.setUri(5, string(uri));
        vm.startPrank(ALICE);
        token.approve(L2_BRIDGE, 5);
        l2Bridge.withdrawErc721(address(token), BOB, 5);
        vm.stopPrank();
        (,,, string memory sent) = abi.decode(takeMessages()[1].payload, (address, address, uint256, string));
        bytes memory expected = bytes("urn:keccak256:");
        bytes16 digits = "0123456789abcdef";
        bytes32 hash = keccak256(uri);
        for (uint256 i = 0; i < 32; i++) {
            expected = bytes.concat(expected, digits[uint8(hash[i]) >> 4], digits[uint8(hash[i]) & 15]);
        }
        assertEq(sent, string(expected), "URN");
    }

    function test_Native_LeavesForTheTwin() public {
        vm.deal(ALICE, 3 ether);
        vm.prank(ALICE);
        l2Bridge.withdrawNative{value: 2 ether}(BOB);
        assertEq(L2_BRIDGE.balance, 2 ether, "kept");
        assertMessage(takeMessages()[0], OutboxKind.MintNative, abi.encode(BOB, 2 ether), "message");
        vm.prank(ALICE);
        vm.expectRevert(IL2Bridge.InvalidRecipient.selector);
        l2Bridge.withdrawNative{value: 1}(address(0));
        vm.prank(ALICE);
        vm.expectRevert(IL2Bridge.ZeroAmount.selector);
        l2Bridge.withdrawNative(BOB);
    }

    function test_Bridge_ObeysTheProtocolOnly() public {
        vm.expectRevert(OnlySystem.selector);
        l2Bridge.finaliseErc20(L1_TOKEN, ALICE, 1, "", "", 0);
        vm.expectRevert(OnlySystem.selector);
        l2Bridge.finaliseErc721(L1_TOKEN, ALICE, 1, "", "", "");
        // No token at all.
        vm.expectRevert();
        l2Bridge.withdrawErc20(ALICE, BOB, 1);
        vm.expectRevert(OnlyBridge.selector);
        BridgedErc20(BRIDGED_ERC20_IMPL).initialize(L1_TOKEN, "", "", 0);
        vm.prank(SYSTEM);
        l2Bridge.finaliseErc20(L1_TOKEN, ALICE, 1, "", "", 0);
        address token = l2Bridge.l2TokenOf(L1_TOKEN, false);
        vm.expectRevert(OnlyBridge.selector);
        BridgedErc20(token).mint(ALICE, 1);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IL2Bridge.NotBridged.selector, token));
        l2Bridge.withdrawErc721(token, ALICE, 1);
    }

    function test_Faucet_DripsForItsOperator() public {
        vm.expectRevert(IFaucet.OnlyOperator.selector);
        IFaucet(FAUCET).drip(ALICE, 1);
        vm.prank(OPERATOR);
        IFaucet(FAUCET).drip(ALICE, 5 ether);
        assertEq(ALICE.balance, 5 ether, "dripped");
        vm.prank(OPERATOR);
        vm.expectRevert(abi.encodeWithSelector(IFaucet.DripFailed.selector, ALICE));
        IFaucet(FAUCET).drip(ALICE, RESERVE);
    }
}
