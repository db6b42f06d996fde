// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BLSApkRegistry} from "../../../src/avs/BLSApkRegistry.sol";
import {CoordinatorParts} from "../../../src/avs/CoordinatorBase.sol";
import {IBLSApkRegistry} from "../../../src/avs/IBLSApkRegistry.sol";
import {IBLSSignatureChecker} from "../../../src/avs/IBLSSignatureChecker.sol";
import {IOperatorAllowlist} from "../../../src/avs/IOperatorAllowlist.sol";
import {IOperatorStateRetriever} from "../../../src/avs/IOperatorStateRetriever.sol";
import {CoordinatorConfig, IRegistryCoordinator} from "../../../src/avs/IRegistryCoordinator.sol";
import {IStakeRegistry, StakeType} from "../../../src/avs/IStakeRegistry.sol";
import {IndexRegistry} from "../../../src/avs/IndexRegistry.sol";
import {OperatorAllowlist} from "../../../src/avs/OperatorAllowlist.sol";
import {OperatorStateRetriever} from "../../../src/avs/OperatorStateRetriever.sol";
import {RegistryCoordinator} from "../../../src/avs/RegistryCoordinator.sol";
import {CoreContracts} from "../../../src/avs/ServiceManagerBase.sol";
import {StakeRegistry} from "../../../src/avs/StakeRegistry.sol";
import {IAvsSlasher, SlashingServiceManager} from "../../../src/avs/SlashingServiceManager.sol";
import {EchoServiceManager} from "../../../src/avs/echo/EchoServiceManager.sol";
import {EchoTaskManager} from "../../../src/avs/echo/EchoTaskManager.sol";
import {BN254} from "../../../src/avs/lib/BN254.sol";
import {NATIVE_ETH_STRATEGY} from "../../../src/restaking/SlashingMath.sol";
import {ISignatureUtils} from "../../../src/restaking/interfaces/ISignatureUtils.sol";
import {IStrategy} from "../../../src/restaking/interfaces/IStrategy.sol";
import {RestakingFixture} from "../../restaking/support/RestakingFixture.sol";
import {G2} from "./G2.sol";

/// @param account from `ecdsaKey`
/// @param secret BLS key; small, because tests multiply in the second group
struct TestOperator {
    address account;
    uint256 ecdsaKey;
    uint256 secret;
    BN254.G1Point g1;
    bytes32 id;
}

/// The echo AVS on the core, and operators who sign.
abstract contract AvsFixture is RestakingFixture {
    using BN254 for BN254.G1Point;

    address internal constant GENERATOR = address(0x6e6);
    address internal constant EJECTOR = address(0xe3ec);
    uint256 internal constant APPROVER_KEY = 0xa99a;
    uint32 internal constant LOOK_AHEAD = 50;
    uint96 internal constant MINIMUM = 1 ether;

    RegistryCoordinator internal coordinator;
    StakeRegistry internal stakes;
    BLSApkRegistry internal apks;
    IndexRegistry internal indices;
    OperatorAllowlist internal allowlist;
    OperatorStateRetriever internal retriever;
    EchoServiceManager internal manager;
    EchoTaskManager internal tasks;
    uint256 private _salt;

    function setUp() public virtual {
        _deployCore();
        coordinator = RegistryCoordinator(_proxy());
        stakes = StakeRegistry(_proxy());
        apks = BLSApkRegistry(_proxy());
        indices = IndexRegistry(_proxy());
        allowlist = OperatorAllowlist(_proxy());
        manager = EchoServiceManager(_proxy());
        tasks = EchoTaskManager(_proxy());
        retriever = new OperatorStateRetriever();
        _upgrade(address(stakes), address(new StakeRegistry(address(coordinator), delegation, allocations, address(manager))), "");
        _upgrade(address(apks), address(new BLSApkRegistry(address(coordinator))), "");
        _upgrade(address(indices), address(new IndexRegistry(address(coordinator))), "");
        _upgrade(
            address(allowlist),
            address(new OperatorAllowlist()),
            abi.encodeCall(OperatorAllowlist.initialize, (address(this), address(this), false, new address[](0)))
        );
        _upgrade(
            address(manager),
            address(
                new EchoServiceManager(
                    CoreContracts({
                        avsDirectory: directory,
                        allocationManager: allocations,
                        permissionController: permissions,
                        rewardsCoordinator: rewards
                    }),
                    coordinator,
                    stakes,
                    address(tasks)
                )
            ),
            abi.encodeCall(SlashingServiceManager.initialize, (address(this), address(this), "ipfs://echo"))
        );
        _upgrade(
            address(coordinator),
            address(
                new RegistryCoordinator(
                    CoordinatorParts({
                        serviceManager: address(manager),
                        stakeRegistry: stakes,
                        blsApkRegistry: apks,
                        indexRegistry: indices,
                        allowlist: IOperatorAllowlist(address(allowlist)),
                        allocationManager: address(allocations)
                    })
                )
            ),
            _coordinatorInitializer()
        );
        _upgrade(
            address(tasks),
            address(new EchoTaskManager(coordinator, stakes, apks, delegation, IAvsSlasher(address(manager)))),
            abi.encodeCall(EchoTaskManager.initialize, (GENERATOR))
        );
    }

    /// Quorum 0 counts ETH, quorum 1 the token; both slashable unless a test says otherwise.
    function quorumTypes() internal virtual returns (StakeType[] memory types) {
        types = new StakeType[](2);
        types[0] = StakeType.TOTAL_SLASHABLE;
        types[1] = StakeType.TOTAL_SLASHABLE;
    }

    function maxOperators() internal virtual returns (uint32) {
        return 200;
    }

    // --- operators ---

    function newOperator(uint256 number) internal view returns (TestOperator memory operator) {
        operator.ecdsaKey = 0xec0000 + number;
        operator.account = vm.addr(operator.ecdsaKey);
        operator.secret = number;
        operator.g1 = BN254.generatorG1().scalar_mul(number);
        operator.id = operator.g1.hashG1Point();
    }

    /// An operator of the core that allocated everything to the AVS and is in `quorums`.
    function joinedOperator(uint256 number, uint256 eth, uint256 tokens, bytes memory quorums)
        internal
        returns (TestOperator memory operator)
    {
        operator = newOperator(number);
        registerCoreOperator(operator.account, eth, tokens);
        vm.roll(block.number + 1);
        allocate(operator.account, 0, NATIVE_ETH_STRATEGY, 1e18);
        allocate(operator.account, 1, strategy, 1e18);
        join(operator, quorums);
    }

    function allocate(address operator, uint32 setId, IStrategy from, uint64 magnitude) internal {
        _allocate(operator, address(manager), setId, from, magnitude);
    }

    /// Makes an account an operator of the core, with stake of its own.
    function registerCoreOperator(address operator, uint256 eth, uint256 tokens) internal {
        _operator(operator);
        _restake(operator, eth, tokens);
    }

    function delegateFrom(address staker, address operator, uint256 eth, uint256 tokens) internal {
        _restake(staker, eth, tokens);
        _delegate(staker, operator);
    }

    function join(TestOperator memory operator, bytes memory quorums) internal {
        IBLSApkRegistry.PubkeyRegistrationParams memory params = registrationParams(operator);
        ISignatureUtils.SignatureWithSaltAndExpiry memory signature = avsSignature(operator);
        vm.prank(operator.account);
        coordinator.registerOperator(quorums, "socket", params, signature);
    }

    function depart(TestOperator memory operator, bytes memory quorums) internal {
        vm.prank(operator.account);
        coordinator.deregisterOperator(quorums);
    }

    function registrationParams(TestOperator memory operator)
        internal
        view
        returns (IBLSApkRegistry.PubkeyRegistrationParams memory)
    {
        return IBLSApkRegistry.PubkeyRegistrationParams({
            pubkeyRegistrationSignature: coordinator.pubkeyRegistrationMessageHash(operator.account).scalar_mul(
                operator.secret
            ),
            pubkeyG1: operator.g1,
            pubkeyG2: G2.mul(operator.secret)
        });
    }

    /// The operator's consent for AVSDirectory.
    function avsSignature(TestOperator memory operator)
        internal
        returns (ISignatureUtils.SignatureWithSaltAndExpiry memory signature)
    {
        signature.salt = bytes32(++_salt);
        signature.expiry = block.timestamp + 1 hours;
        bytes32 digest = directory.calculateOperatorAVSRegistrationDigestHash(
            operator.account, address(manager), signature.salt, signature.expiry
        );
        signature.signature = ecdsa(operator.ecdsaKey, digest);
    }

    function ecdsa(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    // --- certificates ---

    /// What `checkSignatures` takes when all operators of the quorums signed but for `absent`, in any order.
    function certificate(
        bytes32 digest,
        bytes memory quorums,
        uint32 referenceBlock,
        TestOperator[] memory all,
        TestOperator[] memory absent
    ) internal view returns (IBLSSignatureChecker.NonSignerStakesAndSignature memory params) {
        bytes32[] memory ids = _sort(absent);
        IOperatorStateRetriever.CheckSignaturesIndices memory found =
            retriever.getCheckSignaturesIndices(coordinator, referenceBlock, quorums, ids);
        params.nonSignerQuorumBitmapIndices = found.nonSignerQuorumBitmapIndices;
        params.quorumApkIndices = found.quorumApkIndices;
        params.totalStakeIndices = found.totalStakeIndices;
        params.nonSignerStakeIndices = found.nonSignerStakeIndices;
        params.nonSignerPubkeys = new BN254.G1Point[](absent.length);
        for (uint256 i = 0; i < absent.length; i++) {
            params.nonSignerPubkeys[i] = absent[i].g1;
        }
        params.quorumApks = new BN254.G1Point[](quorums.length);
        uint256 secret = 0;
        for (uint256 i = 0; i < quorums.length; i++) {
            params.quorumApks[i] = BN254.generatorG1().scalar_mul(_secretOf(all, uint8(quorums[i]), referenceBlock));
            secret += _secretOf(all, uint8(quorums[i]), referenceBlock);
            secret -= _secretOf(absent, uint8(quorums[i]), referenceBlock);
        }
        params.apkG2 = G2.mul(secret);
        params.sigma = BN254.hashToG1(digest).scalar_mul(secret);
    }

    function indexInUse(uint8 quorum, TestOperator memory operator) internal view returns (bool) {
        return coordinator.getCurrentQuorumBitmap(operator.id) >> quorum & 1 == 1;
    }

    function empty() internal pure returns (TestOperator[] memory) {
        return new TestOperator[](0);
    }

    function one(TestOperator memory operator) internal pure returns (TestOperator[] memory list) {
        list = new TestOperator[](1);
        list[0] = operator;
    }

    function _restake(address staker, uint256 eth, uint256 tokens) private {
        if (eth > 0) _depositEth(staker, eth);
        if (tokens > 0) _deposit(staker, tokens);
    }

    /// Sum of the secrets of those who were in a quorum.
    function _secretOf(TestOperator[] memory operators, uint8 quorum, uint32 referenceBlock)
        private
        view
        returns (uint256 secret)
    {
        for (uint256 i = 0; i < operators.length; i++) {
            bytes32[] memory ids = new bytes32[](1);
            ids[0] = operators[i].id;
            if (coordinator.getQuorumBitmapHistoryLength(ids[0]) == 0) continue;
            if (coordinator.getQuorumBitmapUpdateByIndex(ids[0], 0).updateBlockNumber > referenceBlock) continue;
            uint256 bitmap = retriever.getQuorumBitmapsAtBlockNumber(coordinator, ids, referenceBlock)[0];
            if (bitmap >> quorum & 1 == 1) secret += operators[i].secret;
        }
    }

    function _sort(TestOperator[] memory operators) private pure returns (bytes32[] memory ids) {
        ids = new bytes32[](operators.length);
        for (uint256 i = 0; i < operators.length; i++) {
            for (uint256 j = i; j > 0 && operators[j - 1].id > operators[j].id; j--) {
                (operators[j - 1], operators[j]) = (operators[j], operators[j - 1]);
            }
        }
        for (uint256 i = 0; i < operators.length; i++) {
            ids[i] = operators[i].id;
        }
    }

    function _coordinatorInitializer() private returns (bytes memory) {
        CoordinatorConfig memory config;
        config.owner = address(this);
        config.churnApprover = vm.addr(APPROVER_KEY);
        config.ejector = EJECTOR;
        config.pauserRegistry = pausers;
        config.stakeTypes = quorumTypes();
        uint256 count = config.stakeTypes.length;
        config.operatorSetParams = new IRegistryCoordinator.OperatorSetParam[](count);
        config.minimumStakes = new uint96[](count);
        config.strategyParams = new IStakeRegistry.StrategyParams[][](count);
        config.lookAheadPeriods = new uint32[](count);
        for (uint256 i = 0; i < count; i++) {
            config.operatorSetParams[i] = IRegistryCoordinator.OperatorSetParam(maxOperators(), 11_000, 5_000);
            config.minimumStakes[i] = MINIMUM;
            config.strategyParams[i] = new IStakeRegistry.StrategyParams[](1);
            config.strategyParams[i][0] =
                IStakeRegistry.StrategyParams(i == 0 ? NATIVE_ETH_STRATEGY : strategy, 1e18);
            config.lookAheadPeriods[i] = LOOK_AHEAD;
        }
        return abi.encodeWithSelector(_INITIALIZE, config);
    }

    /// Of the overload with a CoordinatorConfig.
    bytes4 private constant _INITIALIZE = bytes4(
        keccak256(
            "initialize((address,address,address,address,uint256,(uint32,uint16,uint16)[],uint96[],(address,uint96)[][],uint8[],uint32[]))"
        )
    );
}
