// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSAServiceManagerBase} from "../../src/avs/ECDSAServiceManagerBase.sol";
import {ECDSAStakeRegistry} from "../../src/avs/ECDSAStakeRegistry.sol";
import {IECDSAStakeRegistry} from "../../src/avs/IECDSAStakeRegistry.sol";
import {IServiceManager} from "../../src/avs/IServiceManager.sol";
import {IAVSDirectory} from "../../src/restaking/interfaces/IAVSDirectory.sol";
import {IDelegationManager} from "../../src/restaking/interfaces/IDelegationManager.sol";
import {IRewardsCoordinator} from "../../src/restaking/interfaces/IRewardsCoordinator.sol";
import {ISignatureUtils} from "../../src/restaking/interfaces/ISignatureUtils.sol";
import {RestakingFixture} from "../restaking/support/RestakingFixture.sol";

contract PlainEcdsaServiceManager is ECDSAServiceManagerBase {
    constructor(address directory, address registry, IRewardsCoordinator rewards, IDelegationManager delegation)
        ECDSAServiceManagerBase(directory, registry, rewards, delegation)
    {}

    function initialize(address owner) external initializer {
        _initializeServiceManager(owner, owner);
    }
}

contract ECDSAStakeRegistryTest is RestakingFixture {
    bytes32 private constant HASH = keccak256("message");
    uint256 private constant THRESHOLD = 10 ether;

    ECDSAStakeRegistry private registry;
    PlainEcdsaServiceManager private manager;
    /// By ascending address; stakes 3, 6 and 9 ETH in some order.
    uint256[3] private keys;
    uint256 private _salt;

    function setUp() public {
        _deployCore();
        registry = ECDSAStakeRegistry(_proxy());
        manager = PlainEcdsaServiceManager(_proxy());
        _upgrade(
            address(manager),
            address(new PlainEcdsaServiceManager(address(directory), address(registry), rewards, delegation)),
            abi.encodeCall(PlainEcdsaServiceManager.initialize, (address(this)))
        );
        _upgrade(
            address(registry),
            address(new ECDSAStakeRegistry(delegation)),
            abi.encodeWithSignature(
                "initialize(address,uint256,((address,uint96)[]),address)",
                address(manager),
                THRESHOLD,
                _quorum(10_000, 0),
                address(this)
            )
        );
        keys = [uint256(11), 12, 13];
        for (uint256 i = 0; i < 3; i++) {
            for (uint256 j = i; j > 0 && vm.addr(keys[j - 1]) > vm.addr(keys[j]); j--) {
                (keys[j - 1], keys[j]) = (keys[j], keys[j - 1]);
            }
        }
        for (uint256 i = 0; i < 3; i++) {
            _operator(vm.addr(keys[i]));
            _depositEth(vm.addr(keys[i]), 3 ether * (i + 1));
            _register(keys[i], vm.addr(keys[i] + 100));
        }
        vm.roll(block.number + 1);
    }

    function test_Register_PutsTheOperatorIntoTheDirectory() public view {
        address operator = vm.addr(keys[0]);
        assertTrue(registry.operatorRegistered(operator), "registered");
        assertTrue(
            directory.avsOperatorStatus(address(manager), operator)
                == IAVSDirectory.OperatorAVSRegistrationStatus.REGISTERED,
            "in the directory"
        );
        assertEq(registry.getLastCheckpointOperatorWeight(operator), 3 ether, "weight");
        assertEq(registry.getLastCheckpointTotalWeight(), 18 ether, "total");
        assertEq(registry.getLastestOperatorSigningKey(operator), vm.addr(keys[0] + 100), "signing key");
        assertEq(manager.getRestakeableStrategies()[0], address(ETH), "strategies");
        assertEq(manager.getOperatorRestakedStrategies(operator).length, 1, "of the operator");
        assertEq(manager.getOperatorRestakedStrategies(address(1)).length, 0, "of nobody");
    }

    function test_Signatures_WithEnoughWeight() public view {
        bytes4 answer = registry.isValidSignature(HASH, _signed(HASH, 1, 2, uint32(block.number - 1)));
        assertTrue(answer == IERC1271.isValidSignature.selector, "15 of 18");
    }

    function test_Signatures_ThatAreNotEnough() public {
        uint32 last = uint32(block.number - 1);
        _expect(IECDSAStakeRegistry.InsufficientSignedStake.selector, _signed(HASH, 0, 1, last));
        _expect(IECDSAStakeRegistry.NotSorted.selector, _signed(HASH, 2, 1, last));
        _expect(IECDSAStakeRegistry.NotSorted.selector, _signed(HASH, 2, 2, last));
        _expect(IECDSAStakeRegistry.InvalidSignature.selector, _signed(keccak256("other"), 1, 2, last));
        _expect(IECDSAStakeRegistry.InvalidReferenceBlock.selector, _signed(HASH, 1, 2, last + 1));
        // Before anybody had a key or a weight.
        _expect(IECDSAStakeRegistry.InvalidSignature.selector, _signed(HASH, 1, 2, 900));
        _expect(
            IECDSAStakeRegistry.InvalidLength.selector, abi.encode(new address[](0), new bytes[](0), last)
        );
        _expect(
            IECDSAStakeRegistry.LengthMismatch.selector, abi.encode(new address[](1), new bytes[](0), last)
        );
        address[] memory stranger = new address[](1);
        stranger[0] = vm.addr(77);
        bytes[] memory signature = new bytes[](1);
        signature[0] = _ecdsa(77, HASH);
        _expect(IECDSAStakeRegistry.InvalidSignature.selector, abi.encode(stranger, signature, last));
    }

    /// Keys, weights and thresholds of the reference block count, whatever happens afterwards.
    function test_Signatures_OfThePastStayValid() public {
        uint32 past = uint32(block.number - 1);
        bytes memory old = _signed(HASH, 1, 2, past);
        vm.prank(vm.addr(keys[2]));
        registry.updateOperatorSigningKey(vm.addr(999));
        vm.prank(vm.addr(keys[1]));
        registry.deregisterOperator();
        registry.updateStakeThreshold(18 ether);
        vm.roll(block.number + 5);
        registry.isValidSignature(HASH, old);
        assertEq(registry.getOperatorSigningKeyAtBlock(vm.addr(keys[2]), past), vm.addr(keys[2] + 100), "old key");
        assertEq(registry.getLastCheckpointTotalWeightAtBlock(past), 18 ether, "old total");
        assertEq(registry.getLastCheckpointThresholdWeightAtBlock(past), THRESHOLD, "old threshold");
        _expect(IECDSAStakeRegistry.InvalidSignature.selector, _signed(HASH, 1, 2, uint32(block.number - 1)));
        assertEq(registry.getLastCheckpointTotalWeight(), 12 ether, "new total");
        assertEq(registry.getLastCheckpointThresholdWeight(), 18 ether, "new threshold");
    }

    function test_Weights_FollowStakeQuorumAndMinimum() public {
        address operator = vm.addr(keys[0]);
        _deposit(operator, 8 ether);
        // A tenth for ETH, nine for the token.
        address[] memory operators = new address[](1);
        operators[0] = operator;
        registry.updateQuorumConfig(_quorum(1_000, 9_000), operators);
        assertEq(registry.getLastCheckpointOperatorWeight(operator), 7.5 ether, "0.3 + 7.2");
        assertEq(registry.getLastCheckpointTotalWeight(), 22.5 ether, "others as they were");
        registry.updateMinimumWeight(7.6 ether, operators);
        assertEq(registry.getLastCheckpointOperatorWeight(operator), 0, "below the minimum");
        address[][] memory lists = new address[][](1);
        lists[0] = operators;
        vm.expectRevert(IECDSAStakeRegistry.MustUpdateAllOperators.selector);
        registry.updateOperatorsForQuorum(lists, "");
        lists[0] = new address[](3);
        for (uint256 i = 0; i < 3; i++) {
            lists[0][i] = vm.addr(keys[i]);
        }
        registry.updateOperatorsForQuorum(lists, "");
        assertEq(registry.getLastCheckpointTotalWeight(), 0, "all below it");
        lists[0][1] = lists[0][0];
        vm.expectRevert(IECDSAStakeRegistry.NotSorted.selector);
        registry.updateOperatorsForQuorum(lists, "");
    }

    function test_Settings_AreTheOwnersAndSound() public {
        vm.expectRevert(IECDSAStakeRegistry.InvalidThreshold.selector);
        registry.updateStakeThreshold(0);
        IECDSAStakeRegistry.Quorum memory broken = _quorum(10_000, 0);
        broken.strategies[0].multiplier = 9_999;
        vm.expectRevert(IECDSAStakeRegistry.InvalidQuorum.selector);
        registry.updateQuorumConfig(broken, new address[](0));
        broken = _quorum(5_000, 5_000);
        (broken.strategies[0], broken.strategies[1]) = (broken.strategies[1], broken.strategies[0]);
        vm.expectRevert(IECDSAStakeRegistry.NotSorted.selector);
        registry.updateQuorumConfig(broken, new address[](0));
        vm.startPrank(address(0xbad));
        vm.expectRevert();
        registry.updateStakeThreshold(1);
        vm.expectRevert();
        registry.updateMinimumWeight(1, new address[](0));
        vm.stopPrank();
        vm.expectRevert(IServiceManager.OnlyStakeRegistry.selector);
        manager.deregisterOperatorFromAVS(address(1));
        vm.prank(vm.addr(keys[0]));
        vm.expectRevert(IECDSAStakeRegistry.OperatorAlreadyRegistered.selector);
        registry.registerOperatorWithSignature(_none(), address(1));
        vm.expectRevert(IECDSAStakeRegistry.OperatorNotRegistered.selector);
        registry.deregisterOperator();
        vm.expectRevert(IECDSAStakeRegistry.OperatorNotRegistered.selector);
        registry.updateOperatorSigningKey(address(1));
    }

    function _register(uint256 key, address signingKey) private {
        ISignatureUtils.SignatureWithSaltAndExpiry memory signature;
        signature.salt = bytes32(++_salt);
        signature.expiry = block.timestamp;
        signature.signature = _ecdsa(
            key,
            directory.calculateOperatorAVSRegistrationDigestHash(
                vm.addr(key), address(manager), signature.salt, signature.expiry
            )
        );
        vm.prank(vm.addr(key));
        registry.registerOperatorWithSignature(signature, signingKey);
    }

    function _expect(bytes4 reason, bytes memory data) private {
        vm.expectRevert(reason);
        registry.isValidSignature(HASH, data);
    }

    /// Signatures of two operators by their signing keys.
    function _signed(bytes32 hash, uint256 first, uint256 second, uint32 referenceBlock)
        private
        view
        returns (bytes memory)
    {
        address[] memory operators = new address[](2);
        bytes[] memory signatures = new bytes[](2);
        (operators[0], operators[1]) = (vm.addr(keys[first]), vm.addr(keys[second]));
        (signatures[0], signatures[1]) = (_ecdsa(keys[first] + 100, hash), _ecdsa(keys[second] + 100, hash));
        return abi.encode(operators, signatures, referenceBlock);
    }

    function _ecdsa(uint256 key, bytes32 hash) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);
        return abi.encodePacked(r, s, v);
    }

    function _none() private pure returns (ISignatureUtils.SignatureWithSaltAndExpiry memory none) {}

    function _quorum(uint96 eth, uint96 tokens) private view returns (IECDSAStakeRegistry.Quorum memory quorum) {
        quorum.strategies = new IECDSAStakeRegistry.StrategyParams[](tokens == 0 ? 1 : 2);
        quorum.strategies[0] = IECDSAStakeRegistry.StrategyParams(ETH, eth);
        if (tokens == 0) return quorum;
        quorum.strategies[1] = IECDSAStakeRegistry.StrategyParams(strategy, tokens);
        if (address(strategy) < address(ETH)) {
            (quorum.strategies[0], quorum.strategies[1]) = (quorum.strategies[1], quorum.strategies[0]);
        }
    }
}
