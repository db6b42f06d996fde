// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutboxKind, OutboxMessage} from "../src/bridge/IBridge.sol";
import {BoundedCall} from "../src/lib/BoundedCall.sol";
import {BridgedErc20} from "../src/predeploys/BridgedErc20.sol";
import {BridgedErc721} from "../src/predeploys/BridgedErc721.sol";
import {
    BASE_FEE_VAULT, FAUCET, Holder, ISettler, L2_BRIDGE, Mode, OnlySystem, SETTLER, SYSTEM
} from "../src/predeploys/IPredeploys.sol";
import {HostileNft, LayerNft, Orphan, Vault} from "./support/Collections.sol";
import {Predeploys} from "./support/Predeploys.sol";
import {Vm} from "./support/Test.sol";

contract SettlerTest is Predeploys {
    address private constant L1_TOKEN = address(0x1001);
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant CREATOR = address(0xC4EA);

    function test_Native_PaysEverybodyByTheRules() public {
        address delegated = address(0x7702);
        vm.etch(delegated, hex"ef01000000000000000000000000000000000000000001");
        Vault owned = new Vault(BOB);
        Orphan orphan = new Orphan();
        Vault ownedByContract = new Vault(address(orphan));
        address[] memory accounts = new address[](10);
        accounts[0] = ALICE;
        accounts[1] = BOB; // nothing
        accounts[2] = L2_BRIDGE;
        accounts[3] = FAUCET;
        accounts[4] = BASE_FEE_VAULT;
        accounts[5] = delegated;
        accounts[6] = address(owned);
        accounts[7] = address(orphan);
        accounts[8] = address(ownedByContract);
        accounts[9] = address(0);
        for (uint256 i = 0; i < 10; i++) if (i != 1 && i != 3) vm.deal(accounts[i], i + 1);
        _sort(accounts);
        enterSettle();
        takeMessages();
        _settleNative(accounts, CREATOR);

        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, 6, "who gets something");
        assertTrue(_pays(messages, ALICE, 1), "externally owned");
        assertTrue(_pays(messages, CHAIN_OWNER, 5), "fee vault to the owner of the chain");
        assertTrue(_pays(messages, delegated, 6), "EIP-7702 is externally owned");
        assertTrue(_pays(messages, BOB, 7), "owner of the contract");
        assertTrue(_pays(messages, CREATOR, 8), "creator of the contract");
        assertTrue(_pays(messages, CREATOR, 9), "a contract as owner is nobody");
    }

    function test_Native_SentToTheProtocolIsTheChainOwners() public {
        vm.deal(SYSTEM, 9);
        enterSettle();
        takeMessages();
        address[] memory accounts = new address[](1);
        accounts[0] = SYSTEM;
        _settleNative(accounts, address(0));
        assertMessage(takeMessages()[0], OutboxKind.MintNative, abi.encode(CHAIN_OWNER, 9), "nobody has its key");
    }

    function test_Native_OfNobodyIsTheChainOwners() public {
        Orphan orphan = new Orphan();
        vm.deal(address(orphan), 4);
        enterSettle();
        takeMessages();
        address[] memory accounts = new address[](1);
        accounts[0] = address(orphan);
        // A contract as creator hint is as good as none.
        _settleNative(accounts, address(this));
        assertMessage(
            takeMessages()[0],
            OutboxKind.MintNative,
            abi.encode(CHAIN_OWNER, 4),
            "nobody stands for it"
        );
    }

    function test_BridgedErc20_ReleasesBalances() public {
        vm.startPrank(SYSTEM);
        l2Bridge.finaliseErc20(L1_TOKEN, ALICE, 10, "Basalt", "BSL", 18);
        l2Bridge.finaliseErc20(L1_TOKEN, BOB, 20, "Basalt", "BSL", 18);
        vm.stopPrank();
        BridgedErc20 token = BridgedErc20(l2Bridge.l2TokenOf(L1_TOKEN, false));
        Vault vault = new Vault(CREATOR);
        vm.prank(BOB);
        token.transfer(address(vault), 5);
        enterSettle();
        takeMessages();
        address[] memory accounts = new address[](4);
        (accounts[0], accounts[1], accounts[2], accounts[3]) = (ALICE, BOB, address(vault), address(0x9999));
        _sort(accounts);
        vm.prank(SYSTEM);
        settler.settleErc20(address(token), _holders(accounts, address(0)));
        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, 3, "zero balances are passed over");
        uint256 sum = 0;
        for (uint256 i = 0; i < 3; i++) {
            (address l1Token, address to, uint256 amount) =
                abi.decode(messages[i].payload, (address, address, uint256));
            assertTrue(messages[i].kind == OutboxKind.ReleaseErc20 && l1Token == L1_TOKEN, "release");
            assertTrue(to == ALICE || to == BOB || to == CREATOR, "recipients");
            sum += amount;
        }
        assertEq(sum, token.totalSupply(), "everything is released");

        vm.prank(SYSTEM);
        vm.expectRevert(abi.encodeWithSelector(ISettler.NotBridgedToken.selector, ALICE));
        settler.settleErc20(ALICE, _holders(accounts, address(0)));
    }

    function test_BridgedErc721_ReleasesTokens() public {
        Orphan orphan = new Orphan();
        vm.startPrank(SYSTEM);
        l2Bridge.finaliseErc721(L1_TOKEN, ALICE, 3, "O", "O", "");
        l2Bridge.finaliseErc721(L1_TOKEN, address(orphan), 5, "O", "O", "");
        l2Bridge.finaliseErc721(L1_TOKEN, ALICE, 4, "O", "O", "");
        vm.stopPrank();
        address token = l2Bridge.l2TokenOf(L1_TOKEN, true);
        vm.prank(ALICE);
        l2Bridge.withdrawErc721(token, ALICE, 4);
        enterSettle();
        takeMessages();
        Holder[] memory hints = new Holder[](1);
        hints[0] = Holder(address(orphan), CREATOR);
        vm.prank(SYSTEM);
        settler.settleBridgedErc721(token, _range(3, 5), hints);
        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, 2, "the withdrawn one is gone");
        assertMessage(messages[0], OutboxKind.ReleaseErc721, abi.encode(L1_TOKEN, ALICE, 3), "release");
        assertMessage(messages[1], OutboxKind.ReleaseErc721, abi.encode(L1_TOKEN, CREATOR, 5), "creator of the holder");
    }

    function test_EveryTokenHasOnePhase() public {
        vm.startPrank(SYSTEM);
        l2Bridge.finaliseErc721(L1_TOKEN, ALICE, 3, "O", "O", "");
        l2Bridge.finaliseErc20(address(0), ALICE, 3, "Ether", "ETH", 18);
        address art = l2Bridge.l2TokenOf(L1_TOKEN, true);
        address coin = l2Bridge.l2TokenOf(address(0), false);
        vm.stopPrank();
        LayerNft born = new LayerNft(CREATOR, BOB);
        enterSettle();
        vm.startPrank(SYSTEM);
        vm.expectRevert(abi.encodeWithSelector(ISettler.NotBridgedToken.selector, art));
        settler.settleErc20(art, new Holder[](0));
        vm.expectRevert(abi.encodeWithSelector(ISettler.NotBridgedToken.selector, coin));
        settler.settleBridgedErc721(coin, new uint256[](0), new Holder[](0));
        vm.expectRevert(abi.encodeWithSelector(ISettler.NotBridgedToken.selector, address(born)));
        settler.settleBridgedErc721(address(born), new uint256[](0), new Holder[](0));
        vm.expectRevert(abi.encodeWithSelector(ISettler.BridgedToken.selector, art));
        settler.settleCollection(art, CREATOR, "", "");
        settler.settleErc20(coin, new Holder[](0));
        vm.stopPrank();
    }

    function test_Collection_MintsEveryTokenOnce() public {
        LayerNft token = new LayerNft(CREATOR, BOB);
        Vault vault = new Vault(BOB);
        Orphan orphan = new Orphan();
        token.mint(ALICE, 1);
        token.mint(ALICE, 2);
        token.setUri(2, "ar://own");
        token.mint(address(vault), 3);
        token.mint(ALICE, 4);
        token.mint(ALICE, 5);
        token.burn(5);
        token.mint(address(orphan), 6);
        vm.startPrank(ALICE);
        token.approve(L2_BRIDGE, 4);
        l2Bridge.withdrawErc721(address(token), ALICE, 4);
        vm.stopPrank();
        enterSettle();
        takeMessages();

        vm.startPrank(SYSTEM);
        settler.settleCollection(address(token), CREATOR, "ipfs://lava/", "");
        settler.settleErc721(address(token), _range(1, 6), new Holder[](0));
        vm.stopPrank();
        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, 5, "collection and four tokens");
        assertMessage(
            messages[0],
            OutboxKind.Collection,
            abi.encode(address(token), "Lava", "LAV", CREATOR, BOB, uint16(500), "ipfs://lava/", ""),
            "collection"
        );
        assertMessage(messages[1], OutboxKind.MintErc721, abi.encode(address(token), ALICE, 1, ""), "derived URI");
        assertMessage(messages[2], OutboxKind.MintErc721, abi.encode(address(token), ALICE, 2, "ar://own"), "own URI");
        assertMessage(messages[3], OutboxKind.MintErc721, abi.encode(address(token), BOB, 3, ""), "owner of holder");
        assertMessage(
            messages[4],
            OutboxKind.MintErc721,
            abi.encode(address(token), CHAIN_OWNER, 6, ""),
            "nobody stands for its holder"
        );
    }

    function test_Collection_UsesCreatorHintsOfItsHolders() public {
        LayerNft token = new LayerNft(CREATOR, address(0));
        Orphan orphan = new Orphan();
        token.mint(address(orphan), 6);
        enterSettle();
        takeMessages();
        Holder[] memory hints = new Holder[](2);
        hints[0] = Holder(address(0x1234), BOB);
        hints[1] = Holder(address(orphan), CREATOR);
        vm.startPrank(SYSTEM);
        settler.settleCollection(address(token), CREATOR, "", "");
        settler.settleErc721(address(token), _range(6, 6), hints);
        vm.stopPrank();
        assertMessage(
            takeMessages()[1],
            OutboxKind.MintErc721,
            abi.encode(address(token), CREATOR, 6, "ipfs://lava/6"),
            "creator of the holder"
        );
    }

    function test_HostileTokens_BlockNobody() public {
        HostileNft token = new HostileNft();
        enterSettle();
        takeMessages();
        vm.prank(SYSTEM);
        settler.settleCollection(address(token), CREATOR, "", "");
        vm.prank(SYSTEM);
        uint256 before = gasleft();
        settler.settleErc721{gas: 30_000_000}(address(token), _range(1, 16), new Holder[](0));
        assertAtMost(before - gasleft(), 8_000_000, "gas of hostile answers");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 skipped = 0;
        uint256 written = 0;
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].topics[0] == ISettler.ItemSkipped.selector) skipped++;
            else written++;
        }
        assertEq(skipped, 5, "those without an owner");
        assertEq(written, 1 + 11, "collection, and those whose URI alone is bad");
        (address announced, string memory name,, address owner, address receiver, uint16 bps,,) =
            abi.decode(_payload(logs, 0), (address, string, string, address, address, uint16, string, string));
        assertTrue(announced == address(token) && owner == CREATOR, "creator owns it");
        assertTrue(bytes(name).length == 0 && receiver == CREATOR && bps == 0, "nothing believed");
        (,,, string memory uri) = abi.decode(_payload(logs, 1), (address, address, uint256, string));
        assertEq(uri, "fine", "token 6");
    }

    function test_TooLittleGas_RevertsInsteadOfSkipping() public {
        LayerNft token = new LayerNft(CREATOR, address(0));
        token.mint(ALICE, 1);
        enterSettle();
        vm.prank(SYSTEM);
        settler.settleCollection(address(token), CREATOR, "", "");
        vm.prank(SYSTEM);
        vm.expectRevert(BoundedCall.NotEnoughGasForCall.selector);
        settler.settleErc721{gas: 1_000_000}(address(token), _range(1, 1), new Holder[](0));
        vm.prank(SYSTEM);
        settler.settleErc721{gas: 3_000_000}(address(token), _range(1, 1), new Holder[](0));
    }

    function test_Order_IsStrictlyAscendingAndPhasesNeverGoBack() public {
        LayerNft first = new LayerNft(CREATOR, address(0));
        LayerNft second = new LayerNft(CREATOR, address(0));
        (address low, address high) = address(first) < address(second)
            ? (address(first), address(second))
            : (address(second), address(first));
        first.mint(ALICE, 1);
        second.mint(ALICE, 1);
        first.mint(ALICE, type(uint256).max);
        enterSettle();
        address[] memory two = new address[](2);
        (two[0], two[1]) = (BOB, ALICE);
        vm.deal(ALICE, 1);
        vm.deal(BOB, 1);
        two[0] = ALICE;
        two[1] = ALICE;
        _expectOrderError(_holders(two, address(0)));
        two[1] = BOB < ALICE ? BOB : address(1);
        _expectOrderError(_holders(two, address(0)));

        vm.startPrank(SYSTEM);
        vm.expectRevert(ISettler.WrongPhase.selector);
        settler.settleErc721(low, _range(1, 1), new Holder[](0));
        settler.settleCollection(low, CREATOR, "", "");
        vm.expectRevert(ISettler.WrongPhase.selector);
        settler.settleNative(new Holder[](0));
        vm.expectRevert(ISettler.NotAscending.selector);
        settler.settleCollection(low, CREATOR, "", "");
        vm.expectRevert(ISettler.WrongPhase.selector);
        settler.settleErc721(high, _range(1, 1), new Holder[](0));
        settler.settleErc721(low, _range(1, 1), new Holder[](0));
        vm.expectRevert(ISettler.NotAscending.selector);
        settler.settleErc721(low, _range(1, 1), new Holder[](0));
        settler.settleErc721(low, _range(type(uint256).max, type(uint256).max), new Holder[](0));
        vm.expectRevert(ISettler.NotAscending.selector);
        settler.settleErc721(low, _range(type(uint256).max, type(uint256).max), new Holder[](0));
        settler.settleCollection(high, CREATOR, "", "");
        vm.expectRevert(ISettler.NotAscending.selector);
        settler.settleCollection(low, CREATOR, "", "");
        vm.stopPrank();
    }

    function test_Finish_EndsEverything() public {
        vm.prank(SYSTEM);
        vm.expectRevert(ISettler.WrongPhase.selector);
        settler.finish();
        enterSettle();
        vm.expectRevert(OnlySystem.selector);
        settler.finish();
        vm.expectEmit();
        emit ISettler.Settled(0);
        vm.prank(SYSTEM);
        settler.finish();
        assertTrue(chainState.mode() == Mode.Settled, "settled");
        vm.prank(SYSTEM);
        vm.expectRevert(ISettler.WrongPhase.selector);
        settler.finish();
    }

    /// Gas on the layer for each settled asset, 200 at a time.
    function test_GasPerSettledItem() public {
        LayerNft token = new LayerNft(CREATOR, BOB);
        address[] memory accounts = new address[](200);
        for (uint256 i = 0; i < 200; i++) {
            accounts[i] = address(uint160(0x100000 + i));
            token.mint(accounts[i], i + 1);
            vm.deal(accounts[i], 1 ether);
        }
        enterSettle();
        Holder[] memory holders = _holders(accounts, address(0));
        vm.startPrank(SYSTEM);
        uint256 before = gasleft();
        settler.settleNative(holders);
        vm.snapshotValue("settlementOnLayer", "nativeBalance", (before - gasleft()) / 200);
        settler.settleCollection(address(token), CREATOR, "ipfs://lava/", "");
        uint256[] memory ids = _range(1, 200);
        before = gasleft();
        settler.settleErc721(address(token), ids, new Holder[](0));
        vm.snapshotValue("settlementOnLayer", "erc721", (before - gasleft()) / 200);
    }

    /// Supply is conserved: what the outbox mints is what the holders have.
    function testFuzz_Native_SumOfMintsIsTheSupply(uint96[12] memory amounts, uint256 salt) public {
        address[] memory accounts = new address[](12);
        uint256 supply = 0;
        for (uint256 i = 0; i < 12; i++) {
            accounts[i] = address(uint160(uint256(keccak256(abi.encode(salt, i)))));
            vm.deal(accounts[i], amounts[i]);
            supply += amounts[i];
        }
        _sort(accounts);
        enterSettle();
        takeMessages();
        _settleNative(accounts, address(0));
        OutboxMessage[] memory messages = takeMessages();
        for (uint256 i = 0; i < messages.length; i++) {
            (, uint256 amount) = abi.decode(messages[i].payload, (address, uint256));
            supply -= amount;
        }
        assertEq(supply, 0, "conserved");
    }

    function _expectOrderError(Holder[] memory holders) private {
        vm.prank(SYSTEM);
        vm.expectRevert(ISettler.NotAscending.selector);
        settler.settleNative(holders);
    }

    function _settleNative(address[] memory accounts, address creator) private {
        vm.prank(SYSTEM);
        settler.settleNative(_holders(accounts, creator));
    }

    function _holders(address[] memory accounts, address creator) private pure returns (Holder[] memory holders) {
        holders = new Holder[](accounts.length);
        for (uint256 i = 0; i < accounts.length; i++) holders[i] = Holder(accounts[i], creator);
    }

    function _range(uint256 first, uint256 last) private pure returns (uint256[] memory ids) {
        ids = new uint256[](last - first + 1);
        for (uint256 i = 0; i < ids.length; i++) ids[i] = first + i;
    }

    function _pays(OutboxMessage[] memory messages, address to, uint256 amount) private pure returns (bool) {
        bytes32 wanted = keccak256(abi.encode(to, amount));
        for (uint256 i = 0; i < messages.length; i++) {
            if (messages[i].kind == OutboxKind.MintNative && keccak256(messages[i].payload) == wanted) return true;
        }
        return false;
    }

    function _payload(Vm.Log[] memory logs, uint256 nth) private pure returns (bytes memory payload) {
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].topics[0] == ISettler.ItemSkipped.selector) continue;
            if (nth == 0) {
                (, payload) = abi.decode(logs[i].data, (bytes32, bytes));
                return payload;
            }
            nth--;
        }
    }

    function _sort(address[] memory values) private pure {
        for (uint256 i = 1; i < values.length; i++) {
            for (uint256 j = i; j > 0 && values[j] < values[j - 1]; j--) {
                (values[j], values[j - 1]) = (values[j - 1], values[j]);
            }
        }
    }
}
