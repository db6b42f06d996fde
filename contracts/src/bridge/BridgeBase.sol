// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBridge, OutboxKind} from "./IBridge.sol";

/// What the factory tells a new bridge; name, symbol and decimals are those of the chain's native coin.
struct BridgeConfig {
    address rollup;
    address inbox;
    string name;
    string symbol;
    uint8 decimals;
}

/// Storage of a bridge and the books that its parts share.
abstract contract BridgeBase is IBridge, Initializable, ReentrancyGuardTransient {
    /// A payment that failed; kept until its recipient can take it.
    struct Credit {
        address token;
        OutboxKind kind;
        address to;
        uint256 amountOrId;
    }

    BridgeConfig internal _config;
    /// INVARIANT: for ETH, balance >= locked + credits + escrow; for a well-behaved token, balance >= locked + credits.
    /// @inheritdoc IBridge
    mapping(address l1Token => uint256) public locked;
    /// @inheritdoc IBridge
    mapping(address l1Token => mapping(uint256 tokenId => bool)) public isLocked;
    /// @inheritdoc IBridge
    uint256 public escrow;
    /// INVARIANT: a bit is set once and never cleared.
    mapping(uint256 word => uint256 bits) private _executed;
    mapping(uint64 index => Credit) internal _credits;
    address internal _nativeTwinDeployed;
    mapping(address l2Token => address) internal _erc721Twins;
    /// Outbox index + 1 of the newest metadata of a twin, so that messages executed out of order do not set it back.
    mapping(address twin => uint256) internal _metadataVersion;

    /// @inheritdoc IBridge
    function rollup() external view returns (address) {
        return _config.rollup;
    }

    /// @inheritdoc IBridge
    function isExecuted(uint64 index) public view returns (bool) {
        return _executed[index >> 8] & (1 << (index & 0xff)) != 0;
    }

    /// @inheritdoc IBridge
    function creditOf(uint64 index)
        external
        view
        returns (OutboxKind kind, address token, address to, uint256 amountOrId)
    {
        Credit storage credit = _credits[index];
        return (credit.kind, credit.token, credit.to, credit.amountOrId);
    }

    function _setExecuted(uint64 index) internal {
        _executed[index >> 8] |= 1 << (index & 0xff);
    }
}
