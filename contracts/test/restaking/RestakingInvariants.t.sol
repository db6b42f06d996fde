// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDelegationManager} from "../../src/restaking/interfaces/IDelegationManager.sol";
import {ISignatureUtils} from "../../src/restaking/interfaces/ISignatureUtils.sol";
import {IStrategy} from "../../src/restaking/interfaces/IStrategy.sol";
import {Test} from "../support/Test.sol";
import {Registrar} from "./support/Registrar.sol";
import {RestakingFixture} from "./support/RestakingFixture.sol";

/// Does to the core whatever stakers, operators, AVSs and donors could do, in any order, and keeps its own books of what
/// went in and out. Calls that the core must refuse are tried as well.
contract RestakingHandler is RestakingFixture {
    address[4] public people = [address(0xA1), address(0xA2), address(0xA3), address(0xA4)];
    address[2] public operators = [address(0x0101), address(0x0202)];
    address public avs;
    /// Tokens and wei that stakers put in, got out, and that were given away to the strategy.
    uint256 public tokensIn;
    uint256 public tokensOut;
    uint256 public donated;
    uint256 public ethIn;
    uint256 public ethOut;
    mapping(address operator => uint256) public lowestMagnitude;
    bool public slashedWasPaid;
    bool public magnitudeGrew;

    constructor() {
        _deployCore();
        avs = address(new Registrar());
        IStrategy[] memory members = new IStrategy[](2);
        (members[0], members[1]) = (strategy, ETH);
        _createSet(avs, 0, members);
        for (uint256 i = 0; i < 2; i++) {
            _operator(operators[i]);
            _join(operators[i], avs, 0);
            _allocate(operators[i], avs, 0, strategy, ONE);
            _allocate(operators[i], avs, 0, ETH, 0.7e18);
            lowestMagnitude[operators[i]] = ONE;
        }
    }

    function deposit(uint256 who, uint256 amount) external {
        amount = bound(amount, 1, 1e22);
        try this.depositFor(_person(who), amount) { tokensIn += amount; } catch {}
    }

    function depositEth(uint256 who, uint256 amount) external {
        amount = bound(amount, 1, 1e22);
        try this.depositEthFor(_person(who), amount) { ethIn += amount; } catch {}
    }

    function donate(uint256 amount) external {
        amount = bound(amount, 1, 1e20);
        _give(address(strategy), amount);
        donated += amount;
    }

    function delegate(uint256 who, uint256 operator) external {
        vm.prank(_person(who));
        try delegation.delegateTo(operators[operator % 2], ISignatureUtils.SignatureWithExpiry("", 0), 0) {} catch {}
    }

    function undelegate(uint256 who) external {
        vm.prank(_person(who));
        try delegation.undelegate(_person(who)) {} catch {}
    }

    function queue(uint256 who, bool eth, uint256 amount) external {
        IStrategy which = eth ? ETH : strategy;
        address person = _person(who);
        (, uint256[] memory held) = delegation.getWithdrawableShares(person, _one(which));
        if (held[0] > 0) _queue(person, which, bound(amount, 1, held[0]));
    }

    function complete(uint256 who, uint256 index, bool asTokens) external {
        address person = _person(who);
        (IDelegationManager.Withdrawal[] memory queued, uint256[][] memory shares) =
            delegation.getQueuedWithdrawals(person);
        if (queued.length == 0) return;
        index = index % queued.length;
        uint256 tokensBefore = token.balanceOf(person);
        uint256 ethBefore = person.balance;
        uint256 worth = address(queued[index].strategies[0]) == address(ETH)
            ? shares[index][0]
            : strategy.sharesToUnderlyingView(shares[index][0]);
        vm.prank(person);
        try delegation.completeQueuedWithdrawal(queued[index], _tokens(address(token)), asTokens) {}
        catch { return; }
        uint256 gotTokens = token.balanceOf(person) - tokensBefore;
        uint256 gotEth = person.balance - ethBefore;
        if (gotTokens + gotEth > worth) slashedWasPaid = true;
        tokensOut += gotTokens;
        ethOut += gotEth;
    }

    function slash(uint256 operator, bool eth, uint256 wad) external {
        address target = operators[operator % 2];
        IStrategy which = eth ? ETH : strategy;
        _slash(avs, target, 0, which, bound(wad, 1, 0.4e18));
        uint256 magnitude = allocations.getMaxMagnitude(target, strategy);
        if (magnitude > lowestMagnitude[target]) magnitudeGrew = true;
        lowestMagnitude[target] = magnitude;
    }

    function burn() external {
        strategies.burnShares(strategy);
        nativeEth.burnShares(ETH);
    }

    function pass(uint256 blocks) external {
        _pass(bound(blocks, 1, 150));
    }

    /// External so that it can be tried; the fuzzer's own calls of it do nothing.
    function depositFor(address person, uint256 amount) external {
        if (msg.sender != address(this)) return;
        _deposit(person, amount);
    }

    function depositEthFor(address person, uint256 amount) external {
        if (msg.sender != address(this)) return;
        _depositEth(person, amount);
    }

    /// Everything that somebody can still take out, in shares of a strategy.
    function claims(bool eth) external view returns (uint256 sum) {
        IStrategy which = eth ? ETH : strategy;
        for (uint256 i = 0; i < people.length; i++) {
            sum += _withdrawable(people[i], which);
            (IDelegationManager.Withdrawal[] memory queued, uint256[][] memory shares) =
                delegation.getQueuedWithdrawals(people[i]);
            for (uint256 j = 0; j < queued.length; j++) {
                if (address(queued[j].strategies[0]) == address(which)) sum += shares[j][0];
            }
        }
        sum += eth ? nativeEth.getBurnableShares(ETH) : strategies.getBurnableShares(strategy);
    }

    /// Withdrawable shares of an operator's stakers.
    function delegated(address operator, bool eth) external view returns (uint256 sum) {
        for (uint256 i = 0; i < people.length; i++) {
            if (delegation.delegatedTo(people[i]) == operator) {
                sum += _withdrawable(people[i], eth ? ETH : strategy);
            }
        }
    }

    function totals() external view returns (uint256 tokenShares, uint256 tokenBalance, uint256 ethShares, uint256 eth) {
        return (
            strategy.totalShares(), token.balanceOf(address(strategy)), nativeEth.totalShares(), address(nativeEth).balance
        );
    }

    function operatorShares(address operator, bool eth) external view returns (uint256) {
        return delegation.operatorShares(operator, eth ? ETH : strategy);
    }

    function _person(uint256 who) private view returns (address) {
        return people[who % people.length];
    }
}

contract RestakingInvariantsTest is Test {
    RestakingHandler private _handler;

    function setUp() public {
        _handler = new RestakingHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// Shares that exist cover everything that can be claimed or burnt, for ETH and for the token.
    function invariant_claimsAreCovered() external view {
        (uint256 tokenShares,, uint256 ethShares, uint256 eth) = _handler.totals();
        assertAtMost(_handler.claims(false), tokenShares, "token claims");
        assertAtMost(_handler.claims(true), ethShares, "ETH claims");
        assertAtMost(ethShares, eth, "ETH shares are ETH");
    }

    /// What an operator counts as its stake is at least what its stakers can take, and not more than rounding above it.
    function invariant_operatorsCountTheirStakers() external view {
        for (uint256 i = 0; i < 2; i++) {
            for (uint256 kind = 0; kind < 2; kind++) {
                address operator = _handler.operators(i);
                uint256 counted = _handler.operatorShares(operator, kind == 1);
                uint256 staked = _handler.delegated(operator, kind == 1);
                assertAtMost(staked, counted, "stakers are covered");
                assertAtMost(counted - staked, 1e9, "but for rounding");
            }
        }
    }

    /// Nobody gets out more than came in, and a slash is never paid out.
    function invariant_valueIsConserved() external view {
        assertAtMost(_handler.tokensOut(), _handler.tokensIn() + _handler.donated(), "tokens");
        assertAtMost(_handler.ethOut(), _handler.ethIn(), "ETH");
        assertTrue(!_handler.slashedWasPaid(), "slashed stake was paid");
        assertTrue(!_handler.magnitudeGrew(), "a magnitude grew");
    }
}
