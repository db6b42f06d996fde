// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {Erc721Twin} from "../src/bridge/Erc721Twin.sol";
import {IBridge, OutboxKind, OutboxMessage} from "../src/bridge/IBridge.sol";
import {CollectionMetadata, INativeTwin, ITwin} from "../src/bridge/ITwins.sol";
import {NativeTwin} from "../src/bridge/NativeTwin.sol";
import {ChainFixture} from "./support/ChainFixture.sol";
import {OutboxModel} from "./support/OutboxModel.sol";

contract TwinsTest is ChainFixture {
    address private constant L2_TOKEN = address(0x70C3);
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);

    function test_NativeTwin_IsMintedFromBalances() public {
        OutboxMessage[] memory messages = new OutboxMessage[](2);
        messages[0] = OutboxMessage(OutboxKind.MintNative, abi.encode(ALICE, 3 ether));
        messages[1] = OutboxMessage(OutboxKind.MintNative, abi.encode(ALICE, 1 ether));
        uint64 pack = finalise(messages, false);
        assertEq(bridge.nativeTwin().code.length, 0, "not deployed before it is needed");
        executeAll(pack, messages);
        NativeTwin twin = NativeTwin(bridge.nativeTwin());
        assertEq(twin.balanceOf(ALICE), 4 ether, "balance");
        assertEq(twin.totalSupply(), 4 ether, "supply");
        assertEq(twin.name(), "Pumice", "name");
        assertEq(twin.symbol(), "PUM", "symbol");
        assertEq(twin.decimals(), 18, "decimals");
        vm.expectRevert(INativeTwin.OnlyBridge.selector);
        twin.mint(ALICE, 1);
    }

    function test_Erc721Twin_KeepsWhatTheCollectionWas() public {
        OutboxMessage[] memory messages = new OutboxMessage[](3);
        messages[0] = OutboxMessage(OutboxKind.Collection, _collection("ipfs://x/", ".json", BOB));
        messages[1] = OutboxMessage(OutboxKind.MintErc721, abi.encode(L2_TOKEN, ALICE, 12, ""));
        messages[2] = OutboxMessage(OutboxKind.MintErc721, abi.encode(L2_TOKEN, BOB, 13, "ar://own"));
        uint64 pack = finalise(messages, false);
        vm.expectEmit();
        emit IBridge.TwinDeployed(L2_TOKEN, bridge.twinOf(L2_TOKEN), OutboxKind.MintErc721);
        executeAll(pack, messages);

        Erc721Twin twin = Erc721Twin(bridge.twinOf(L2_TOKEN));
        assertEq(twin.name(), "Lava", "name");
        assertEq(twin.symbol(), "LAV", "symbol");
        assertEq(twin.ownerOf(12), ALICE, "owner");
        assertEq(twin.tokenURI(12), "ipfs://x/12.json", "derived URI");
        assertEq(twin.tokenURI(13), "ar://own", "own URI");
        assertEq(twin.owner(), BOB, "collection owner");
        (address receiver, uint256 amount) = twin.royaltyInfo(12, 10 ether);
        assertTrue(receiver == BOB && amount == 0.5 ether, "royalty");
        assertEq(twin.l2Token(), L2_TOKEN, "origin");
        assertTrue(twin.supportsInterface(type(IERC2981).interfaceId), "ERC-2981");
        assertTrue(twin.supportsInterface(type(IERC721Metadata).interfaceId), "ERC-721 metadata");
        vm.expectRevert(ITwin.OnlyBridge.selector);
        twin.mint(ALICE, 99, "");
        CollectionMetadata memory metadata;
        vm.expectRevert(ITwin.OnlyBridge.selector);
        twin.setCollection(metadata);
    }

    function test_Erc721Twin_MessagesInAnyOrderEndTheSame() public {
        OutboxMessage[] memory messages = new OutboxMessage[](3);
        messages[0] = OutboxMessage(OutboxKind.Collection, _collection("", "", ALICE));
        messages[1] = OutboxMessage(OutboxKind.MintErc721, abi.encode(L2_TOKEN, ALICE, 1, "ar://early"));
        messages[2] = OutboxMessage(OutboxKind.Collection, _collection("ipfs://late/", "", BOB));
        uint64 pack = finalise(messages, false);
        executeRange(pack, messages, 1, 1);
        Erc721Twin twin = Erc721Twin(bridge.twinOf(L2_TOKEN));
        assertEq(twin.name(), "", "minted before its collection is known");
        executeRange(pack, messages, 2, 1);
        executeRange(pack, messages, 0, 1);
        assertEq(twin.owner(), BOB, "the later word stays");
        assertTrue(bridge.isExecuted(0), "the older one is done too");
        assertEq(twin.tokenURI(1), "ar://early", "own URI");
    }

    function test_Erc721Twin_OwnerMayPassTheTitleOn() public {
        OutboxMessage[] memory messages = new OutboxMessage[](2);
        messages[0] = OutboxMessage(OutboxKind.Collection, _collection("", "", ALICE));
        messages[1] = OutboxMessage(OutboxKind.Collection, _collection("", "", ALICE));
        uint64 pack = finalise(messages, false);
        executeRange(pack, messages, 0, 1);
        Erc721Twin twin = Erc721Twin(bridge.twinOf(L2_TOKEN));
        vm.expectRevert(ITwin.OnlyOwner.selector);
        twin.transferOwnership(BOB);
        vm.prank(ALICE);
        twin.transferOwnership(BOB);
        executeRange(pack, messages, 1, 1);
        assertEq(twin.owner(), BOB, "the chain does not take it back");
    }

    function test_Erc721Twin_ASecondMintOfAnIdStaysOpen() public {
        OutboxMessage[] memory messages = new OutboxMessage[](2);
        messages[0] = OutboxMessage(OutboxKind.MintErc721, abi.encode(L2_TOKEN, ALICE, 1, ""));
        messages[1] = OutboxMessage(OutboxKind.MintErc721, abi.encode(L2_TOKEN, BOB, 1, ""));
        executeAll(finalise(messages, false), messages);
        assertEq(Erc721Twin(bridge.twinOf(L2_TOKEN)).ownerOf(1), ALICE, "the first");
        assertTrue(!bridge.isExecuted(1), "open");
        assertEq(Erc721Twin(bridge.twinOf(L2_TOKEN)).tokenURI(1), "", "no metadata yet");
    }

    /// Cost on the L1 of settling 100 of each kind: calldata, base and proof included.
    function test_GasPerSettledAsset() public {
        string[3] memory names = ["nativeBalance", "erc721DerivedUri", "erc721OwnUri"];
        for (uint256 kind = 0; kind < 3; kind++) {
            OutboxMessage[] memory messages = new OutboxMessage[](101);
            messages[0] = OutboxMessage(OutboxKind.Collection, _collection("ipfs://x/", "", BOB));
            for (uint256 i = 1; i <= 100; i++) messages[i] = _settled(kind, i);
            parentRoot = rollup.packRecord(rollup.packCount()).outputRoot;
            vm.roll(block.number + 1);
            uint64 pack = finalise(messages, false);
            executeRange(pack, messages, 0, 2);
            uint256 gasUsed = _measure(pack, messages, 2, 99);
            vm.snapshotValue("settlement", names[kind], gasUsed / 99);
            assertAtMost(gasUsed / 99, kind == 2 ? 155_000 : 60_000, names[kind]);
            setUp();
            (parentRoot, nextBlock) = (GENESIS_ROOT, 1);
        }
    }

    function _measure(uint64 pack, OutboxMessage[] memory messages, uint256 start, uint256 count)
        private
        returns (uint256 gasUsed)
    {
        bytes memory call = abi.encodeCall(
            IBridge.execute, (pack, uint64(start), slice(messages, start, count), OutboxModel.proof(OutboxModel.leavesOf(messages), start, count))
        );
        for (uint256 i = 0; i < call.length; i++) gasUsed += call[i] == 0 ? 4 : 16;
        gasUsed += 21_000;
        uint256 before = gasleft();
        (bool success,) = address(bridge).call(call);
        gasUsed += before - gasleft();
        assertTrue(success, "executed");
    }

    function _settled(uint256 kind, uint256 i) private pure returns (OutboxMessage memory) {
        address to = address(uint160(uint256(keccak256(abi.encode(kind, i)))));
        if (kind == 0) return OutboxMessage(OutboxKind.MintNative, abi.encode(to, i * 1e15));
        string memory uri = kind == 1 ? "" : "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi/1";
        return OutboxMessage(OutboxKind.MintErc721, abi.encode(L2_TOKEN, to, i, uri));
    }

    function _collection(string memory prefix, string memory suffix, address owner)
        private
        pure
        returns (bytes memory)
    {
        return abi.encode(L2_TOKEN, "Lava", "LAV", owner, BOB, uint16(500), prefix, suffix);
    }
}
