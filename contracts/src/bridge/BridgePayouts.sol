// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {BoundedCall} from "../lib/BoundedCall.sol";
import {BridgeBase} from "./BridgeBase.sol";
import {IBridge, OutboxKind} from "./IBridge.sol";
import {CollectionMetadata, IErc721Twin, INativeTwin} from "./ITwins.sol";

/// The way out: one function per kind of outbox message.
abstract contract BridgePayouts is BridgeBase {
    uint256 private constant ETH_GAS = 100_000;
    uint256 private constant TOKEN_GAS = 300_000;
    /// Room to write a credit and the event after a failed payment.
    uint256 private constant RESERVE_GAS = 150_000;
    bytes32 private constant NATIVE_SALT = bytes32(0);

    address public immutable nativeTwinImplementation;
    address public immutable erc721TwinImplementation;

    constructor(address nativeTwinImplementation_, address erc721TwinImplementation_) {
        nativeTwinImplementation = nativeTwinImplementation_;
        erc721TwinImplementation = erc721TwinImplementation_;
    }

    /// @inheritdoc IBridge
    function nativeTwin() public view returns (address) {
        return Clones.predictDeterministicAddress(nativeTwinImplementation, NATIVE_SALT, address(this));
    }

    /// @inheritdoc IBridge
    function twinOf(address l2Token) public view returns (address) {
        return Clones.predictDeterministicAddress(erc721TwinImplementation, _twinSalt(l2Token), address(this));
    }

    /// @return executed false when the message stays open
    function _executeMessage(uint64 index, OutboxKind kind, bytes calldata payload) internal returns (bool executed) {
        // The hot kinds first: settlements are mostly mints.
        if (kind == OutboxKind.MintErc721) executed = _mintErc721(index, payload);
        else if (kind == OutboxKind.MintNative) executed = _mintNative(index, payload);
        else if (kind == OutboxKind.ReleaseErc20) executed = _releaseErc20(index, payload);
        else if (kind == OutboxKind.ReleaseErc721) executed = _releaseErc721(index, payload);
        else if (kind == OutboxKind.Collection) executed = _setCollection(index, payload);
        if (!executed) emit MessageNotPayable(index, kind);
    }

    /// @param token zero = ETH
    function _payErc20(address token, address to, uint256 amount, uint256 gasLimit) internal returns (bool paid) {
        if (token == address(0)) {
            // No return data is copied, whatever the recipient sends back.
            assembly ("memory-safe") {
                paid := call(gasLimit, to, amount, 0, 0, 0, 0)
            }
            return paid;
        }
        if (token.code.length == 0) return false;
        return BoundedCall.callOptionalBool(token, abi.encodeCall(IERC20.transfer, (to, amount)), gasLimit);
    }

    function _payErc721(address token, address to, uint256 tokenId, uint256 gasLimit) internal returns (bool paid) {
        if (token.code.length == 0) return false;
        bytes memory input = abi.encodeCall(IERC721.transferFrom, (address(this), to, tokenId));
        assembly ("memory-safe") {
            paid := call(gasLimit, token, 0, add(input, 0x20), mload(input), 0, 0)
        }
    }

    function _releaseErc20(uint64 index, bytes calldata payload) private returns (bool) {
        (address token, address to, uint256 amount) = abi.decode(payload, (address, address, uint256));
        // INVARIANT: no asset is paid beyond what was deposited, whatever the outbox says.
        if (locked[token] < amount || to == address(0)) return false;
        _setExecuted(index);
        locked[token] -= amount;
        uint256 gasLimit = token == address(0) ? ETH_GAS : TOKEN_GAS;
        _requireGas(gasLimit);
        bool paid = _payErc20(token, to, amount, gasLimit);
        _finish(index, OutboxKind.ReleaseErc20, token, to, amount, paid);
        return true;
    }

    function _releaseErc721(uint64 index, bytes calldata payload) private returns (bool) {
        (address token, address to, uint256 tokenId) = abi.decode(payload, (address, address, uint256));
        if (!isLocked[token][tokenId] || to == address(0)) return false;
        _setExecuted(index);
        isLocked[token][tokenId] = false;
        _requireGas(TOKEN_GAS);
        bool paid = _payErc721(token, to, tokenId, TOKEN_GAS);
        _finish(index, OutboxKind.ReleaseErc721, token, to, tokenId, paid);
        return true;
    }

    function _mintNative(uint64 index, bytes calldata payload) private returns (bool) {
        (address to, uint256 amount) = abi.decode(payload, (address, uint256));
        if (to == address(0)) return false;
        address twin = _nativeTwinDeployed;
        if (twin == address(0)) twin = _deployNativeTwin();
        _setExecuted(index);
        INativeTwin(twin).mint(to, amount);
        emit MessageExecuted(index, OutboxKind.MintNative, to, twin, amount, true);
        return true;
    }

    function _mintErc721(uint64 index, bytes calldata payload) private returns (bool) {
        (address l2Token, address to, uint256 tokenId, string memory uri) =
            abi.decode(payload, (address, address, uint256, string));
        if (to == address(0)) return false;
        address twin = _erc721Twins[l2Token];
        if (twin == address(0)) twin = _deployErc721Twin(l2Token);
        // The twin is ours and calls nobody, so its answer may decide whether the message counts as executed.
        if (!IErc721Twin(twin).mint(to, tokenId, uri)) return false;
        _setExecuted(index);
        emit MessageExecuted(index, OutboxKind.MintErc721, to, twin, tokenId, true);
        return true;
    }

    function _setCollection(uint64 index, bytes calldata payload) private returns (bool) {
        CollectionMetadata memory metadata;
        address l2Token;
        (
            l2Token,
            metadata.name,
            metadata.symbol,
            metadata.owner,
            metadata.royaltyReceiver,
            metadata.royaltyBps,
            metadata.uriPrefix,
            metadata.uriSuffix
        ) = abi.decode(payload, (address, string, string, address, address, uint16, string, string));
        address twin = _erc721Twins[l2Token];
        if (twin == address(0)) twin = _deployErc721Twin(l2Token);
        _setExecuted(index);
        if (index + 1 > _metadataVersion[twin]) {
            _metadataVersion[twin] = index + 1;
            IErc721Twin(twin).setCollection(metadata);
        }
        emit MessageExecuted(index, OutboxKind.Collection, metadata.owner, twin, 0, true);
        return true;
    }

    function _finish(uint64 index, OutboxKind kind, address token, address to, uint256 amountOrId, bool paid) private {
        if (!paid) _credits[index] = Credit({token: token, kind: kind, to: to, amountOrId: amountOrId});
        emit MessageExecuted(index, kind, to, token, amountOrId, paid);
    }

    function _deployNativeTwin() private returns (address twin) {
        twin = Clones.cloneDeterministic(nativeTwinImplementation, NATIVE_SALT);
        _nativeTwinDeployed = twin;
        INativeTwin(twin).initialize(_config.name, _config.symbol, _config.decimals);
        emit TwinDeployed(address(0), twin, OutboxKind.MintNative);
    }

    function _deployErc721Twin(address l2Token) private returns (address twin) {
        twin = Clones.cloneDeterministic(erc721TwinImplementation, _twinSalt(l2Token));
        _erc721Twins[l2Token] = twin;
        IErc721Twin(twin).initialize(l2Token);
        emit TwinDeployed(l2Token, twin, OutboxKind.MintErc721);
    }

    function _twinSalt(address l2Token) private pure returns (bytes32) {
        return bytes32(uint256(uint160(l2Token)));
    }

    function _requireGas(uint256 gasLimit) private view {
        if (gasleft() < gasLimit + gasLimit / 32 + RESERVE_GAS) revert InsufficientGas();
    }
}
