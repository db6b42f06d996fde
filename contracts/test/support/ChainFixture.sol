// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Bridge} from "../../src/bridge/Bridge.sol";
import {TwinImplementations} from "../../src/bridge/BridgeTwins.sol";
import {Erc1155Twin} from "../../src/bridge/Erc1155Twin.sol";
import {Erc20Twin} from "../../src/bridge/Erc20Twin.sol";
import {Erc721Twin} from "../../src/bridge/Erc721Twin.sol";
import {OutboxKind, OutboxMessage} from "../../src/bridge/IBridge.sol";
import {NativeTwin} from "../../src/bridge/NativeTwin.sol";
import {BatchRegistry} from "../../src/rollup/BatchRegistry.sol";
import {Inbox} from "../../src/rollup/Inbox.sol";
import {Output, Pack} from "../../src/rollup/IRollup.sol";
import {CreateParams, CurrencyMode} from "../../src/rollup/IRollupFactory.sol";
import {Rollup} from "../../src/rollup/Rollup.sol";
import {RollupFactory} from "../../src/rollup/RollupFactory.sol";
import {DisputeGameStub} from "./DisputeGameStub.sol";
import {OutboxModel} from "./OutboxModel.sol";
import {Test} from "./Test.sol";

/// One chain on a fresh L1, and the means to post packs to it.
abstract contract ChainFixture is Test {
    uint64 internal constant CHAIN_ID = 4242;
    uint64 internal constant CHALLENGE_PERIOD = 100;
    uint64 internal constant MAX_PACK_DELAY = 600;
    uint64 internal constant INBOX_DELAY = 300;
    uint256 internal constant BOND = 1 ether;
    uint256 internal constant ESCROW = 2 ether;
    bytes32 internal constant GENESIS_ROOT = keccak256("genesis");
    address internal constant OWNER = address(0x0111);
    address payable internal constant PROPOSER = payable(address(0x0222));
    address internal constant DISPUTE_GAME = address(0x0333);
    bytes internal constant FRAME = "frame";

    BatchRegistry internal registry;
    RollupFactory internal factory;
    Rollup internal rollup;
    Inbox internal inbox;
    Bridge internal bridge;
    /// What the next pack claims to have consumed, and its predecessor's output root.
    bytes32 internal parentRoot = GENESIS_ROOT;
    uint64 internal nextBlock = 1;

    function setUp() public virtual {
        vm.roll(1_000);
        vm.warp(1_700_000_000);
        vm.etch(DISPUTE_GAME, type(DisputeGameStub).runtimeCode);
        registry = new BatchRegistry();
        Bridge bridgeImplementation = new Bridge(
            TwinImplementations({
                native: address(new NativeTwin()),
                erc20: address(new Erc20Twin()),
                erc721: address(new Erc721Twin()),
                erc1155: address(new Erc1155Twin())
            })
        );
        factory = new RollupFactory(
            address(new Rollup(address(registry), disputeGame())), address(new Inbox()), address(bridgeImplementation)
        );
        vm.deal(address(this), 1_000 ether);
        CreateParams memory params = chainParams();
        uint256 lockedEth = params.currencyMode == CurrencyMode.Eth ? params.lockedFunds : 0;
        rollup = Rollup(factory.createRollup{value: BOND + ESCROW + lockedEth}(params));
        inbox = Inbox(rollup.inbox());
        bridge = Bridge(rollup.bridge());
        vm.prank(PROPOSER, PROPOSER);
        registry.post(FRAME);
    }

    /// What the chain of a test is made with.
    function chainParams() internal virtual returns (CreateParams memory) {
        return defaultParams();
    }

    function disputeGame() internal view virtual returns (address) {
        return DISPUTE_GAME;
    }

    function defaultParams() internal pure returns (CreateParams memory) {
        return CreateParams({
            chainId: CHAIN_ID,
            owner: OWNER,
            proposer: PROPOSER,
            challengePeriod: CHALLENGE_PERIOD,
            maxPackDelay: MAX_PACK_DELAY,
            inboxDelay: INBOX_DELAY,
            expiresAt: 0,
            currencyMode: CurrencyMode.Issued,
            currencyToken: address(0),
            name: "Pumice",
            symbol: "PUM",
            decimals: 18,
            bond: BOND,
            settlementEscrow: ESCROW,
            proposerFunds: 0,
            lockedFunds: 0,
            genesisOutputRoot: GENESIS_ROOT,
            rulesHash: keccak256("rules"),
            stvfHash: keccak256("stvf"),
            attestation: address(0),
            validityKey: bytes32(0),
            genesisConfig: "config"
        });
    }

    /// A pack of two blocks that is right in every respect.
    function nextPack(bytes32 outboxRoot, bool terminal) internal returns (Pack memory pack) {
        uint64 origin = uint64(block.number - 1);
        bytes32 originHash = keccak256(abi.encode("l1", origin));
        vm.setBlockhash(origin, originHash);
        uint64 position = inbox.messageCount();
        Output memory output = Output({
            stateRoot: keccak256(abi.encode("state", nextBlock)),
            blockHash: keccak256(abi.encode("block", nextBlock + 1)),
            outboxRoot: outboxRoot,
            inboxPosition: position,
            inboxAccumulator: inbox.accumulatorAt(position),
            l1OriginNumber: origin,
            l1OriginHash: originHash,
            historyRoot: keccak256("history")
        });
        bytes32[] memory outputRoots = new bytes32[](2);
        outputRoots[0] = keccak256("first");
        outputRoots[1] = outputRootOf(output);
        bytes32[] memory frames = new bytes32[](1);
        frames[0] = keccak256(FRAME);
        pack = Pack({
            index: rollup.packCount() + 1,
            firstBlock: nextBlock,
            lastBlock: nextBlock + 1,
            parentOutputRoot: parentRoot,
            contentRoot: keccak256("content"),
            output: output,
            outputRoots: outputRoots,
            frames: frames,
            terminal: terminal
        });
    }

    function outputRootOf(Output memory output) internal pure returns (bytes32) {
        return keccak256(
            bytes.concat(
                abi.encode(uint256(1), output.stateRoot, output.blockHash, output.outboxRoot),
                abi.encode(uint256(output.inboxPosition), output.inboxAccumulator),
                abi.encode(uint256(output.l1OriginNumber), output.l1OriginHash, output.historyRoot)
            )
        );
    }

    /// Posts a pack as the proposer and remembers it as the parent of the next.
    function submit(Pack memory pack) internal {
        vm.prank(PROPOSER);
        rollup.submitPack(pack);
        accept(pack);
    }

    function accept(Pack memory pack) internal {
        parentRoot = outputRootOf(pack.output);
        nextBlock = pack.lastBlock + 1;
    }

    /// Posts a pack with this outbox and lets its window pass.
    function finalise(OutboxMessage[] memory messages, bool terminal) internal returns (uint64 packIndex) {
        Pack memory pack = nextPack(OutboxModel.root(OutboxModel.leavesOf(messages)), terminal);
        submit(pack);
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        return pack.index;
    }

    function executeAll(uint64 packIndex, OutboxMessage[] memory messages) internal {
        executeRange(packIndex, messages, 0, messages.length);
    }

    function executeRange(uint64 packIndex, OutboxMessage[] memory messages, uint256 start, uint256 count) internal {
        bytes32[] memory proof = OutboxModel.proof(OutboxModel.leavesOf(messages), start, count);
        bridge.execute(packIndex, uint64(start), slice(messages, start, count), proof);
    }

    function slice(OutboxMessage[] memory messages, uint256 start, uint256 count)
        internal
        pure
        returns (OutboxMessage[] memory part)
    {
        part = new OutboxMessage[](count);
        for (uint256 i = 0; i < count; i++) part[i] = messages[start + i];
    }

    function one(OutboxKind kind, bytes memory payload) internal pure returns (OutboxMessage[] memory messages) {
        messages = new OutboxMessage[](1);
        messages[0] = OutboxMessage(kind, payload);
    }

    receive() external payable {}
}
