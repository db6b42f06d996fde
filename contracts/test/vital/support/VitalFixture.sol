// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBLSSignatureChecker} from "../../../src/avs/IBLSSignatureChecker.sol";
import {CoreContracts} from "../../../src/avs/ServiceManagerBase.sol";
import {OperatorKey} from "../../../src/avs/SlashingJudge.sol";
import {IAvsSlasher} from "../../../src/avs/SlashingServiceManager.sol";
import {BN254} from "../../../src/avs/lib/BN254.sol";
import {OriginRegistry} from "../../../src/rollup/OriginRegistry.sol";
import {Pack} from "../../../src/rollup/IRollup.sol";
import {BlockStatement, SignedBlock, SignedPack} from "../../../src/vital/IVitalAttestation.sol";
import {VitalAttestation} from "../../../src/vital/VitalAttestation.sol";
import {VitalServiceManager} from "../../../src/vital/VitalServiceManager.sol";
import {AvsFixture, TestOperator} from "../../avs/support/AvsFixture.sol";
import {G2} from "../../avs/support/G2.sol";

/// What `VitalAttestation` asks of a rollup and of its factory.
contract KnownRollup {
    uint64 public immutable chainId;

    constructor(uint64 chainId_) {
        chainId = chainId_;
    }

    function reject(VitalAttestation attestation, uint64 index, bytes32 packHash, bytes32 record) external {
        attestation.packRejected(index, packHash, record);
    }
}

contract KnownRollups {
    mapping(uint64 chainId => address) public rollupOf;

    function add(KnownRollup rollup) external {
        rollupOf[rollup.chainId()] = address(rollup);
    }
}

/// VITAL on the core with four operators of equal stake, and one rollup.
abstract contract VitalFixture is AvsFixture {
    using BN254 for BN254.G1Point;

    uint32 internal constant MAX_AGE = 50;
    VitalAttestation internal vital;
    OriginRegistry internal origins;
    KnownRollups internal rollups;
    KnownRollup internal rollup;
    TestOperator[] internal operators;

    function setUp() public virtual override {
        super.setUp();
        vm.roll(1_000);
        origins = new OriginRegistry();
        rollups = new KnownRollups();
        rollup = new KnownRollup(42);
        rollups.add(rollup);
        vital = VitalAttestation(_proxy());
        _upgrade(
            address(vital),
            address(
                new VitalAttestation(
                    coordinator,
                    stakes,
                    apks,
                    delegation,
                    IAvsSlasher(address(manager)),
                    address(rollups),
                    origins,
                    MAX_AGE
                )
            ),
            abi.encodeCall(VitalAttestation.initialize, (hex"0001", 67))
        );
        _upgrade(
            address(manager),
            address(
                new VitalServiceManager(
                    CoreContracts({
                        avsDirectory: directory,
                        allocationManager: allocations,
                        permissionController: permissions,
                        rewardsCoordinator: rewards
                    }),
                    coordinator,
                    stakes,
                    address(vital)
                )
            ),
            ""
        );
        for (uint256 i = 1; i <= 4; i++) {
            operators.push(joinedOperator(i, 32 ether, 100 ether, hex"0001"));
        }
        vm.roll(block.number + 10);
    }

    function keyOf(TestOperator memory operator) internal view returns (OperatorKey memory) {
        return OperatorKey(operator.account, operator.g1, G2.mul(operator.secret));
    }

    function signatureOf(TestOperator memory operator, bytes32 digest) internal view returns (BN254.G1Point memory) {
        return BN254.hashToG1(digest).scalar_mul(operator.secret);
    }

    /// Of the block before this one, whose hash the L1 knows from here on.
    function statement(uint64 number, bytes32 outputRoot) internal returns (BlockStatement memory) {
        uint64 origin = uint64(block.number - 1);
        bytes32 originHash = keccak256(abi.encode("l1", origin));
        vm.setBlockhash(origin, originHash);
        return BlockStatement({
            rollup: address(rollup),
            revertEpoch: 0,
            number: number,
            blockHash: keccak256(abi.encode("block", outputRoot)),
            outputRoot: outputRoot,
            l1OriginNumber: origin,
            l1OriginHash: originHash,
            referenceBlock: uint32(origin)
        });
    }

    /// Blocks `first` and `first + 1`; `outputRoot` is that of the second.
    function packOf(uint64 first, bytes32 outputRoot) internal returns (Pack memory pack) {
        BlockStatement memory last = statement(first + 1, outputRoot);
        pack.index = 1;
        pack.firstBlock = first;
        pack.lastBlock = first + 1;
        pack.outputRoots = new bytes32[](2);
        pack.outputRoots[0] = keccak256("first");
        pack.outputRoots[1] = outputRoot;
        pack.output.l1OriginNumber = last.l1OriginNumber;
        pack.output.l1OriginHash = last.l1OriginHash;
    }

    function signed(TestOperator memory operator, BlockStatement memory said) internal view returns (SignedBlock memory) {
        return SignedBlock(said, signatureOf(operator, vital.blockDigest(said)));
    }

    function signed(TestOperator memory operator, Pack memory pack) internal view returns (SignedPack memory result) {
        result.rollup = address(rollup);
        result.referenceBlock = uint32(pack.output.l1OriginNumber);
        result.pack = pack;
        bytes32 digest = vital.packDigest(address(rollup), 0, keccak256(abi.encode(pack)), result.referenceBlock);
        result.signature = signatureOf(operator, digest);
    }

    /// As the rollup gets it: of all operators but `absent`.
    function packCertificate(bytes32 packHash, uint64 epoch, uint32 referenceBlock, TestOperator[] memory absent)
        internal
        view
        returns (bytes memory)
    {
        bytes32 digest = vital.packDigest(address(rollup), epoch, packHash, referenceBlock);
        return abi.encode(referenceBlock, paramsOf(digest, referenceBlock, absent));
    }

    function paramsOf(bytes32 digest, uint32 referenceBlock, TestOperator[] memory absent)
        internal
        view
        returns (IBLSSignatureChecker.NonSignerStakesAndSignature memory)
    {
        return certificate(digest, hex"0001", referenceBlock, operators, absent);
    }
}
