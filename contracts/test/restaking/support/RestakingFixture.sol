// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {UpgradeableBeacon} from "@openzeppelin/contracts/proxy/beacon/UpgradeableBeacon.sol";
import {ProxyAdmin} from "@openzeppelin/contracts/proxy/transparent/ProxyAdmin.sol";
import {ITransparentUpgradeableProxy} from
    "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EmptyImplementation, UpgradeableProxy} from "../../../src/lib/Proxies.sol";
import {AllocationPeers} from "../../../src/restaking/AllocationBase.sol";
import {AllocationManager} from "../../../src/restaking/AllocationManager.sol";
import {AVSDirectory} from "../../../src/restaking/AVSDirectory.sol";
import {DelegationPeers} from "../../../src/restaking/DelegationBase.sol";
import {DelegationManager} from "../../../src/restaking/DelegationManager.sol";
import {NativeEthManager} from "../../../src/restaking/NativeEthManager.sol";
import {OperatorSet} from "../../../src/restaking/OperatorSet.sol";
import {PauserRegistry} from "../../../src/restaking/PauserRegistry.sol";
import {PermissionController} from "../../../src/restaking/PermissionController.sol";
import {RewardsParameters} from "../../../src/restaking/RewardsBase.sol";
import {RewardsCoordinator} from "../../../src/restaking/RewardsCoordinator.sol";
import {NATIVE_ETH_STRATEGY} from "../../../src/restaking/SlashingMath.sol";
import {StrategyBase} from "../../../src/restaking/StrategyBase.sol";
import {StrategyFactory} from "../../../src/restaking/StrategyFactory.sol";
import {StrategyManager} from "../../../src/restaking/StrategyManager.sol";
import {DevToken} from "../../../src/restaking/dev/DevToken.sol";
import {IAllocationManager} from "../../../src/restaking/interfaces/IAllocationManager.sol";
import {IDelegationManager} from "../../../src/restaking/interfaces/IDelegationManager.sol";
import {ISignatureUtils} from "../../../src/restaking/interfaces/ISignatureUtils.sol";
import {IStrategy} from "../../../src/restaking/interfaces/IStrategy.sol";
import {Test} from "../../support/Test.sol";

/// The restaking core as it is deployed, behind proxies, with one token strategy beside ETH; this contract owns everything.
abstract contract RestakingFixture is Test {
    uint32 internal constant WITHDRAWAL_DELAY = 100;
    uint32 internal constant DEALLOCATION_DELAY = 100;
    uint32 internal constant CONFIGURATION_DELAY = 10;
    uint32 internal constant INTERVAL = 60;
    uint64 internal constant ONE = 1e18;
    uint256 private constant ADMIN_SLOT = 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103;

    PauserRegistry internal pausers;
    PermissionController internal permissions;
    DelegationManager internal delegation;
    StrategyManager internal strategies;
    NativeEthManager internal nativeEth;
    AllocationManager internal allocations;
    AVSDirectory internal directory;
    RewardsCoordinator internal rewards;
    StrategyFactory internal factory;
    DevToken internal token;
    IStrategy internal strategy;
    IStrategy internal constant ETH = NATIVE_ETH_STRATEGY;

    function _deployCore() internal {
        vm.roll(1_000);
        vm.warp(1_800_000_000);
        address[] memory pauserList = new address[](1);
        pauserList[0] = address(this);
        pausers = new PauserRegistry(pauserList, address(this));
        permissions = new PermissionController();
        delegation = DelegationManager(_proxy());
        strategies = StrategyManager(_proxy());
        nativeEth = NativeEthManager(payable(_proxy()));
        allocations = AllocationManager(_proxy());
        directory = AVSDirectory(_proxy());
        rewards = RewardsCoordinator(_proxy());
        factory = StrategyFactory(_proxy());
        _implement();
        token = new DevToken("Dev staked ETH", "dstETH", new address[](0));
        strategy = factory.deployNewStrategy(token);
    }

    function _implement() private {
        DelegationPeers memory delegationPeers =
            DelegationPeers(strategies, nativeEth, allocations, pausers, permissions);
        _upgrade(
            address(delegation),
            address(new DelegationManager(delegationPeers, WITHDRAWAL_DELAY)),
            abi.encodeCall(DelegationManager.initialize, (0))
        );
        _upgrade(
            address(strategies),
            address(new StrategyManager(delegation, pausers)),
            abi.encodeCall(StrategyManager.initialize, (address(this), address(factory), 0))
        );
        _upgrade(
            address(nativeEth),
            address(new NativeEthManager(delegation, pausers)),
            abi.encodeCall(NativeEthManager.initialize, (0))
        );
        AllocationPeers memory allocationPeers = AllocationPeers(delegation, directory, pausers, permissions);
        _upgrade(
            address(allocations),
            address(new AllocationManager(allocationPeers, DEALLOCATION_DELAY, CONFIGURATION_DELAY)),
            abi.encodeCall(AllocationManager.initialize, (0))
        );
        _upgrade(
            address(directory),
            address(new AVSDirectory(delegation, pausers)),
            abi.encodeCall(AVSDirectory.initialize, (0))
        );
        _upgrade(
            address(rewards),
            address(
                new RewardsCoordinator(
                    RewardsParameters(
                        delegation, strategies, pausers, permissions, INTERVAL, 30 days, 30 days, 30 days, 0
                    )
                )
            ),
            abi.encodeCall(RewardsCoordinator.initialize, (address(this), 0, address(this), 0, 1_000))
        );
        UpgradeableBeacon beacon =
            new UpgradeableBeacon(address(new StrategyBase(strategies, pausers)), address(this));
        _upgrade(
            address(factory),
            address(new StrategyFactory(strategies, pausers)),
            abi.encodeCall(StrategyFactory.initialize, (address(this), 0, beacon))
        );
    }

    function _proxy() internal returns (address) {
        return address(new UpgradeableProxy(address(new EmptyImplementation()), address(this), ""));
    }

    function _upgrade(address proxy, address implementation, bytes memory data) internal {
        address admin = address(uint160(uint256(vm.load(proxy, bytes32(ADMIN_SLOT)))));
        ProxyAdmin(admin).upgradeAndCall(ITransparentUpgradeableProxy(payable(proxy)), implementation, data);
    }

    function _give(address to, uint256 amount) internal {
        for (uint256 limit = token.MAX_MINT(); amount > 0;) {
            uint256 part = amount < limit ? amount : limit;
            token.mint(to, part);
            amount -= part;
        }
    }

    function _deposit(address staker, uint256 amount) internal returns (uint256 shares) {
        _give(staker, amount);
        vm.startPrank(staker);
        token.approve(address(strategies), amount);
        shares = strategies.depositIntoStrategy(strategy, token, amount);
        vm.stopPrank();
    }

    function _depositEth(address staker, uint256 amount) internal {
        vm.deal(staker, staker.balance + amount);
        vm.prank(staker);
        nativeEth.deposit{value: amount}();
    }

    function _operator(address operator) internal {
        vm.prank(operator);
        delegation.registerAsOperator(address(0), 0, "https://operator.example/metadata.json");
    }

    function _delegate(address staker, address operator) internal {
        ISignatureUtils.SignatureWithExpiry memory none;
        vm.prank(staker);
        delegation.delegateTo(operator, none, bytes32(0));
    }

    function _one(IStrategy value) internal pure returns (IStrategy[] memory list) {
        list = new IStrategy[](1);
        list[0] = value;
    }

    function _one(uint256 value) internal pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = value;
    }

    function _ids(uint32 id) internal pure returns (uint32[] memory list) {
        list = new uint32[](1);
        list[0] = id;
    }

    function _tokens(address value) internal pure returns (IERC20[] memory list) {
        list = new IERC20[](1);
        list[0] = IERC20(value);
    }

    function _queue(address staker, IStrategy from, uint256 depositShares)
        internal
        returns (IDelegationManager.Withdrawal memory)
    {
        IDelegationManager.QueuedWithdrawalParams[] memory params = new IDelegationManager.QueuedWithdrawalParams[](1);
        params[0] = IDelegationManager.QueuedWithdrawalParams(_one(from), _one(depositShares), address(0));
        vm.prank(staker);
        bytes32 root = delegation.queueWithdrawals(params)[0];
        return delegation.getQueuedWithdrawal(root);
    }

    function _complete(IDelegationManager.Withdrawal memory withdrawal, address asset, bool asTokens) internal {
        vm.prank(withdrawal.staker);
        delegation.completeQueuedWithdrawal(withdrawal, _tokens(asset), asTokens);
    }

    function _withdrawable(address staker, IStrategy which) internal view returns (uint256) {
        (uint256[] memory shares,) = delegation.getWithdrawableShares(staker, _one(which));
        return shares[0];
    }

    function _createSet(address avs, uint32 id, IStrategy[] memory members) internal {
        IAllocationManager.CreateSetParams[] memory params = new IAllocationManager.CreateSetParams[](1);
        params[0] = IAllocationManager.CreateSetParams(id, members);
        vm.prank(avs);
        allocations.createOperatorSets(avs, params);
    }

    function _allocate(address operator, address avs, uint32 id, IStrategy which, uint64 magnitude) internal {
        IAllocationManager.AllocateParams[] memory params = new IAllocationManager.AllocateParams[](1);
        uint64[] memory magnitudes = new uint64[](1);
        magnitudes[0] = magnitude;
        params[0] = IAllocationManager.AllocateParams(OperatorSet(avs, id), _one(which), magnitudes);
        vm.prank(operator);
        allocations.modifyAllocations(operator, params);
    }

    function _join(address operator, address avs, uint32 id) internal {
        vm.prank(operator);
        allocations.registerForOperatorSets(operator, IAllocationManager.RegisterParams(avs, _ids(id), ""));
    }

    function _leave(address caller, address operator, address avs, uint32 id) internal {
        vm.prank(caller);
        allocations.deregisterFromOperatorSets(IAllocationManager.DeregisterParams(operator, avs, _ids(id)));
    }

    function _slash(address avs, address operator, uint32 id, IStrategy which, uint256 wad) internal {
        vm.prank(avs);
        allocations.slashOperator(
            avs, IAllocationManager.SlashingParams(operator, id, _one(which), _one(wad), "wrong answer")
        );
    }

    function _pass(uint256 blocks) internal {
        vm.roll(block.number + blocks);
        vm.warp(block.timestamp + blocks);
    }
}
