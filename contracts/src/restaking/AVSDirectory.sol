// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Pausable} from "./Pausable.sol";
import {SignatureVerifier} from "./SignatureVerifier.sol";
import {IAVSDirectory} from "./interfaces/IAVSDirectory.sol";
import {IDelegationManager} from "./interfaces/IDelegationManager.sol";
import {IPauserRegistry} from "./interfaces/IPauserRegistry.sol";

/// See IAVSDirectory.
contract AVSDirectory is IAVSDirectory, Initializable, Pausable, SignatureVerifier {
    /// @inheritdoc IAVSDirectory
    bytes32 public constant OPERATOR_AVS_REGISTRATION_TYPEHASH =
        keccak256("OperatorAVSRegistration(address operator,address avs,bytes32 salt,uint256 expiry)");
    /// @inheritdoc IAVSDirectory
    bytes32 public constant OPERATOR_SET_REGISTRATION_TYPEHASH =
        keccak256("OperatorSetRegistration(address avs,uint32[] operatorSetIds,bytes32 salt,uint256 expiry)");

    uint8 private constant PAUSED_OPERATOR_REGISTRATION = 0;

    IDelegationManager public immutable delegation;

    /// @inheritdoc IAVSDirectory
    mapping(address avs => mapping(address operator => OperatorAVSRegistrationStatus)) public avsOperatorStatus;
    /// @inheritdoc IAVSDirectory
    mapping(address operator => mapping(bytes32 salt => bool)) public operatorSaltIsSpent;
    /// @inheritdoc IAVSDirectory
    mapping(address avs => mapping(address operator => uint256)) public registrationCount;

    constructor(IDelegationManager delegationManager, IPauserRegistry registry) Pausable(registry) {
        delegation = delegationManager;
        _disableInitializers();
    }

    function initialize(uint256 initialPausedStatus) external initializer {
        _setPaused(initialPausedStatus);
    }

    /// @inheritdoc IAVSDirectory
    function registerOperatorToAVS(address operator, SignatureWithSaltAndExpiry memory operatorSignature)
        external
        onlyWhenNotPaused(PAUSED_OPERATOR_REGISTRATION)
    {
        if (avsOperatorStatus[msg.sender][operator] == OperatorAVSRegistrationStatus.REGISTERED) {
            revert OperatorAlreadyRegisteredToAVS();
        }
        // INVARIANT: one signature registers once, also after the operator left.
        if (operatorSaltIsSpent[operator][operatorSignature.salt]) revert SaltSpent();
        if (!delegation.isOperator(operator)) revert OperatorNotRegisteredToEigenLayer();
        _requireSignature(
            operator,
            calculateOperatorAVSRegistrationDigestHash(
                operator, msg.sender, operatorSignature.salt, operatorSignature.expiry
            ),
            operatorSignature.signature,
            operatorSignature.expiry
        );
        operatorSaltIsSpent[operator][operatorSignature.salt] = true;
        registrationCount[msg.sender][operator]++;
        _setStatus(operator, OperatorAVSRegistrationStatus.REGISTERED);
    }

    /// @inheritdoc IAVSDirectory
    function deregisterOperatorFromAVS(address operator) external onlyWhenNotPaused(PAUSED_OPERATOR_REGISTRATION) {
        if (avsOperatorStatus[msg.sender][operator] != OperatorAVSRegistrationStatus.REGISTERED) {
            revert OperatorNotRegisteredToAVS();
        }
        _setStatus(operator, OperatorAVSRegistrationStatus.UNREGISTERED);
    }

    /// @inheritdoc IAVSDirectory
    function updateAVSMetadataURI(string calldata metadataURI) external {
        emit AVSMetadataURIUpdated(msg.sender, metadataURI);
    }

    /// @inheritdoc IAVSDirectory
    function cancelSalt(bytes32 salt) external {
        if (operatorSaltIsSpent[msg.sender][salt]) revert SaltSpent();
        operatorSaltIsSpent[msg.sender][salt] = true;
    }

    /// @inheritdoc IAVSDirectory
    function calculateOperatorAVSRegistrationDigestHash(
        address operator,
        address avs,
        bytes32 salt,
        uint256 expiry
    ) public view returns (bytes32) {
        return _digest(keccak256(abi.encode(OPERATOR_AVS_REGISTRATION_TYPEHASH, operator, avs, salt, expiry)));
    }

    /// @inheritdoc IAVSDirectory
    function domainSeparator() public view override(IAVSDirectory, SignatureVerifier) returns (bytes32) {
        return super.domainSeparator();
    }

    function _setStatus(address operator, OperatorAVSRegistrationStatus status) private {
        avsOperatorStatus[msg.sender][operator] = status;
        emit OperatorAVSRegistrationStatusUpdated(operator, msg.sender, status);
    }
}
