// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {IERC1155MetadataURI} from "@openzeppelin/contracts/token/ERC1155/extensions/IERC1155MetadataURI.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {Erc1155Twin} from "../src/bridge/Erc1155Twin.sol";
import {Erc20Twin} from "../src/bridge/Erc20Twin.sol";
import {IBridge, OutboxKind, OutboxMessage} from "../src/bridge/IBridge.sol";
import {Collection1155Metadata, ITwin} from "../src/bridge/ITwins.sol";
import {IInbox, MessageKind, TokenStandard} from "../src/rollup/IInbox.sol";
import {ChainFixture} from "./support/ChainFixture.sol";
import {LayerErc1155} from "./support/LayerTokens.sol";
import {PlainErc20, PlainErc721} from "./support/Tokens.sol";
import {Vm} from "./support/Test.sol";

/// An ERC-1155 of the L1 that can be told to misbehave.
contract MoodyErc1155 is ERC1155("ipfs://{id}") {
    enum Mood {
        Fine,
        Revert,
        BurnGas,
        KeepHalf,
        Reenter,
        NoMetadata
    }

    Mood public mood;
    IBridge public bridge;

    function mint(address to, uint256 tokenId, uint256 amount) external {
        _mint(to, tokenId, amount, "");
    }

    function setMood(Mood mood_, IBridge bridge_) external {
        (mood, bridge) = (mood_, bridge_);
    }

    function uri(uint256 tokenId) public view override returns (string memory) {
        if (mood == Mood.NoMetadata) while (true) {}
        return super.uri(tokenId);
    }

    function safeTransferFrom(address from, address to, uint256 tokenId, uint256 amount, bytes memory data)
        public
        override
    {
        if (mood == Mood.Revert) revert("no");
        if (mood == Mood.BurnGas) while (true) {}
        if (mood == Mood.Reenter) bridge.depositErc1155(address(this), from, tokenId, amount);
        super.safeTransferFrom(from, to, tokenId, mood == Mood.KeepHalf ? amount / 2 : amount, data);
    }
}

/// Takes units and tries to be paid twice.
contract GreedyHolder is ERC1155Holder {
    IBridge private _bridge;
    uint256 public caught;

    constructor(IBridge bridge) {
        _bridge = bridge;
    }

    function onERC1155Received(address operator, address from, uint256 id, uint256 value, bytes memory data)
        public
        override
        returns (bytes4)
    {
        try _bridge.claim(0) {}
        catch {
            caught++;
        }
        return super.onERC1155Received(operator, from, id, value, data);
    }
}

/// ERC-1155 deposits and releases, the twins of ERC-20 and ERC-1155, and registrations.
contract UnitsTest is ChainFixture {
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant L2_TOKEN = address(0x70C3);

    MoodyErc1155 private token;

    function setUp() public override {
        super.setUp();
        token = new MoodyErc1155();
        vm.startPrank(ALICE);
        token.setApprovalForAll(address(bridge), true);
        vm.stopPrank();
        token.mint(ALICE, 7, 100);
    }

    function test_Deposit_LocksUnitsAndTellsTheChain() public {
        vm.expectEmit();
        emit IBridge.Deposited(0, address(token), ALICE, BOB, 7);
        vm.recordLogs();
        vm.prank(ALICE);
        bridge.depositErc1155(address(token), BOB, 7, 60);
        assertEq(bridge.lockedUnits(address(token), 7), 60, "locked");
        assertEq(token.balanceOf(address(bridge), 7), 60, "held");
        (MessageKind kind, bytes memory data) = _delivered();
        assertTrue(kind == MessageKind.DepositErc1155, "kind");
        assertEq(keccak256(data), keccak256(abi.encode(address(token), BOB, 7, 60, "ipfs://{id}")), "message");
    }

    function test_Deposit_CreditsWhatArrivedAndNothingElse() public {
        vm.startPrank(ALICE);
        token.setMood(MoodyErc1155.Mood.KeepHalf, bridge);
        bridge.depositErc1155(address(token), BOB, 7, 20);
        assertEq(bridge.lockedUnits(address(token), 7), 10, "half of it");
        vm.expectRevert(IBridge.ZeroAmount.selector);
        bridge.depositErc1155(address(token), BOB, 7, 1);
        token.setMood(MoodyErc1155.Mood.Reenter, bridge);
        vm.expectRevert();
        bridge.depositErc1155(address(token), BOB, 7, 1);
        token.setMood(MoodyErc1155.Mood.NoMetadata, bridge);
        vm.recordLogs();
        bridge.depositErc1155(address(token), BOB, 7, 5);
        vm.stopPrank();
        (, bytes memory data) = _delivered();
        assertEq(keccak256(data), keccak256(abi.encode(address(token), BOB, 7, 5, "")), "without a URI");
    }

    /// Nobody would own what comes in any other way.
    function test_PlainTransfers_AreRefused() public {
        vm.startPrank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IBridge.UnsupportedToken.selector, address(token)));
        token.safeTransferFrom(ALICE, address(bridge), 7, 1, "");
        uint256[] memory ids = new uint256[](1);
        vm.expectRevert(abi.encodeWithSelector(IBridge.UnsupportedToken.selector, address(token)));
        token.safeBatchTransferFrom(ALICE, address(bridge), ids, ids, "");
        vm.stopPrank();
    }

    function test_Deposits_RefuseNonsense() public {
        vm.startPrank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IBridge.InvalidRecipient.selector, address(0)));
        bridge.depositErc1155(address(token), address(0), 7, 1);
        vm.expectRevert();
        bridge.depositErc1155(BOB, BOB, 7, 1);
        vm.stopPrank();
        PlainErc20 coin = new PlainErc20();
        vm.expectRevert();
        bridge.depositErc1155(address(coin), BOB, 7, 1);
        vm.prank(OWNER);
        rollup.close();
        vm.prank(ALICE);
        vm.expectRevert(IBridge.BridgeClosed.selector);
        bridge.depositErc1155(address(token), BOB, 7, 1);
        vm.expectRevert(IInbox.InboxClosed.selector);
        bridge.registerToken(address(coin), TokenStandard.Erc20);
    }

    function test_Release_PaysUnitsWithinWhatIsLocked() public {
        _deposit(60);
        OutboxMessage[] memory messages = new OutboxMessage[](4);
        messages[0] = _release(BOB, 7, 40);
        messages[1] = _release(BOB, 7, 21);
        messages[2] = _release(BOB, 8, 1);
        messages[3] = _release(address(0), 7, 1);
        executeAll(finalise(messages, false), messages);
        assertEq(token.balanceOf(BOB, 7), 40, "paid");
        assertEq(bridge.lockedUnits(address(token), 7), 20, "left");
        for (uint64 i = 1; i < 4; i++) assertTrue(!bridge.isExecuted(i), "more than there is stays open");
    }

    function test_Release_ThatFailsBecomesACredit() public {
        _deposit(60);
        for (uint8 mood = 1; mood <= 2; mood++) {
            uint256 fresh = vm.snapshotState();
            token.setMood(MoodyErc1155.Mood(mood), bridge);
            OutboxMessage[] memory messages = one(OutboxKind.ReleaseErc1155, _release(BOB, 7, 40).payload);
            executeAll(finalise(messages, false), messages);
            (OutboxKind kind, address asset, address to, uint256 id) = bridge.creditOf(0);
            assertTrue(kind == OutboxKind.ReleaseErc1155 && asset == address(token), "asset");
            assertTrue(to == BOB && id == 7 && bridge.creditedUnitsOf(0) == 40, "of whom and how much");
            vm.expectRevert();
            bridge.claim{gas: 1_000_000}(0);
            token.setMood(MoodyErc1155.Mood.Fine, bridge);
            bridge.claim(0);
            assertEq(token.balanceOf(BOB, 7), 40, "claimed");
            vm.revertToState(fresh);
        }
    }

    /// A contract that takes no ERC-1155 can have them sent elsewhere; one that calls back is paid once.
    function test_Release_ToContracts() public {
        _deposit(60);
        GreedyHolder greedy = new GreedyHolder(bridge);
        PlainErc20 deaf = new PlainErc20();
        OutboxMessage[] memory messages = new OutboxMessage[](2);
        messages[0] = _release(address(greedy), 7, 10);
        messages[1] = _release(address(deaf), 7, 20);
        executeAll(finalise(messages, false), messages);
        assertEq(token.balanceOf(address(greedy), 7), 10, "once");
        assertEq(greedy.caught(), 1, "the second was refused");
        vm.expectRevert(IBridge.PaymentFailed.selector);
        bridge.claim(1);
        vm.prank(address(deaf));
        bridge.claimTo(1, BOB);
        assertEq(token.balanceOf(BOB, 7), 20, "taken elsewhere");
    }

    function test_Erc20Twin_IsWhatTheTokenWas() public {
        OutboxMessage[] memory messages = new OutboxMessage[](5);
        messages[0] = OutboxMessage(OutboxKind.MintErc20, abi.encode(L2_TOKEN, ALICE, 3));
        messages[1] = OutboxMessage(OutboxKind.Erc20Metadata, abi.encode(L2_TOKEN, "Pearlite", "PRL", uint8(6), BOB));
        messages[2] = OutboxMessage(OutboxKind.MintErc20, abi.encode(L2_TOKEN, BOB, type(uint256).max));
        messages[3] = OutboxMessage(OutboxKind.MintErc20, abi.encode(L2_TOKEN, ALICE, 4));
        messages[4] = OutboxMessage(OutboxKind.MintErc20, abi.encode(L2_TOKEN, address(0), 4));
        uint64 pack = finalise(messages, false);
        vm.expectEmit();
        emit IBridge.TwinDeployed(L2_TOKEN, _twin(TokenStandard.Erc20), OutboxKind.MintErc20);
        executeAll(pack, messages);
        Erc20Twin twin = Erc20Twin(_twin(TokenStandard.Erc20));
        assertEq(twin.name(), "Pearlite", "name");
        assertEq(twin.symbol(), "PRL", "symbol");
        assertEq(twin.decimals(), 6, "decimals");
        assertEq(twin.owner(), BOB, "owner");
        assertEq(twin.l2Token(), L2_TOKEN, "origin");
        assertEq(twin.balanceOf(ALICE), 3, "balance");
        assertEq(twin.balanceOf(BOB), type(uint256).max - 3, "a liar's supply ends where numbers do");
        assertTrue(bridge.isExecuted(3) && !bridge.isExecuted(4), "done; the last stays open");
        vm.expectRevert(ITwin.OnlyBridge.selector);
        twin.mint(ALICE, 1);
        vm.expectRevert(ITwin.OnlyBridge.selector);
        twin.setToken("", "", 0, ALICE);
        vm.prank(BOB);
        twin.transferOwnership(ALICE);
        assertEq(twin.owner(), ALICE, "the title passed on");
    }

    function test_Erc1155Twin_IsWhatTheCollectionWas() public {
        OutboxMessage[] memory messages = new OutboxMessage[](5);
        messages[0] = OutboxMessage(OutboxKind.Collection1155, _collection1155("Items", "ipfs://{id}"));
        messages[1] = OutboxMessage(OutboxKind.MintErc1155, abi.encode(L2_TOKEN, ALICE, 7, 5, ""));
        messages[2] = OutboxMessage(OutboxKind.MintErc1155, abi.encode(L2_TOKEN, ALICE, 9, 1, "ar://nine"));
        // A contract that takes no ERC-1155 has them all the same.
        messages[3] = OutboxMessage(OutboxKind.MintErc1155, abi.encode(L2_TOKEN, address(bridge), 7, 2, ""));
        messages[4] = OutboxMessage(OutboxKind.MintErc1155, abi.encode(L2_TOKEN, ALICE, 7, type(uint256).max, ""));
        executeAll(finalise(messages, false), messages);
        Erc1155Twin twin = Erc1155Twin(_twin(TokenStandard.Erc1155));
        assertEq(twin.name(), "Items", "name");
        assertEq(twin.symbol(), "ITM", "symbol");
        assertEq(twin.uri(7), "ipfs://{id}", "template");
        assertEq(twin.uri(9), "ar://nine", "its own");
        assertEq(twin.owner(), BOB, "owner");
        (address receiver, uint256 amount) = twin.royaltyInfo(7, 10 ether);
        assertTrue(receiver == BOB && amount == 0.25 ether, "royalty");
        assertEq(twin.balanceOf(ALICE, 7), type(uint256).max, "up to what a balance holds");
        assertEq(twin.balanceOf(address(bridge), 7), 2, "without a call of the recipient");
        assertTrue(twin.supportsInterface(type(IERC2981).interfaceId), "ERC-2981");
        assertTrue(twin.supportsInterface(type(IERC1155MetadataURI).interfaceId), "ERC-1155 metadata");
        vm.expectRevert(ITwin.OnlyBridge.selector);
        twin.mint(ALICE, 7, 1, "");
        Collection1155Metadata memory metadata;
        vm.expectRevert(ITwin.OnlyBridge.selector);
        twin.setCollection(metadata);
    }

    function test_Twins_MessagesInAnyOrderEndTheSame() public {
        OutboxMessage[] memory messages = new OutboxMessage[](2);
        messages[0] = OutboxMessage(OutboxKind.Collection1155, _collection1155("Old", "a"));
        messages[1] = OutboxMessage(OutboxKind.Collection1155, _collection1155("New", "b"));
        uint64 pack = finalise(messages, false);
        executeRange(pack, messages, 1, 1);
        executeRange(pack, messages, 0, 1);
        assertEq(Erc1155Twin(_twin(TokenStandard.Erc1155)).name(), "New", "the newest word");
        assertTrue(bridge.isExecuted(0), "the older one is done too");
    }

    /// One L2 address may claim to be a token of every standard: its twins are three.
    function test_Twins_OfTheStandardsAreApart() public view {
        address a = _twin(TokenStandard.Erc20);
        address b = _twin(TokenStandard.Erc721);
        address c = _twin(TokenStandard.Erc1155);
        assertTrue(a != b && b != c && a != c, "apart");
        assertEq(bridge.twinOf(L2_TOKEN), b, "of a collection");
    }

    function test_GasPerSettledUnits() public {
        OutboxMessage[] memory messages = new OutboxMessage[](65);
        messages[0] = OutboxMessage(OutboxKind.Collection1155, _collection1155("Items", "ipfs://{id}"));
        for (uint256 i = 1; i < 65; i++) {
            address to = address(uint160(0x100000 + i));
            messages[i] = i <= 32
                ? OutboxMessage(OutboxKind.MintErc20, abi.encode(L2_TOKEN, to, 5))
                : OutboxMessage(OutboxKind.MintErc1155, abi.encode(L2_TOKEN, to, 7, 5, ""));
        }
        uint64 pack = finalise(messages, false);
        executeRange(pack, messages, 0, 2);
        uint256 before = gasleft();
        executeRange(pack, messages, 2, 31);
        vm.snapshotValue("settlement", "erc20", (before - gasleft()) / 31);
        executeRange(pack, messages, 33, 1);
        before = gasleft();
        executeRange(pack, messages, 34, 31);
        vm.snapshotValue("settlement", "erc1155", (before - gasleft()) / 31);
    }

    function test_Register_TellsWhatTheTokenSays() public {
        LayerErc1155 items = new LayerErc1155(ALICE, BOB);
        vm.recordLogs();
        bridge.registerToken(address(items), TokenStandard.Erc1155);
        (MessageKind kind, bytes memory data) = _delivered();
        assertTrue(kind == MessageKind.RegisterToken, "kind");
        bytes memory expected = abi.encode(
            address(items), TokenStandard.Erc1155, "Items", "ITM", uint8(0), ALICE, BOB, uint16(250)
        );
        assertEq(keccak256(data), keccak256(expected), "ERC-1155");

        PlainErc20 coin = new PlainErc20();
        vm.recordLogs();
        bridge.registerToken(address(coin), TokenStandard.Erc20);
        (, data) = _delivered();
        expected = abi.encode(
            address(coin), TokenStandard.Erc20, "Basalt", "BSL", uint8(18), address(0), address(0), uint16(0)
        );
        assertEq(keccak256(data), keccak256(expected), "ERC-20, which has no owner");

        PlainErc721 art = new PlainErc721();
        vm.recordLogs();
        bridge.registerToken(address(art), TokenStandard.Erc721);
        (, data) = _delivered();
        expected = abi.encode(
            address(art), TokenStandard.Erc721, "Obsidian", "OBS", uint8(0), address(0), address(0), uint16(0)
        );
        assertEq(keccak256(data), keccak256(expected), "ERC-721");

        vm.expectRevert(abi.encodeWithSelector(IBridge.UnsupportedToken.selector, address(art)));
        bridge.registerToken(address(art), TokenStandard.Erc1155);
        vm.expectRevert(abi.encodeWithSelector(IBridge.UnsupportedToken.selector, address(art)));
        bridge.registerToken(address(art), TokenStandard.Erc20);
        vm.expectRevert(abi.encodeWithSelector(IBridge.UnsupportedToken.selector, ALICE));
        bridge.registerToken(ALICE, TokenStandard.Erc721);
    }

    function test_Forced_GoIntoTheInboxAsTheyAre() public {
        vm.recordLogs();
        vm.prank(ALICE);
        bridge.forceTransaction(hex"02f8aa");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        (,, bytes memory data,) = abi.decode(logs[0].data, (uint64, uint64, bytes, bytes32));
        assertEq(keccak256(data), keccak256(hex"02f8aa"), "raw");
        assertEq(logs[0].topics[2], bytes32(uint256(MessageKind.ForcedTransaction)), "kind");
        assertEq(logs[0].topics[3], bytes32(uint256(uint160(ALICE))), "who paid for it");
        bytes memory large = new bytes(16_385);
        vm.expectRevert(abi.encodeWithSelector(IInbox.MessageTooLarge.selector, 16_385));
        bridge.forceTransaction(large);
    }

    function test_Forced_SixteenFitAnL1Block() public {
        for (uint256 i = 0; i < 16; i++) bridge.forceTransaction("x");
        vm.expectRevert(abi.encodeWithSelector(IInbox.InboxFull.selector, uint64(block.number)));
        bridge.forceTransaction("x");
        for (uint256 i = 0; i < 48; i++) bridge.depositEth{value: 1}(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IInbox.InboxFull.selector, uint64(block.number)));
        bridge.depositEth{value: 1}(ALICE);
        vm.roll(block.number + 1);
        for (uint256 i = 0; i < 16; i++) bridge.forceTransaction("x");
        assertEq(inbox.messageCount(), 80, "each block anew");
        vm.prank(OWNER);
        rollup.close();
        vm.expectRevert(IInbox.InboxClosed.selector);
        bridge.forceTransaction("x");
    }

    /// Only the bridge brings them: their sender would be anybody's word otherwise.
    function test_Forced_OnlyThroughTheBridge() public {
        vm.expectRevert(IInbox.OnlyBridgeOrRollup.selector);
        inbox.deliver(MessageKind.ForcedTransaction, ALICE, "x");
    }

    function _deposit(uint256 amount) private {
        vm.prank(ALICE);
        bridge.depositErc1155(address(token), ALICE, 7, amount);
    }

    function _release(address to, uint256 tokenId, uint256 amount) private view returns (OutboxMessage memory) {
        return OutboxMessage(OutboxKind.ReleaseErc1155, abi.encode(address(token), to, tokenId, amount));
    }

    function _collection1155(string memory name, string memory uri) private pure returns (bytes memory) {
        return abi.encode(L2_TOKEN, name, "ITM", BOB, BOB, uint16(250), uri);
    }

    function _twin(TokenStandard standard) private view returns (address) {
        return bridge.tokenTwin(L2_TOKEN, standard, address(0));
    }

    function _delivered() private returns (MessageKind kind, bytes memory data) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].topics[0] != IInbox.MessageDelivered.selector) continue;
            kind = MessageKind(uint256(logs[i].topics[2]));
            (,, data,) = abi.decode(logs[i].data, (uint64, uint64, bytes, bytes32));
        }
    }
}
