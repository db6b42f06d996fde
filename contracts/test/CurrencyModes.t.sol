// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Bridge} from "../src/bridge/Bridge.sol";
import {IBridge, OutboxKind, OutboxMessage} from "../src/bridge/IBridge.sol";
import {BridgedErc20} from "../src/predeploys/BridgedErc20.sol";
import {
    BASE_FEE_VAULT, FAUCET, Holder, IFeeVault, L2_BRIDGE, Phase, SETTLER, SYSTEM
} from "../src/predeploys/IPredeploys.sol";
import {TokenStandard} from "../src/rollup/IInbox.sol";
import {CreateParams, CurrencyMode, IRollupFactory} from "../src/rollup/IRollupFactory.sol";
import {Rollup} from "../src/rollup/Rollup.sol";
import {ChainFixture} from "./support/ChainFixture.sol";
import {RefusesCoin, SharePool} from "./support/LayerTokens.sol";
import {FeeErc20, PlainErc20} from "./support/Tokens.sol";
import {SettlerFixture} from "./support/SettlerFixture.sol";

/// A currency that calls back while a chain is made with it.
contract ReentrantCurrency is ERC20("Echo", "ECH") {
    IRollupFactory private _factory;
    CreateParams private _params;
    bool public refused;

    function prepare(IRollupFactory factory, CreateParams calldata params) external {
        (_factory, _params) = (factory, params);
        _mint(msg.sender, 1_000);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        try _factory.createRollup(_params) {}
        catch {
            refused = true;
        }
        return super.transferFrom(from, to, amount);
    }
}

/// Chains whose coin is an L1 asset, on the L1.
contract CurrencyModesTest is ChainFixture {
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    uint64 private constant OTHER_CHAIN = 77;

    function test_Eth_LocksWhatGenesisDrawsOn() public {
        vm.expectEmit();
        emit IBridge.CurrencyFixed(CurrencyMode.Eth, address(0), 3 ether);
        Bridge made = _bridgeOf(_create(CurrencyMode.Eth, address(0), 3 ether, 3 ether));
        assertEq(made.locked(address(0)), 3 ether, "locked");
        assertEq(address(made).balance, 3 ether + ESCROW, "held");
        made.depositEth{value: 1 ether}(ALICE);
        assertEq(made.locked(address(0)), 4 ether, "and deposits");
        CreateParams memory params = _params(CurrencyMode.Eth, address(0), 3 ether);
        params.chainId++;
        vm.expectRevert(
            abi.encodeWithSelector(IRollupFactory.WrongValue.selector, BOND + ESCROW + 3 ether, BOND + ESCROW)
        );
        factory.createRollup{value: BOND + ESCROW}(params);
    }

    function test_Erc20_DrawsOnTheCallersAllowance() public {
        PlainErc20 coin = new PlainErc20();
        coin.mint(address(this), 1_000);
        CreateParams memory params = _params(CurrencyMode.Erc20, address(coin), 600);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(factory), 0, 600)
        );
        factory.createRollup{value: BOND + ESCROW}(params);
        coin.approve(address(factory), 600);
        Bridge made = _bridgeOf(Rollup(factory.createRollup{value: BOND + ESCROW}(params)));
        assertEq(made.locked(address(coin)), 600, "locked");
        assertEq(coin.balanceOf(address(made)), 600, "held");
        vm.expectRevert(abi.encodeWithSelector(IBridge.UnsupportedToken.selector, address(coin)));
        made.registerToken(address(coin), TokenStandard.Erc20);
        // On other chains it is a token like any other.
        bridge.registerToken(address(coin), TokenStandard.Erc20);
    }

    function test_Erc20_ThatCannotBackCoinIsRefused() public {
        FeeErc20 fee = new FeeErc20();
        fee.mint(address(this), 1_000);
        fee.approve(address(factory), 1_000);
        _expectInvalid("lockedFunds", _params(CurrencyMode.Erc20, address(fee), 600), 0);
        _expectInvalid("currencyToken", _params(CurrencyMode.Erc20, address(0), 0), 0);
        _expectInvalid("currencyToken", _params(CurrencyMode.Erc20, ALICE, 0), 0);
        PlainErc20 coin = new PlainErc20();
        _expectInvalid("currencyToken", _params(CurrencyMode.Eth, address(coin), 0), 0);
        _expectInvalid("currencyToken", _params(CurrencyMode.Issued, address(coin), 0), 0);
        _expectInvalid("lockedFunds", _params(CurrencyMode.Issued, address(0), 1), 0);
        CreateParams memory params = _params(CurrencyMode.Eth, address(0), 0);
        params.decimals = 6;
        _expectInvalid("decimals", params, 0);
        SixDecimals six = new SixDecimals();
        _expectInvalid("currencyToken", _params(CurrencyMode.Erc20, address(six), 0), 0);
    }

    function test_Erc20_ThatCallsBackFindsNothingOpen() public {
        ReentrantCurrency coin = new ReentrantCurrency();
        CreateParams memory params = _params(CurrencyMode.Erc20, address(coin), 600);
        coin.prepare(factory, params);
        coin.approve(address(factory), 600);
        Bridge made = _bridgeOf(Rollup(factory.createRollup{value: BOND + ESCROW}(params)));
        assertTrue(coin.refused(), "the chain id is taken by then");
        assertEq(made.locked(address(coin)), 600, "locked once");
    }

    /// More than the layer's reserve could never be paid out there.
    function test_Currency_NeverExceedsTheReserve() public {
        PlainErc20 coin = new PlainErc20();
        coin.mint(address(this), type(uint256).max);
        coin.approve(address(factory), type(uint256).max);
        CreateParams memory params = _params(CurrencyMode.Erc20, address(coin), (1 << 127) + 1);
        vm.expectRevert(IBridge.ReserveExceeded.selector);
        factory.createRollup{value: BOND + ESCROW}(params);
        params.lockedFunds = (1 << 127) - 10;
        Bridge made = _bridgeOf(Rollup(factory.createRollup{value: BOND + ESCROW}(params)));
        coin.approve(address(made), type(uint256).max);
        vm.expectRevert(IBridge.ReserveExceeded.selector);
        made.depositErc20(address(coin), ALICE, 11);
        made.depositErc20(address(coin), ALICE, 10);
        // Other tokens have no reserve.
        PlainErc20 other = new PlainErc20();
        other.mint(address(this), type(uint256).max);
        other.approve(address(made), type(uint256).max);
        made.depositErc20(address(other), ALICE, type(uint256).max);
    }

    function _create(CurrencyMode mode, address token, uint256 funds, uint256 value) private returns (Rollup) {
        return Rollup(factory.createRollup{value: BOND + ESCROW + value}(_params(mode, token, funds)));
    }

    function _params(CurrencyMode mode, address token, uint256 funds)
        private
        pure
        returns (CreateParams memory params)
    {
        params = defaultParams();
        params.chainId = OTHER_CHAIN;
        (params.currencyMode, params.currencyToken, params.lockedFunds) = (mode, token, funds);
    }

    function _bridgeOf(Rollup made) private view returns (Bridge) {
        return Bridge(made.bridge());
    }

    function _expectInvalid(string memory name, CreateParams memory params, uint256 value) private {
        vm.expectRevert(abi.encodeWithSelector(IRollupFactory.InvalidParameter.selector, name));
        factory.createRollup{value: BOND + ESCROW + value}(params);
    }
}

contract SixDecimals is ERC20("Six", "SIX") {
    function decimals() public pure override returns (uint8) {
        return 6;
    }
}

/// The same chains, on the layer.
contract NativeReserveTest is SettlerFixture {
    address private constant COIN = address(0xC014);

    function test_Deposits_ArriveOutOfTheReserve() public {
        setCurrency(CurrencyMode.Eth, address(0));
        vm.prank(SYSTEM);
        l2Bridge.finaliseErc20(address(0), ALICE, 5 ether, "Ether", "ETH", 18);
        assertEq(ALICE.balance, 5 ether, "arrived");
        assertEq(L2_BRIDGE.balance, NATIVE_RESERVE - 5 ether, "out of the reserve");
        assertEq(l2Bridge.bridgedTokens().length, 0, "no bridged token");
        RefusesCoin refuses = new RefusesCoin();
        vm.prank(SYSTEM);
        l2Bridge.finaliseErc20(address(0), address(refuses), 1 ether, "Ether", "ETH", 18);
        assertEq(address(refuses).balance, 1 ether, "no code of the recipient has a say");
    }

    function test_Deposits_OfOtherAssetsAreBridged() public {
        setCurrency(CurrencyMode.Erc20, COIN);
        vm.startPrank(SYSTEM);
        l2Bridge.finaliseErc20(address(0), ALICE, 5 ether, "Ether", "ETH", 18);
        l2Bridge.finaliseErc20(L1_TOKEN, ALICE, 7, "Basalt", "BSL", 18);
        l2Bridge.finaliseErc20(COIN, ALICE, 9, "Coin", "CN", 18);
        vm.stopPrank();
        assertEq(ALICE.balance, 9, "the currency");
        assertEq(BridgedErc20(l2Bridge.l2TokenOf(address(0), false)).balanceOf(ALICE), 5 ether, "ETH is a token here");
        assertEq(BridgedErc20(l2Bridge.l2TokenOf(L1_TOKEN, false)).balanceOf(ALICE), 7, "a token");
    }

    function test_Withdrawals_ReleaseTheL1Asset() public {
        setCurrency(CurrencyMode.Erc20, COIN);
        vm.prank(SYSTEM);
        l2Bridge.finaliseErc20(COIN, ALICE, 9, "Coin", "CN", 18);
        takeMessages();
        vm.prank(ALICE);
        l2Bridge.withdrawNative{value: 4}(BOB);
        assertMessage(takeMessages()[0], OutboxKind.ReleaseErc20, abi.encode(COIN, BOB, 4), "release");
        assertEq(L2_BRIDGE.balance, NATIVE_RESERVE - 5, "back in the reserve");
    }

    function test_Settlement_ReleasesBackedCoinAndTheFaucetToo() public {
        setCurrency(CurrencyMode.Eth, address(0));
        vm.deal(ALICE, 10);
        vm.deal(BASE_FEE_VAULT, 20);
        vm.deal(SETTLER, 30);
        startSettlement();
        address[] memory accounts = new address[](5);
        (accounts[0], accounts[1], accounts[2], accounts[3], accounts[4]) =
            (ALICE, BASE_FEE_VAULT, SETTLER, FAUCET, L2_BRIDGE);
        vm.prank(SYSTEM);
        settler.settleNative(sortedHolders(accounts));
        OutboxMessage[] memory messages = takeMessages();
        assertEq(messages.length, 4, "all but the reserve");
        assertEq(paidTo(messages, OutboxKind.ReleaseErc20, address(0), ALICE), 10, "an account");
        uint256 owners = paidTo(messages, OutboxKind.ReleaseErc20, address(0), CHAIN_OWNER);
        assertEq(owners, 20 + 30 + RESERVE, "vault, strays and the faucet, which is backed");
    }

    function test_Settlement_SharesOfCurrency() public {
        setCurrency(CurrencyMode.Erc20, COIN);
        SharePool pool = new SharePool{value: 30}(CREATOR);
        pool.mint(ALICE, 2);
        pool.mint(BOB, 1);
        startSettlement();
        Holder memory holder = Holder(address(pool), CREATOR);
        vm.prank(SYSTEM);
        settler.settleShares(Phase.Native, address(0), 0, holder, bothOf(ALICE, BOB));
        OutboxMessage[] memory messages = takeMessages();
        assertEq(paidTo(messages, OutboxKind.ReleaseErc20, COIN, ALICE), 20, "two thirds");
        assertEq(paidTo(messages, OutboxKind.ReleaseErc20, COIN, BOB), 10, "one third");
    }

    function test_FeeVaults_PayTheirRecipientOnTheLayer() public {
        IFeeVault vault = IFeeVault(BASE_FEE_VAULT);
        assertEq(vault.recipient(), CHAIN_OWNER, "by default the chain's owner");
        vm.store(BASE_FEE_VAULT, 0, bytes32(uint256(uint160(BOB))));
        vm.deal(BASE_FEE_VAULT, 8);
        vm.expectEmit();
        emit IFeeVault.FeesWithdrawn(BOB, 8);
        vm.prank(ALICE);
        vault.withdraw();
        assertEq(BOB.balance, 8, "whoever asks for it");
        RefusesCoin refuses = new RefusesCoin();
        vm.store(BASE_FEE_VAULT, 0, bytes32(uint256(uint160(address(refuses)))));
        vm.deal(BASE_FEE_VAULT, 8);
        vm.expectRevert(abi.encodeWithSelector(IFeeVault.WithdrawalFailed.selector, address(refuses)));
        vault.withdraw();
    }
}
