// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {OutboxKind} from "../bridge/IBridge.sol";
import {Beneficiary} from "./Beneficiary.sol";
import {CollectionReader} from "./CollectionReader.sol";
import {
    CHAIN_STATE,
    FAUCET,
    Holder,
    IChainState,
    IL2Bridge,
    IOutbox,
    ISettler,
    L2_BRIDGE,
    Mode,
    OUTBOX,
    OnlySystem,
    SETTLER,
    SYSTEM
} from "./IPredeploys.sol";

/// The chain's last act: everything it knows of ownership becomes outbox messages.
contract Settler is ISettler {
    enum Phase {
        Native,
        BridgedErc20,
        BridgedErc721,
        Collections,
        Finished
    }

    Phase private _phase;
    /// Newest token of the phase; zero in the native phase.
    address private _token;
    /// Next key that may come (account or id); beyond type(uint256).max when `_exhausted`.
    uint256 private _nextKey;
    bool private _exhausted;
    /// URI hints of the collection announced last.
    string private _uriPrefix;
    string private _uriSuffix;

    /// The chain must be closed, and only the protocol itself settles.
    modifier settling() {
        if (msg.sender != SYSTEM) revert OnlySystem();
        if (IChainState(CHAIN_STATE).mode() != Mode.Settle) revert WrongPhase();
        _;
    }

    /// @inheritdoc ISettler
    function settleNative(Holder[] calldata holders) external settling {
        _enter(Phase.Native, address(0));
        for (uint256 i = 0; i < holders.length; i++) {
            address account = holders[i].account;
            _advance(uint160(account));
            uint256 amount = account.balance;
            if (amount == 0 || _isNoSupply(account)) continue;
            if (account == address(0)) {
                // Sending to the zero address is how coin is burnt.
                emit ItemSkipped(address(0), 0, "burnt");
                continue;
            }
            address to = Beneficiary.resolve(account, holders[i].creator);
            _write(OutboxKind.MintNative, abi.encode(to, amount), to, account);
        }
    }

    /// @inheritdoc ISettler
    function settleErc20(address l2Token, Holder[] calldata holders) external settling {
        address l1Token = _l1TokenOf(l2Token, false);
        _enter(Phase.BridgedErc20, l2Token);
        for (uint256 i = 0; i < holders.length; i++) {
            address account = holders[i].account;
            _advance(uint160(account));
            // Our own clone: no bounds needed, and it has no balance at the zero address.
            uint256 amount = IERC20(l2Token).balanceOf(account);
            if (amount == 0) continue;
            address to = Beneficiary.resolve(account, holders[i].creator);
            _write(OutboxKind.ReleaseErc20, abi.encode(l1Token, to, amount), to, account);
        }
    }

    /// @inheritdoc ISettler
    function settleBridgedErc721(address l2Token, uint256[] calldata tokenIds, Holder[] calldata contractOwners)
        external
        settling
    {
        address l1Token = _l1TokenOf(l2Token, true);
        _enter(Phase.BridgedErc721, l2Token);
        for (uint256 i = 0; i < tokenIds.length; i++) {
            uint256 tokenId = tokenIds[i];
            _advance(tokenId);
            (bool known, address owner) = CollectionReader.ownerOf(l2Token, tokenId);
            // Burnt by an early withdrawal: it left already.
            if (!known) continue;
            address to = Beneficiary.resolve(owner, _creatorOf(owner, contractOwners));
            _write(OutboxKind.ReleaseErc721, abi.encode(l1Token, to, tokenId), to, owner);
        }
    }

    /// @inheritdoc ISettler
    function settleCollection(
        address l2Token,
        address creator,
        string calldata uriPrefix,
        string calldata uriSuffix
    ) external settling {
        if (_phase == Phase.Collections && l2Token <= _token) revert NotAscending();
        // What came from the L1 goes back there: a twin beside it would be the same asset twice.
        (, bool bridged) = IL2Bridge(L2_BRIDGE).l1TokenOf(l2Token);
        if (bridged) revert BridgedToken(l2Token);
        _enter(Phase.Collections, l2Token);
        _uriPrefix = uriPrefix;
        _uriSuffix = uriSuffix;
        address owner = Beneficiary.ownerOf(l2Token);
        if (owner == address(0) && Beneficiary.isExternallyOwned(creator)) owner = creator;
        _append(OutboxKind.Collection, CollectionReader.metadata(l2Token, owner, uriPrefix, uriSuffix));
    }

    /// @inheritdoc ISettler
    function settleErc721(address l2Token, uint256[] calldata tokenIds, Holder[] calldata contractOwners)
        external
        settling
    {
        if (_phase != Phase.Collections || _token != l2Token) revert WrongPhase();
        string memory prefix = _uriPrefix;
        string memory suffix = _uriSuffix;
        for (uint256 i = 0; i < tokenIds.length; i++) {
            uint256 memoryBefore;
            assembly ("memory-safe") {
                memoryBefore := mload(0x40)
            }
            _advance(tokenIds[i]);
            _settleToken(l2Token, tokenIds[i], contractOwners, prefix, suffix);
            // Nothing of an item is kept: tokens with long answers would make memory dear for those that follow.
            assembly ("memory-safe") {
                mstore(0x40, memoryBefore)
            }
        }
    }

    /// @inheritdoc ISettler
    function finish() external settling {
        _phase = Phase.Finished;
        emit Settled(IOutbox(OUTBOX).count());
        IChainState(CHAIN_STATE).enterSettled();
    }

    function _settleToken(
        address l2Token,
        uint256 tokenId,
        Holder[] calldata contractOwners,
        string memory prefix,
        string memory suffix
    ) private {
        (bool known, address owner) = CollectionReader.ownerOf(l2Token, tokenId);
        if (!known || owner == address(0)) {
            emit ItemSkipped(l2Token, tokenId, known ? bytes("burnt") : bytes("ownerOf"));
            return;
        }
        // On its twin already, or the token lies about its owner now.
        if (owner == L2_BRIDGE || IL2Bridge(L2_BRIDGE).isWithdrawn(l2Token, tokenId)) return;
        address to = Beneficiary.resolve(owner, _creatorOf(owner, contractOwners));
        bytes memory uri = _uriOf(l2Token, tokenId, prefix, suffix);
        _write(OutboxKind.MintErc721, abi.encode(l2Token, to, tokenId, uri), to, owner);
    }

    /// Moves on to a phase and token, never back.
    function _enter(Phase phase, address token) private {
        if (phase < _phase) revert WrongPhase();
        if (phase == _phase && token == _token) return;
        if (phase == _phase && token < _token) revert NotAscending();
        _phase = phase;
        _token = token;
        _nextKey = 0;
        _exhausted = false;
    }

    function _advance(uint256 key) private {
        if (_exhausted || key < _nextKey) revert NotAscending();
        if (key == type(uint256).max) _exhausted = true;
        else _nextKey = key + 1;
    }

    /// Writes the message, or a claim when nobody on the L1 stands for the holder (`to` zero).
    function _write(OutboxKind kind, bytes memory payload, address to, address holder) private {
        if (to == address(0)) _append(OutboxKind.Claim, abi.encode(kind, payload, holder));
        else _append(kind, payload);
    }

    function _append(OutboxKind kind, bytes memory payload) private {
        IOutbox(OUTBOX).append(kind, payload);
    }

    function _l1TokenOf(address l2Token, bool erc721) private view returns (address l1Token) {
        bool bridged;
        (l1Token, bridged) = IL2Bridge(L2_BRIDGE).l1TokenOf(l2Token);
        if (!bridged || IL2Bridge(L2_BRIDGE).l2TokenOf(l1Token, erc721) != l2Token) revert NotBridgedToken(l2Token);
    }

    /// What the bridge took and what the faucet never gave out.
    function _isNoSupply(address account) private pure returns (bool) {
        return account == L2_BRIDGE || account == FAUCET || account == SETTLER;
    }

    function _creatorOf(address account, Holder[] calldata contractOwners) private pure returns (address) {
        for (uint256 i = 0; i < contractOwners.length; i++) {
            if (contractOwners[i].account == account) return contractOwners[i].creator;
        }
        return address(0);
    }

    /// Empty when the twin can make the URI from prefix, id and suffix: that saves most of the L1 cost.
    function _uriOf(address l2Token, uint256 tokenId, string memory prefix, string memory suffix)
        private
        view
        returns (bytes memory uri)
    {
        uri = CollectionReader.uriOf(l2Token, tokenId);
        if (keccak256(uri) == keccak256(bytes.concat(bytes(prefix), bytes(Strings.toString(tokenId)), bytes(suffix)))) {
            uri = "";
        }
    }
}
