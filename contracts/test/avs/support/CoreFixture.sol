// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ProxyAdmin} from "@openzeppelin/contracts/proxy/transparent/ProxyAdmin.sol";
import {ITransparentUpgradeableProxy} from
    "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol";
import {DemoErc20} from "../../../src/demo/DemoErc20.sol";
import {EmptyImplementation, UpgradeableProxy} from "../../../src/lib/Proxies.sol";
import {AVSDirectory} from "../../../src/restaking/AVSDirectory.sol";
import {AllocationPeers} from "../../../src/restaking/AllocationBase.sol";
import {AllocationManager} from "../../../src/restaking/AllocationManager.sol";
import {DelegationPeers} from "../../../src/restaking/DelegationBase.sol";
import {DelegationManager} from "../../../src/restaking/DelegationManager.sol";
import {NativeEthManager} from "../../../src/restaking/NativeEthManager.sol";
import {PauserRegistry} from "../../../src/restaking/PauserRegistry.sol";
import {PermissionController} from "../../../src/restaking/PermissionController.sol";
import {NATIVE_ETH_STRATEGY} from "../../../src/restaking/SlashingMath.sol";
import {StrategyBase} from "../../../src/restaking/StrategyBase.sol";
import {StrategyManager} from "../../../src/restaking/StrategyManager.sol";
import {ISignatureUtils} from "../../../src/restaking/interfaces/ISignatureUtils.sol";
import {IStrategy} from "../../../src/restaking/interfaces/IStrategy.sol";
import {Test} from "../../support/Test.sol";

/// The restaking core as an AVS meets it, with ETH and one token to restake.
abstract contract CoreFixture is Test {
    uint32 internal constant DELAY = 100;
    bytes32 private constant ADMIN_SLOT = 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103;

    PauserRegistry internal pausers;
    PermissionController internal permissions;
    DelegationManager internal delegation;
    StrategyManager internal strategies;
    NativeEthManager internal nativeEth;
    AllocationManager internal allocations;
    AVSDirectory internal directory;
    address internal rewards;
    DemoErc20 internal token;
    IStrategy internal tokenStrategy;
    address private _empty;

    function setUp() public virtual {
        vm.roll(1_000);
        vm.warp(1_700_000_000);
        vm.deal(address(this), 1_000_000 ether);
        _empty = address(new EmptyImplementation());
        address[] memory list = new address[](1);
        list[0] = address(this);
        pausers = new PauserRegistry(list, address(this));
        permissions = new PermissionController();
        delegation = DelegationManager(proxy());
        strategies = StrategyManager(proxy());
        nativeEth = NativeEthManager(payable(proxy()));
        allocations = AllocationManager(proxy());
        directory = AVSDirectory(proxy());
        rewards = proxy();
        upgrade(
            address(delegation),
            address(
                new DelegationManager(
                    DelegationPeers({
                        strategyManager: strategies,
                        nativeEthManager: nativeEth,
                        allocationManager: allocations,
                        pauserRegistry: pausers,
                        permissionController: permissions
                    }),
                    DELAY
                )
            ),
            abi.encodeCall(DelegationManager.initialize, (0))
        );
        upgrade(
            address(strategies),
            address(new StrategyManager(delegation, pausers)),
            abi.encodeCall(StrategyManager.initialize, (address(this), address(this), 0))
        );
        upgrade(
            address(nativeEth),
            address(new NativeEthManager(delegation, pausers)),
            abi.encodeCall(NativeEthManager.initialize, (0))
        );
        upgrade(
            address(allocations),
            address(
                new AllocationManager(
                    AllocationPeers({
                        delegation: delegation,
                        avsDirectory: directory,
                        pauserRegistry: pausers,
                        permissionController: permissions
                    }),
                    DELAY,
                    10
                )
            ),
            abi.encodeCall(AllocationManager.initialize, (0))
        );
        upgrade(
            address(directory),
            address(new AVSDirectory(delegation, pausers)),
            abi.encodeCall(AVSDirectory.initialize, (0))
        );
        _createToken();
    }

    /// A proxy whose implementation comes with `upgrade`.
    function proxy() internal returns (address) {
        return address(new UpgradeableProxy(_empty, address(this), ""));
    }

    function upgrade(address target, address implementation, bytes memory call) internal {
        ProxyAdmin admin = ProxyAdmin(address(uint160(uint256(vm.load(target, ADMIN_SLOT)))));
        admin.upgradeAndCall(ITransparentUpgradeableProxy(target), implementation, call);
    }

    /// Makes an account an operator, without approver and with stake of its own.
    function registerCoreOperator(address operator, uint256 eth, uint256 tokens) internal {
        vm.prank(operator);
        delegation.registerAsOperator(address(0), 0, "");
        restake(operator, eth, tokens);
    }

    function delegateFrom(address staker, address operator, uint256 eth, uint256 tokens) internal {
        restake(staker, eth, tokens);
        ISignatureUtils.SignatureWithExpiry memory none;
        vm.prank(staker);
        delegation.delegateTo(operator, none, 0);
    }

    function restake(address staker, uint256 eth, uint256 tokens) internal {
        if (eth > 0) {
            vm.deal(staker, eth);
            vm.prank(staker);
            nativeEth.deposit{value: eth}();
        }
        if (tokens > 0) {
            token.mint(staker, tokens);
            vm.startPrank(staker);
            token.approve(address(strategies), tokens);
            strategies.depositIntoStrategy(tokenStrategy, IERC20(address(token)), tokens);
            vm.stopPrank();
        }
    }

    /// ETH that a staker could withdraw.
    function withdrawableEth(address staker) internal view returns (uint256) {
        IStrategy[] memory list = new IStrategy[](1);
        list[0] = NATIVE_ETH_STRATEGY;
        (uint256[] memory shares,) = delegation.getWithdrawableShares(staker, list);
        return shares[0];
    }

    function _createToken() private {
        token = new DemoErc20("Dapp", "DAPP");
        tokenStrategy = IStrategy(proxy());
        upgrade(
            address(tokenStrategy),
            address(new StrategyBase(strategies, pausers)),
            abi.encodeCall(StrategyBase.initialize, (IERC20(address(token))))
        );
        IStrategy[] memory list = new IStrategy[](1);
        list[0] = tokenStrategy;
        strategies.addStrategiesToDepositWhitelist(list);
    }
}
