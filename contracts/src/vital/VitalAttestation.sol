// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {IBLSApkRegistry} from "../avs/IBLSApkRegistry.sol";
import {IRegistryCoordinator} from "../avs/IRegistryCoordinator.sol";
import {IStakeRegistry} from "../avs/IStakeRegistry.sol";
import {OperatorKey, SlashingJudge} from "../avs/SlashingJudge.sol";
import {IAvsSlasher} from "../avs/SlashingServiceManager.sol";
import {BN254} from "../avs/lib/BN254.sol";
import {QuorumBits} from "../avs/lib/QuorumBits.sol";
import {IDelegationManager} from "../restaking/interfaces/IDelegationManager.sol";
import {IOriginRegistry} from "../rollup/IOriginRegistry.sol";
import {IPackAttestation} from "../rollup/IPackAttestation.sol";
import {IRollup} from "../rollup/IRollup.sol";
import {IRollupFactory} from "../rollup/IRollupFactory.sol";
import {BlockStatement, IVitalAttestation, SignedBlock, SignedPack} from "./IVitalAttestation.sol";

/// Behind a proxy.
contract VitalAttestation is SlashingJudge, Initializable, IVitalAttestation {
    /// @inheritdoc IVitalAttestation
    uint256 public constant SLASH_WAD = 0.5e18;
    bytes32 private constant BLOCK_TYPEHASH = keccak256(
        "TephraVitalBlock(uint256 chainId,address attestation,address rollup,uint64 revertEpoch,uint64 number,bytes32 blockHash,bytes32 outputRoot,uint64 l1OriginNumber,bytes32 l1OriginHash,uint32 referenceBlock)"
    );
    bytes32 private constant PACK_TYPEHASH = keccak256(
        "TephraVitalPack(uint256 chainId,address attestation,address rollup,uint64 revertEpoch,bytes32 packHash,uint32 referenceBlock)"
    );

    /// What a signature says of one block, whatever it is a signature of.
    struct Claim {
        address rollup;
        uint64 revertEpoch;
        uint64 number;
        bytes32 outputRoot;
        uint64 l1OriginNumber;
        bytes32 l1OriginHash;
        uint32 referenceBlock;
    }

    /// @inheritdoc IVitalAttestation
    address public immutable factory;
    /// @inheritdoc IVitalAttestation
    IOriginRegistry public immutable origins;
    /// @inheritdoc IVitalAttestation
    uint32 public immutable maxCertificateAge;

    /// @inheritdoc IVitalAttestation
    bytes public quorumNumbers;
    /// @inheritdoc IVitalAttestation
    uint8 public thresholdPercentage;
    mapping(bytes32 offence => bool) private _rejected;
    // INVARIANT: set before the stake is taken, and never unset: nobody pays twice for one offence.
    /// @inheritdoc IVitalAttestation
    mapping(address operator => mapping(bytes32 offence => bool)) public isSlashed;

    constructor(
        IRegistryCoordinator registryCoordinator_,
        IStakeRegistry stakeRegistry_,
        IBLSApkRegistry blsApkRegistry_,
        IDelegationManager delegation_,
        IAvsSlasher serviceManager_,
        address factory_,
        IOriginRegistry origins_,
        uint32 maxCertificateAge_
    ) SlashingJudge(registryCoordinator_, stakeRegistry_, blsApkRegistry_, delegation_, serviceManager_) {
        factory = factory_;
        origins = origins_;
        maxCertificateAge = maxCertificateAge_;
        _disableInitializers();
    }

    /// Fixed for ever: a threshold that an owner can lower is none.
    function initialize(bytes calldata quorumNumbers_, uint8 thresholdPercentage_) external initializer {
        if (quorumNumbers_.length == 0) revert EmptyQuorums();
        // Two certificates of one epoch then have a signer in common, who can be slashed for it.
        require(thresholdPercentage_ > 50 && thresholdPercentage_ <= 100);
        quorumNumbers = quorumNumbers_;
        thresholdPercentage = thresholdPercentage_;
    }

    /// @inheritdoc IPackAttestation
    function checkPack(address rollup, uint64 revertEpoch, bytes32 packHash, bytes calldata certificate)
        external
        view
        returns (bytes32 signatoryRecordHash)
    {
        (uint32 referenceBlock, NonSignerStakesAndSignature memory params) =
            abi.decode(certificate, (uint32, NonSignerStakesAndSignature));
        if (block.number > uint256(referenceBlock) + maxCertificateAge) {
            revert CertificateTooOld(referenceBlock, block.number - maxCertificateAge);
        }
        _checkRollup(rollup);
        (signatoryRecordHash,) =
            _check(packDigest(rollup, revertEpoch, packHash, referenceBlock), referenceBlock, params);
    }

    /// @inheritdoc IVitalAttestation
    function checkBlock(BlockStatement calldata statement, NonSignerStakesAndSignature calldata params)
        external
        view
        returns (bytes32 signatoryRecordHash, QuorumStakeTotals memory totals)
    {
        _checkRollup(statement.rollup);
        return _check(blockDigest(statement), statement.referenceBlock, params);
    }

    /// @inheritdoc IPackAttestation
    function packRejected(uint64 packIndex, bytes32 packHash, bytes32 signatoryRecordHash) external {
        // Only such a rollup can have checked a certificate here, and only a lost dispute makes it say this.
        _checkRollup(msg.sender);
        _rejected[_offenceOf(msg.sender, packIndex, packHash, signatoryRecordHash)] = true;
        emit PackRejected(msg.sender, packIndex, packHash, signatoryRecordHash);
    }

    /// @inheritdoc IVitalAttestation
    function slashSigner(
        address rollup,
        uint64 packIndex,
        bytes32 packHash,
        uint32 referenceBlock,
        bytes32[] calldata nonSignerIds,
        address operator
    ) external {
        bytes32 record = keccak256(abi.encodePacked(referenceBlock, nonSignerIds));
        bytes32 offence = _offenceOf(rollup, packIndex, packHash, record);
        if (!_rejected[offence]) revert PackNotRejected(rollup, packIndex, packHash, record);
        bytes32 operatorId = blsApkRegistry.operatorToPubkeyHash(operator);
        for (uint256 i = 0; i < nonSignerIds.length; i++) {
            if (nonSignerIds[i] == operatorId) revert DidNotSign(operatorId);
        }
        _punish(rollup, operator, operatorId, referenceBlock, offence, "signed a pack that fell in a dispute");
    }

    /// @inheritdoc IVitalAttestation
    function slashConflictingBlocks(OperatorKey calldata key, SignedBlock calldata a, SignedBlock calldata b)
        external
    {
        _slashConflict(key, _claimOf(key, a), _claimOf(key, b));
    }

    /// @inheritdoc IVitalAttestation
    function slashConflictingPacks(
        OperatorKey calldata key,
        SignedPack calldata a,
        SignedPack calldata b,
        uint64 number
    ) external {
        _slashConflict(key, _claimOf(key, a, number), _claimOf(key, b, number));
    }

    /// @inheritdoc IVitalAttestation
    function slashBlockAgainstPack(OperatorKey calldata key, SignedBlock calldata a, SignedPack calldata b) external {
        _slashConflict(key, _claimOf(key, a), _claimOf(key, b, a.statement.number));
    }

    /// @inheritdoc IVitalAttestation
    function blockDigest(BlockStatement calldata statement) public view returns (bytes32) {
        return keccak256(abi.encode(BLOCK_TYPEHASH, block.chainid, address(this), statement));
    }

    /// @inheritdoc IVitalAttestation
    function packDigest(address rollup, uint64 revertEpoch, bytes32 packHash, uint32 referenceBlock)
        public
        view
        returns (bytes32)
    {
        return keccak256(
            abi.encode(PACK_TYPEHASH, block.chainid, address(this), rollup, revertEpoch, packHash, referenceBlock)
        );
    }

    /// @inheritdoc IVitalAttestation
    function isRejected(address rollup, uint64 packIndex, bytes32 packHash, bytes32 record)
        external
        view
        returns (bool)
    {
        return _rejected[_offenceOf(rollup, packIndex, packHash, record)];
    }

    function _checkRollup(address rollup) private view {
        if (rollup.code.length == 0) revert UnknownRollup(rollup);
        // A contract that is none of the factory's may answer anything, but the factory knows the rollup of each chain.
        uint64 chainId = IRollup(rollup).chainId();
        if (IRollupFactory(factory).rollupOf(chainId) != rollup) revert UnknownRollup(rollup);
    }

    function _check(bytes32 digest, uint32 referenceBlock, NonSignerStakesAndSignature memory params)
        private
        view
        returns (bytes32 signatoryRecordHash, QuorumStakeTotals memory totals)
    {
        bytes memory quorums = quorumNumbers;
        // From outside, because it reads the quorums from calldata.
        (totals, signatoryRecordHash) = this.checkSignatures(digest, quorums, referenceBlock, params);
        for (uint256 i = 0; i < quorums.length; i++) {
            uint96 signed = totals.signedStakeForQuorum[i];
            uint96 total = totals.totalStakeForQuorum[i];
            // A quorum without stake proves nothing, whatever its threshold.
            if (signed == 0 || uint256(signed) * 100 < uint256(total) * thresholdPercentage) {
                revert ThresholdNotReached(uint8(quorums[i]), signed, total);
            }
        }
    }

    function _claimOf(OperatorKey calldata key, SignedBlock calldata signed) private view returns (Claim memory) {
        BlockStatement calldata statement = signed.statement;
        _checkSignature(key.operator, blockDigest(statement), key.pubkeyG1, key.pubkeyG2, signed.signature);
        return Claim({
            rollup: statement.rollup,
            revertEpoch: statement.revertEpoch,
            number: statement.number,
            outputRoot: statement.outputRoot,
            l1OriginNumber: statement.l1OriginNumber,
            l1OriginHash: statement.l1OriginHash,
            referenceBlock: statement.referenceBlock
        });
    }

    /// What a signature of a pack says of one of its blocks. The origin is the pack's last: where that is on the L1, so are
    /// those of the blocks before it.
    function _claimOf(OperatorKey calldata key, SignedPack calldata signed, uint64 number)
        private
        view
        returns (Claim memory)
    {
        uint64 first = signed.pack.firstBlock;
        if (number < first || number - first >= signed.pack.outputRoots.length) revert BlockNotInPack(number);
        bytes32 digest = packDigest(
            signed.rollup, signed.revertEpoch, keccak256(abi.encode(signed.pack)), signed.referenceBlock
        );
        _checkSignature(key.operator, digest, key.pubkeyG1, key.pubkeyG2, signed.signature);
        return Claim({
            rollup: signed.rollup,
            revertEpoch: signed.revertEpoch,
            number: number,
            outputRoot: signed.pack.outputRoots[number - first],
            l1OriginNumber: signed.pack.output.l1OriginNumber,
            l1OriginHash: signed.pack.output.l1OriginHash,
            referenceBlock: signed.referenceBlock
        });
    }

    function _slashConflict(OperatorKey calldata key, Claim memory a, Claim memory b) private {
        if (
            a.rollup != b.rollup || a.revertEpoch != b.revertEpoch || a.number != b.number
                || a.outputRoot == b.outputRoot
        ) revert NoConflict();
        _checkCanonical(a);
        _checkCanonical(b);
        // Once for each fork that it followed, however many blocks that has.
        bytes32 offence = keccak256(abi.encode(a.rollup, a.revertEpoch));
        bytes32 operatorId = _checkKey(key.operator, key.pubkeyG1);
        uint32 referenceBlock = a.referenceBlock < b.referenceBlock ? a.referenceBlock : b.referenceBlock;
        _punish(a.rollup, key.operator, operatorId, referenceBlock, offence, "signed two outputs of one block");
    }

    function _checkCanonical(Claim memory claim) private view {
        // Of the last 256 blocks, and by EIP-2935 of the last 8,191; of others if somebody had them recorded.
        bytes32 hash = Blockhash.blockHash(claim.l1OriginNumber);
        if (hash == bytes32(0)) hash = origins.hashOf(claim.l1OriginNumber);
        if (hash == bytes32(0) || hash != claim.l1OriginHash) {
            revert OriginNotCanonical(claim.l1OriginNumber, claim.l1OriginHash);
        }
    }

    function _punish(
        address rollup,
        address operator,
        bytes32 operatorId,
        uint32 referenceBlock,
        bytes32 offence,
        string memory reason
    ) private {
        if (isSlashed[operator][offence]) revert SlashedAlready(operator, offence);
        isSlashed[operator][offence] = true;
        uint192 quorums = QuorumBits.toBitmap(quorumNumbers, registryCoordinator.quorumCount());
        _slash(operator, _servedQuorums(operatorId, quorums, referenceBlock), SLASH_WAD, reason);
        emit SignerSlashed(rollup, operator, offence, reason, SLASH_WAD);
        _refreshStake(operator);
    }

    function _offenceOf(address rollup, uint64 packIndex, bytes32 packHash, bytes32 record)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(rollup, packIndex, packHash, record));
    }
}
