// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC1155Receiver} from "@openzeppelin/contracts/token/ERC1155/IERC1155Receiver.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {OutboxKind} from "../bridge/IBridge.sol";
import {TokenStandard} from "../rollup/IInbox.sol";
import {CurrencyMode} from "../rollup/IRollupFactory.sol";
import {Beneficiary} from "./Beneficiary.sol";
import {CollectionReader} from "./CollectionReader.sol";
import {IBridged, IBridgedErc1155, IBridgedErc20, IBridgedErc721} from "./IBridgedTokens.sol";
import {
    BRIDGED_ERC1155_IMPL,
    BRIDGED_ERC20_IMPL,
    BRIDGED_ERC721_IMPL,
    CHAIN_STATE,
    IChainState,
    IL2Bridge,
    IOutbox,
    OUTBOX,
    OnlySystem,
    SYSTEM
} from "./IPredeploys.sol";

/// Mints what arrives, takes what leaves, and tells the outbox.
/// INVARIANT: where the currency is an L1 asset, native coin leaves this contract for deposits only.
contract L2Bridge is IL2Bridge, IERC1155Receiver, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    struct Origin {
        address l1Token;
        bool bridged;
        TokenStandard standard;
    }

    mapping(address l2Token => Origin) private _origins;
    address[] private _bridgedTokens;
    /// @inheritdoc IL2Bridge
    mapping(address l2Token => mapping(uint256 tokenId => bool)) public isWithdrawn;
    /// Tokens born here whose description the outbox holds already.
    mapping(address l2Token => mapping(TokenStandard => bool)) private _announced;
    /// The ERC-1155 that is being withdrawn, while it is: others may not send their tokens here, where they would be lost.
    address private transient _receiving;

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
        if (_isCurrency(l1Token)) {
            _payNative(to, amount);
            emit DepositFinalised(l1Token, address(0), to, amount);
            return;
        }
        address l2Token = _ensureErc20(l1Token, name, symbol, decimals);
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
        address l2Token = _ensureErc721(l1Token, name, symbol);
        IBridgedErc721(l2Token).mint(to, tokenId, uri);
        emit DepositFinalised(l1Token, l2Token, to, tokenId);
    }

    /// @inheritdoc IL2Bridge
    function finaliseErc1155(address l1Token, address to, uint256 tokenId, uint256 amount, string calldata uri)
        external
        onlySystem
    {
        address l2Token = _ensureErc1155(l1Token, "", "");
        IBridgedErc1155(l2Token).mint(to, tokenId, amount, uri);
        emit DepositFinalised(l1Token, l2Token, to, tokenId);
    }

    /// @inheritdoc IL2Bridge
    function registerToken(
        address l1Token,
        TokenStandard standard,
        string calldata name,
        string calldata symbol,
        uint8 decimals,
        address owner,
        address royaltyReceiver,
        uint16 royaltyBps
    ) external onlySystem {
        address l2Token;
        if (standard == TokenStandard.Erc20) l2Token = _ensureErc20(l1Token, name, symbol, decimals);
        else if (standard == TokenStandard.Erc721) l2Token = _ensureErc721(l1Token, name, symbol);
        else l2Token = _ensureErc1155(l1Token, name, symbol);
        IBridged(l2Token).describe(owner, royaltyReceiver, royaltyBps);
    }

    /// @inheritdoc IL2Bridge
    function withdrawErc20(address l2Token, address to, uint256 amount) external nonReentrant {
        bool bridged = _checkWithdrawal(l2Token, to, TokenStandard.Erc20);
        if (amount == 0) revert ZeroAmount();
        OutboxKind kind = OutboxKind.ReleaseErc20;
        address target = _origins[l2Token].l1Token;
        if (bridged) {
            IBridgedErc20(l2Token).burn(msg.sender, amount);
        } else {
            amount = _takeErc20(l2Token, amount);
            (kind, target) = (OutboxKind.MintErc20, l2Token);
        }
        uint64 index = _append(kind, abi.encode(target, to, amount));
        emit WithdrawalStarted(index, l2Token, msg.sender, to, amount);
    }

    /// @inheritdoc IL2Bridge
    function withdrawErc721(address l2Token, address to, uint256 tokenId) external nonReentrant {
        bool bridged = _checkWithdrawal(l2Token, to, TokenStandard.Erc721);
        if (IERC721(l2Token).ownerOf(tokenId) != msg.sender) revert NotOwner(l2Token, tokenId);
        uint64 index;
        if (bridged) {
            IBridgedErc721(l2Token).burn(tokenId);
            index = _append(OutboxKind.ReleaseErc721, abi.encode(_origins[l2Token].l1Token, to, tokenId));
        } else {
            index = _withdrawBornErc721(l2Token, to, tokenId);
        }
        emit WithdrawalStarted(index, l2Token, msg.sender, to, tokenId);
    }

    /// @inheritdoc IL2Bridge
    function withdrawErc1155(address l2Token, address to, uint256 tokenId, uint256 amount) external nonReentrant {
        bool bridged = _checkWithdrawal(l2Token, to, TokenStandard.Erc1155);
        if (amount == 0) revert ZeroAmount();
        uint64 index;
        if (bridged) {
            IBridgedErc1155(l2Token).burn(msg.sender, tokenId, amount);
            index =
                _append(OutboxKind.ReleaseErc1155, abi.encode(_origins[l2Token].l1Token, to, tokenId, amount));
        } else {
            amount = _takeErc1155(l2Token, tokenId, amount);
            bytes memory uri = CollectionReader.unitsUriOf(l2Token, tokenId);
            index = _append(OutboxKind.MintErc1155, abi.encode(l2Token, to, tokenId, amount, uri));
        }
        emit WithdrawalStarted(index, l2Token, msg.sender, to, tokenId);
    }

    /// @inheritdoc IL2Bridge
    function withdrawNative(address to) external payable {
        if (to == address(0)) revert InvalidRecipient();
        if (msg.value == 0) revert ZeroAmount();
        IChainState state = IChainState(CHAIN_STATE);
        uint64 index = state.currencyMode() == CurrencyMode.Issued
            ? _append(OutboxKind.MintNative, abi.encode(to, msg.value))
            : _append(OutboxKind.ReleaseErc20, abi.encode(state.currencyToken(), to, msg.value));
        emit WithdrawalStarted(index, address(0), msg.sender, to, msg.value);
    }

    /// @inheritdoc IERC1155Receiver
    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external view returns (bytes4) {
        if (msg.sender != _receiving) revert NotBridged(msg.sender);
        return IERC1155Receiver.onERC1155Received.selector;
    }

    /// Refuses always: withdrawals go one by one.
    /// @inheritdoc IERC1155Receiver
    function onERC1155BatchReceived(address, address, uint256[] calldata, uint256[] calldata, bytes calldata)
        external
        view
        returns (bytes4)
    {
        revert NotBridged(msg.sender);
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC1155Receiver).interfaceId || interfaceId == type(IERC165).interfaceId;
    }

    /// @inheritdoc IL2Bridge
    function l2TokenOf(address l1Token, bool erc721) external view returns (address) {
        return _cloneOf(l1Token, erc721 ? TokenStandard.Erc721 : TokenStandard.Erc20);
    }

    /// @inheritdoc IL2Bridge
    function l2Erc1155Of(address l1Token) external view returns (address) {
        return _cloneOf(l1Token, TokenStandard.Erc1155);
    }

    /// @inheritdoc IL2Bridge
    function standardOf(address l2Token) external view returns (TokenStandard) {
        return _origins[l2Token].standard;
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

    function _ensureErc20(address l1Token, string memory name, string memory symbol, uint8 decimals)
        private
        returns (address l2Token)
    {
        bool isNew;
        (l2Token, isNew) = _register(l1Token, TokenStandard.Erc20);
        if (isNew) IBridgedErc20(l2Token).initialize(l1Token, name, symbol, decimals);
    }

    function _ensureErc721(address l1Token, string memory name, string memory symbol)
        private
        returns (address l2Token)
    {
        bool isNew;
        (l2Token, isNew) = _register(l1Token, TokenStandard.Erc721);
        if (isNew) IBridgedErc721(l2Token).initialize(l1Token, name, symbol);
    }

    function _ensureErc1155(address l1Token, string memory name, string memory symbol)
        private
        returns (address l2Token)
    {
        bool isNew;
        (l2Token, isNew) = _register(l1Token, TokenStandard.Erc1155);
        if (isNew) IBridgedErc1155(l2Token).initialize(l1Token, name, symbol);
    }

    function _register(address l1Token, TokenStandard standard) private returns (address l2Token, bool isNew) {
        l2Token = _cloneOf(l1Token, standard);
        if (_origins[l2Token].bridged) return (l2Token, false);
        Clones.cloneDeterministic(_implementationOf(standard), _salt(l1Token));
        _origins[l2Token] = Origin({l1Token: l1Token, bridged: true, standard: standard});
        _bridgedTokens.push(l2Token);
        emit TokenRegistered(l1Token, l2Token, standard);
        return (l2Token, true);
    }

    /// @return bridged false for a token that was born here, or is none
    function _checkWithdrawal(address l2Token, address to, TokenStandard standard)
        private
        view
        returns (bool bridged)
    {
        if (to == address(0)) revert InvalidRecipient();
        Origin storage origin = _origins[l2Token];
        bridged = origin.bridged;
        if (bridged && origin.standard != standard) revert NotBridged(l2Token);
    }

    /// The token stays here: an arbitrary collection need not be burnable, and nothing ever leaves this contract.
    function _withdrawBornErc721(address l2Token, address to, uint256 tokenId) private returns (uint64 index) {
        // A collection that hands out an id twice cannot fill the outbox with mints that the twin refuses.
        if (isWithdrawn[l2Token][tokenId]) revert AlreadyWithdrawn(l2Token, tokenId);
        isWithdrawn[l2Token][tokenId] = true;
        bytes memory uri = CollectionReader.uriOf(l2Token, tokenId);
        IERC721(l2Token).transferFrom(msg.sender, address(this), tokenId);
        if (IERC721(l2Token).ownerOf(tokenId) != address(this)) revert NotDelivered(l2Token, tokenId);
        if (_isUnknown(l2Token, TokenStandard.Erc721)) {
            _append(
                OutboxKind.Collection, CollectionReader.metadata(l2Token, Beneficiary.ownerOf(l2Token), "", "")
            );
        }
        return _append(OutboxKind.MintErc721, abi.encode(l2Token, to, tokenId, uri));
    }

    /// @return received what arrived by the token's own word: if it lies, the lie is about its own twin
    function _takeErc20(address l2Token, uint256 amount) private returns (uint256 received) {
        uint256 before = IERC20(l2Token).balanceOf(address(this));
        IERC20(l2Token).safeTransferFrom(msg.sender, address(this), amount);
        received = _received(before, IERC20(l2Token).balanceOf(address(this)));
        if (_isUnknown(l2Token, TokenStandard.Erc20)) {
            _append(OutboxKind.Erc20Metadata, CollectionReader.metadata20(l2Token, Beneficiary.ownerOf(l2Token)));
        }
    }

    function _takeErc1155(address l2Token, uint256 tokenId, uint256 amount) private returns (uint256 received) {
        uint256 before = IERC1155(l2Token).balanceOf(address(this), tokenId);
        _receiving = l2Token;
        IERC1155(l2Token).safeTransferFrom(msg.sender, address(this), tokenId, amount, "");
        _receiving = address(0);
        received = _received(before, IERC1155(l2Token).balanceOf(address(this), tokenId));
        if (_isUnknown(l2Token, TokenStandard.Erc1155)) {
            _append(
                OutboxKind.Collection1155,
                CollectionReader.metadata1155(l2Token, Beneficiary.ownerOf(l2Token), "")
            );
        }
    }

    function _received(uint256 before, uint256 held) private pure returns (uint256) {
        if (held <= before) revert ZeroAmount();
        return held - before;
    }

    /// True once for each token: when its description must go before the first mint.
    function _isUnknown(address l2Token, TokenStandard standard) private returns (bool unknown) {
        unknown = !_announced[l2Token][standard];
        if (unknown) _announced[l2Token][standard] = true;
    }

    /// Sends coin of the reserve by a contract that is gone when it was made, so that no code of the recipient can refuse:
    /// a deposit must not fail.
    function _payNative(address to, uint256 amount) private {
        // PUSH20 to, SELFDESTRUCT
        bytes memory code = abi.encodePacked(hex"73", to, hex"ff");
        address made;
        assembly ("memory-safe") {
            made := create(amount, add(code, 0x20), mload(code))
        }
        if (made == address(0)) revert ReserveExhausted();
    }

    function _isCurrency(address l1Token) private view returns (bool) {
        IChainState state = IChainState(CHAIN_STATE);
        return state.currencyMode() != CurrencyMode.Issued && state.currencyToken() == l1Token;
    }

    function _append(OutboxKind kind, bytes memory payload) private returns (uint64) {
        return IOutbox(OUTBOX).append(kind, payload);
    }

    function _cloneOf(address l1Token, TokenStandard standard) private view returns (address) {
        return Clones.predictDeterministicAddress(_implementationOf(standard), _salt(l1Token));
    }

    function _implementationOf(TokenStandard standard) private pure returns (address) {
        if (standard == TokenStandard.Erc20) return BRIDGED_ERC20_IMPL;
        return standard == TokenStandard.Erc721 ? BRIDGED_ERC721_IMPL : BRIDGED_ERC1155_IMPL;
    }

    function _salt(address l1Token) private pure returns (bytes32) {
        return bytes32(uint256(uint160(l1Token)));
    }
}
