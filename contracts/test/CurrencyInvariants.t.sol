// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutboxKind, OutboxMessage} from "../src/bridge/IBridge.sol";
import {Bridge} from "../src/bridge/Bridge.sol";
import {NativeTwin} from "../src/bridge/NativeTwin.sol";
import {
    BASE_FEE_VAULT, FAUCET, Holder, IFaucet, IFeeVault, L2_BRIDGE, Mode, SYSTEM
} from "../src/predeploys/IPredeploys.sol";
import {CreateParams, CurrencyMode} from "../src/rollup/IRollupFactory.sol";
import {Pack} from "../src/rollup/IRollup.sol";
import {ChainFixture} from "./support/ChainFixture.sol";
import {OutboxModel} from "./support/OutboxModel.sol";
import {Predeploys} from "./support/Predeploys.sol";
import {Test} from "./support/Test.sol";
import {PlainErc20} from "./support/Tokens.sol";

/// The L1 and the layer of one chain in one world, from creation to the last payment. Coin of the layer is the world's ETH;
/// what the L1 pays goes to accounts that the layer does not have.
contract CurrencyHandler is ChainFixture, Predeploys {
    uint256 private constant GENESIS_ACCOUNT = 5 ether;
    uint256 private constant FAUCET_FUNDS = 50 ether;
    address private constant PAYEE = address(0xB1);

    CurrencyMode public immutable mode;
    PlainErc20 public coin;
    address[4] private _people = [address(0xA1), address(0xA2), address(0xA3), address(0xA4)];

    /// Every message of the outbox.
    OutboxMessage[] private _messages;
    /// Deposits of the currency that the layer has not seen yet.
    uint256[] private _pending;
    uint256 public pendingSum;
    /// Withdrawn on the layer.
    uint256 public withdrawn;
    /// Of the withdrawals and of the settlement, what the L1 carried out.
    uint256 public paid;
    uint256 public deposited;
    /// Coin outside the reserve when the settlement began.
    uint256 public finalSupply;
    uint256 private _executed;

    constructor(CurrencyMode mode_) {
        mode = mode_;
        coin = new PlainErc20();
        setUp();
    }

    function setUp() public override(ChainFixture, Predeploys) {
        if (mode == CurrencyMode.Erc20) coin.mint(address(this), GENESIS_ACCOUNT + FAUCET_FUNDS);
        ChainFixture.setUp();
        Predeploys.setUp();
        setCurrency(mode, currency());
        vm.deal(FAUCET, FAUCET_FUNDS);
        vm.deal(_people[0], GENESIS_ACCOUNT);
        // Somebody whom the L1 side never pays.
        vm.store(BASE_FEE_VAULT, 0, bytes32(uint256(uint160(_people[3]))));
    }

    function currency() public view returns (address) {
        return mode == CurrencyMode.Erc20 ? address(coin) : address(0);
    }

    function chainParams() internal override returns (CreateParams memory params) {
        params = defaultParams();
        (params.currencyMode, params.currencyToken) = (mode, currency());
        if (mode == CurrencyMode.Issued) return params;
        params.lockedFunds = GENESIS_ACCOUNT + FAUCET_FUNDS;
        if (mode == CurrencyMode.Erc20) coin.approve(address(factory), params.lockedFunds);
    }

    function itsBridge() external view returns (Bridge) {
        return bridge;
    }

    function isSettled() public view returns (bool) {
        return chainState.mode() == Mode.Settled;
    }

    /// Coin of the layer that somebody owns.
    function supply() public view returns (uint256 sum) {
        for (uint256 i = 0; i < 4; i++) sum += _people[i].balance;
        sum += BASE_FEE_VAULT.balance;
        // What an issuing chain's faucet holds was never given out.
        if (mode != CurrencyMode.Issued) sum += FAUCET.balance;
    }

    function deposit(uint96 amount, uint8 count) external {
        if (mode == CurrencyMode.Issued || inbox.closed()) return;
        for (uint256 i = bound(count, 1, 3); i > 0; i--) {
            uint256 value = bound(amount, 1, 3 ether);
            if (mode == CurrencyMode.Eth) {
                vm.deal(address(this), value);
                bridge.depositEth{value: value}(_people[i]);
            } else {
                coin.mint(address(this), value);
                coin.approve(address(bridge), value);
                bridge.depositErc20(address(coin), _people[i], value);
            }
            _pending.push(value);
            pendingSum += value;
            deposited += value;
        }
        vm.roll(block.number + 1);
    }

    function arrive(uint8 count) public {
        for (uint256 i = 0; i < count && _pending.length > 0; i++) {
            uint256 value = _pending[_pending.length - 1];
            _pending.pop();
            pendingSum -= value;
            vm.prank(SYSTEM);
            l2Bridge.finaliseErc20(currency(), _people[value % 4], value, "Ether", "ETH", 18);
        }
    }

    function transfer(uint8 from, uint8 to, uint96 amount) external {
        if (chainState.mode() != Mode.Active) return;
        address sender = _people[from % 4];
        uint256 value = bound(amount, 0, sender.balance);
        vm.prank(sender);
        (bool sent,) = _people[to % 4].call{value: value}("");
        require(sent, "transfer");
    }

    function payFee(uint8 from, uint96 amount) external {
        if (chainState.mode() != Mode.Active) return;
        address sender = _people[from % 4];
        uint256 value = bound(amount, 0, sender.balance);
        vm.prank(sender);
        (bool sent,) = BASE_FEE_VAULT.call{value: value}("");
        require(sent, "fee");
    }

    function spendFees() external {
        if (chainState.mode() == Mode.Active) IFeeVault(BASE_FEE_VAULT).withdraw();
    }

    function drip(uint8 to, uint96 amount) external {
        if (chainState.mode() != Mode.Active) return;
        vm.prank(OPERATOR);
        IFaucet(FAUCET).drip(_people[to % 4], bound(amount, 0, FAUCET.balance));
    }

    function withdraw(uint8 from, uint96 amount) external {
        address sender = _people[from % 4];
        if (chainState.mode() != Mode.Active || sender.balance == 0) return;
        uint256 value = bound(amount, 1, sender.balance);
        vm.recordLogs();
        vm.prank(sender);
        l2Bridge.withdrawNative{value: value}(PAYEE);
        withdrawn += value;
        _collect();
    }

    /// Posts what the outbox holds and carries it out.
    function finaliseAndPay(uint8 count) external {
        if (_messages.length == 0 || rollup.terminalPack() != 0) return;
        uint64 index = _post(false);
        _pay(index, bound(count, 0, _messages.length - _executed));
    }

    function end(uint8 chance) external {
        if (chance > 24 || chainState.mode() != Mode.Active) return;
        vm.prank(OWNER);
        rollup.close();
        arrive(type(uint8).max);
        if (_pending.length > 0) arrive(type(uint8).max);
        finalSupply = supply();
        vm.recordLogs();
        enterSettle();
        vm.startPrank(SYSTEM);
        settler.settleNative(_everybody());
        settler.finish();
        vm.stopPrank();
        _collect();
        _pay(_post(true), _messages.length - _executed);
    }

    function _everybody() private view returns (Holder[] memory holders) {
        holders = new Holder[](7);
        for (uint256 i = 0; i < 4; i++) holders[i].account = _people[i];
        (holders[4].account, holders[5].account, holders[6].account) = (L2_BRIDGE, FAUCET, BASE_FEE_VAULT);
    }

    function _collect() private {
        OutboxMessage[] memory made = takeMessages();
        for (uint256 i = 0; i < made.length; i++) _messages.push(made[i]);
    }

    function _post(bool terminal) private returns (uint64) {
        vm.roll(block.number + 1);
        bytes32 root = OutboxModel.root(OutboxModel.leavesOf(_all()));
        assertEq(root, outbox.root(), "the outbox's own root");
        Pack memory pack = nextPack(root, terminal);
        submit(pack);
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        return pack.index;
    }

    function _pay(uint64 pack, uint256 count) private {
        if (count == 0) return;
        OutboxMessage[] memory all = _all();
        executeRange(pack, all, _executed, count);
        for (uint256 i = _executed; i < _executed + count; i++) {
            assertTrue(bridge.isExecuted(uint64(i)), "everything that the outbox says is paid");
            paid += _amountOf(all[i]);
        }
        _executed += count;
    }

    function _amountOf(OutboxMessage memory message) private view returns (uint256 amount) {
        if (mode == CurrencyMode.Issued) {
            assertTrue(message.kind == OutboxKind.MintNative, "minted");
            (, amount) = abi.decode(message.payload, (address, uint256));
            return amount;
        }
        assertTrue(message.kind == OutboxKind.ReleaseErc20, "released");
        (address asset,, uint256 value) = abi.decode(message.payload, (address, address, uint256));
        assertEq(asset, currency(), "the currency");
        return value;
    }

    function _all() private view returns (OutboxMessage[] memory messages) {
        messages = new OutboxMessage[](_messages.length);
        for (uint256 i = 0; i < messages.length; i++) messages[i] = _messages[i];
    }
}

abstract contract CurrencyInvariants is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    CurrencyHandler internal handler;

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSenders() public pure returns (address[] memory senders) {
        senders = new address[](1);
        senders[0] = address(0xCA11E4);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](9);
        selectors[0] = CurrencyHandler.deposit.selector;
        selectors[1] = CurrencyHandler.arrive.selector;
        selectors[2] = CurrencyHandler.transfer.selector;
        selectors[3] = CurrencyHandler.payFee.selector;
        selectors[4] = CurrencyHandler.spendFees.selector;
        selectors[5] = CurrencyHandler.drip.selector;
        selectors[6] = CurrencyHandler.withdraw.selector;
        selectors[7] = CurrencyHandler.finaliseAndPay.selector;
        selectors[8] = CurrencyHandler.end.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }
}

/// Modes `eth` and `erc20`: every coin outside the reserve is backed by one that is locked.
abstract contract BackedInvariants is CurrencyInvariants {
    function invariant_EveryCoinIsBacked() public view {
        Bridge bridge = handler.itsBridge();
        uint256 locked = bridge.locked(handler.currency());
        if (handler.isSettled()) {
            assertEq(locked, 0, "everything was paid out");
            assertEq(handler.paid(), handler.withdrawn() + handler.finalSupply(), "to those who owned it");
            return;
        }
        uint256 onTheirWay = handler.pendingSum() + handler.withdrawn() - handler.paid();
        assertEq(locked, handler.supply() + onTheirWay, "locked = owned + on its way");
    }

    function invariant_ReserveIsWhole() public view {
        // What left the reserve is with somebody, or went back by a withdrawal.
        if (handler.isSettled()) return;
        uint256 arrived = handler.deposited() - handler.pendingSum();
        assertEq(
            L2_BRIDGE.balance + arrived, (1 << 127) + handler.withdrawn(), "reserve + deposits = whole + withdrawals"
        );
    }
}

contract EthInvariantsTest is BackedInvariants {
    function setUp() public {
        handler = new CurrencyHandler(CurrencyMode.Eth);
    }
}

contract Erc20InvariantsTest is BackedInvariants {
    function setUp() public {
        handler = new CurrencyHandler(CurrencyMode.Erc20);
    }
}

/// Mode `issued`: the twin's supply in the end is the final supply, and what left before.
contract IssuedInvariantsTest is CurrencyInvariants {
    function setUp() public {
        handler = new CurrencyHandler(CurrencyMode.Issued);
    }

    function invariant_TwinSupplyIsTheFinalSupply() public view {
        NativeTwin twin = NativeTwin(handler.itsBridge().nativeTwin());
        uint256 minted = address(twin).code.length == 0 ? 0 : twin.totalSupply();
        assertEq(minted, handler.paid(), "what was carried out");
        if (handler.isSettled()) assertEq(minted, handler.withdrawn() + handler.finalSupply(), "all of it");
    }
}
