// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IDelegationManager} from "../restaking/interfaces/IDelegationManager.sol";
import {ISignatureUtils} from "../restaking/interfaces/ISignatureUtils.sol";
import {IStrategy} from "../restaking/interfaces/IStrategy.sol";
import {IECDSAStakeRegistry} from "./IECDSAStakeRegistry.sol";
import {IServiceManagerUI} from "./IServiceManager.sol";

/// Behind a proxy.
contract ECDSAStakeRegistry is IECDSAStakeRegistry, Initializable, Ownable {
    using Checkpoints for Checkpoints.Trace224;
    using SafeCast for uint256;

    uint256 private constant BPS = 10_000;

    IDelegationManager public immutable delegation;

    uint256 private _totalOperators;
    Quorum private _quorum;
    /// @inheritdoc IECDSAStakeRegistry
    uint256 public minimumWeight;
    address private _serviceManager;
    /// @inheritdoc IECDSAStakeRegistry
    mapping(address operator => bool) public operatorRegistered;
    mapping(address operator => Checkpoints.Trace224) private _signingKeys;
    mapping(address operator => Checkpoints.Trace224) private _weights;
    // INVARIANT: the newest entry is the sum of the operators' newest weights.
    Checkpoints.Trace224 private _totalWeights;
    Checkpoints.Trace224 private _thresholds;

    /// The implementation owns itself, which is nobody.
    constructor(IDelegationManager delegation_) Ownable(address(this)) {
        delegation = delegation_;
        _disableInitializers();
    }

    /// The public release's form: the caller becomes the owner.
    function initialize(address serviceManager, uint256 thresholdWeight, Quorum memory newQuorum) external initializer {
        _initialize(serviceManager, thresholdWeight, newQuorum, msg.sender);
    }

    function initialize(address serviceManager, uint256 thresholdWeight, Quorum memory newQuorum, address initialOwner)
        external
        initializer
    {
        _initialize(serviceManager, thresholdWeight, newQuorum, initialOwner);
    }

    /// @inheritdoc IECDSAStakeRegistry
    function registerOperatorWithSignature(
        ISignatureUtils.SignatureWithSaltAndExpiry memory operatorSignature,
        address signingKey
    ) external {
        if (operatorRegistered[msg.sender]) revert OperatorAlreadyRegistered();
        _totalOperators++;
        operatorRegistered[msg.sender] = true;
        _updateWeight(msg.sender);
        _updateSigningKey(msg.sender, signingKey);
        IServiceManagerUI(_serviceManager).registerOperatorToAVS(msg.sender, operatorSignature);
        emit OperatorRegistered(msg.sender, _serviceManager);
    }

    /// @inheritdoc IECDSAStakeRegistry
    function deregisterOperator() external {
        if (!operatorRegistered[msg.sender]) revert OperatorNotRegistered();
        _totalOperators--;
        delete operatorRegistered[msg.sender];
        _updateWeight(msg.sender);
        IServiceManagerUI(_serviceManager).deregisterOperatorFromAVS(msg.sender);
        emit OperatorDeregistered(msg.sender, _serviceManager);
    }

    /// @inheritdoc IECDSAStakeRegistry
    function updateOperatorSigningKey(address newSigningKey) external {
        if (!operatorRegistered[msg.sender]) revert OperatorNotRegistered();
        _updateSigningKey(msg.sender, newSigningKey);
    }

    /// @inheritdoc IECDSAStakeRegistry
    function updateOperators(address[] memory operators) external {
        _updateWeights(operators);
    }

    /// @inheritdoc IECDSAStakeRegistry
    function updateOperatorsForQuorum(address[][] memory operatorsPerQuorum, bytes memory) external {
        if (operatorsPerQuorum.length != 1) revert InvalidLength();
        address[] memory operators = operatorsPerQuorum[0];
        // As many different registered operators as there are: all of them.
        if (operators.length != _totalOperators) revert MustUpdateAllOperators();
        for (uint256 i = 0; i < operators.length; i++) {
            if (i > 0 && operators[i] <= operators[i - 1]) revert NotSorted();
            if (!operatorRegistered[operators[i]]) revert OperatorNotRegistered();
        }
        _updateWeights(operators);
    }

    /// @inheritdoc IECDSAStakeRegistry
    function updateQuorumConfig(Quorum memory newQuorum, address[] memory operators) external onlyOwner {
        _updateQuorum(newQuorum);
        _updateWeights(operators);
    }

    /// @inheritdoc IECDSAStakeRegistry
    function updateMinimumWeight(uint256 newMinimumWeight, address[] memory operators) external onlyOwner {
        emit MinimumWeightUpdated(minimumWeight, newMinimumWeight);
        minimumWeight = newMinimumWeight;
        _updateWeights(operators);
    }

    /// @inheritdoc IECDSAStakeRegistry
    function updateStakeThreshold(uint256 thresholdWeight) external onlyOwner {
        _updateThreshold(thresholdWeight);
    }

    /// @inheritdoc IECDSAStakeRegistry
    function isValidSignature(bytes32 dataHash, bytes memory signatureData)
        external
        view
        returns (bytes4)
    {
        (address[] memory operators, bytes[] memory signatures, uint32 referenceBlock) =
            abi.decode(signatureData, (address[], bytes[], uint32));
        if (operators.length != signatures.length) revert LengthMismatch();
        if (operators.length == 0) revert InvalidLength();
        uint256 signedWeight = 0;
        address previous = address(0);
        for (uint256 i = 0; i < operators.length; i++) {
            // Ascending, so nobody counts twice.
            if (operators[i] <= previous) revert NotSorted();
            previous = operators[i];
            address signer = getOperatorSigningKeyAtBlock(operators[i], referenceBlock);
            if (!SignatureChecker.isValidSignatureNow(signer, dataHash, signatures[i])) revert InvalidSignature();
            signedWeight += getOperatorWeightAtBlock(operators[i], referenceBlock);
        }
        if (signedWeight > getLastCheckpointTotalWeightAtBlock(referenceBlock)) revert InvalidSignedWeight();
        if (signedWeight < getLastCheckpointThresholdWeightAtBlock(referenceBlock)) revert InsufficientSignedStake();
        return IERC1271.isValidSignature.selector;
    }

    /// @inheritdoc IECDSAStakeRegistry
    function quorum() external view returns (Quorum memory) {
        return _quorum;
    }

    /// @inheritdoc IECDSAStakeRegistry
    function getOperatorWeight(address operator) public view returns (uint256) {
        StrategyParams[] memory params = _quorum.strategies;
        IStrategy[] memory strategies = new IStrategy[](params.length);
        for (uint256 i = 0; i < params.length; i++) {
            strategies[i] = params[i].strategy;
        }
        uint256[] memory shares = delegation.getOperatorShares(operator, strategies);
        uint256 weight = 0;
        for (uint256 i = 0; i < params.length; i++) {
            weight += shares[i] * params[i].multiplier;
        }
        weight /= BPS;
        return weight >= minimumWeight ? weight : 0;
    }

    /// @inheritdoc IECDSAStakeRegistry
    function getLastestOperatorSigningKey(address operator) external view returns (address) {
        return address(uint160(_signingKeys[operator].latest()));
    }

    /// @inheritdoc IECDSAStakeRegistry
    function getOperatorSigningKeyAtBlock(address operator, uint256 blockNumber) public view returns (address) {
        return address(uint160(_valueAt(_signingKeys[operator], blockNumber)));
    }

    /// @inheritdoc IECDSAStakeRegistry
    function getLastCheckpointOperatorWeight(address operator) external view returns (uint256) {
        return _weights[operator].latest();
    }

    /// @inheritdoc IECDSAStakeRegistry
    function getLastCheckpointTotalWeight() external view returns (uint256) {
        return _totalWeights.latest();
    }

    /// @inheritdoc IECDSAStakeRegistry
    function getLastCheckpointThresholdWeight() external view returns (uint256) {
        return _thresholds.latest();
    }

    /// @inheritdoc IECDSAStakeRegistry
    function getOperatorWeightAtBlock(address operator, uint32 blockNumber) public view returns (uint256) {
        return _valueAt(_weights[operator], blockNumber);
    }

    /// @inheritdoc IECDSAStakeRegistry
    function getLastCheckpointTotalWeightAtBlock(uint32 blockNumber) public view returns (uint256) {
        return _valueAt(_totalWeights, blockNumber);
    }

    /// @inheritdoc IECDSAStakeRegistry
    function getLastCheckpointThresholdWeightAtBlock(uint32 blockNumber) public view returns (uint256) {
        return _valueAt(_thresholds, blockNumber);
    }

    function _initialize(address serviceManager, uint256 thresholdWeight, Quorum memory newQuorum, address initialOwner)
        private
    {
        _transferOwnership(initialOwner);
        _serviceManager = serviceManager;
        _updateThreshold(thresholdWeight);
        _updateQuorum(newQuorum);
    }

    function _updateThreshold(uint256 thresholdWeight) private {
        // Anybody's signature would be enough.
        if (thresholdWeight == 0) revert InvalidThreshold();
        _thresholds.push(uint32(block.number), thresholdWeight.toUint224());
        emit ThresholdWeightUpdated(thresholdWeight);
    }

    function _updateQuorum(Quorum memory newQuorum) private {
        uint256 sum = 0;
        address previous = address(0);
        for (uint256 i = 0; i < newQuorum.strategies.length; i++) {
            address strategy = address(newQuorum.strategies[i].strategy);
            if (strategy <= previous) revert NotSorted();
            previous = strategy;
            sum += newQuorum.strategies[i].multiplier;
        }
        if (sum != BPS) revert InvalidQuorum();
        emit QuorumUpdated(_quorum, newQuorum);
        delete _quorum;
        for (uint256 i = 0; i < newQuorum.strategies.length; i++) {
            _quorum.strategies.push(newQuorum.strategies[i]);
        }
    }

    function _updateSigningKey(address operator, address newKey) private {
        address previous = address(uint160(_signingKeys[operator].latest()));
        if (newKey == previous) return;
        _signingKeys[operator].push(uint32(block.number), uint160(newKey));
        emit SigningKeyUpdate(operator, block.number, newKey, previous);
    }

    function _updateWeights(address[] memory operators) private {
        for (uint256 i = 0; i < operators.length; i++) {
            _updateWeight(operators[i]);
        }
    }

    /// Writes the operator's weight, zero when it is not registered, and moves the total by the difference.
    function _updateWeight(address operator) private {
        uint256 previous = _weights[operator].latest();
        uint256 weight = operatorRegistered[operator] ? getOperatorWeight(operator) : 0;
        if (weight == previous) return;
        _weights[operator].push(uint32(block.number), weight.toUint224());
        emit OperatorWeightUpdated(operator, previous, weight);
        uint256 previousTotal = _totalWeights.latest();
        uint256 total = previousTotal + weight - previous;
        _totalWeights.push(uint32(block.number), total.toUint224());
        emit TotalWeightUpdated(previousTotal, total);
    }

    function _valueAt(Checkpoints.Trace224 storage history, uint256 blockNumber) private view returns (uint224) {
        // What holds at the current block can change until its end.
        if (blockNumber >= block.number) revert InvalidReferenceBlock();
        return history.upperLookupRecent(uint32(blockNumber));
    }
}
