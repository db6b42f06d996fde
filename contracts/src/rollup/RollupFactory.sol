// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Bridge} from "../bridge/Bridge.sol";
import {BridgeConfig} from "../bridge/BridgeBase.sol";
import {TokenReader} from "../lib/TokenReader.sol";
import {Inbox} from "./Inbox.sol";
import {CreateParams, CurrencyMode, IRollupFactory} from "./IRollupFactory.sol";
import {Rollup, RollupConfig} from "./Rollup.sol";

/// Makes each chain in one transaction that starts it completely: contracts, bond, escrow and the proposer's gas money.
contract RollupFactory is IRollupFactory {
    using Clones for address;
    using SafeERC20 for IERC20;

    uint256 public constant MAX_NAME_LENGTH = 64;
    uint256 public constant MAX_SYMBOL_LENGTH = 16;
    /// Longer periods are mistakes, and far from overflowing sums of times.
    uint64 public constant MAX_PERIOD = 365 days;
    /// Of every currency that is an L1 asset, as chains count their native coin.
    uint8 public constant CURRENCY_DECIMALS = 18;
    uint256 private constant DECIMALS_GAS = 200_000;

    address public immutable rollupImplementation;
    address public immutable inboxImplementation;
    address public immutable bridgeImplementation;
    /// @inheritdoc IRollupFactory
    address public immutable batchRegistry;
    /// @inheritdoc IRollupFactory
    uint64 public immutable deployedAtBlock;

    /// @inheritdoc IRollupFactory
    mapping(uint64 chainId => address) public rollupOf;

    constructor(address rollupImplementation_, address inboxImplementation_, address bridgeImplementation_) {
        rollupImplementation = rollupImplementation_;
        inboxImplementation = inboxImplementation_;
        bridgeImplementation = bridgeImplementation_;
        deployedAtBlock = uint64(block.number);
        batchRegistry = Rollup(rollupImplementation_).batchRegistry();
    }

    /// @inheritdoc IRollupFactory
    function createRollup(CreateParams calldata params) external payable returns (address rollup) {
        _validate(params);
        rollup = rollupImplementation.clone();
        address inbox = inboxImplementation.clone();
        address bridge = bridgeImplementation.clone();
        rollupOf[params.chainId] = rollup;

        Rollup(rollup).initialize{value: params.bond}(_rollupConfig(params, inbox, bridge));
        Inbox(inbox).initialize(rollup, bridge);
        _initializeBridge(params, rollup, inbox, bridge);
        emit RollupCreated(
            params.chainId, rollup, params.owner, inbox, bridge, params.genesisOutputRoot, params.genesisConfig
        );
        if (params.settlementEscrow > 0) Bridge(bridge).fundEscrow{value: params.settlementEscrow}();
        if (params.proposerFunds > 0) {
            (bool sent,) = params.proposer.call{value: params.proposerFunds}("");
            if (!sent) revert InvalidParameter("proposer");
        }
    }

    function _initializeBridge(CreateParams calldata params, address rollup, address inbox, address bridge) private {
        Bridge(bridge).initialize{value: _lockedEth(params)}(
            BridgeConfig({
                rollup: rollup,
                inbox: inbox,
                name: params.name,
                symbol: params.symbol,
                decimals: params.decimals,
                currencyMode: params.currencyMode,
                currencyToken: params.currencyToken,
                lockedFunds: params.lockedFunds
            })
        );
        if (params.currencyMode != CurrencyMode.Erc20 || params.lockedFunds == 0) return;
        // After the bridge is initialised: the token's code may call anybody.
        IERC20 token = IERC20(params.currencyToken);
        uint256 before = token.balanceOf(bridge);
        token.safeTransferFrom(msg.sender, bridge, params.lockedFunds);
        // INVARIANT: every coin of genesis is backed; a token that keeps a fee cannot do that.
        _require(token.balanceOf(bridge) == before + params.lockedFunds, "lockedFunds");
    }

    function _lockedEth(CreateParams calldata params) private pure returns (uint256) {
        return params.currencyMode == CurrencyMode.Eth ? params.lockedFunds : 0;
    }

    function _validateCurrency(CreateParams calldata params) private view {
        bool isToken = params.currencyMode == CurrencyMode.Erc20;
        _require((params.currencyToken != address(0)) == isToken, "currencyToken");
        if (isToken) {
            (bool known, uint8 decimals) = TokenReader.decimalsOf(params.currencyToken, DECIMALS_GAS);
            _require(known && decimals == CURRENCY_DECIMALS, "currencyToken");
        }
        if (params.currencyMode == CurrencyMode.Issued) _require(params.lockedFunds == 0, "lockedFunds");
        else _require(params.decimals == CURRENCY_DECIMALS, "decimals");
    }

    function _validate(CreateParams calldata params) private view {
        if (rollupOf[params.chainId] != address(0)) revert ChainIdTaken(params.chainId);
        _validateCurrency(params);
        // A chain that shares the L1's id would let signed transactions be replayed there.
        _require(params.chainId != 0 && params.chainId != block.chainid, "chainId");
        _require(params.owner != address(0), "owner");
        _require(params.proposer != address(0), "proposer");
        _require(_isPeriod(params.challengePeriod), "challengePeriod");
        _require(_isPeriod(params.maxPackDelay), "maxPackDelay");
        _require(_isPeriod(params.inboxDelay), "inboxDelay");
        _require(params.expiresAt == 0 || params.expiresAt > block.timestamp, "expiresAt");
        _require(_isLength(params.name, MAX_NAME_LENGTH), "name");
        _require(_isLength(params.symbol, MAX_SYMBOL_LENGTH), "symbol");
        _require(params.genesisOutputRoot != bytes32(0), "genesisOutputRoot");
        _require(params.rulesHash != bytes32(0), "rulesHash");
        _require(params.stvfHash != bytes32(0), "stvfHash");
        uint256 expected = params.bond + params.settlementEscrow + params.proposerFunds + _lockedEth(params);
        if (msg.value != expected) revert WrongValue(expected, msg.value);
    }

    function _rollupConfig(CreateParams calldata params, address inbox, address bridge)
        private
        pure
        returns (RollupConfig memory)
    {
        return RollupConfig({
            chainId: params.chainId,
            challengePeriod: params.challengePeriod,
            maxPackDelay: params.maxPackDelay,
            inboxDelay: params.inboxDelay,
            expiresAt: params.expiresAt,
            owner: params.owner,
            proposer: params.proposer,
            inbox: inbox,
            bridge: bridge,
            bond: params.bond,
            genesisOutputRoot: params.genesisOutputRoot,
            rulesHash: params.rulesHash,
            stvfHash: params.stvfHash,
            attestation: params.attestation,
            validityKey: params.validityKey
        });
    }

    function _isPeriod(uint64 period) private pure returns (bool) {
        return period > 0 && period <= MAX_PERIOD;
    }

    function _isLength(string calldata text, uint256 max) private pure returns (bool) {
        return bytes(text).length > 0 && bytes(text).length <= max;
    }

    function _require(bool condition, string memory name) private pure {
        if (!condition) revert InvalidParameter(name);
    }
}
