// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {OutboxKind} from "../bridge/IBridge.sol";
import {Beneficiary} from "./Beneficiary.sol";
import {CollectionReader} from "./CollectionReader.sol";
import {IBridgedErc20, IBridgedErc721} from "./IBridgedTokens.sol";
import {
    BRIDGED_ERC20_IMPL, BRIDGED_ERC721_IMPL, IL2Bridge, IOutbox, OUTBOX, OnlySystem, SYSTEM
} from "./IPredeploys.sol";

/// Mints what arrives, takes what leaves, and tells the outbox.
contract L2Bridge is IL2Bridge, ReentrancyGuardTransient {
    struct Origin {
        address l1Token;
        bool bridged;
        bool erc721;
    }

    mapping(address l2Token => Origin) private _origins;
    address[] private _bridgedTokens;
    /// @inheritdoc IL2Bridge
    mapping(address l2Token => mapping(uint256 tokenId => bool)) public isWithdrawn;
    /// Collections born here whose metadata the outbox holds already.
    mapping(address l2Token => bool) private _announced;

    modifier onlySystem() {
        if (msg.sender != SYSTEM) revert OnlySystem();
        _;
    }

    /// @inheritdoc IL2Bridge
    function finaliseErc20(
        address l1Token,
        address to,
        uint256 amount,
        string calldata name,
        string calldata symbol,
        uint8 decimals
    ) external onlySystem {
        address l2Token = l2TokenOf(l1Token, false);
        if (!_origins[l2Token].bridged) {
            _register(l1Token, l2Token, false);
            IBridgedErc20(l2Token).initialize(l1Token, name, symbol, decimals);
        }
        IBridgedErc20(l2Token).mint(to, amount);
        emit DepositFinalised(l1Token, l2Token, to, amount);
    }

    /// @inheritdoc IL2Bridge
    function finaliseErc721(
        address l1Token,
        address to,
        uint256 tokenId,
        string calldata name,
        string calldata symbol,
        string calldata uri
    ) external onlySystem {
        address l2Token = l2TokenOf(l1Token, true);
        if (!_origins[l2Token].bridged) {
            _register(l1Token, l2Token, true);
            IBridgedErc721(l2Token).initialize(l1Token, name, symbol);
        }
        IBridgedErc721(l2Token).mint(to, tokenId, uri);
        emit DepositFinalised(l1Token, l2Token, to, tokenId);
    }

    /// @inheritdoc IL2Bridge
    function withdrawErc20(address l2Token, address to, uint256 amount) external nonReentrant {
        Origin memory origin = _origins[l2Token];
        if (!origin.bridged || origin.erc721) revert NotBridged(l2Token);
        if (to == address(0)) revert InvalidRecipient();
        if (amount == 0) revert ZeroAmount();
        IBridgedErc20(l2Token).burn(msg.sender, amount);
        uint64 index = _append(OutboxKind.ReleaseErc20, abi.encode(origin.l1Token, to, amount));
        emit WithdrawalStarted(index, l2Token, msg.sender, to, amount);
    }

    /// @inheritdoc IL2Bridge
    function withdrawErc721(address l2Token, address to, uint256 tokenId) external nonReentrant {
        Origin memory origin = _origins[l2Token];
        if (origin.bridged && !origin.erc721) revert NotBridged(l2Token);
        if (to == address(0)) revert InvalidRecipient();
        if (IERC721(l2Token).ownerOf(tokenId) != msg.sender) revert NotOwner(l2Token, tokenId);
        uint64 index;
        if (origin.bridged) {
            IBridgedErc721(l2Token).burn(tokenId);
            index = _append(OutboxKind.ReleaseErc721, abi.encode(origin.l1Token, to, tokenId));
        } else {
            index = _withdrawBorn(l2Token, to, tokenId);
        }
        emit WithdrawalStarted(index, l2Token, msg.sender, to, tokenId);
    }

    /// @inheritdoc IL2Bridge
    function withdrawNative(address to) external payable {
        if (to == address(0)) revert InvalidRecipient();
        if (msg.value == 0) revert ZeroAmount();
        uint64 index = _append(OutboxKind.MintNative, abi.encode(to, msg.value));
        emit WithdrawalStarted(index, address(0), msg.sender, to, msg.value);
    }

    /// @inheritdoc IL2Bridge
    function l2TokenOf(address l1Token, bool erc721) public view returns (address) {
        address implementation = erc721 ? BRIDGED_ERC721_IMPL : BRIDGED_ERC20_IMPL;
        return Clones.predictDeterministicAddress(implementation, _salt(l1Token));
    }

    /// @inheritdoc IL2Bridge
    function l1TokenOf(address l2Token) external view returns (address l1Token, bool bridged) {
        Origin storage origin = _origins[l2Token];
        return (origin.l1Token, origin.bridged);
    }

    /// @inheritdoc IL2Bridge
    function bridgedTokens() external view returns (address[] memory) {
        return _bridgedTokens;
    }

    function _register(address l1Token, address l2Token, bool erc721) private {
        Clones.cloneDeterministic(erc721 ? BRIDGED_ERC721_IMPL : BRIDGED_ERC20_IMPL, _salt(l1Token));
        _origins[l2Token] = Origin({l1Token: l1Token, bridged: true, erc721: erc721});
        _bridgedTokens.push(l2Token);
    }

    /// The token stays here: an arbitrary collection need not be burnable, and nothing ever leaves this contract.
    function _withdrawBorn(address l2Token, address to, uint256 tokenId) private returns (uint64 index) {
        // A collection that hands out an id twice cannot fill the outbox with mints that the twin refuses.
        if (isWithdrawn[l2Token][tokenId]) revert AlreadyWithdrawn(l2Token, tokenId);
        isWithdrawn[l2Token][tokenId] = true;
        bytes memory uri = CollectionReader.uriOf(l2Token, tokenId);
        IERC721(l2Token).transferFrom(msg.sender, address(this), tokenId);
        if (IERC721(l2Token).ownerOf(tokenId) != address(this)) revert NotDelivered(l2Token, tokenId);
        if (!_announced[l2Token]) {
            _announced[l2Token] = true;
            address owner = Beneficiary.ownerOf(l2Token);
            _append(OutboxKind.Collection, CollectionReader.metadata(l2Token, owner, "", ""));
        }
        return _append(OutboxKind.MintErc721, abi.encode(l2Token, to, tokenId, uri));
    }

    function _append(OutboxKind kind, bytes memory payload) private returns (uint64) {
        return IOutbox(OUTBOX).append(kind, payload);
    }

    function _salt(address l1Token) private pure returns (bytes32) {
        return bytes32(uint256(uint160(l1Token)));
    }
}
