// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Bridge} from "../src/bridge/Bridge.sol";
import {Erc721Twin} from "../src/bridge/Erc721Twin.sol";
import {OutboxKind, OutboxMessage} from "../src/bridge/IBridge.sol";
import {NativeTwin} from "../src/bridge/NativeTwin.sol";
import {Output, Pack, PackRecord} from "../src/rollup/IRollup.sol";
import {Inbox} from "../src/rollup/Inbox.sol";
import {Rollup} from "../src/rollup/Rollup.sol";
import {ChainFixture} from "./support/ChainFixture.sol";
import {OutboxModel} from "./support/OutboxModel.sol";
import {Test, Vm} from "./support/Test.sol";
import {MoodyErc20, PlainErc721, RefusesEth} from "./support/Tokens.sol";

/// Does to one chain whatever a user, an executor, a hostile token, the dispute game or a lying outbox could do, and keeps
/// its own books beside the bridge's.
contract BridgeHandler is ChainFixture {
    MoodyErc20 public coin;
    PlainErc721 public art;
    RefusesEth public refuser;
    address[4] private _people = [address(0xA1), address(0xA2), address(0xA3), address(0)];

    /// Every message of the outbox, in order; the roots of packs commit to prefixes of it.
    OutboxMessage[] private _messages;
    /// Leaves under the root of each pack.
    mapping(uint64 pack => uint256) private _count;
    mapping(address token => uint256) public deposited;
    mapping(address token => uint256) public paid;
    mapping(uint64 index => bool) public everExecuted;
    uint256 public nativeInLeaves;
    uint256 public nativeExecuted;
    uint256 public nextId = 1;
    uint256 public artDeposited;
    uint64 public messagesAtClose;
    uint256 public escrowFunded;

    constructor() {
        setUp();
        coin = new MoodyErc20();
        art = new PlainErc721();
        refuser = new RefusesEth();
        _people[3] = address(refuser);
        escrowFunded = ESCROW;
        _count[0] = 0;
    }

    function chain() external view returns (Rollup, Inbox, Bridge) {
        return (rollup, inbox, bridge);
    }

    function messageCount() external view returns (uint256) {
        return _messages.length;
    }

    function depositEth(uint96 amount) external {
        if (inbox.closed()) return;
        uint256 value = bound(amount, 1, 3 ether);
        vm.deal(address(this), value);
        bridge.depositEth{value: value}(_people[0]);
        deposited[address(0)] += value;
        vm.roll(block.number + 1);
    }

    function depositErc20(uint96 amount) external {
        if (inbox.closed()) return;
        uint256 value = bound(amount, 1, 1e24);
        coin.mint(address(this), value);
        coin.approve(address(bridge), value);
        bridge.depositErc20(address(coin), _people[0], value);
        deposited[address(coin)] += value;
        vm.roll(block.number + 1);
    }

    function depositErc721() external {
        if (inbox.closed()) return;
        art.mint(address(this), nextId);
        art.approve(address(bridge), nextId);
        bridge.depositErc721(address(art), _people[0], nextId++);
        artDeposited++;
        vm.roll(block.number + 1);
    }

    /// The outbox may ask for anything, also for more than there is and for one thing twice.
    function withdraw(uint8 kind, uint8 who, uint96 amount, uint8 times) external {
        for (uint256 i = bound(times, 1, 6); i > 0; i--) {
            address to = _people[(uint256(who) + i) % 4];
            uint256 pick = (uint256(kind) + i) % 6;
            bytes memory payload;
            OutboxKind what = OutboxKind.ReleaseErc20;
            if (pick == 0) payload = abi.encode(address(0), to, bound(amount, 1, 2 ether));
            if (pick == 1) payload = abi.encode(address(coin), to, bound(amount, 1, 1e24));
            if (pick == 2) (what, payload) = (OutboxKind.ReleaseErc721, abi.encode(address(art), to, 1 + amount % nextId));
            if (pick == 3) {
                (what, payload) = (OutboxKind.MintNative, abi.encode(to, amount));
                nativeInLeaves += amount;
            }
            if (pick == 4) (what, payload) = (OutboxKind.MintErc721, abi.encode(address(0x70C3), to, amount % 16, ""));
            if (pick == 5) (what, payload) = (OutboxKind.Claim, abi.encode(uint8(3), "", to));
            _messages.push(OutboxMessage(what, payload));
        }
    }

    function post(uint16 wait) external {
        if (rollup.packRecord(rollup.packCount()).terminal) return;
        vm.roll(block.number + 1);
        if (rollup.bondOf(PROPOSER) < BOND) {
            vm.deal(PROPOSER, BOND);
            vm.prank(PROPOSER);
            rollup.depositBond{value: BOND}();
        }
        PackRecord memory parent = rollup.packRecord(rollup.packCount());
        (parentRoot, nextBlock) = (parent.outputRoot, parent.lastBlock + 1);
        Pack memory pack = nextPack(OutboxModel.root(OutboxModel.leavesOf(_all())), inbox.closed() && wait % 2 == 0);
        submit(pack);
        _count[pack.index] = _messages.length;
        vm.warp(block.timestamp + bound(wait, 0, 2 * CHALLENGE_PERIOD));
    }

    /// The outbox rolls back with its packs.
    function revertPack(uint8 which) external {
        uint64 count = rollup.packCount();
        if (count == 0) return;
        uint64 index = uint64(bound(which, 1, count));
        if (rollup.isFinalised(index)) return;
        vm.prank(DISPUTE_GAME);
        rollup.revertPacks(index);
        while (_messages.length > _count[index - 1]) {
            OutboxMessage memory message = _messages[_messages.length - 1];
            if (message.kind == OutboxKind.MintNative) {
                (, uint256 amount) = abi.decode(message.payload, (address, uint256));
                nativeInLeaves -= amount;
            }
            _messages.pop();
        }
    }

    function execute(uint8 packSeed, uint8 startSeed, uint8 countSeed) external {
        uint64 pack = uint64(bound(packSeed, 0, rollup.finalisedPack()));
        uint256 total = _count[pack];
        if (total == 0) return;
        uint256 start = bound(startSeed, 0, total - 1);
        uint256 number = bound(countSeed, 1, total - start);
        OutboxMessage[] memory messages = new OutboxMessage[](total);
        for (uint256 i = 0; i < total; i++) messages[i] = _messages[i];
        _watch(start, number);
        vm.txGasPrice(1 gwei);
        executeRange(pack, messages, start, number);
        _book(start, number);
    }

    function claim(uint8 which) external {
        if (_messages.length == 0) return;
        uint64 index = uint64(bound(which, 0, _messages.length - 1));
        (OutboxKind kind, address token, address to, uint256 amount) = bridge.creditOf(index);
        if (to == address(0)) return;
        try bridge.claim(index) {
            if (kind == OutboxKind.ReleaseErc20) paid[token] += amount;
        } catch {}
    }

    function changeMoods(uint8 mood, bool refuses) external {
        coin.setMood(MoodyErc20.Mood(mood % 3), bridge);
        refuser.setRefuses(refuses);
    }

    function fundEscrow(uint64 amount) external {
        uint256 value = bound(amount, 1, 1 ether);
        vm.deal(address(this), value);
        bridge.fundEscrow{value: value}();
        escrowFunded += value;
    }

    function close(uint8 chance) external {
        if (chance > 16 || inbox.closed()) return;
        vm.prank(OWNER);
        rollup.close();
        messagesAtClose = inbox.messageCount();
    }

    function pass(uint32 time) external {
        vm.warp(block.timestamp + bound(time, 1, 300));
    }

    function _all() private view returns (OutboxMessage[] memory messages) {
        messages = new OutboxMessage[](_messages.length);
        for (uint256 i = 0; i < messages.length; i++) messages[i] = _messages[i];
    }

    mapping(uint64 index => bool) private _before;

    function _watch(uint256 start, uint256 number) private {
        for (uint256 i = start; i < start + number; i++) _before[uint64(i)] = bridge.isExecuted(uint64(i));
    }

    /// Books what was executed now, from the messages and not from the bridge's own events.
    function _book(uint256 start, uint256 number) private {
        for (uint256 i = start; i < start + number; i++) {
            uint64 index = uint64(i);
            if (_before[index] || !bridge.isExecuted(index)) continue;
            everExecuted[index] = true;
            OutboxMessage memory message = _messages[i];
            if (message.kind == OutboxKind.MintNative) {
                (, uint256 minted) = abi.decode(message.payload, (address, uint256));
                nativeExecuted += minted;
            }
            if (message.kind != OutboxKind.ReleaseErc20) continue;
            (address token,, uint256 amount) = abi.decode(message.payload, (address, address, uint256));
            (,, address creditor,) = bridge.creditOf(index);
            if (creditor == address(0)) paid[token] += amount;
        }
    }

    /// Credits that nobody has taken yet.
    function openCredits(address token) external view returns (uint256 sum) {
        for (uint64 i = 0; i < _messages.length; i++) {
            (OutboxKind kind, address asset, address to, uint256 amount) = bridge.creditOf(i);
            if (to != address(0) && kind == OutboxKind.ReleaseErc20 && asset == token) sum += amount;
        }
    }
}

contract BridgeInvariantsTest is Test {
    BridgeHandler private handler;
    Rollup private rollup;
    Inbox private inbox;
    Bridge private bridge;

    function setUp() public {
        handler = new BridgeHandler();
        (rollup, inbox, bridge) = handler.chain();
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// Forge funds the senders it makes up, and the bridge must not be one of them.
    function targetSenders() public pure returns (address[] memory senders) {
        senders = new address[](1);
        senders[0] = address(0xCA11E4);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](12);
        selectors[0] = BridgeHandler.depositEth.selector;
        selectors[1] = BridgeHandler.depositErc20.selector;
        selectors[2] = BridgeHandler.depositErc721.selector;
        selectors[3] = BridgeHandler.withdraw.selector;
        selectors[4] = BridgeHandler.post.selector;
        selectors[5] = BridgeHandler.revertPack.selector;
        selectors[6] = BridgeHandler.execute.selector;
        selectors[7] = BridgeHandler.claim.selector;
        selectors[8] = BridgeHandler.changeMoods.selector;
        selectors[9] = BridgeHandler.fundEscrow.selector;
        selectors[10] = BridgeHandler.close.selector;
        selectors[11] = BridgeHandler.pass.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    /// Per asset: paid + claimable + still locked is exactly what was deposited, and the bridge holds what it owes.
    function invariant_Solvency() public view {
        _checkAsset(address(0));
        _checkAsset(address(handler.coin()));
        uint256 owedEth = bridge.locked(address(0)) + handler.openCredits(address(0)) + bridge.escrow();
        assertEq(address(bridge).balance, owedEth, "ETH held is ETH owed");
        address coin = address(handler.coin());
        uint256 owed = bridge.locked(coin) + handler.openCredits(coin);
        assertEq(handler.coin().balanceOf(address(bridge)), owed, "tokens held are tokens owed");
    }

    /// A locked ERC-721 is with the bridge.
    function invariant_LockedArtIsHeld() public view {
        for (uint256 id = 1; id < handler.nextId(); id++) {
            if (!bridge.isLocked(address(handler.art()), id)) continue;
            assertEq(handler.art().ownerOf(id), address(bridge), "held");
        }
    }

    /// Issued mode: the twin's supply is what executed messages say, and never more than all leaves say.
    function invariant_TwinSupply() public view {
        address twin = bridge.nativeTwin();
        uint256 supply = twin.code.length == 0 ? 0 : NativeTwin(twin).totalSupply();
        assertEq(supply, handler.nativeExecuted(), "supply is what was executed");
        assertTrue(supply <= handler.nativeInLeaves(), "and no more than the outbox says");
    }

    function invariant_ExecutedNeverClears() public view {
        for (uint64 i = 0; i < handler.messageCount(); i++) {
            assertTrue(bridge.isExecuted(i) == handler.everExecuted(i), "a bit is set once and stays");
        }
    }

    function invariant_InboxEndsWithClose() public view {
        if (inbox.closed()) assertEq(inbox.messageCount(), handler.messagesAtClose(), "nothing after CLOSE");
    }

    /// Packs follow one another, and the final ones are a prefix that only grows.
    function invariant_PacksChain() public view {
        uint64 count = rollup.packCount();
        for (uint64 i = 1; i <= count; i++) {
            PackRecord memory parent = rollup.packRecord(i - 1);
            PackRecord memory pack = rollup.packRecord(i);
            assertTrue(pack.lastBlock > parent.lastBlock, "blocks go on");
            assertTrue(pack.windowEnd >= parent.windowEnd, "windows do not overtake");
            assertTrue(pack.inboxPosition >= parent.inboxPosition, "the inbox goes on");
            assertTrue(!parent.terminal, "nothing after the terminal pack");
            assertTrue(rollup.isFinalised(i) == (i <= rollup.finalisedPack()), "a prefix");
        }
    }

    function _checkAsset(address token) private view {
        assertEq(
            handler.paid(token) + handler.openCredits(token) + bridge.locked(token),
            handler.deposited(token),
            "paid + claimable + locked = deposited"
        );
    }
}
