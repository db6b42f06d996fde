// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutboxKind, OutboxMessage} from "../src/bridge/IBridge.sol";
import {BridgedErc1155} from "../src/predeploys/BridgedErc1155.sol";
import {BridgedErc20} from "../src/predeploys/BridgedErc20.sol";
import {BridgedErc721} from "../src/predeploys/BridgedErc721.sol";
import {OnlyBridge} from "../src/predeploys/IBridgedTokens.sol";
import {Holder, IL2Bridge, ISettler, L2_BRIDGE, SYSTEM} from "../src/predeploys/IPredeploys.sol";
import {TokenStandard} from "../src/rollup/IInbox.sol";
import {Vault} from "./support/Collections.sol";
import {LayerErc1155, LayerErc20, WildErc1155, WildErc20} from "./support/LayerTokens.sol";
import {SettlerFixture} from "./support/SettlerFixture.sol";

/// ERC-20 and ERC-1155 on the layer: bridged and born there, withdrawn early and settled, well-behaved and not.
contract BornTokensTest is SettlerFixture {
    function test_Erc20_LeavesEarlyForItsTwin() public {
        LayerErc20 token = new LayerErc20(BOB);
        token.mint(ALICE, 100);
        vm.startPrank(ALICE);
        token.approve(L2_BRIDGE, 70);
        takeMessages();
        l2Bridge.withdrawErc20(address(token), BOB, 40);
        l2Bridge.withdrawErc20(address(token), ALICE, 30);
        vm.expectRevert();
        l2Bridge.withdrawErc20(address(token), ALICE, 1);
        vm.expectRevert(IL2Bridge.ZeroAmount.selector);
        l2Bridge.withdrawErc20(address(token), ALICE, 0);
        vm.expectRevert(IL2Bridge.InvalidRecipient.selector);
        l2Bridge.withdrawErc20(address(token), address(0), 1);
        vm.stopPrank();
        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, 3, "described once");
        assertMessage(
            messages[0],
            OutboxKind.Erc20Metadata,
            abi.encode(address(token), "Pearlite", "PRL", uint8(6), BOB),
            "description"
        );
        assertMessage(messages[1], OutboxKind.MintErc20, abi.encode(address(token), BOB, 40), "to whom she said");
        assertMessage(messages[2], OutboxKind.MintErc20, abi.encode(address(token), ALICE, 30), "herself");
    }

    function test_Erc20_IsSettledWithoutWhatTheBridgeTook() public {
        LayerErc20 token = new LayerErc20(BOB);
        Vault vault = new Vault(CREATOR);
        token.mint(ALICE, 100);
        token.mint(address(vault), 5);
        vm.startPrank(ALICE);
        token.approve(L2_BRIDGE, 60);
        l2Bridge.withdrawErc20(address(token), ALICE, 60);
        vm.stopPrank();
        startSettlement();
        vm.startPrank(SYSTEM);
        vm.expectRevert(ISettler.WrongPhase.selector);
        settler.settleErc20Born(address(token), allOf(ALICE, L2_BRIDGE, address(vault)));
        settler.settleToken20(address(token), CREATOR);
        settler.settleErc20Born(address(token), allOf(ALICE, L2_BRIDGE, address(vault)));
        vm.stopPrank();
        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, 3, "description and two holders");
        assertEq(paidTo(messages, OutboxKind.MintErc20, address(token), ALICE), 40, "what she has left");
        assertEq(paidTo(messages, OutboxKind.MintErc20, address(token), CREATOR), 5, "the vault's owner");
        assertTrue(settler.isSettled(address(token), ALICE), "on record");
        assertTrue(!settler.isSettled(address(token), L2_BRIDGE), "no candidate");
    }

    function test_Erc1155_LeavesEarlyForItsTwin() public {
        LayerErc1155 token = new LayerErc1155(BOB, CREATOR);
        token.mint(ALICE, 7, 100);
        token.mint(ALICE, 9, 1);
        vm.startPrank(ALICE);
        vm.expectRevert();
        l2Bridge.withdrawErc1155(address(token), ALICE, 7, 10);
        token.setApprovalForAll(L2_BRIDGE, true);
        takeMessages();
        l2Bridge.withdrawErc1155(address(token), ALICE, 7, 10);
        l2Bridge.withdrawErc1155(address(token), BOB, 9, 1);
        vm.expectRevert(abi.encodeWithSelector(IL2Bridge.NotBridged.selector, address(token)));
        token.safeTransferFrom(ALICE, L2_BRIDGE, 7, 1, "");
        uint256[] memory none = new uint256[](0);
        vm.expectRevert(abi.encodeWithSelector(IL2Bridge.NotBridged.selector, address(token)));
        token.safeBatchTransferFrom(ALICE, L2_BRIDGE, none, none, "");
        vm.stopPrank();
        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, 3, "described once");
        assertMessage(
            messages[0],
            OutboxKind.Collection1155,
            abi.encode(address(token), "Items", "ITM", BOB, CREATOR, uint16(250), ""),
            "description"
        );
        assertMessage(
            messages[1],
            OutboxKind.MintErc1155,
            abi.encode(address(token), ALICE, 7, 10, "ipfs://items/{id}"),
            "with its URI, for there is no template yet"
        );
        assertMessage(
            messages[2], OutboxKind.MintErc1155, abi.encode(address(token), BOB, 9, 1, "ar://nine"), "its own"
        );
    }

    function test_Erc1155_IsSettledByIdAndAccount() public {
        LayerErc1155 token = new LayerErc1155(BOB, CREATOR);
        token.mint(ALICE, 7, 100);
        token.mint(BOB, 7, 5);
        token.mint(ALICE, 9, 1);
        token.mint(BOB, 9, 2);
        startSettlement();
        vm.startPrank(SYSTEM);
        settler.settleCollection1155(address(token), CREATOR);
        settler.settleErc1155(address(token), 7, bothOf(ALICE, BOB));
        vm.expectRevert(ISettler.NotAscending.selector);
        settler.settleErc1155(address(token), 6, bothOf(ALICE, BOB));
        vm.expectRevert(ISettler.NotAscending.selector);
        settler.settleErc1155(address(token), 7, holdersOf(ALICE, address(0)));
        settler.settleErc1155(address(token), 9, holdersOf(BOB, address(0)));
        settler.settleErc1155(address(token), 9, holdersOf(ALICE, address(0)));
        vm.stopPrank();
        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, 5, "collection and four balances");
        assertMessage(
            messages[0],
            OutboxKind.Collection1155,
            abi.encode(address(token), "Items", "ITM", BOB, CREATOR, uint16(250), "ipfs://items/{id}"),
            "description"
        );
        assertMessage(messages[1], OutboxKind.MintErc1155, abi.encode(address(token), BOB, 7, 5, ""), "template");
        assertMessage(messages[2], OutboxKind.MintErc1155, abi.encode(address(token), ALICE, 7, 100, ""), "template");
        assertMessage(
            messages[3], OutboxKind.MintErc1155, abi.encode(address(token), BOB, 9, 2, "ar://nine"), "its own URI"
        );
        assertMessage(
            messages[4], OutboxKind.MintErc1155, abi.encode(address(token), ALICE, 9, 1, ""), "which went already"
        );
        assertTrue(settler.isSettledUnits(address(token), 9, ALICE), "on record");
        assertTrue(!settler.isSettledUnits(address(token), 8, ALICE), "of this id only");
    }

    function test_BridgedErc1155_ArrivesLeavesAndIsSettled() public {
        vm.startPrank(SYSTEM);
        l2Bridge.finaliseErc1155(L1_TOKEN, ALICE, 7, 100, "ipfs://seven");
        // A contract that knows nothing of ERC-1155 gets it too.
        Vault vault = new Vault(BOB);
        l2Bridge.finaliseErc1155(L1_TOKEN, address(vault), 7, 5, "ipfs://new");
        vm.stopPrank();
        BridgedErc1155 token = BridgedErc1155(l2Bridge.l2Erc1155Of(L1_TOKEN));
        assertEq(token.balanceOf(ALICE, 7), 100, "arrived");
        assertEq(token.balanceOf(address(vault), 7), 5, "in a contract too");
        assertEq(token.uri(7), "ipfs://new", "the newest URI");
        assertEq(token.l1Token(), L1_TOKEN, "origin");
        assertTrue(l2Bridge.standardOf(address(token)) == TokenStandard.Erc1155, "standard");
        vm.startPrank(ALICE);
        vm.expectRevert(OnlyBridge.selector);
        token.mint(ALICE, 7, 1, "");
        vm.expectRevert(OnlyBridge.selector);
        token.burn(ALICE, 7, 1);
        vm.expectRevert(abi.encodeWithSelector(IL2Bridge.NotBridged.selector, address(token)));
        l2Bridge.withdrawErc20(address(token), ALICE, 1);
        takeMessages();
        vm.expectRevert();
        l2Bridge.withdrawErc1155(address(token), ALICE, 7, 101);
        l2Bridge.withdrawErc1155(address(token), ALICE, 7, 40);
        vm.stopPrank();
        assertMessage(
            takeMessages()[0], OutboxKind.ReleaseErc1155, abi.encode(L1_TOKEN, ALICE, 7, 40), "no approval needed"
        );
        startSettlement();
        vm.startPrank(SYSTEM);
        vm.expectRevert(abi.encodeWithSelector(ISettler.BridgedToken.selector, address(token)));
        settler.settleCollection1155(address(token), CREATOR);
        vm.expectRevert(abi.encodeWithSelector(ISettler.NotBridgedToken.selector, address(token)));
        settler.settleErc20(address(token), new Holder[](0));
        settler.settleBridgedErc1155(address(token), 7, bothOf(ALICE, address(vault)));
        vm.stopPrank();
        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, 2, "two holders");
        uint256 sum = 0;
        for (uint256 i = 0; i < 2; i++) {
            (,,, uint256 amount) = abi.decode(messages[i].payload, (address, address, uint256, uint256));
            sum += amount;
        }
        assertEq(sum, 65, "all that is left");
    }

    function test_RegisterToken_MakesTheImageBeforeItsFirstDeposit() public {
        vm.startPrank(SYSTEM);
        l2Bridge.registerToken(L1_TOKEN, TokenStandard.Erc721, "Otters", "OTR", 0, BOB, CREATOR, 500);
        l2Bridge.registerToken(L1_TOKEN, TokenStandard.Erc20, "Basalt", "BSL", 8, BOB, address(0), 0);
        l2Bridge.registerToken(L1_TOKEN, TokenStandard.Erc1155, "Items", "ITM", 0, BOB, CREATOR, 500);
        assertEq(l2Bridge.bridgedTokens().length, 3, "one of each standard");
        BridgedErc721 art = BridgedErc721(l2Bridge.l2TokenOf(L1_TOKEN, true));
        assertEq(art.name(), "Otters", "name");
        assertEq(art.owner(), BOB, "owner");
        (address receiver, uint256 royalty) = art.royaltyInfo(1, 10_000);
        assertTrue(receiver == CREATOR && royalty == 500, "royalty");
        BridgedErc20 coin = BridgedErc20(l2Bridge.l2TokenOf(L1_TOKEN, false));
        assertEq(coin.decimals(), 8, "decimals");
        assertEq(BridgedErc1155(l2Bridge.l2Erc1155Of(L1_TOKEN)).symbol(), "ITM", "symbol");

        l2Bridge.finaliseErc721(L1_TOKEN, ALICE, 3, "Otters", "OTR", "ipfs://3");
        l2Bridge.registerToken(L1_TOKEN, TokenStandard.Erc721, "Weasels", "WSL", 0, ALICE, ALICE, 100);
        assertEq(l2Bridge.bridgedTokens().length, 3, "repeated: the same image");
        assertEq(art.name(), "Otters", "with its name");
        assertEq(art.owner(), ALICE, "and its owner of today");
        (receiver, royalty) = art.royaltyInfo(1, 10_000);
        assertTrue(receiver == ALICE && royalty == 100, "and royalty");
        assertEq(art.ownerOf(3), ALICE, "and its tokens");
        vm.stopPrank();
        vm.expectRevert(OnlyBridge.selector);
        art.describe(BOB, BOB, 1);
    }

    /// A hostile ERC-20 in a settlement: skipped, believed about itself, and never in anybody's way.
    function test_HostileErc20_CostsABoundedAmountAndBlocksNobody() public {
        for (uint8 mood = 1; mood <= uint8(WildErc20.Mood.LiesHigh); mood++) {
            uint256 fresh = vm.snapshotState();
            _settleWild(WildErc20.Mood(mood));
            vm.revertToState(fresh);
        }
    }

    function test_HostileErc20_CannotReenterAWithdrawal() public {
        WildErc20 token = new WildErc20();
        token.mint(ALICE, 100);
        token.setMood(WildErc20.Mood.Reenters);
        vm.prank(ALICE);
        vm.expectRevert();
        l2Bridge.withdrawErc20(address(token), ALICE, 10);
        token.setMood(WildErc20.Mood.TakesFee);
        takeMessages();
        vm.prank(ALICE);
        l2Bridge.withdrawErc20(address(token), ALICE, 10);
        assertMessage(takeMessages()[1], OutboxKind.MintErc20, abi.encode(address(token), ALICE, 9), "what arrived");
    }

    function test_RebasingErc20_IsTakenAtItsWordOfTheDay() public {
        WildErc20 token = new WildErc20();
        token.mint(ALICE, 100);
        vm.prank(ALICE);
        l2Bridge.withdrawErc20(address(token), ALICE, 10);
        token.inflate(3);
        startSettlement();
        vm.startPrank(SYSTEM);
        settler.settleToken20(address(token), CREATOR);
        settler.settleErc20Born(address(token), bothOf(ALICE, L2_BRIDGE));
        vm.stopPrank();
        assertEq(paidTo(takeMessages(), OutboxKind.MintErc20, address(token), ALICE), 270, "three times ninety");
    }

    /// A token that destroys itself (where that still removes code) is a token that answers nothing.
    function test_DestroyedErc20_IsSkipped() public {
        WildErc20 token = new WildErc20();
        token.mint(ALICE, 100);
        token.setMood(WildErc20.Mood.DestroysItself);
        vm.prank(ALICE);
        vm.expectRevert(IL2Bridge.ZeroAmount.selector);
        l2Bridge.withdrawErc20(address(token), ALICE, 10);
        vm.etch(address(token), "");
        startSettlement();
        vm.startPrank(SYSTEM);
        settler.settleToken20(address(token), CREATOR);
        vm.expectEmit();
        emit ISettler.ItemSkipped(address(token), uint160(ALICE), "balanceOf");
        settler.settleErc20Born(address(token), holdersOf(ALICE, address(0)));
        vm.stopPrank();
        assertEq(takeMessages().length, 1, "its description alone");
    }

    function test_HostileErc1155_CostsABoundedAmountAndBlocksNobody() public {
        for (uint8 mood = 1; mood <= uint8(WildErc1155.Mood.LongUri); mood++) {
            uint256 fresh = vm.snapshotState();
            WildErc1155 token = new WildErc1155();
            token.mint(ALICE, 1, 100);
            token.setMood(WildErc1155.Mood(mood));
            startSettlement();
            vm.startPrank(SYSTEM);
            uint256 before = gasleft();
            settler.settleCollection1155{gas: 10_000_000}(address(token), CREATOR);
            settler.settleErc1155{gas: 10_000_000}(address(token), 1, bothOf(ALICE, BOB));
            vm.stopPrank();
            assertAtMost(before - gasleft(), 6_000_000, "gas of hostile answers");
            OutboxMessage[] memory messages = takeMessages();
            bool silent = mood <= uint8(WildErc1155.Mood.BurnsGas);
            bool liar = mood == uint8(WildErc1155.Mood.LiesHigh);
            assertEq(messages.length, silent ? 1 : liar ? 3 : 2, "what was written");
            (,,,,,, string memory template) =
                abi.decode(messages[0].payload, (address, string, string, address, address, uint16, string));
            bool isLong = mood == uint8(WildErc1155.Mood.LongUri);
            assertEq(bytes(template).length, isLong ? 78 : silent ? 0 : 16, "a long URI goes by its hash");
            vm.revertToState(fresh);
        }
    }

    function test_HostileErc1155_CannotReenterOrPretend() public {
        WildErc1155 token = new WildErc1155();
        token.mint(ALICE, 1, 100);
        vm.startPrank(ALICE);
        token.setMood(WildErc1155.Mood.Reenters);
        vm.expectRevert();
        l2Bridge.withdrawErc1155(address(token), ALICE, 1, 10);
        token.setMood(WildErc1155.Mood.MovesNothing);
        vm.expectRevert(IL2Bridge.ZeroAmount.selector);
        l2Bridge.withdrawErc1155(address(token), ALICE, 1, 10);
        vm.stopPrank();
    }

    /// Supply is conserved: what the outbox mints of an honest token is what its holders have.
    function testFuzz_Erc20_SumOfMintsIsTheSupply(uint96[8] memory amounts, uint96 withdrawn, uint256 salt) public {
        LayerErc20 token = new LayerErc20(CREATOR);
        address[] memory accounts = new address[](8);
        for (uint256 i = 0; i < 8; i++) {
            accounts[i] = address(uint160(uint256(keccak256(abi.encode(salt, i)))));
            token.mint(accounts[i], amounts[i]);
        }
        takeMessages();
        uint256 early = bound(withdrawn, 0, amounts[3]);
        if (early > 0) {
            vm.startPrank(accounts[3]);
            token.approve(L2_BRIDGE, early);
            l2Bridge.withdrawErc20(address(token), accounts[3], early);
            vm.stopPrank();
        }
        Holder[] memory holders = sortedHolders(accounts);
        enterSettle();
        vm.startPrank(SYSTEM);
        settler.settleToken20(address(token), CREATOR);
        settler.settleErc20Born(address(token), holders);
        vm.stopPrank();
        OutboxMessage[] memory messages = takeMessages();
        uint256 sum = 0;
        for (uint256 i = 0; i < 8; i++) sum += paidTo(messages, OutboxKind.MintErc20, address(token), accounts[i]);
        assertEq(sum, token.totalSupply(), "conserved");
    }

    function _settleWild(WildErc20.Mood mood) private {
        WildErc20 token = new WildErc20();
        LayerErc20 honest = new LayerErc20(CREATOR);
        token.mint(ALICE, 100);
        honest.mint(ALICE, 7);
        token.setMood(mood);
        startSettlement();
        vm.startPrank(SYSTEM);
        uint256 before = gasleft();
        (address first, address second) = address(token) < address(honest)
            ? (address(token), address(honest))
            : (address(honest), address(token));
        settler.settleToken20{gas: 10_000_000}(first, CREATOR);
        settler.settleErc20Born{gas: 10_000_000}(first, bothOf(ALICE, BOB));
        settler.settleToken20{gas: 10_000_000}(second, CREATOR);
        settler.settleErc20Born{gas: 10_000_000}(second, bothOf(ALICE, BOB));
        vm.stopPrank();
        assertAtMost(before - gasleft(), 4_000_000, "gas of hostile answers");
        OutboxMessage[] memory messages = takeMessages();
        assertEq(paidTo(messages, OutboxKind.MintErc20, address(honest), ALICE), 7, "the honest token is settled");
        uint256 expected = 0;
        if (mood == WildErc20.Mood.LiesHigh) expected = type(uint256).max;
        // More than a word is a word and something else.
        if (mood == WildErc20.Mood.ReturnsTooMuch) expected = 7;
        assertEq(paidTo(messages, OutboxKind.MintErc20, address(token), ALICE), expected, "taken at its word");
    }
}
