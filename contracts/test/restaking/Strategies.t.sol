// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {StrategyBase} from "../../src/restaking/StrategyBase.sol";
import {IDelegationManager} from "../../src/restaking/interfaces/IDelegationManager.sol";
import {INativeEthManager} from "../../src/restaking/interfaces/INativeEthManager.sol";
import {ISignatureUtils} from "../../src/restaking/interfaces/ISignatureUtils.sol";
import {IStrategy} from "../../src/restaking/interfaces/IStrategy.sol";
import {IStrategyFactory} from "../../src/restaking/interfaces/IStrategyFactory.sol";
import {IStrategyManager} from "../../src/restaking/interfaces/IStrategyManager.sol";
import {DevToken} from "../../src/restaking/dev/DevToken.sol";
import {FeeErc20, PlainErc20} from "../support/Tokens.sol";
import {HookedErc20} from "./support/HookedErc20.sol";
import {RestakingFixture} from "./support/RestakingFixture.sol";

/// Deposits and shares: donations, fees, rebases, hooks, and the ways in.
contract StrategiesTest is RestakingFixture {
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    uint256 private constant KEY = 0x57;
    HookedErc20 private _hooked;
    IStrategy private _hookedStrategy;

    function setUp() public {
        _deployCore();
        _hooked = new HookedErc20();
        _hookedStrategy = factory.deployNewStrategy(_hooked);
    }

    function test_sharesBeginOneToOneAndFollowTheBalance() public {
        assertEq(_deposit(ALICE, 100 ether), 100 ether, "first shares");
        // A rebase: the balance doubles.
        token.mint(address(strategy), 100 ether);
        assertAtMost(strategy.userUnderlyingView(ALICE), 200 ether, "not more than there is");
        assertAtMost(200 ether - strategy.userUnderlyingView(ALICE), 1e6, "nearly all of it");
        assertAtMost(_deposit(BOB, 100 ether), 50 ether + 1e6, "half as many shares");
        assertEq(strategies.stakerStrategyListLength(ALICE), 1, "one strategy");
        assertEq(strategy.shares(ALICE), strategies.stakerStrategyShares(ALICE, strategy), "the same book");
    }

    function test_aLossReachesEverybodyAlike() public {
        _deposit(ALICE, 300 ether);
        _deposit(BOB, 100 ether);
        vm.prank(address(strategy));
        token.transfer(address(1), 200 ether);
        assertEq(strategy.userUnderlyingView(ALICE), 150 ether, "half of Alice's");
        assertEq(strategy.userUnderlyingView(BOB), 50 ether, "half of Bob's");
        IDelegationManager.Withdrawal memory first = _queue(ALICE, strategy, 300 ether);
        IDelegationManager.Withdrawal memory last = _queue(BOB, strategy, 100 ether);
        _pass(WITHDRAWAL_DELAY + 1);
        _complete(first, address(token), true);
        _complete(last, address(token), true);
        assertEq(token.balanceOf(ALICE) + token.balanceOf(BOB), 200 ether, "the last to leave is paid as well");
    }

    /// The first depositor inflates the price by a donation and waits for a victim: it loses, and the victim hardly.
    function testFuzz_donationsDoNotPay(uint96 seed, uint96 donated, uint96 victim) public {
        uint256 put = bound(seed, 1, 1e6);
        uint256 gift = bound(donated, 1, 1e24);
        uint256 brought = bound(victim, 1, 1e24);
        _deposit(ALICE, put);
        _give(address(strategy), gift);
        _give(BOB, brought);
        vm.startPrank(BOB);
        token.approve(address(strategies), brought);
        bool arrived = true;
        try strategies.depositIntoStrategy(strategy, token, brought) {} catch { arrived = false; }
        vm.stopPrank();
        assertAtMost(strategy.userUnderlyingView(ALICE), put + gift, "no profit for who donates");
        if (!arrived) return;
        // What Bob loses to rounding is less than a share; Alice's part of it is one in a thousand at most.
        uint256 lost = brought - strategy.userUnderlyingView(BOB);
        assertAtMost(lost, (put + gift + brought) / (put + 1_000) + 2, "less than a share");
    }

    /// No order of deposits, donations and withdrawals lets anybody take out more than was put in by all.
    function testFuzz_nobodyTakesOutMoreThanWasPutIn(uint256[10] memory acts) public {
        uint256[2] memory put;
        uint256[2] memory got;
        uint256 donated;
        address[2] memory people = [ALICE, BOB];
        for (uint256 i = 0; i < acts.length; i++) {
            uint256 who = acts[i] % 2;
            uint256 amount = bound(acts[i] >> 16, 1, 1e22);
            uint256 kind = (acts[i] >> 8) % 3;
            if (kind == 0) {
                try this.deposit(people[who], amount) { put[who] += amount; } catch {}
            } else if (kind == 1) {
                _give(address(strategy), amount);
                donated += amount;
            } else if (strategies.stakerDepositShares(people[who], strategy) > 0) {
                uint256 held = strategies.stakerDepositShares(people[who], strategy);
                IDelegationManager.Withdrawal memory withdrawal =
                    _queue(people[who], strategy, bound(amount, 1, held));
                _pass(WITHDRAWAL_DELAY + 1);
                uint256 before = token.balanceOf(people[who]);
                _complete(withdrawal, address(token), true);
                got[who] += token.balanceOf(people[who]) - before;
            }
        }
        assertAtMost(got[0] + got[1], put[0] + put[1] + donated, "nothing from nowhere");
        if (donated == 0) {
            assertAtMost(got[0], put[0], "Alice");
            assertAtMost(got[1], put[1], "Bob");
        }
    }

    function test_whatArrivesCounts_notWhatWasSent() public {
        FeeErc20 toll = new FeeErc20();
        IStrategy tolled = factory.deployNewStrategy(IERC20(address(toll)));
        toll.mint(ALICE, 100 ether);
        vm.startPrank(ALICE);
        toll.approve(address(strategies), 100 ether);
        uint256 shares = strategies.depositIntoStrategy(tolled, IERC20(address(toll)), 100 ether);
        vm.stopPrank();
        assertEq(shares, 90 ether, "nine tenths arrived");
        assertEq(tolled.userUnderlyingView(ALICE), 90 ether, "and are there");
    }

    function test_aTokenWithHooksCannotEnterTwice() public {
        _hooked.mint(ALICE, 100 ether);
        vm.startPrank(ALICE);
        _hooked.approve(address(strategies), 100 ether);
        bytes memory again =
            abi.encodeCall(IStrategyManager.depositIntoStrategy, (_hookedStrategy, IERC20(address(_hooked)), 1 ether));
        _hooked.hook(address(strategies), again);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        strategies.depositIntoStrategy(_hookedStrategy, IERC20(address(_hooked)), 10 ether);
        _hooked.hook(address(0), "");
        strategies.depositIntoStrategy(_hookedStrategy, IERC20(address(_hooked)), 10 ether);
        vm.stopPrank();
        IDelegationManager.Withdrawal memory withdrawal = _queue(ALICE, _hookedStrategy, 4 ether);
        IDelegationManager.Withdrawal memory second = _queue(ALICE, _hookedStrategy, 4 ether);
        _pass(WITHDRAWAL_DELAY + 1);
        // While tokens are paid, the strategy holds more than its shares say: nobody may use that moment.
        bytes[3] memory calls = [
            abi.encodeCall(strategies.burnShares, (_hookedStrategy)),
            again,
            abi.encodeWithSignature(
                "completeQueuedWithdrawal((address,address,address,uint256,uint32,address[],uint256[]),address[],bool)",
                second,
                _tokens(address(_hooked)),
                true
            )
        ];
        for (uint256 i = 0; i < calls.length; i++) {
            _hooked.hook(i == 2 ? address(delegation) : address(strategies), calls[i]);
            vm.prank(ALICE);
            vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
            delegation.completeQueuedWithdrawal(withdrawal, _tokens(address(_hooked)), true);
        }
        _hooked.hook(address(0), "");
        _complete(withdrawal, address(_hooked), true);
        assertEq(_hooked.balanceOf(ALICE), 94 ether, "paid");
    }

    function test_anEthReceiverCannotEnterTwiceAndMayRefuse() public {
        Vault vault = new Vault(delegation, nativeEth);
        vm.deal(address(vault), 3 ether);
        vault.deposit(3 ether);
        IDelegationManager.Withdrawal memory first = _queue(address(vault), ETH, 1 ether);
        IDelegationManager.Withdrawal memory second = _queue(address(vault), ETH, 1 ether);
        _pass(WITHDRAWAL_DELAY + 1);
        vault.complete(first, second);
        assertTrue(!vault.entered(), "the second call was refused");
        assertEq(address(vault).balance, 1 ether, "one payment");
        vault.refuse();
        vm.prank(address(vault));
        vm.expectRevert(INativeEthManager.TransferFailed.selector);
        delegation.completeQueuedWithdrawal(second, _tokens(address(0)), true);
        assertTrue(delegation.pendingWithdrawals(delegation.calculateWithdrawalRoot(second)), "still there");
        // Donated ETH belongs to nobody and changes nothing.
        vm.deal(address(nativeEth), address(nativeEth).balance + 5 ether);
        assertEq(nativeEth.totalShares(), 2 ether, "shares are what was deposited");
    }

    function test_nativeEthChecksItsCallers() public {
        vm.expectRevert(INativeEthManager.SharesAmountZero.selector);
        nativeEth.deposit();
        vm.expectRevert(INativeEthManager.OnlyDelegationManager.selector);
        nativeEth.withdrawSharesAsTokens(ALICE, ETH, IERC20(address(0)), 1);
        vm.expectRevert(INativeEthManager.OnlyNativeEthStrategy.selector);
        nativeEth.burnShares(strategy);
        vm.prank(address(delegation));
        vm.expectRevert(INativeEthManager.OnlyNativeEthStrategy.selector);
        nativeEth.addShares(ALICE, strategy, IERC20(address(0)), 1);
        assertEq(nativeEth.stakerDepositShares(ALICE, strategy), 0, "of ETH only");
    }

    function test_signedDepositsCountOnceAndForTheSigner() public {
        address staker = vm.addr(KEY);
        _give(BOB, 3 ether);
        vm.prank(BOB);
        token.approve(address(strategies), 3 ether);
        bytes memory signature = _sign(
            strategies.calculateStrategyDepositDigestHash(staker, strategy, token, 1 ether, 0, block.timestamp)
        );
        vm.startPrank(BOB);
        strategies.depositIntoStrategyWithSignature(strategy, token, 1 ether, staker, block.timestamp, signature);
        vm.expectRevert(ISignatureUtils.InvalidSignature.selector);
        strategies.depositIntoStrategyWithSignature(strategy, token, 1 ether, staker, block.timestamp, signature);
        vm.expectRevert(ISignatureUtils.SignatureExpired.selector);
        strategies.depositIntoStrategyWithSignature(strategy, token, 1 ether, staker, block.timestamp - 1, signature);
        vm.stopPrank();
        assertEq(strategies.stakerDepositShares(staker, strategy), 1 ether, "the signer's");
    }

    function test_onlyWhitelistedStrategiesTakeDeposits() public {
        IStrategy[] memory list = _one(strategy);
        vm.expectRevert(IStrategyManager.OnlyStrategyWhitelister.selector);
        strategies.removeStrategiesFromDepositWhitelist(list);
        factory.removeStrategiesFromWhitelist(list);
        vm.prank(ALICE);
        vm.expectRevert(IStrategyManager.StrategyNotWhitelisted.selector);
        strategies.depositIntoStrategy(strategy, token, 1);
        factory.whitelistStrategies(list);
        _deposit(ALICE, 1 ether);
        strategies.setStrategyWhitelister(address(this));
        vm.expectRevert(IStrategyManager.InputArrayLengthMismatch.selector);
        strategies.addStrategiesToDepositWhitelist(list, new bool[](0));
        strategies.addStrategiesToDepositWhitelist(list, new bool[](1));
        vm.expectRevert(IStrategyManager.OnlyDelegationManager.selector);
        strategies.addShares(ALICE, strategy, token, 1);
    }

    function test_aStakerHasABoundedNumberOfStrategies() public {
        for (uint256 i = 0; i < 33; i++) {
            PlainErc20 coin = new PlainErc20();
            IStrategy each = factory.deployNewStrategy(coin);
            coin.mint(ALICE, 1 ether);
            vm.startPrank(ALICE);
            coin.approve(address(strategies), 1 ether);
            if (i == 32) vm.expectRevert(IStrategyManager.MaxStrategiesExceeded.selector);
            strategies.depositIntoStrategy(each, coin, 1 ether);
            vm.stopPrank();
        }
    }

    function test_oneStrategyPerTokenAndNoneForBlacklisted() public {
        vm.expectRevert(IStrategyFactory.StrategyAlreadyExists.selector);
        factory.deployNewStrategy(token);
        DevToken bad = new DevToken("Bad", "BAD", new address[](0));
        IERC20[] memory list = new IERC20[](2);
        (list[0], list[1]) = (IERC20(address(bad)), token);
        factory.blacklistTokens(list);
        vm.expectRevert(IStrategyFactory.BlacklistedToken.selector);
        factory.deployNewStrategy(bad);
        assertTrue(!strategies.strategyIsWhitelistedForDeposit(strategy), "closed for deposits");
        vm.prank(BOB);
        vm.expectRevert();
        factory.blacklistTokens(list);
    }

    function test_onlyTheManagerMovesTokens() public {
        vm.expectRevert(IStrategy.OnlyStrategyManager.selector);
        strategy.deposit(token, 1);
        vm.startPrank(address(strategies));
        vm.expectRevert(IStrategy.OnlyUnderlyingToken.selector);
        strategy.withdraw(ALICE, IERC20(address(_hooked)), 1);
        vm.expectRevert(IStrategy.WithdrawalAmountExceedsTotalDeposits.selector);
        strategy.withdraw(ALICE, token, 1);
        vm.stopPrank();
        vm.expectRevert();
        StrategyBase(address(strategy)).initialize(token);
    }

    function test_aDevTokenMintsALimitedAmountPerCall() public {
        vm.expectRevert(abi.encodeWithSelector(DevToken.MintTooLarge.selector, 1_000 ether + 1, 1_000 ether));
        token.mint(ALICE, 1_000 ether + 1);
        assertEq(new DevToken("A", "A", _list(ALICE)).balanceOf(ALICE), 1_000 ether, "to begin with");
    }

    function deposit(address staker, uint256 amount) external {
        _deposit(staker, amount);
    }

    function _list(address one) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = one;
    }

    function _sign(bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        return abi.encodePacked(r, s, v);
    }
}

/// Restakes ETH, and tries to be paid a second time while it is paid.
contract Vault {
    IDelegationManager private immutable _delegation;
    INativeEthManager private immutable _manager;
    IDelegationManager.Withdrawal private _second;
    bool private _armed;
    bool private _refuses;
    bool public entered;

    constructor(IDelegationManager delegation, INativeEthManager manager) {
        (_delegation, _manager) = (delegation, manager);
    }

    function deposit(uint256 amount) external {
        _manager.deposit{value: amount}();
    }

    function complete(
        IDelegationManager.Withdrawal calldata first,
        IDelegationManager.Withdrawal calldata second
    ) external {
        _second = second;
        _armed = true;
        _delegation.completeQueuedWithdrawal(first, new IERC20[](1), true);
    }

    function refuse() external {
        _refuses = true;
    }

    receive() external payable {
        require(!_refuses, "no");
        if (!_armed) return;
        _armed = false;
        try _delegation.completeQueuedWithdrawal(_second, new IERC20[](1), true) {
            entered = true;
        } catch {}
    }
}
